import { createHmac, timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { minutes } from '../../domain/calendar.ts'
import type { Secret } from '../../domain/secret.ts'

/** Clock difference, either way; older requests count as replays. */
const tolerance = minutes(5)

/** For the log, not the sender. */
export type SignatureProblem =
  | 'header_missing'
  | 'header_malformed'
  | 'too_old'
  | 'too_new'
  | 'signature_mismatch'

/**
 * Standard Webhooks 1.0 (github.com/standard-webhooks/standard-webhooks), "Signature scheme".
 * @param secrets each `whsec_` and base64; any may match, for rotation.
 * @param body the raw bytes.
 * @returns null when valid.
 */
export function findSignatureProblem(
  secrets: readonly Secret[],
  { headers, body }: { readonly headers: IncomingHttpHeaders; readonly body: Buffer },
  now: Date,
): SignatureProblem | null {
  const [id, timestamp, signatures] = ['id', 'timestamp', 'signature'].map(name => headers[`webhook-${name}`])
  if (typeof id !== 'string' || typeof timestamp !== 'string' || typeof signatures !== 'string')
    return 'header_missing'
  if (!isEventId(id) || !/^\d{1,12}$/.test(timestamp)) return 'header_malformed'

  const age = now.getTime() - Number(timestamp) * 1000
  if (age > tolerance) return 'too_old'
  if (age < -tolerance) return 'too_new'

  const sent = signatures.split(' ').flatMap(signature => {
    const [version, code = ''] = signature.split(',', 2)
    return version === 'v1' ? [Buffer.from(code, 'base64')] : []
  })
  const isValid = secrets.some(secret => {
    const key = Buffer.from(secret.reveal().replace(/^whsec_/, ''), 'base64')
    const expected = createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest()
    return sent.some(code => code.length === expected.length && timingSafeEqual(code, expected))
  })
  return isValid ? null : 'signature_mismatch'
}

/** Printable ASCII: stored, compared and logged. */
const isEventId = (text: string): boolean => /^[\x21-\x7e]{1,200}$/.test(text)
