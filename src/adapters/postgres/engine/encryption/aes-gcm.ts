import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'

export const keyBytes = 32
const nonceBytes = 12
const tagBytes = 16

/**
 * NIST SP 800-38D, with a random nonce.
 * @param boundTo authenticated, not stored; needed again to decrypt.
 * @returns nonce, ciphertext and tag.
 */
export function encrypt(text: Uint8Array, key: Uint8Array, boundTo: readonly string[]): Buffer {
  const nonce = randomBytes(nonceBytes)
  const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: tagBytes })
  cipher.setAAD(additionalData(boundTo))
  return Buffer.concat([nonce, cipher.update(text), cipher.final(), cipher.getAuthTag()])
}

/** @throws {Error} when the data, the key or `boundTo` differs. */
export function decrypt(encrypted: Uint8Array, key: Uint8Array, boundTo: readonly string[]): Buffer {
  const nonce = encrypted.subarray(0, nonceBytes)
  const cipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: tagBytes })
  cipher.setAAD(additionalData(boundTo))
  cipher.setAuthTag(encrypted.subarray(Math.max(nonceBytes, encrypted.length - tagBytes)))
  return Buffer.concat([cipher.update(encrypted.subarray(nonceBytes, -tagBytes)), cipher.final()])
}

/** JSON: different lists never give the same bytes. */
const additionalData = (boundTo: readonly string[]): Buffer => Buffer.from(JSON.stringify(boundTo))
