import { randomBytes } from 'node:crypto'
import { type KeyEncryption, KeyRefused, opened, SealedSecret } from '../../application/ports.ts'
import { type Secret, SecretUnreadable } from '../../domain/secret.ts'
import { decrypt, encrypt, keyBytes } from './aes-gcm.ts'

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

/**
 * Encrypts tokens at rest, each under a data key of its own, which lies beside it wrapped under one of our keys.
 * The key's id and the record's identity are bound into both layers, so that neither the text nor its data key opens
 * in another row or under another key's name.
 * Form: `2.<key id>.<wrapped data key>.<text under the data key>`, bytes in base64url.
 */
export class Seal {
  readonly #keys: KeyEncryption

  constructor(keys: KeyEncryption) {
    this.#keys = keys
  }

  async close(secret: Secret, record: RecordIdentity): Promise<string> {
    const text = Buffer.from((await opened(secret)).reveal())
    const dataKey = randomBytes(keyBytes)
    const { keyId, bytes } = await this.#keys.wrap(dataKey, ['data key', ...identityOf(record)])
    const body = encrypt(text, dataKey, ['text', keyId, ...identityOf(record)])
    return ['2', keyId, Buffer.from(bytes).toString('base64url'), body.toString('base64url')].join('.')
  }

  /**
   * A page that needs no token opens none, and one token that does not open troubles nobody but who needs it. Opening
   * throws {@link SealBroken}, or an outage of where our keys are.
   */
  open(sealed: string, record: RecordIdentity): SealedSecret {
    return new SealedSecret(() => this.#unseal(sealed, record))
  }

  /** How every text begins that is sealed as of today, under the newest key. */
  get newestPrefix(): string {
    return `2.${this.#keys.newestId}.`
  }

  async #unseal(sealed: string, record: RecordIdentity): Promise<string> {
    const place = `${record.table}.${record.column} of ${record.id}`
    const parts = partsOf(sealed)
    // Not a word of it is repeated: what stands in its place may be a token that was never sealed.
    if (!parts) throw new SealBroken(`${place} is no sealed text`)
    const { keyId, wrapped, body } = parts
    try {
      // Until it is rotated: before data keys, the text itself lay where now its data key does.
      if (!wrapped) return textOf(await this.#keys.unwrap({ keyId, bytes: body }, identityOf(record)))
      const dataKey = await this.#keys.unwrap({ keyId, bytes: wrapped }, ['data key', ...identityOf(record)])
      return textOf(decryptText(body, dataKey, ['text', keyId, ...identityOf(record)]))
    } catch (cause) {
      if (!(cause instanceof KeyRefused)) throw cause
      throw new SealBroken(`${place} does not open: ${cause.message}`, { cause })
    }
  }
}

function decryptText(body: Buffer, dataKey: Uint8Array, boundTo: readonly string[]): Buffer {
  try {
    return decrypt(body, dataKey, boundTo)
  } catch (cause) {
    throw new KeyRefused('its data key does not open it', { cause })
  }
}

/** Null when it has none of our forms. */
function partsOf(sealed: string): { keyId: string; wrapped: Buffer | null; body: Buffer } | null {
  const [, version, keyId = '', first = '', second] = form.exec(sealed) ?? []
  const bytes = [first, second].filter(text => text !== undefined).map(fromBase64url)
  const [one, two] = bytes
  if (!one || bytes.includes(null)) return null
  if (version === '1') return two ? null : { keyId, wrapped: null, body: one }
  return two ? { keyId, wrapped: one, body: two } : null
}

/** A key's id is what its {@link KeyEncryption} calls it, without a full stop. */
const form = /^([12])\.([^.]+)\.([\w-]+)(?:\.([\w-]+))?$/

/** Node passes over what is no base64url, and the last character may have bits to spare: only one spelling is taken. */
function fromBase64url(text: string): Buffer | null {
  const bytes = Buffer.from(text, 'base64url')
  return bytes.toString('base64url') === text ? bytes : null
}

const identityOf = ({ table, column, id }: RecordIdentity): string[] => [table, column, id]
const textOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('utf8')
