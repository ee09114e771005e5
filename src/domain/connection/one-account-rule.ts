import { mayHoldSeveral, type Role } from '../access/person.ts'
import type { ConnectionId, PendingConnectionId, ProfileId } from '../identifiers.ts'
import type { AdvertisingProfile } from '../profile/profile.ts'
import type { HeldConnection } from './connection.ts'
import { ReplacementStale } from './refusals.ts'

/** What choosing a profile comes to. */
export type Ruling =
  | { readonly ruling: 'connect' }
  | { readonly ruling: 'renew'; readonly connection: HeldConnection }
  | { readonly ruling: 'replace'; readonly gives: HeldConnection }
  /** `replaceable` is what the seller may give up: null while several are held (a lost role). */
  | {
      readonly ruling: 'blocked'
      readonly held: readonly HeldConnection[]
      readonly replaceable: HeldConnection | null
    }

/**
 * S-17 to S-19, the whole rule. It must be asked inside a transaction that holds the person's lock, with
 * `held` read under that lock: asked before, two tabs would both hear "connect".
 *
 * @param replace the connection that the seller confirmed to give up; null when nothing was confirmed.
 * @throws {ReplacementStale} when what was confirmed is not what is connected (any more).
 */
export function ruleOnChoice(choice: {
  readonly role: Role
  readonly held: readonly HeldConnection[]
  readonly profile: AdvertisingProfile
  readonly replace: ConnectionId | null
}): Ruling {
  const { role, held, profile, replace } = choice

  const same = held.find(connection => connection.profile.id === profile.id)
  if (same) return { ruling: 'renew', connection: same }

  if (replace !== null) {
    const [only] = held
    if (held.length !== 1 || only?.id !== replace) throw new ReplacementStale(replace)
    return { ruling: 'replace', gives: only }
  }

  if (held.length === 0 || mayHoldSeveral(role)) return { ruling: 'connect' }
  return { ruling: 'blocked', held, replaceable: held.length === 1 ? (held[0] ?? null) : null }
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
