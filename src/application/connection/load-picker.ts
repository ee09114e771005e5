import { planRestrictionOf, requirePlan } from '../../domain/access/subscription.ts'
import type { EmptyProfileListReason } from '../../domain/connection/empty-profile-list.ts'
import { NoPendingConnection, PendingConnectionExpired } from '../../domain/connection/errors.ts'
import {
  hasNoSelectableProfile,
  isExpired,
  listedProfiles,
  type PendingConnection,
  timelineSubject,
  unfetchedRegions,
} from '../../domain/connection/pending-connection.ts'
import type { UserId } from '../../domain/identifiers.ts'
import type { Region } from '../../domain/profile/region.ts'
import { entry } from '../../domain/timeline/entry.ts'
import type { Users } from '../access/index.ts'
import type { Clock, Timeline, UnitOfWork } from '../ports.ts'
import { fetchEmptyListReason } from './fetch-empty-list-reason.ts'
import type { FetchProfiles } from './fetch-profiles.ts'
import type { PendingConnections, ProfileDirectory } from './ports.ts'

interface Dependencies {
  readonly users: Users
  readonly pendingConnections: PendingConnections
  readonly fetchProfiles: FetchProfiles
  readonly profiles: ProfileDirectory
  readonly timeline: Timeline
  readonly unitOfWork: UnitOfWork
  readonly clock: Clock
}

export type PickerState =
  | { readonly kind: 'no_pending_connection' }
  /** S-15 */
  | { readonly kind: 'expired'; readonly attemptId: PendingConnection['attemptId'] }
  /** The user must authorise again. */
  | { readonly kind: 'unreadable'; readonly attemptId: PendingConnection['attemptId'] }
  | { readonly kind: 'picker'; readonly pending: PendingConnection }
  /**
   * S-10: `agencies` counts profiles that can't be chosen. With agencies, and in view-as sessions, `reason`
   * is null.
   */
  | {
      readonly kind: 'no_profiles'
      readonly agencies: number
      readonly reason: EmptyProfileListReason | null
      readonly attemptId: PendingConnection['attemptId']
    }

/** Fetches each region once (S-08). */
export class LoadPicker {
  readonly #deps: Dependencies

  constructor(deps: Dependencies) {
    this.#deps = deps
  }

  async execute(userId: UserId): Promise<PickerState> {
    const { users, pendingConnections, clock } = this.#deps
    const pending = await pendingConnections.findByUser(userId)
    if (!pending) return { kind: 'no_pending_connection' }
    if (isExpired(pending, clock.now())) return { kind: 'expired', attemptId: pending.attemptId }
    if (planRestrictionOf(await users.subscriptionOf(userId), clock.now()))
      return { kind: 'no_pending_connection' }
    return this.#fetch(
      pending,
      unfetchedRegions(pending.regionResults).filter(
        region => pending.regionResults[region].state === 'not_fetched',
      ),
    )
  }

  /**
   * S-09
   * @throws {PlanRequired | PendingConnectionExpired | NoPendingConnection}
   */
  async retry(userId: UserId, region: Region): Promise<PickerState> {
    const { users, pendingConnections, clock } = this.#deps
    requirePlan(await users.subscriptionOf(userId), clock.now())
    const pending = await pendingConnections.findByUser(userId)
    if (!pending) throw new NoPendingConnection()
    if (isExpired(pending, clock.now())) throw new PendingConnectionExpired()
    return this.#fetch(pending, pending.regionResults[region].state === 'fetched' ? [] : [region])
  }

  async #fetch(pending: PendingConnection, missingRegions: readonly Region[]): Promise<PickerState> {
    const fetched = await this.#deps.fetchProfiles.execute(pending, missingRegions)
    switch (fetched.outcome) {
      case 'gone':
        return { kind: 'no_pending_connection' }
      case 'unreadable':
        return { kind: 'unreadable', attemptId: pending.attemptId }
      case 'pending':
        return hasNoSelectableProfile(fetched.pending.regionResults)
          ? this.#endWithoutProfiles(fetched.pending)
          : { kind: 'picker', pending: fetched.pending }
    }
  }

  /** Finding the reason needs the token, so it comes before the erasure. */
  async #endWithoutProfiles(pending: PendingConnection): Promise<PickerState> {
    const { pendingConnections, timeline, unitOfWork, clock } = this.#deps
    const agencies = listedProfiles(pending.regionResults).length
    const reason = agencies > 0 ? null : await fetchEmptyListReason(this.#deps, pending.accessToken)
    return unitOfWork.transaction(async () => {
      if (await pendingConnections.erase(pending.id)) {
        const event = { kind: 'no_profiles', agencies, ...(reason && { reason }) } as const
        await timeline.append(entry(clock.now(), timelineSubject(pending), event))
      }
      return { kind: 'no_profiles', agencies, reason, attemptId: pending.attemptId }
    })
  }
}
