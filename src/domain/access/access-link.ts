import { after, hours, minutes } from '../calendar.ts'
import type { PersonId } from '../identifiers.ts'
import { Refusal } from '../refusal.ts'

/** What a link lets its reader do without a password: choose the first one, or another in place of a forgotten one. */
export type LinkPurpose = 'invitation' | 'reset'

/** A link that was sent or handed to a person; whoever has it can choose their password. */
export interface AccessLink {
  readonly personId: PersonId
  readonly purpose: LinkPurpose
  readonly madeAt: Date
  readonly expiresAt: Date
}

const lifetimes: Readonly<Record<LinkPurpose, number>> = {
  invitation: hours(7 * 24),
  reset: minutes(30),
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
