import { createHash } from 'node:crypto'
import { KeyEncryption, KeyUnavailable, type WrappedKey } from '../../../../application/ports.ts'
import type { Secret } from '../../../../domain/secret.ts'
import { decrypt, encrypt, keyBytes } from './aes-gcm.ts'

export class LocalKeys extends KeyEncryption {
  readonly newestId: string
  readonly #keys: ReadonlyMap<string, Buffer>

  /** @param keys base64, newest first: the newest wraps, any can unwrap. */
  constructor(keys: readonly Secret[]) {
    super()
    const parsedKeys = keys.map(parseKey)
    const [newest] = parsedKeys
    if (!newest) throw new RangeError('at least one key is required')
    this.newestId = newest.id
    this.#keys = new Map(parsedKeys.map(({ id, bytes }) => [id, bytes]))
  }

  /** Newest first. */
  get ids(): readonly string[] {
    return [...this.#keys.keys()]
  }

  async wrap(dataKey: Uint8Array, boundTo: readonly string[]): Promise<WrappedKey> {
    const id = this.newestId
    return { keyId: id, bytes: encrypt(dataKey, this.#key(id), [id, ...boundTo]) }
  }

  async unwrap({ keyId, bytes }: WrappedKey, boundTo: readonly string[]): Promise<Uint8Array> {
    const key = this.#key(keyId)
    try {
      return decrypt(bytes, key, [keyId, ...boundTo])
    } catch (cause) {
      throw new KeyUnavailable(`key ${keyId} does not decrypt the data key`, { cause })
    }
  }

  #key(id: string): Buffer {
    const key = this.#keys.get(id)
    if (!key) throw new KeyUnavailable(`key ${id} is not among TOKEN_KEYS`)
    return key
  }
}

function parseKey(secret: Secret): { id: string; bytes: Buffer } {
  const bytes = Buffer.from(secret.reveal(), 'base64')
  if (bytes.length !== keyBytes) throw new RangeError(`a key has ${bytes.length} bytes, not ${keyBytes}`)
  return { id: createHash('sha256').update(bytes).digest('hex').slice(0, 8), bytes }
}
