import type { AuthorisationLoss } from '../connection/connection.ts'
import type { ConnectionId, HelpRequestId, PersonId } from '../identifiers.ts'
import type { Secret } from '../secret.ts'

/** 0 is the first mail about a loss, the others remind of it. */
export type ReminderNumber = 0 | 1 | 2 | 3 | 4

/**
 * What a person is told by mail, and support about a person (S-31). Moments are ISO texts; an account is named as on the pages, and none but the
 * mail's own: it is erased with that one.
 */
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
  /** Disconnected and erased in one: within seconds there is no name left that it could tell. */
  | { readonly kind: 'connection_erased'; readonly closedAt: string }
  /** The link is as good as a password: it is sealed while it waits, and gone once the mail is sent. */
  | { readonly kind: 'password_reset'; readonly link: Secret; readonly validUntil: string }
  /** Whoever has its link chooses the first password of a new account: it is kept as the one before. */
  | { readonly kind: 'invitation'; readonly link: Secret; readonly validUntil: string }
  /** Its link works for whom it is sent to, signed in: it is kept as the others all the same. */
  | { readonly kind: 'connect_link'; readonly link: Secret; readonly validUntil: string }
  /** Where a request is read, and no word of it: no erasure reaches a mailbox, and nobody notes who looks into it. */
  | { readonly kind: 'help_requested'; readonly requestId: HelpRequestId }
  /** The words are the staff's. */
  | { readonly kind: 'help_answered'; readonly requestId: HelpRequestId; readonly words: string }

export type MailKind = Mail['kind']

/** A mail that has to be sent, written in the commit of its cause. */
export interface OutgoingMail {
  /** The same episode a second time is no second mail. */
  readonly episode: string
  readonly personId: PersonId
  /** Null for a mail about the person, or about a connection of which nothing may be left. */
  readonly connectionId: ConnectionId | null
  readonly mail: Mail
  readonly createdAt: Date
  /** Not before. */
  readonly dueAt: Date
}

/** To whom a mail goes: to the person that it is about, or to support, which is an address and no person. */
export const addresseeOf = ({ kind }: Pick<Mail, 'kind'>): 'person' | 'support' =>
  kind === 'help_requested' ? 'support' : 'person'

/** What a person may do without. */
export const mailOptions = ['ready', 'reminders'] as const
export type MailOption = (typeof mailOptions)[number]

export type MailChoice = { readonly [option in MailOption]: boolean }

export const allMails: MailChoice = { ready: true, reminders: true }

/**
 * What one opts out of to be spared such a mail; null where one cannot. Somebody asked for a reset, or for help; an
 * end, and the first word of a loss, may be somebody else's doing, and after each of them something stops.
 */
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
