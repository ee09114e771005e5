import { type ClosedConnection, consentOf, type LiveConnection } from './connection.ts'
import { consentExpiresAt, isDifferentAmazonUser } from './consent.ts'
import type { PendingConnection } from './pending-connection.ts'

/**
 * S-26: a consent for which Amazon skipped its page extends nothing (docs/product/amazon.md, Login with Amazon:
 * lifetimes). Then the date is that of the user's latest consent that may still apply.
 */
export function consentDateOf(
  { isConsentPageSkipped, amazonUser, savedAt }: PendingConnection,
  earlier: readonly (LiveConnection | ClosedConnection)[],
  consentDays: number,
  now: Date,
): Date {
  if (!isConsentPageSkipped) return savedAt
  const dates = earlier.flatMap(connection => {
    const consent = consentOf(connection)
    const end = consentExpiresAt(consent.consentedAt, consentDays)
    const hasEnded = isConsentLost(connection) || (end !== null && now >= end)
    return hasEnded || isDifferentAmazonUser(consent.amazonUser, amazonUser) ? [] : [consent.consentedAt]
  })
  return dates.toSorted((one, other) => other.getTime() - one.getTime())[0] ?? savedAt
}

const isConsentLost = (connection: LiveConnection | ClosedConnection): boolean =>
  connection.status === 'needs_authorisation' &&
  (connection.why === 'grant_revoked' || connection.why === 'consent_expired')
