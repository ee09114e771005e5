import { lackOf, type Subscription } from '../access/subscription.ts'
import { after, hours, seconds } from '../calendar.ts'
import type { Connection } from '../connection/connection.ts'
import { isMassLoss } from '../connection/mass-loss.ts'
import { isWanted, type Mail, type MailChoice } from './mail.ts'
import { burstPatience } from './occasions.ts'

/** What is true at the moment at which a mail is about to leave. */
export interface MailFacts {
  /** Null for a mail that is about no connection. */
  readonly connection: {
    readonly status: Connection['status']
    /** Of its loss of authorisation. */
    readonly since: Date | null
    readonly closedAt: Date | null
  } | null
  readonly subscription: Subscription | null
  readonly choice: MailChoice
  /** When somebody looked last at how its loading goes. */
  readonly lookedAt: Date | null
  /** When a mail of the same kind about the same connection was sent last. */
  readonly toldAt: Date | null
  /** Whether an earlier mail about the same loss has not been sent yet. */
  readonly isEarlierWaiting: boolean
  /** How many grants were refused in a row. */
  readonly grantLosses: number
}

/** Why a mail is not sent after all. */
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

/** No look is noted within so many milliseconds of another. */
export const lookInterval = seconds(30)
/** Mails about one loss come late after an outage, and not together. */
const apart = hours(20)

const send = { verdict: 'send' } as const
const drop = (why: DropReason) => ({ verdict: 'drop', why }) as const
const isAt = (moment: Date | null, text: string): boolean => moment?.toISOString() === text

/**
 * Whether a mail's reason still stands. One that is over is not sent: told late, it would be untrue.
 * @param pollSeconds how often a waiting page looks.
 */
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
    // It was asked for, and an erasure takes away what is over.
    case 'help_requested':
    case 'help_answered':
      return send
    case 'password_reset':
    case 'invitation':
    case 'connect_link':
      return now.toISOString() < mail.validUntil ? send : drop('expired')
  }
}

/** The page asks again and again while it is open; two looks that it missed say that it is not. */
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
  // Many at once are our fault: nobody is sent to Amazon for it, those who were lost before it was noticed included.
  if (mail.why === 'grant_gone' && isMassLoss(grantLosses))
    return { verdict: 'wait', until: after(now, burstPatience) }
  return send
}
