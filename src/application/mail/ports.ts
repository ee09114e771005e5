import type { Role } from '../../domain/access/person.ts'
import type { ConnectionId, MailId, PersonId } from '../../domain/identifiers.ts'
import type { Mail, MailChoice, MailKind, OutgoingMail } from '../../domain/mail/mail.ts'
import type { DropReason, MailFacts } from '../../domain/mail/verdict.ts'
import type { Secret } from '../../domain/secret.ts'

export interface Recipient {
  readonly email: string
  readonly name: string
  readonly role: Role
}

/** Leased to this worker alone. */
export interface ClaimedMail {
  readonly id: MailId
  /** Fencing token: a write with an older one changes nothing. */
  readonly fence: number
  readonly episode: string
  readonly personId: PersonId
  readonly connectionId: ConnectionId | null
  readonly mail: Mail
  /** With the current address. */
  readonly person: Recipient
  readonly tries: number
  readonly firstTriedAt: Date | null
}

/** A secret link survives only a wait. */
export type MailOutcome =
  | { readonly outcome: 'sent'; readonly at: Date; readonly subject: string; readonly text: string | null }
  /** Uses up no try. */
  | { readonly outcome: 'waits'; readonly until: Date }
  | {
      readonly outcome: 'failed'
      readonly at: Date
      readonly nextTryAt: Date
      readonly trouble: string
      /** Including this one. */
      readonly tries: number
    }
  | { readonly outcome: 'given_up'; readonly at: Date; readonly trouble: string }
  | { readonly outcome: 'dropped'; readonly at: Date; readonly why: DropReason }

/** Stores emails from their cause's transaction until they are sent. */
export abstract class Outbox {
  /** Joins the transaction; skips a known idempotency key. */
  abstract put(...mails: readonly OutgoingMail[]): Promise<void>
  /** True while the email with this key is unsent. */
  abstract isWaiting(episode: string): Promise<boolean>
  /** Leases the longest due email for two minutes; null when none is free. */
  abstract claim(now: Date): Promise<ClaimedMail | null>
  /** Returns the input of the delivery decision. */
  abstract factsOf(
    claimed: Pick<ClaimedMail, 'id' | 'personId' | 'connectionId'>,
    now: Date,
  ): Promise<MailFacts>
  /** Joins the transaction. @returns false, having changed nothing, when another worker has claimed it. */
  abstract conclude(claimed: Pick<ClaimedMail, 'id' | 'fence'>, outcome: MailOutcome): Promise<boolean>
}

export abstract class MailChoices {
  /** Returns all emails unless the user chose. */
  abstract of(personId: PersonId): Promise<MailChoice>
  abstract change(personId: PersonId, change: Partial<MailChoice>): Promise<MailChoice>
  /** For the unsubscribe link; one per user, never changes. */
  abstract tokenOf(personId: PersonId): Promise<Secret>
  /** Null for an unknown token. */
  abstract byToken(token: Secret): Promise<PersonId | null>
}

export abstract class Looks {
  /** Doesn't write if the last view is from `since` or later. */
  abstract note(connectionId: ConnectionId, now: Date, since: Date): Promise<void>
}

export interface MailText {
  readonly subject: string
  readonly text: string
  readonly html: string
  /** One-click unsubscribe URL (RFC 8058); null when the email can't be turned off. */
  readonly optOut: string | null
  /** Null for the sender's address. */
  readonly replyTo: string | null
}

/** A subject contains no names: it appears in logs and on locked screens. */
export abstract class MailTexts {
  /** @param optOutToken null when it can't be turned off. */
  abstract write(
    mail: Mail,
    about: { readonly to: Recipient; readonly connectionId: ConnectionId | null },
    optOutToken: Secret | null,
  ): Promise<MailText>
}

export interface Letter extends MailText {
  readonly id: MailId
  readonly kind: MailKind
  readonly episode: string
  readonly to: Recipient
}

/** May succeed later. The error is a code: servers quote addresses. */
export class MailUndelivered extends Error {
  override readonly name: string = 'MailUndelivered'
  readonly trouble: string

  constructor(trouble: string) {
    super(`a mail could not be handed over: ${trouble}`)
    this.trouble = trouble
  }
}

export class MailRefused extends MailUndelivered {
  override readonly name: string = 'MailRefused'
}

export abstract class Mailer {
  /** Takes at most two minutes; the Message-ID is the same on each try. @throws {EmailRejected | EmailDeliveryError} */
  abstract send(letter: Letter): Promise<void>
}
