import { randomUUID } from 'node:crypto'
import {
  type ActiveConnection,
  connect,
  consentOf,
  reauthorise,
  reopen,
} from '../../domain/connection/connection.ts'
import { isDifferentAmazonUser } from '../../domain/connection/consent.ts'
import {
  PendingConnectionExpired,
  PickerOutdated,
  ProfileNotEligible,
  ProfileNotListed,
} from '../../domain/connection/errors.ts'
import type { ProfileChoiceDecision } from '../../domain/connection/one-account-rule.ts'
import {
  findListedProfile,
  isExpired,
  type PendingConnection,
} from '../../domain/connection/pending-connection.ts'
import type {
  ConnectionId,
  PendingConnectionId,
  ProfileId,
  SessionId,
  UserId,
} from '../../domain/identifiers.ts'
import { type AdvertisingProfile, ineligibility, profileLabel } from '../../domain/profile/profile.ts'
import type { TimelineEvent } from '../../domain/timeline/entry.ts'

export interface ProfileSelection {
  readonly userId: UserId
  readonly sessionId: SessionId
  readonly profileId: ProfileId
  /** Confirmed by the seller. */
  readonly replace: ConnectionId | null
  readonly pendingId: PendingConnectionId | null
  /** Confirmed by the seller (S-26). */
  readonly confirmedUserId: string | null
  /** Null when chosen in the picker. */
  readonly reauthorisedConnectionId: ConnectionId | null
}

export type ProfileChoiceResult =
  | { readonly outcome: 'connected' | 'renewed' | 'reopened'; readonly connectionId: ConnectionId }
  /** S-26: the pending connection stays. */
  | { readonly outcome: 'different_amazon_user'; readonly profileId: ProfileId }
  /** S-26: no longer live; the pending connection stays. */
  | { readonly outcome: 'nothing_reauthorised' }
  /** S-17: the pending connection stays. */
  | { readonly outcome: 'blocked'; readonly profileId: ProfileId }

type AcceptedDecision = Extract<ProfileChoiceDecision, { decision: 'connect' | 'reauthorise' }>

export function buildConnection(
  decision: AcceptedDecision,
  by: {
    readonly pending: PendingConnection
    readonly profile: AdvertisingProfile
    readonly isExclusive: boolean
    readonly consentedAt: Date
    readonly now: Date
  },
): ActiveConnection {
  const connection = applyDecision(decision, by)
  return { ...connection, grant: { ...connection.grant, consentedAt: by.consentedAt } }
}

function applyDecision(
  decision: AcceptedDecision,
  { pending, profile, isExclusive, now }: Parameters<typeof buildConnection>[1],
): ActiveConnection {
  if (decision.decision === 'reauthorise') return reauthorise(decision.connection, pending, profile)
  if (decision.reopenedConnection)
    return reopen(decision.reopenedConnection, { isExclusive }, pending, profile)
  return connect({ id: randomUUID() as ConnectionId, isExclusive }, pending, profile, now)
}

type ConnectionEvent = Extract<TimelineEvent, { kind: 'connected' | 'reopened' | 'reauthorised' }>

export function connectionEventOf(
  decision: AcceptedDecision,
  { amazonUser: now }: PendingConnection,
  profile: AdvertisingProfile,
): ConnectionEvent {
  if (decision.decision === 'connect') {
    const kind = decision.reopenedConnection ? 'reopened' : 'connected'
    return { kind, profileId: profile.id, label: profileLabel(profile) }
  }
  const before = consentOf(decision.connection).amazonUser
  const amazonUser = before && now ? (isDifferentAmazonUser(before, now) ? 'other' : 'same') : 'unknown'
  return { kind: 'reauthorised', amazonUser }
}

export const outcomeByEvent = {
  connected: 'connected',
  reopened: 'reopened',
  reauthorised: 'renewed',
} as const satisfies Record<ConnectionEvent['kind'], ProfileChoiceResult['outcome']>

export function requireSelectableProfile(
  pending: PendingConnection,
  choice: ProfileSelection,
  now: Date,
): AdvertisingProfile {
  if (isExpired(pending, now)) throw new PendingConnectionExpired()
  if (choice.pendingId && choice.pendingId !== pending.id) throw new PickerOutdated()
  const profile = findListedProfile(pending.regionResults, choice.profileId)
  if (!profile) throw new ProfileNotListed(choice.profileId)
  const why = ineligibility(profile)
  if (why) throw new ProfileNotEligible(why)
  return profile
}
