import { randomBytes } from 'node:crypto'
import {
  decryptSecret,
  EncryptedSecret,
  type KeyEncryption,
  KeyUnavailable,
} from '../../../../application/ports.ts'
import { type Secret, SecretDecryptionError } from '../../../../domain/secret.ts'
import { decrypt, encrypt, keyBytes } from './aes-gcm.ts'

/** An encrypted text can be decrypted only for this record. */
export interface RecordIdentity {
  readonly table: string
  readonly column: string
  readonly id: string
}

/** The text was tampered with or moved, or its key is unknown. */
export class DecryptionError extends SecretDecryptionError {
  override readonly name = 'DecryptionError'
}

/**
 * Encrypts each token under its own data key (decision 11).
 * Format: `2.<key id>.<wrapped data key>.<text under the data key>`, bytes in base64url.
 */
export class TokenCipher {
  readonly #keys: KeyEncryption

  constructor(keys: KeyEncryption) {
    this.#keys = keys
  }

  async encrypt(secret: Secret, record: RecordIdentity): Promise<string> {
    const text = Buffer.from((await decryptSecret(secret)).reveal())
    const dataKey = randomBytes(keyBytes)
    const { keyId, bytes } = await this.#keys.wrap(dataKey, ['data key', ...identityOf(record)])
    const body = encrypt(text, dataKey, ['text', keyId, ...identityOf(record)])
    return ['2', keyId, Buffer.from(bytes).toString('base64url'), body.toString('base64url')].join('.')
  }

  /** Decrypts when the secret is opened; that throws {@link DecryptionError} or an outage of the key service. */
  decrypt(encrypted: string, record: RecordIdentity): EncryptedSecret {
    return new EncryptedSecret(() => this.#decrypt(encrypted, record))
  }

  get newestPrefix(): string {
    return `2.${this.#keys.newestId}.`
  }

  async #decrypt(encrypted: string, record: RecordIdentity): Promise<string> {
    const location = `${record.table}.${record.column} of ${record.id}`
    const parts = parseEncrypted(encrypted)
    // Never quote the value: it may be an unencrypted token.
    if (!parts) throw new DecryptionError(`${location} is not encrypted text`)
    const { keyId, wrapped, body } = parts
    try {
      // Format 1, not yet rotated, has no data key.
      if (!wrapped) return textOf(await this.#keys.unwrap({ keyId, bytes: body }, identityOf(record)))
      const dataKey = await this.#keys.unwrap({ keyId, bytes: wrapped }, ['data key', ...identityOf(record)])
      return textOf(decryptText(body, dataKey, ['text', keyId, ...identityOf(record)]))
    } catch (cause) {
      if (!(cause instanceof KeyUnavailable)) throw cause
      throw new DecryptionError(`${location} does not decrypt: ${cause.message}`, { cause })
    }
  }
}

function decryptText(body: Buffer, dataKey: Uint8Array, boundTo: readonly string[]): Buffer {
  try {
    return decrypt(body, dataKey, boundTo)
  } catch (cause) {
    throw new KeyUnavailable('the data key does not decrypt the text', { cause })
  }
}

/** @returns null when the text has neither format. */
function parseEncrypted(encrypted: string): { keyId: string; wrapped: Buffer | null; body: Buffer } | null {
  const [, version, keyId = '', first = '', second] = encryptedPattern.exec(encrypted) ?? []
  const bytes = [first, second].filter(text => text !== undefined).map(fromBase64url)
  const [firstBytes, secondBytes] = bytes
  if (!firstBytes || bytes.includes(null)) return null
  if (version === '1') return secondBytes ? null : { keyId, wrapped: null, body: firstBytes }
  return secondBytes ? { keyId, wrapped: firstBytes, body: secondBytes } : null
}

/** A key id contains no full stop. */
const encryptedPattern = /^([12])\.([^.]+)\.([\w-]+)(?:\.([\w-]+))?$/

/** Node skips invalid characters and spare bits; only the canonical spelling is accepted. */
function fromBase64url(text: string): Buffer | null {
  const bytes = Buffer.from(text, 'base64url')
  return bytes.toString('base64url') === text ? bytes : null
}

const identityOf = ({ table, column, id }: RecordIdentity): string[] => [table, column, id]
const textOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('utf8')
