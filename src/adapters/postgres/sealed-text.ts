import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto'
import { Secret, SecretUnreadable } from '../../domain/secret.ts'

/** AES-256 wants exactly this many bytes. */
export const keyBytes = 32
const nonceBytes = 12
const tagBytes = 16

/** What a sealed text belongs to; it opens nowhere else. */
export interface RecordIdentity {
  readonly table: string
  readonly column: string
  readonly id: string
}

/** The text was tampered with, moved to another record, or its key is not among ours. */
export class SealBroken extends SecretUnreadable {
  override readonly name = 'SealBroken'
}

interface Key {
  readonly id: string
  readonly bytes: Buffer
}

/**
 * Encrypts tokens at rest: AES-256-GCM (NIST SP 800-38D), a random nonce each, the key's id and the record's
 * identity bound in as additional data, so that a ciphertext copied into another row does not open.
 * Form: `1.<key id>.<nonce + ciphertext + tag, base64url>`.
 */
export class Seal {
  readonly #keys: ReadonlyMap<string, Key>
  readonly #newest: Key

  /** @param keys base64, newest first: the newest seals, all of them open (rotation). */
  constructor(keys: readonly Secret[]) {
    const read = keys.map(readKey)
    const [newest] = read
    if (!newest) throw new RangeError('at least one key is needed')
    this.#newest = newest
    this.#keys = new Map(read.map(key => [key.id, key]))
  }

  close(secret: Secret, record: RecordIdentity): string {
    const { id, bytes } = this.#newest
    const nonce = randomBytes(nonceBytes)
    const cipher = createCipheriv('aes-256-gcm', bytes, nonce, { authTagLength: tagBytes })
    cipher.setAAD(boundData(id, record))
    const text = Buffer.concat([
      nonce,
      cipher.update(secret.reveal(), 'utf8'),
      cipher.final(),
      cipher.getAuthTag(),
    ])
    return `1.${id}.${text.toString('base64url')}`
  }

  /**
   * Opened when it is revealed, not before: a page that needs no token opens none, and one token that does not
   * open troubles nobody but who needs it. Revealing throws {@link SealBroken}.
   */
  open(sealed: string, record: RecordIdentity): Secret {
    return new Secret(() => this.#unseal(sealed, record))
  }

  #unseal(sealed: string, record: RecordIdentity): string {
    const [version, keyId = '', body = ''] = sealed.split('.')
    const key = this.#keys.get(keyId)
    if (version !== '1' || !key) throw new SealBroken(`no key ${keyId} for ${record.table}.${record.column}`)

    const bytes = Buffer.from(body, 'base64url')
    const text = bytes.subarray(nonceBytes, -tagBytes)
    try {
      const cipher = createDecipheriv('aes-256-gcm', key.bytes, bytes.subarray(0, nonceBytes), {
        authTagLength: tagBytes,
      })
      cipher.setAAD(boundData(keyId, record))
      cipher.setAuthTag(bytes.subarray(-tagBytes))
      return Buffer.concat([cipher.update(text), cipher.final()]).toString('utf8')
    } catch (cause) {
      throw new SealBroken(`${record.table}.${record.column} of ${record.id} does not open`, { cause })
    }
  }
}

function readKey(secret: Secret): Key {
  const bytes = Buffer.from(secret.reveal(), 'base64')
  if (bytes.length !== keyBytes) throw new RangeError(`a key has ${bytes.length} bytes, not ${keyBytes}`)
  return { id: createHash('sha256').update(bytes).digest('hex').slice(0, 8), bytes }
}

const boundData = (keyId: string, { table, column, id }: RecordIdentity): Buffer =>
  Buffer.from(JSON.stringify([keyId, table, column, id]))
