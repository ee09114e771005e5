import { Secret } from '../secret.ts'

export const recoveryCodeCount = 10
export const recoveryCodeBytes = 10

/** Crockford's base 32. */
const alphabet = '0123456789abcdefghjkmnpqrstvwxyz'

/** `4f9k-0zq2-8mwe-hx1c` */
export function formatRecoveryCode(random: Uint8Array): Secret {
  const bits = Array.from(random, byte => byte.toString(2).padStart(8, '0')).join('')
  const letters = (bits.match(/.{5}/g) ?? []).map(five => alphabet[Number.parseInt(five, 2)])
  return new Secret((letters.join('').match(/.{4}/g) ?? []).join('-'))
}

/** Accepts any case, spaces and lookalike letters. */
export function parseRecoveryCode(typed: string): Secret | null {
  const letters = typed.toLowerCase().replace(/[\s-]/g, '').replace(/o/g, '0').replace(/[il]/g, '1')
  if (!/^[0-9a-hjkmnp-tv-z]{16}$/.test(letters)) return null
  return new Secret((letters.match(/.{4}/g) ?? []).join('-'))
}
