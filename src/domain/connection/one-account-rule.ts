import { mayHoldSeveral, type Role } from '../access/person.ts'
import type { ConnectionId, PendingConnectionId, ProfileId } from '../identifiers.ts'
import type { AdvertisingProfile } from '../profile/profile.ts'
import { type ClosedConnection, consentOf, type HeldConnection, isKept } from './connection.ts'
import { type AmazonUser, isOtherAmazonUser } from './consent.ts'
import { ReplacementStale } from './refusals.ts'

/** What choosing a profile comes to. */
export type Ruling =
  | {
      readonly ruling: 'connect'
      /** What the seller confirmed to give up for it. */
      readonly gives: HeldConnection | null
      /** The one whose data is still kept (S-27); null for a new one. */
      readonly reopens: ClosedConnection | null
    }
  | { readonly ruling: 'renew'; readonly connection: HeldConnection }
  /** S-26: another Amazon account than before said yes, which the seller has not confirmed. */
  | { readonly ruling: 'other_amazon_user'; readonly connection: HeldConnection }
  /** `replaceable` is what the seller may give up: null while several are held (a lost role). */
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
  /** Who said yes at Amazon this time; null while unknown. */
  readonly amazonUser: AmazonUser | null
  /** The connection that the seller confirmed to give up; null when nothing was confirmed. */
  readonly replace: ConnectionId | null
  /** The Amazon account that the seller confirmed in the place of the one before. */
  readonly confirmedUserId: string | null
}

/**
 * S-17 to S-19, the whole rule. It must be asked inside a transaction that holds the person's lock, with
 * `held` and `closed` read under that lock: asked before, two tabs would both hear "connect".
 *
 * @throws {ReplacementStale} when what was confirmed is not what is connected (any more).
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

/** The one that was closed last, as long as its data is kept. */
function reopenable(
  closed: readonly ClosedConnection[],
  profileId: ProfileId,
  now: Date,
): ClosedConnection | null {
  const kept = closed.filter(connection => connection.profile.id === profileId && isKept(connection, now))
  return kept.toSorted((one, other) => other.closedAt.getTime() - one.closedAt.getTime())[0] ?? null
}

/**
 * S-19: a double click, or the same choice in two tabs, finds nothing pending any more because it was taken
 * up already. That is no mistake of the seller's.
 */
export function choiceTakenUp(
  held: readonly HeldConnection[],
  profileId: ProfileId,
  shown: PendingConnectionId | null,
): HeldConnection | null {
  return held.find(({ profile, chosenFrom }) => profile.id === profileId && chosenFrom === shown) ?? null
}
