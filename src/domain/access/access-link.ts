import { after, hours, minutes } from '../calendar.ts'
import type { PersonId } from '../identifiers.ts'
import { Refusal } from '../refusal.ts'

/** What a link lets its reader do without a password: choose the first one, or another in place of a forgotten one. */
export type PasswordPurpose = 'invitation' | 'reset'
/** `connect`: leave for Amazon, being signed in as whom it was sent to. It opens nothing by itself. */
export type LinkPurpose = PasswordPurpose | 'connect'

/** A link that was sent or handed to a person. */
export interface AccessLink {
  readonly personId: PersonId
  readonly purpose: LinkPurpose
  readonly madeAt: Date
  readonly expiresAt: Date
}

const lifetimes: Readonly<Record<LinkPurpose, number>> = {
  invitation: hours(7 * 24),
  reset: minutes(30),
  connect: minutes(15),
}

export const makeLink = (personId: PersonId, purpose: LinkPurpose, now: Date): AccessLink => ({
  personId,
  purpose,
  madeAt: now,
  expiresAt: after(now, lifetimes[purpose]),
})

/** Whoever asks for another person again and again must not fill their mailbox. */
export const resetsAllowed = { count: 3, within: hours(1) }

/** Unknown, used, replaced or too old: one answer for all. */
export class LinkWorthless extends Refusal {
  readonly code = 'link_worthless'
}

/** The same of a link to connect with. */
export class ConnectLinkWorthless extends Refusal {
  readonly code = 'connect_link_worthless'
}

/** Somebody else is signed in than whom it was sent to. */
export class ConnectLinkForeign extends Refusal {
  readonly code = 'connect_link_foreign'
  /** Of whoever is signed in: whom it was sent to is not theirs to know. */
  readonly email: string

  constructor(email: string) {
    super('a link to connect with was sent to somebody else')
    this.email = email
  }
}
