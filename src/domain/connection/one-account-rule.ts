import { canHaveSeveralConnections, type Role } from '../access/user.ts'
import type { ConnectionId, PendingConnectionId, ProfileId } from '../identifiers.ts'
import type { AdvertisingProfile } from '../profile/profile.ts'
import { type ClosedConnection, consentOf, isRetained, type LiveConnection } from './connection.ts'
import { type AmazonUser, isDifferentAmazonUser } from './consent.ts'
import { ReplacementOutdated } from './errors.ts'

export type ProfileChoiceDecision =
  | {
      readonly decision: 'connect'
      /** Confirmed by the seller. */
      readonly replacedConnection: LiveConnection | null
      /** Null for a new connection (S-27). */
      readonly reopenedConnection: ClosedConnection | null
    }
  | { readonly decision: 'reauthorise'; readonly connection: LiveConnection }
  /** S-26 */
  | { readonly decision: 'different_amazon_user'; readonly connection: LiveConnection }
  /** `replaceable` is null with several live connections (after a role change). */
  | {
      readonly decision: 'blocked'
      readonly live: readonly LiveConnection[]
      readonly replaceable: LiveConnection | null
    }

export interface ProfileChoice {
  readonly role: Role
  readonly live: readonly LiveConnection[]
  readonly closed: readonly ClosedConnection[]
  readonly profile: AdvertisingProfile
  readonly amazonUser: AmazonUser | null
  /** Confirmed by the seller. */
  readonly replace: ConnectionId | null
  readonly confirmedUserId: string | null
}

/**
 * S-17 to S-19. Call it under the user's lock with connections read under it, or two tabs could both connect.
 * @throws {ReplacementOutdated}
 */
export function decideProfileChoice(choice: ProfileChoice, now: Date): ProfileChoiceDecision {
  const { role, live, profile, replace } = choice

  const existing = live.find(connection => connection.profile.id === profile.id)
  if (existing) return decideReauthorisation(existing, choice)

  const reopenedConnection = findReopenable(choice.closed, profile.id, now)
  if (replace !== null) {
    const [only] = live
    if (live.length !== 1 || only?.id !== replace) throw new ReplacementOutdated(replace)
    return { decision: 'connect', replacedConnection: only, reopenedConnection }
  }

  if (live.length === 0 || canHaveSeveralConnections(role))
    return { decision: 'connect', replacedConnection: null, reopenedConnection }
  return { decision: 'blocked', live, replaceable: live.length === 1 ? (live[0] ?? null) : null }
}

function decideReauthorisation(
  connection: LiveConnection,
  { amazonUser, confirmedUserId }: Pick<ProfileChoice, 'amazonUser' | 'confirmedUserId'>,
): ProfileChoiceDecision {
  const isDifferentUser = isDifferentAmazonUser(consentOf(connection).amazonUser, amazonUser)
  const isConfirmed = confirmedUserId !== null && confirmedUserId === amazonUser?.userId
  return { decision: isDifferentUser && !isConfirmed ? 'different_amazon_user' : 'reauthorise', connection }
}

function findReopenable(
  closed: readonly ClosedConnection[],
  profileId: ProfileId,
  now: Date,
): ClosedConnection | null {
  const retained = closed.filter(
    connection => connection.profile.id === profileId && isRetained(connection, now),
  )
  return retained.toSorted((one, other) => other.closedAt.getTime() - one.closedAt.getTime())[0] ?? null
}

/** S-19: the first of two clicks has already used the pending connection. */
export function findAlreadyChosen(
  live: readonly LiveConnection[],
  profileId: ProfileId,
  shownPendingId: PendingConnectionId | null,
): LiveConnection | null {
  return (
    live.find(
      ({ profile, pendingConnectionId }) =>
        profile.id === profileId && pendingConnectionId === shownPendingId,
    ) ?? null
  )
}
