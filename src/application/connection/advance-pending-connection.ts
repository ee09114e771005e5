import { planRestrictionOf, requirePlan } from '../../domain/access/subscription.ts'
import type { LiveConnection } from '../../domain/connection/connection.ts'
import type { AmazonUser } from '../../domain/connection/consent.ts'
import type { EmptyProfileListReason } from '../../domain/connection/empty-profile-list.ts'
import { NoPendingConnection, PendingConnectionExpired } from '../../domain/connection/errors.ts'
import {
  findListedProfile,
  hasNoSelectableProfile,
  isExpired,
  listedProfiles,
  type PendingConnection,
  timelineSubject,
} from '../../domain/connection/pending-connection.ts'
import { reauthorisedConnection } from '../../domain/connection/pending-step.ts'
import type { AttemptId, ConnectionId, SessionId, UserId } from '../../domain/identifiers.ts'
import { type Region, regions } from '../../domain/profile/region.ts'
import { entry } from '../../domain/timeline/entry.ts'
import type { Subscriptions, Users } from '../access/index.ts'
import type { Clock, Timeline, UnitOfWork } from '../ports.ts'
import type { ChooseProfile } from './choose-profile.ts'
import { fetchEmptyListReason } from './fetch-empty-list-reason.ts'
import type { FetchProfiles } from './fetch-profiles.ts'
import type { Connections, PendingConnections, ProfileDirectory } from './ports.ts'

interface Dependencies {
  readonly users: Users
  readonly subscriptions: Pick<Subscriptions, 'of'>
  readonly pendingConnections: PendingConnections
  readonly connections: Connections
  readonly fetchProfiles: FetchProfiles
  readonly chooseProfile: ChooseProfile
  readonly profiles: ProfileDirectory
  readonly timeline: Timeline
  readonly unitOfWork: UnitOfWork
  readonly clock: Clock
}

export type AdvanceResult =
  /** The seller must choose a profile, confirm or retry: see `pendingStepOf`. */
  | { readonly outcome: 'waiting'; readonly pending: PendingConnection }
  /** S-26 */
  | { readonly outcome: 'renewed'; readonly connectionId: ConnectionId }
  /** S-26: keeps nothing from this authorisation. */
  | {
      readonly outcome: 'profile_not_reached'
      readonly connectionId: ConnectionId
      readonly amazonUser: AmazonUser | null
      readonly attemptId: AttemptId
    }
  /** S-10: keeps nothing. `agencies` counts profiles that can't be chosen; with agencies, `reason` is null. */
  | {
      readonly outcome: 'no_profiles'
      readonly agencies: number
      readonly reason: EmptyProfileListReason | null
      readonly attemptId: AttemptId
    }
  /** The user must authorise again. */
  | { readonly outcome: 'unreadable'; readonly attemptId: AttemptId }
  | { readonly outcome: 'gone' }

type User = { readonly userId: UserId; readonly sessionId: SessionId }

/** Fetches the profiles of a pending connection and takes every step that doesn't need the seller. */
export class AdvancePendingConnection {
  readonly #deps: Dependencies

  constructor(deps: Dependencies) {
    this.#deps = deps
  }

  /**
   * After the callback: fetches each region once (S-08).
   * @param timeIsUp aborts when the seller has waited long enough: missing answers count as timeouts.
   */
  async execute(by: User, timeIsUp: AbortSignal): Promise<AdvanceResult> {
    const { subscriptions, pendingConnections, clock } = this.#deps
    const pending = await pendingConnections.findByUser(by.userId)
    if (!pending || isExpired(pending, clock.now())) return { outcome: 'gone' }
    if (planRestrictionOf(await subscriptions.of(by.userId), clock.now())) return { outcome: 'gone' }
    const untried = regions.filter(region => pending.regionResults[region].state === 'not_fetched')
    return this.#advance(by, pending, untried, timeIsUp)
  }

