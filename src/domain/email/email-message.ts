import type { AuthorisationLossReason } from '../connection/connection.ts'
import type { ConnectionId, SupportRequestId, UserId } from '../identifiers.ts'
import type { Secret } from '../secret.ts'
import type { SecurityNotice } from './security-notice.ts'

export type ReminderNumber = 0 | 1 | 2 | 3 | 4

/** S-31. Times are ISO text. An email names only its own account and is erased with it. */
export type EmailMessage =
  | { readonly kind: 'data_ready'; readonly account: string; readonly finishedAt: string }
  | {
      readonly kind: 'authorisation_needed'
      readonly account: string
      readonly why: AuthorisationLossReason
      readonly since: string
      readonly reminder: ReminderNumber
    }
  | {
      readonly kind: 'connection_replaced'
      readonly account: string
      readonly closedAt: string
      readonly retainedUntil: string
    }
  | {
      readonly kind: 'connection_disconnected'
      readonly account: string
      readonly closedAt: string
      readonly retainedUntil: string
    }
  /** Must not name the erased account. */
  | { readonly kind: 'connection_erased'; readonly closedAt: string }
  | { readonly kind: 'security_notice'; readonly at: string; readonly notice: SecurityNotice }
  /** This and the next three links: encrypted, deleted once sent. */
  | { readonly kind: 'password_reset'; readonly link: Secret; readonly validUntil: string }
  | { readonly kind: 'invitation'; readonly link: Secret; readonly validUntil: string }
  | { readonly kind: 'connect_link'; readonly link: Secret; readonly validUntil: string }
  | { readonly kind: 'enrolment_link'; readonly link: Secret; readonly validUntil: string }
  /** Doesn't quote the request: erasure can't reach a mailbox. */
  | { readonly kind: 'help_requested'; readonly requestId: SupportRequestId }
  | { readonly kind: 'support_request_replied'; readonly requestId: SupportRequestId; readonly text: string }

export type EmailKind = EmailMessage['kind']

/** Written in the transaction of its cause. */
export interface OutgoingEmail {
  /** At most one email per key. */
  readonly idempotencyKey: string
  readonly userId: UserId
  /** Null when not about a connection, or when the email must survive its erasure. */
  readonly connectionId: ConnectionId | null
  readonly message: EmailMessage
  readonly createdAt: Date
  readonly dueAt: Date
}

export const recipientOf = ({ kind }: Pick<EmailMessage, 'kind'>): 'user' | 'support' =>
  kind === 'help_requested' ? 'support' : 'user'

export const emailPreferenceNames = ['ready', 'reminders'] as const
export type EmailPreferenceName = (typeof emailPreferenceNames)[number]

export type EmailPreferences = { readonly [option in EmailPreferenceName]: boolean }

export const defaultEmailPreferences: EmailPreferences = { ready: true, reminders: true }

/** Null when the email can't be turned off. */
export function preferenceFor(
  message: Pick<EmailMessage, 'kind'> & { readonly reminder?: ReminderNumber },
): EmailPreferenceName | null {
  if (message.kind === 'data_ready') return 'ready'
  return message.kind === 'authorisation_needed' && message.reminder !== 0 ? 'reminders' : null
}

export const isEmailWanted = (message: EmailMessage, preferences: EmailPreferences): boolean => {
  const option = preferenceFor(message)
  return option === null || preferences[option]
}
