import { lackOf, type Subscription } from '../access/subscription.ts'
import { after, hours, seconds } from '../calendar.ts'
import type { Connection } from '../connection/connection.ts'
import { isMassLoss } from '../connection/mass-loss.ts'
import { isWanted, type Mail, type MailChoice } from './mail.ts'
import { burstPatience } from './occasions.ts'

export interface MailFacts {
  /** Null for emails not about a connection. */
  readonly connection: {
    readonly status: Connection['status']
    /** When the authorisation was lost. */
    readonly since: Date | null
    readonly closedAt: Date | null
  } | null
  readonly subscription: Subscription | null
  readonly choice: MailChoice
  readonly lookedAt: Date | null
  /** When an email of this kind about this connection was last sent. */
  readonly toldAt: Date | null
  readonly isEarlierWaiting: boolean
  readonly grantLosses: number
}

export type DropReason =
  | 'reason_over'
  | 'opted_out'
  | 'seen_on_page'
  | 'told_lately'
  | 'earlier_waits'
  | 'plan_lacking'
  | 'expired'

export type Verdict =
  | { readonly verdict: 'send' }
  | { readonly verdict: 'wait'; readonly until: Date }
  | { readonly verdict: 'drop'; readonly why: DropReason }

/** Minimum time between two recorded views. */
export const lookInterval = seconds(30)
/** Minimum time between emails about one loss: after an outage several may be due. */
const apart = hours(20)

const send = { verdict: 'send' } as const
const drop = (why: DropReason) => ({ verdict: 'drop', why }) as const
const isAt = (moment: Date | null, text: string): boolean => moment?.toISOString() === text

/** Decides whether an email still applies: a late one could be untrue. @param pollSeconds of the waiting screen. */
export function judge(mail: Mail, facts: MailFacts, pollSeconds: number, now: Date): Verdict {
  if (!isWanted(mail, facts.choice)) return drop('opted_out')
  const { connection } = facts
  switch (mail.kind) {
    case 'data_ready':
      if (connection?.status !== 'active') return drop('reason_over')
      return wasSeen(mail.settledAt, facts.lookedAt, pollSeconds) ? drop('seen_on_page') : send
    case 'authorisation_needed':
      return judgeLoss(mail, facts, now)
    case 'connection_replaced':
    case 'connection_disconnected':
      return connection?.status === 'closed' && isAt(connection.closedAt, mail.closedAt)
        ? send
        : drop('reason_over')
    case 'connection_erased':
    // Requested by a user; an erasure deletes obsolete ones.
    case 'help_requested':
    case 'help_answered':
      return send
    case 'password_reset':
    case 'invitation':
    case 'connect_link':
      return now.toISOString() < mail.validUntil ? send : drop('expired')
  }
}

/** Two missed polls mean that the page was closed. */
function wasSeen(settledAt: string, lookedAt: Date | null, pollSeconds: number): boolean {
  const open = lookInterval + 2 * seconds(pollSeconds)
  return lookedAt !== null && lookedAt >= after(new Date(settledAt), -open)
}

function judgeLoss(
  mail: Extract<Mail, { kind: 'authorisation_needed' }>,
  { connection, subscription, toldAt, isEarlierWaiting, grantLosses }: MailFacts,
  now: Date,
): Verdict {
  if (connection?.status !== 'needs_authorisation' || !isAt(connection.since, mail.since))
    return drop('reason_over')
  if (mail.reminder > 0) {
    if (lackOf(subscription, now)) return drop('plan_lacking')
    if (isEarlierWaiting) return drop('earlier_waits')
    if (toldAt && now < after(toldAt, apart)) return drop('told_lately')
  }
  // Mass revocation is our fault: don't send sellers to Amazon, including those lost before we noticed.
  if (mail.why === 'grant_gone' && isMassLoss(grantLosses))
    return { verdict: 'wait', until: after(now, burstPatience) }
  return send
}
