import { planRestrictionOf, type Subscription } from '../access/subscription.ts'
import { after, hours, seconds } from '../calendar.ts'
import type { Connection } from '../connection/connection.ts'
import { isMassRevocation } from '../connection/mass-revocation.ts'
import { type EmailMessage, type EmailPreferences, isEmailWanted } from './email-message.ts'
import { massRevocationDelay } from './triggers.ts'

export interface DeliveryInput {
  readonly connection: {
    readonly status: Connection['status']
    /** When the authorisation was lost. */
    readonly since: Date | null
    readonly closedAt: Date | null
  } | null
  readonly subscription: Subscription | null
  readonly choice: EmailPreferences
  readonly viewedAt: Date | null
  readonly lastEmailedAt: Date | null
  readonly hasEarlierEmailWaiting: boolean
  readonly grantLosses: number
}

export type SuppressionReason =
  | 'no_longer_applies'
  | 'opted_out'
  | 'seen_on_page'
  | 'emailed_recently'
  | 'earlier_email_waiting'
  | 'plan_required'
  | 'expired'

export type DeliveryDecision =
  | { readonly decision: 'send' }
  | { readonly decision: 'wait'; readonly until: Date }
  | { readonly decision: 'suppress'; readonly why: SuppressionReason }

export const progressViewInterval = seconds(30)
/** After an outage, several emails about one loss may be due. */
const minReminderInterval = hours(20)

const send = { decision: 'send' } as const
const suppress = (why: SuppressionReason) => ({ decision: 'suppress', why }) as const
const isAt = (date: Date | null, text: string): boolean => date?.toISOString() === text

/** Decided at send time, because a late email may no longer be true (decision 14). */
export function decideDelivery(
  message: EmailMessage,
  input: DeliveryInput,
  pollSeconds: number,
  now: Date,
): DeliveryDecision {
  if (!isEmailWanted(message, input.choice)) return suppress('opted_out')
  const { connection } = input
  switch (message.kind) {
    case 'data_ready':
      if (connection?.status !== 'active') return suppress('no_longer_applies')
      return wasViewed(message.finishedAt, input.viewedAt, pollSeconds) ? suppress('seen_on_page') : send
    case 'authorisation_needed':
      return decideLossDelivery(message, input, now)
    case 'connection_replaced':
    case 'connection_disconnected':
      return connection?.status === 'closed' && isAt(connection.closedAt, message.closedAt)
        ? send
        : suppress('no_longer_applies')
    case 'connection_erased':
    // Requested by a user; erasure deletes obsolete ones.
    case 'help_requested':
    case 'support_request_replied':
    case 'security_notice':
      return send
    case 'password_reset':
    case 'invitation':
    case 'connect_link':
    case 'enrolment_link':
      return now.toISOString() < message.validUntil ? send : suppress('expired')
  }
}

/** Two missed polls mean that the page was closed. */
function wasViewed(finishedAt: string, viewedAt: Date | null, pollSeconds: number): boolean {
  const viewWindow = progressViewInterval + 2 * seconds(pollSeconds)
  return viewedAt !== null && viewedAt >= after(new Date(finishedAt), -viewWindow)
}

function decideLossDelivery(
  message: Extract<EmailMessage, { kind: 'authorisation_needed' }>,
  { connection, subscription, lastEmailedAt, hasEarlierEmailWaiting, grantLosses }: DeliveryInput,
  now: Date,
): DeliveryDecision {
  if (connection?.status !== 'needs_authorisation' || !isAt(connection.since, message.since))
    return suppress('no_longer_applies')
  if (message.reminder > 0) {
    if (planRestrictionOf(subscription, now)) return suppress('plan_required')
    if (hasEarlierEmailWaiting) return suppress('earlier_email_waiting')
    if (lastEmailedAt && now < after(lastEmailedAt, minReminderInterval)) return suppress('emailed_recently')
  }
  // A mass loss isn't the sellers' doing: don't send them to Amazon.
  if (message.why !== 'marked_by_staff' && isMassRevocation(grantLosses))
    return { decision: 'wait', until: after(now, massRevocationDelay) }
  return send
}