  /**
   * S-09
   * @throws {PlanRequired | PendingConnectionExpired | NoPendingConnection}
   */
  async retry(by: User, region: Region, timeIsUp: AbortSignal): Promise<AdvanceResult> {
    const { subscriptions, pendingConnections, clock } = this.#deps
    requirePlan(await subscriptions.of(by.userId), clock.now())
    const pending = await pendingConnections.findByUser(by.userId)
    if (!pending) throw new NoPendingConnection()
    if (isExpired(pending, clock.now())) throw new PendingConnectionExpired()
    const isFetched = pending.regionResults[region].state === 'fetched'
    return this.#advance(by, pending, isFetched ? [] : [region], timeIsUp)
  }

  async #advance(
    by: User,
    pending: PendingConnection,
    missingRegions: readonly Region[],
    timeIsUp: AbortSignal,
  ): Promise<AdvanceResult> {
    const { connections, fetchProfiles } = this.#deps
    const connection = reauthorisedConnection(pending, await connections.liveByUser(by.userId))
    const needed = connection
      ? missingRegions.filter(region => region === connection.profile.region)
      : missingRegions
    const fetched = await fetchProfiles.execute(pending, needed, timeIsUp)
    if (fetched.outcome === 'unreadable') return { outcome: 'unreadable', attemptId: pending.attemptId }
    if (fetched.outcome === 'gone') return fetched
    if (connection) return this.#completeReauthorisation(by, connection, fetched.pending)
    return hasNoSelectableProfile(fetched.pending.regionResults)
      ? this.#endWithoutProfiles(fetched.pending, timeIsUp)
      : { outcome: 'waiting', pending: fetched.pending }
  }

  async #completeReauthorisation(
    by: User,
    connection: LiveConnection,
    pending: PendingConnection,
  ): Promise<AdvanceResult> {
    const { region, id: profileId } = connection.profile
    if (pending.regionResults[region].state !== 'fetched') return { outcome: 'waiting', pending }
    if (!findListedProfile(pending.regionResults, profileId)) return this.#reject(connection, pending)
    const chosen = await this.#deps.chooseProfile.execute({
      ...by,
      profileId,
      pendingId: pending.id,
      replace: null,
      confirmedUserId: null,
      reauthorisedConnectionId: connection.id,
    })
    return chosen.outcome === 'renewed'
      ? { outcome: 'renewed', connectionId: connection.id }
      : { outcome: 'waiting', pending }
  }

  #reject(connection: LiveConnection, pending: PendingConnection): Promise<AdvanceResult> {
    const { pendingConnections, timeline, unitOfWork, clock } = this.#deps
    const { amazonUser, attemptId } = pending
    return unitOfWork.transaction(async () => {
      if (await pendingConnections.erase(pending.id)) {
        const rejected = { kind: 'reauthorisation_rejected', why: 'profile_not_reached' } as const
        await timeline.append(entry(clock.now(), timelineSubject(pending), rejected))
      }
      return { outcome: 'profile_not_reached', connectionId: connection.id, amazonUser, attemptId }
    })
  }

  /** Finding the reason needs the token, so it comes before the erasure. */
  async #endWithoutProfiles(pending: PendingConnection, timeIsUp: AbortSignal): Promise<AdvanceResult> {
    const { pendingConnections, timeline, unitOfWork, clock } = this.#deps
    const agencies = listedProfiles(pending.regionResults).length
    const reason = agencies > 0 ? null : await fetchEmptyListReason(this.#deps, pending.accessToken, timeIsUp)
    return unitOfWork.transaction(async () => {
      if (await pendingConnections.erase(pending.id)) {
        const event = { kind: 'no_profiles', agencies, ...(reason && { reason }) } as const
        await timeline.append(entry(clock.now(), timelineSubject(pending), event))
      }
      return { outcome: 'no_profiles', agencies, reason, attemptId: pending.attemptId }
    })
  }
}
