import { createCipheriv, createHash, randomBytes } from 'node:crypto'
import type { RecordIdentity } from '../../../src/adapters/postgres/engine/encryption/token-cipher.ts'
import type { Secret } from '../../../src/domain/secret.ts'

/** Encrypts as versions without data keys did: `1.<key id>.<nonce + ciphertext + tag>`. */
export function encryptInFirstFormat(
  secret: Secret,
  { table, column, id }: RecordIdentity,
  key: Secret,
): string {
  const bytes = Buffer.from(key.reveal(), 'base64')
  const nonce = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', bytes, nonce)
  cipher.setAAD(Buffer.from(JSON.stringify([keyIdOf(key), table, column, id])))
  const text = [nonce, cipher.update(secret.reveal(), 'utf8'), cipher.final(), cipher.getAuthTag()]
  return `1.${keyIdOf(key)}.${Buffer.concat(text).toString('base64url')}`
}

export const keyIdOf = (key: Secret): string =>
  createHash('sha256').update(Buffer.from(key.reveal(), 'base64')).digest('hex').slice(0, 8)
