import { after, hours, minutes } from '../calendar.ts'
import type { PersonId } from '../identifiers.ts'
import { Refusal } from '../refusal.ts'

export type PasswordPurpose = 'invitation' | 'reset'
/** `connect` works only for its signed-in recipient. */
export type LinkPurpose = PasswordPurpose | 'connect'

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

/** Protects other users' mailboxes from repeated requests. */
export const resetsAllowed = { count: 3, within: hours(1) }

/** Unknown, used, replaced or expired: one error. */
export class LinkWorthless extends Refusal {
  readonly code = 'link_worthless'
}

export class ConnectLinkWorthless extends Refusal {
  readonly code = 'connect_link_worthless'
}

export class ConnectLinkForeign extends Refusal {
  readonly code = 'connect_link_foreign'
  /** The signed-in user's; the recipient's isn't disclosed. */
  readonly email: string

  constructor(email: string) {
    super('a link to connect with was sent to somebody else')
    this.email = email
  }
}
