import type { AuthorisationLoss } from '../connection/connection.ts'
import type { ConnectionId, HelpRequestId, PersonId } from '../identifiers.ts'
import type { Secret } from '../secret.ts'

export type ReminderNumber = 0 | 1 | 2 | 3 | 4

/** S-31. Times are ISO text. An email names no account but its own, and is erased with it. */
export type Mail =
  | { readonly kind: 'data_ready'; readonly account: string; readonly settledAt: string }
  | {
      readonly kind: 'authorisation_needed'
      readonly account: string
      readonly why: AuthorisationLoss
      readonly since: string
      readonly reminder: ReminderNumber
    }
  | {
      readonly kind: 'connection_replaced'
      readonly account: string
      readonly closedAt: string
      readonly keptUntil: string
    }
  | {
      readonly kind: 'connection_disconnected'
      readonly account: string
      readonly closedAt: string
      readonly keptUntil: string
    }
  /** Disconnected and erased at once, so it must not name the account. */
  | { readonly kind: 'connection_erased'; readonly closedAt: string }
  /** Like a password: encrypted until sent, then deleted. So are the next two. */
  | { readonly kind: 'password_reset'; readonly link: Secret; readonly validUntil: string }
  | { readonly kind: 'invitation'; readonly link: Secret; readonly validUntil: string }
  | { readonly kind: 'connect_link'; readonly link: Secret; readonly validUntil: string }
  /** Doesn't quote the request: erasure can't reach a mailbox, and reading there isn't logged. */
  | { readonly kind: 'help_requested'; readonly requestId: HelpRequestId }
  | { readonly kind: 'help_answered'; readonly requestId: HelpRequestId; readonly words: string }

export type MailKind = Mail['kind']

/** Written in the transaction of its cause. */
export interface OutgoingMail {
  /** Idempotency key: at most one email per key. */
  readonly episode: string
  readonly personId: PersonId
  /** Null for emails about the user, or about a connection that must leave nothing. */
  readonly connectionId: ConnectionId | null
  readonly mail: Mail
  readonly createdAt: Date
  readonly dueAt: Date
}

export const addresseeOf = ({ kind }: Pick<Mail, 'kind'>): 'person' | 'support' =>
  kind === 'help_requested' ? 'support' : 'person'

export const mailOptions = ['ready', 'reminders'] as const
export type MailOption = (typeof mailOptions)[number]

export type MailChoice = { readonly [option in MailOption]: boolean }

export const allMails: MailChoice = { ready: true, reminders: true }

/** @returns null when it can't be turned off: the user requested it, or something stops after it. */
export function optionOf(
  mail: Pick<Mail, 'kind'> & { readonly reminder?: ReminderNumber },
): MailOption | null {
  if (mail.kind === 'data_ready') return 'ready'
  return mail.kind === 'authorisation_needed' && mail.reminder !== 0 ? 'reminders' : null
}

export const isWanted = (mail: Mail, choice: MailChoice): boolean => {
  const option = optionOf(mail)
  return option === null || choice[option]
}
