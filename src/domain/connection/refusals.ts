import { PlanLacking } from '../access/subscription.ts'
import type { ConnectionId, ProfileId } from '../identifiers.ts'
import type { Ineligibility } from '../profile/profile.ts'
import { Refusal } from '../refusal.ts'

/** Why a choice of a profile is refused, as the timeline keeps it. */
export type ChoiceRefusalCode = ChoiceRefusal['code']

type ChoiceRefusal =
  | PlanLacking
  | PendingConnectionExpired
  | PendingConnectionUnreadable
  | NothingPending
  | PickerStale
  | ProfileNotOffered
  | ProfileNotEligible
  | ReplacementStale

export const isChoiceRefusal = (error: unknown): error is ChoiceRefusal =>
  choiceRefusals.some(refusal => error instanceof refusal)

/** S-15: the hour is over. */
export class PendingConnectionExpired extends Refusal {
  readonly code = 'pending_expired'
}

/** Its tokens do not open with our keys: nothing can be connected with it, and it is erased. */
export class PendingConnectionUnreadable extends Refusal {
  readonly code = 'pending_unreadable'
}

/** Nothing is pending: chosen already in another tab, discarded, or never authorised. */
export class NothingPending extends Refusal {
  readonly code = 'nothing_pending'
}

/** The picker on the screen belongs to an older authorisation. */
export class PickerStale extends Refusal {
  readonly code = 'picker_stale'
}

/** The form names a profile that Amazon did not list for this authorisation. */
export class ProfileNotOffered extends Refusal {
  readonly code = 'profile_not_offered'
  readonly profileId: ProfileId

  constructor(profileId: ProfileId) {
    super('the chosen profile was not offered')
    this.profileId = profileId
  }
}

/** S-09: listed, with its reason, but not to be chosen. */
export class ProfileNotEligible extends Refusal {
  readonly code = 'profile_not_eligible'
  readonly why: Ineligibility

  constructor(why: Ineligibility) {
    super(`the chosen profile cannot be connected: ${why}`)
    this.why = why
  }
}

/** S-17: the account that the seller confirmed to give up is no longer the connected one. */
export class ReplacementStale extends Refusal {
  readonly code = 'replacement_stale'
  readonly replace: ConnectionId

  constructor(replace: ConnectionId) {
    super(`connection ${replace} is not the one connected account`)
    this.replace = replace
  }
}

/** S-27: only what is disconnected can be erased. */
export class StillConnected extends Refusal {
  readonly code = 'still_connected'
  readonly connectionId: ConnectionId

  constructor(connectionId: ConnectionId) {
    super(`connection ${connectionId} is still connected`)
    this.connectionId = connectionId
  }
}

/** Unknown, or another person's: the two cannot be told apart (S-29). */
export class ConnectionNotFound extends Refusal {
  readonly code = 'connection_not_found'
}

const choiceRefusals = [
  PlanLacking,
  PendingConnectionExpired,
  PendingConnectionUnreadable,
  NothingPending,
  PickerStale,
  ProfileNotOffered,
  ProfileNotEligible,
  ReplacementStale,
] as const satisfies readonly (abstract new (
  ...args: never
) => ChoiceRefusal)[]
