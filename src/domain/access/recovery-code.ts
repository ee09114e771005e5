import { Secret } from '../secret.ts'

export const recoveryCodeCount = 10
/** 120 bits, so that a plain hash of the code is enough (ASVS 5.0, 6.5.2). */
export const recoveryCodeBytes = 15

/** Crockford's base 32. */
const alphabet = '0123456789abcdefghjkmnpqrstvwxyz'

/** `4f9k-0zq2-8mwe-hx1c-77tb-9qd5` */
export function formatRecoveryCode(random: Uint8Array): Secret {
  const bits = Array.from(random, byte => byte.toString(2).padStart(8, '0')).join('')
  const letters = (bits.match(/.{5}/g) ?? []).map(five => alphabet[Number.parseInt(five, 2)])
  return new Secret((letters.join('').match(/.{4}/g) ?? []).join('-'))
}

/** Accepts any case, spaces and lookalike letters. Codes from before December 2026 have 16 letters. */
export function parseRecoveryCode(typed: string): Secret | null {
  const letters = typed.toLowerCase().replace(/[\s-]/g, '').replace(/o/g, '0').replace(/[il]/g, '1')
  if (!/^(?:[0-9a-hjkmnp-tv-z]{16}|[0-9a-hjkmnp-tv-z]{24})$/.test(letters)) return null
  return new Secret((letters.match(/.{4}/g) ?? []).join('-'))
}
