import type { Role } from '../../domain/access/user.ts'
import type { DeliveryInput, SuppressionReason } from '../../domain/email/delivery-decision.ts'
import type {
  EmailKind,
  EmailMessage,
  EmailPreferences,
  OutgoingEmail,
} from '../../domain/email/email-message.ts'
import type { ConnectionId, EmailMessageId, UserId } from '../../domain/identifiers.ts'
import type { Secret } from '../../domain/secret.ts'

export interface Recipient {
  readonly email: string
  readonly name: string
  readonly role: Role
}

export interface LeasedEmail {
  readonly id: EmailMessageId
  /** Fencing token: a write with an older one changes nothing. */
  readonly fencingToken: number
  readonly idempotencyKey: string
  readonly userId: UserId
  readonly connectionId: ConnectionId | null
  readonly message: EmailMessage
  readonly user: Recipient
  readonly tries: number
  readonly firstTriedAt: Date | null
}

/** A secret link survives only `deferred` and `retry`. */
export type DeliveryOutcome =
  | { readonly outcome: 'sent'; readonly at: Date; readonly subject: string; readonly text: string | null }
  /** Uses up no try. */
  | { readonly outcome: 'deferred'; readonly until: Date }
  | {
      readonly outcome: 'retry'
      readonly at: Date
      readonly dueAt: Date
      readonly error: string
      readonly tries: number
    }
  | { readonly outcome: 'failed'; readonly at: Date; readonly error: string }
  | { readonly outcome: 'suppressed'; readonly at: Date; readonly why: SuppressionReason }

/** Emails join the transaction that causes them. */
export abstract class Outbox {
  /** Joins the transaction; skips a known idempotency key. */
  abstract put(...emails: readonly OutgoingEmail[]): Promise<void>
  abstract isWaiting(idempotencyKey: string): Promise<boolean>
  /** Leases the longest due email for two minutes. */
  abstract claim(now: Date): Promise<LeasedEmail | null>
  abstract deliveryInputOf(
    claimed: Pick<LeasedEmail, 'id' | 'userId' | 'connectionId'>,
    now: Date,
  ): Promise<DeliveryInput>
  /** Joins the transaction. False, having changed nothing, when another worker has claimed it. */
  abstract complete(
    claimed: Pick<LeasedEmail, 'id' | 'fencingToken'>,
    outcome: DeliveryOutcome,
  ): Promise<boolean>
}

export abstract class EmailPreferenceStore {
  /** Defaults to all emails. */
  abstract of(userId: UserId): Promise<EmailPreferences>
  abstract change(userId: UserId, change: Partial<EmailPreferences>): Promise<EmailPreferences>
  /** For the unsubscribe link; never changes. */
  abstract tokenOf(userId: UserId): Promise<Secret>
  abstract byToken(token: Secret): Promise<UserId | null>
}

export abstract class ProgressViews {
  /** No write if the last view is from `since` or later. */
  abstract record(connectionId: ConnectionId, now: Date, since: Date): Promise<void>
}

export interface EmailContent {
  readonly subject: string
  readonly text: string
  readonly html: string
  /** RFC 8058; null when the email can't be turned off. */
  readonly optOut: string | null
  /** Null for the sender's address. */
  readonly replyTo: string | null
}

/** No names in subjects: they appear in logs and on locked screens. */
export abstract class EmailRenderer {
  /** @param optOutToken null when the email can't be turned off. */
  abstract render(
    message: EmailMessage,
    about: { readonly to: Recipient; readonly connectionId: ConnectionId | null },
    optOutToken: Secret | null,
  ): Promise<EmailContent>
}

export interface RenderedEmail extends EmailContent {
  readonly id: EmailMessageId
  readonly kind: EmailKind
  readonly idempotencyKey: string
  readonly to: Recipient
}

/** May succeed later. The error is a code, because servers quote addresses. */
export class EmailDeliveryError extends Error {
  override readonly name: string = 'EmailDeliveryError'
  readonly error: string

  constructor(error: string) {
    super(`email not delivered: ${error}`)
    this.error = error
  }
}

export class EmailRejected extends EmailDeliveryError {
  override readonly name: string = 'EmailRejected'
}

export abstract class Mailer {
  /**
   * Takes at most two minutes. The Message-ID is the same on each try.
   * @throws {EmailRejected | EmailDeliveryError}
   */
  abstract send(email: RenderedEmail): Promise<void>
}
