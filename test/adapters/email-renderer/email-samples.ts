import type { EmailMessage } from '../../../src/domain/email/email-message.ts'
import type { SupportRequestId } from '../../../src/domain/identifiers.ts'
import { Secret } from '../../../src/domain/secret.ts'
import { hoursLater, noon } from '../../support/examples.ts'

const requestId = '7f3a12c0-6f0e-4b0e-9b61-0a6f6a6f4a10' as SupportRequestId
const replyText = `Hello Sam,

your Amazon login doesn’t have access to an advertising account yet. Please ask the owner to invite you, then connect again.

Sol`

/** One email of each kind. */
export const emailSamples = (
  account = 'My Brand US — Amazon.com',
): Readonly<Record<string, EmailMessage>> => {
  const [closedAt, retainedUntil] = [noon.toISOString(), hoursLater(30 * 24).toISOString()]
  const authorisationNeeded = { kind: 'authorisation_needed', account, since: closedAt } as const
  const [link, validUntil] = [
    new Secret('https://ads.example/reset?key=abc&x=1'),
    hoursLater(1).toISOString(),
  ]
  return {
    ready: { kind: 'data_ready', account, finishedAt: closedAt },
    revoked: { ...authorisationNeeded, why: 'grant_revoked', reminder: 0 },
    expired: { ...authorisationNeeded, why: 'consent_expired', reminder: 2 },
    rights: { ...authorisationNeeded, why: 'profile_access_lost', reminder: 4 },
    replaced: { kind: 'connection_replaced', account, closedAt, retainedUntil },
    disconnected: { kind: 'connection_disconnected', account, closedAt, retainedUntil },
    erased: { kind: 'connection_erased', closedAt },
    reset: { kind: 'password_reset', link, validUntil },
    invitation: { kind: 'invitation', link, validUntil },
    connectLink: { kind: 'connect_link', link, validUntil },
    requested: { kind: 'help_requested', requestId },
    answered: { kind: 'support_request_replied', requestId, text: replyText },
  }
}
