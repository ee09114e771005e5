import { PlanRequired } from '../access/subscription.ts'
import { DomainError } from '../domain-error.ts'
import type { ConnectionId, ProfileId } from '../identifiers.ts'
import type { Ineligibility } from '../profile/profile.ts'

export type ProfileChoiceErrorCode = ChoiceError['code']

/** Each is on the timeline (S-41) and has a page. */
export type ChoiceError = InstanceType<(typeof choiceErrors)[number]>

export const isProfileChoiceError = (error: unknown): error is ChoiceError =>
  choiceErrors.some(errorClass => error instanceof errorClass)

/** S-15 */
export class PendingConnectionExpired extends DomainError {
  readonly code = 'pending_expired'
}

export class PendingConnectionUndecryptable extends DomainError {
  readonly code = 'pending_undecryptable'
}

export class NoPendingConnection extends DomainError {
  readonly code = 'no_pending_connection'
}

export class PickerOutdated extends DomainError {
  readonly code = 'picker_outdated'
}

export class ProfileNotListed extends DomainError {
  readonly code = 'profile_not_listed'
  readonly profileId: ProfileId

  constructor(profileId: ProfileId) {
    super('the chosen profile is not listed')
    this.profileId = profileId
  }
}

/** S-09 */
export class ProfileNotEligible extends DomainError {
  readonly code = 'profile_not_eligible'
  readonly why: Ineligibility

  constructor(why: Ineligibility) {
    super(`the chosen profile cannot be connected: ${why}`)
    this.why = why
  }
}

/** S-17 */
export class ReplacementOutdated extends DomainError {
  readonly code = 'replacement_outdated'
  readonly replace: ConnectionId

  constructor(replace: ConnectionId) {
    super(`connection ${replace} is not the one connected account`)
    this.replace = replace
  }
}

/** S-27 */
export class StillConnected extends DomainError {
  readonly code = 'still_connected'
  readonly connectionId: ConnectionId

  constructor(connectionId: ConnectionId) {
    super(`connection ${connectionId} is still connected`)
    this.connectionId = connectionId
  }
}

/** Also for another user's connection (S-29). */
export class ConnectionNotFound extends DomainError {
  readonly code = 'connection_not_found'
}

const choiceErrors = [
  PlanRequired,
  PendingConnectionExpired,
  PendingConnectionUndecryptable,
  NoPendingConnection,
  PickerOutdated,
  ProfileNotListed,
  ProfileNotEligible,
  ReplacementOutdated,
] as const
