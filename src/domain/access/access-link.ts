import { after, hours, minutes } from '../calendar.ts'
import { DomainError } from '../domain-error.ts'
import type { UserId } from '../identifiers.ts'

export type PasswordPurpose = 'invitation' | 'reset'
/** `connect` and `enrolment` work only for their signed-in recipient. */
export type LinkPurpose = PasswordPurpose | 'connect' | 'enrolment'

export interface AccessLink {
  readonly userId: UserId
  readonly purpose: LinkPurpose
  readonly createdAt: Date
  readonly expiresAt: Date
}

const lifetimes: Readonly<Record<LinkPurpose, number>> = {
  invitation: hours(7 * 24),
  reset: minutes(30),
  connect: minutes(15),
  enrolment: hours(24),
}

export const createAccessLink = (userId: UserId, purpose: LinkPurpose, now: Date): AccessLink => ({
  userId,
  purpose,
  createdAt: now,
  expiresAt: after(now, lifetimes[purpose]),
})

export const passwordResetLimit = { count: 3, within: hours(1) }

/** One error for unknown, used, replaced and expired links. */
export class AccessLinkInvalid extends DomainError {
  readonly code = 'access_link_invalid'
}

/** Also for a user who already has a second factor. */
export class EnrolmentLinkInvalid extends DomainError {
  readonly code = 'enrolment_link_invalid'
}

export class ConnectLinkInvalid extends DomainError {
  readonly code = 'connect_link_invalid'
}

export class ConnectLinkForAnotherUser extends DomainError {
  readonly code = 'connect_link_for_another_user'
  /** The signed-in user's, never the recipient's. */
  readonly email: string

  constructor(email: string) {
    super('the connect link belongs to another user')
    this.email = email
  }
}
