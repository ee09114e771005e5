import { mayHoldSeveral, type Role } from '../access/person.ts'
import type { ConnectionId, PendingConnectionId, ProfileId } from '../identifiers.ts'
import type { AdvertisingProfile } from '../profile/profile.ts'
import { type ClosedConnection, consentOf, type HeldConnection, isKept } from './connection.ts'
import { type AmazonUser, isOtherAmazonUser } from './consent.ts'
import { ReplacementStale } from './refusals.ts'

export type Ruling =
  | {
      readonly ruling: 'connect'
      /** The connection that the seller agreed to replace. */
      readonly gives: HeldConnection | null
      /** A retained connection (S-27); null for a new one. */
      readonly reopens: ClosedConnection | null
    }
  | { readonly ruling: 'renew'; readonly connection: HeldConnection }
  /** The seller hasn't confirmed the different Amazon user (S-26). */
  | { readonly ruling: 'other_amazon_user'; readonly connection: HeldConnection }
  /** `replaceable` is null with several live connections (a lost role). */
  | {
      readonly ruling: 'blocked'
      readonly held: readonly HeldConnection[]
      readonly replaceable: HeldConnection | null
    }

export interface ProfileChoice {
  readonly role: Role
  readonly held: readonly HeldConnection[]
  readonly closed: readonly ClosedConnection[]
  readonly profile: AdvertisingProfile
  /** Who consented this time; null if unknown. */
  readonly amazonUser: AmazonUser | null
  /** The connection that the seller agreed to replace. */
  readonly replace: ConnectionId | null
  /** The different Amazon user that the seller confirmed. */
  readonly confirmedUserId: string | null
}

/**
 * Decides a choice (S-17 to S-19). Call it under the user's lock, with connections read under that lock: otherwise two
 * tabs could both connect.
 * @throws {ReplacementOutdated} when the confirmed connection isn't the live one.
 */
export function ruleOnChoice(choice: ProfileChoice, now: Date): Ruling {
  const { role, held, profile, replace } = choice

  const same = held.find(connection => connection.profile.id === profile.id)
  if (same) return ruleOnRenewal(same, choice)

  const reopens = reopenable(choice.closed, profile.id, now)
  if (replace !== null) {
    const [only] = held
    if (held.length !== 1 || only?.id !== replace) throw new ReplacementStale(replace)
    return { ruling: 'connect', gives: only, reopens }
  }

  if (held.length === 0 || mayHoldSeveral(role)) return { ruling: 'connect', gives: null, reopens }
  return { ruling: 'blocked', held, replaceable: held.length === 1 ? (held[0] ?? null) : null }
}

function ruleOnRenewal(
  connection: HeldConnection,
  { amazonUser, confirmedUserId }: Pick<ProfileChoice, 'amazonUser' | 'confirmedUserId'>,
): Ruling {
  const isOther = isOtherAmazonUser(consentOf(connection).amazonUser, amazonUser)
  const isConfirmed = confirmedUserId !== null && confirmedUserId === amazonUser?.userId
  return { ruling: isOther && !isConfirmed ? 'other_amazon_user' : 'renew', connection }
}

/** Returns the one closed last. */
function reopenable(
  closed: readonly ClosedConnection[],
  profileId: ProfileId,
  now: Date,
): ClosedConnection | null {
  const kept = closed.filter(connection => connection.profile.id === profileId && isKept(connection, now))
  return kept.toSorted((one, other) => other.closedAt.getTime() - one.closedAt.getTime())[0] ?? null
}

/** S-19: after a double click the pending connection is gone because the first click used it. */
export function choiceTakenUp(
  held: readonly HeldConnection[],
  profileId: ProfileId,
  shown: PendingConnectionId | null,
): HeldConnection | null {
  return held.find(({ profile, chosenFrom }) => profile.id === profileId && chosenFrom === shown) ?? null
}
