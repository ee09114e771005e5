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

/** A mail that this worker alone sends, while its lease lasts. */
export interface ClaimedMail {
  readonly id: MailId
  /** It counts up with each claim: whoever comes late with an older one writes nothing. */
  readonly fence: number
  readonly episode: string
  readonly personId: PersonId
  readonly connectionId: ConnectionId | null
  readonly mail: Mail
  /** Whom it is about, as their address is now. */
  readonly person: Recipient
  /** How often it was tried before. */
  readonly tries: number
  /** Null before the first try. */
  readonly firstTriedAt: Date | null
}

/** What came of a claim. A secret link outlives none but a wait. */
export type MailOutcome =
  | { readonly outcome: 'sent'; readonly at: Date; readonly subject: string; readonly text: string | null }
  /** Not its turn yet; no try is used up. */
  | { readonly outcome: 'waits'; readonly until: Date }
  | {
      readonly outcome: 'failed'
      readonly at: Date
      readonly nextTryAt: Date
      readonly trouble: string
      /** This one included. */
      readonly tries: number
    }
  | { readonly outcome: 'given_up'; readonly at: Date; readonly trouble: string }
  | { readonly outcome: 'dropped'; readonly at: Date; readonly why: DropReason }

/** For keeping mails from the commit of their cause until they are sent. */
export abstract class Outbox {
  /** Joins the unit of work. An episode that is known already is not written again. */
  abstract put(...mails: readonly OutgoingMail[]): Promise<void>
  /** Whether the mail of an episode is still to be sent. */
  abstract isWaiting(episode: string): Promise<boolean>
  /** The longest due mail that nobody holds, held for two minutes; null when there is none. */
  abstract claim(now: Date): Promise<ClaimedMail | null>
  /** What is true of a mail's person and connection now. */
  abstract factsOf(
    claimed: Pick<ClaimedMail, 'id' | 'personId' | 'connectionId'>,
    now: Date,
  ): Promise<MailFacts>
  /**
   * Joins the unit of work.
   * @returns false, having changed nothing, when another has claimed it since.
   */
  abstract conclude(claimed: Pick<ClaimedMail, 'id' | 'fence'>, outcome: MailOutcome): Promise<boolean>
}

/** For remembering which mails a person wants. */
export abstract class MailChoices {
  /** All of them, for who never said otherwise. */
  abstract of(personId: PersonId): Promise<MailChoice>
  abstract change(personId: PersonId, change: Partial<MailChoice>): Promise<MailChoice>
  /** What a mail's own link shows to choose without signing in: the same for each of a person's mails, for good. */
  abstract tokenOf(personId: PersonId): Promise<Secret>
  /** Null for a token that is nobody's. */
  abstract byToken(token: Secret): Promise<PersonId | null>
}

/** For knowing whether somebody looks at how a loading goes. */
export abstract class Looks {
  /** Written only where the last one noted is from before `since`. */
  abstract note(connectionId: ConnectionId, now: Date, since: Date): Promise<void>
}

/** A mail in words. */
export interface MailText {
  readonly subject: string
  readonly text: string
  readonly html: string
  /** Where one opts out of its kind with one click (RFC 8058); null where one cannot. */
  readonly optOut: string | null
  /** The address that a reply reaches; null for the sender's. */
  readonly replyTo: string | null
}

/** For finding the words of a mail. A subject names nobody and nothing: it stands in logs and on locked screens. */
export abstract class MailTexts {
  /** @param optOutToken null where one cannot opt out. */
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

/** Handing a mail over failed, and may succeed later. The trouble is a code: servers repeat addresses in their words. */
export class MailUndelivered extends Error {
  override readonly name: string = 'MailUndelivered'
  readonly trouble: string

  constructor(trouble: string) {
    super(`a mail could not be handed over: ${trouble}`)
    this.trouble = trouble
  }
}

/** The server refused this very mail for good. */
export class MailRefused extends MailUndelivered {
  override readonly name: string = 'MailRefused'
}

/** For handing mails over to whoever delivers them. */
export abstract class Mailer {
  /**
   * The same mail has the same Message-ID, however often it is sent. Over within two minutes.
   * @throws {MailRefused} for good.
   * @throws {MailUndelivered}
   */
  abstract send(letter: Letter): Promise<void>
}
