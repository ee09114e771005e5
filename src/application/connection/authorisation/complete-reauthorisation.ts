import { planRestrictionOf } from '../../../domain/access/subscription.ts'
import { consentOf, type LiveConnection } from '../../../domain/connection/connection.ts'
import { type AmazonUser, isDifferentAmazonUser } from '../../../domain/connection/consent.ts'
import {
  findListedProfile,
  isExpired,
  type PendingConnection,
  type RegionFailure,
  timelineSubject,
} from '../../../domain/connection/pending-connection.ts'
import type { ConnectionId, SessionId, UserId } from '../../../domain/identifiers.ts'
import type { Region } from '../../../domain/profile/region.ts'
import { entry } from '../../../domain/timeline/entry.ts'
import type { Users } from '../../access/index.ts'
import type { Clock, Timeline, UnitOfWork } from '../../ports.ts'
import type { ChooseProfile } from '../choose-profile.ts'
import type { FetchProfiles } from '../fetch-profiles.ts'
import type { Connections, PendingConnections } from '../ports.ts'

interface Dependencies {
  readonly users: Users
  readonly pendingConnections: PendingConnections
  readonly connections: Connections
  readonly fetchProfiles: FetchProfiles
  readonly chooseProfile: ChooseProfile
  readonly timeline: Timeline
  readonly unitOfWork: UnitOfWork
  readonly clock: Clock
}

export type Reauthorisation =
  | { readonly kind: 'renewed'; readonly connectionId: ConnectionId }
  /** Keeps the authorisation for a retry. */
  | {
      readonly kind: 'region_not_fetched'
      readonly connection: LiveConnection
      readonly pending: PendingConnection
      readonly region: Region
      readonly why: RegionFailure
    }
  | {
      readonly kind: 'different_amazon_user'
      readonly connection: LiveConnection
      readonly pending: PendingConnection
    }
  /** Keeps nothing from this authorisation. */
  | {
      readonly kind: 'profile_not_reached'
      readonly connection: LiveConnection
      readonly amazonUser: AmazonUser | null
      readonly attemptId: PendingConnection['attemptId']
    }

/** S-26 */
export class CompleteReauthorisation {
  readonly #deps: Dependencies

  constructor(deps: Dependencies) {
    this.#deps = deps
  }

  /**
   * Null when there is nothing to reauthorise.
   * @throws {DomainError} as {@link ChooseProfile} does.
   */
  async execute(by: { userId: UserId; sessionId: SessionId }): Promise<Reauthorisation | null> {
    const reauthorisation = await this.#findReauthorisation(by.userId)
    if (!reauthorisation) return null
    const { connection } = reauthorisation
    const { region, id: profileId } = connection.profile

    // Retried on request, not on each page view.
    const hasBeenTried = reauthorisation.pending.regionResults[region].state !== 'not_fetched'
    const fetched = await this.#deps.fetchProfiles.execute(
      reauthorisation.pending,
      hasBeenTried ? [] : [region],
    )
    if (fetched.outcome !== 'pending') return null
    const { pending } = fetched
    const regionResult = pending.regionResults[region]
    if (regionResult.state !== 'fetched') {
      const why = regionResult.state === 'failed' ? regionResult.why : 'unreachable'
      return { kind: 'region_not_fetched', connection, pending, region, why }
    }
    if (!findListedProfile(pending.regionResults, profileId)) return this.#reject(connection, pending)

    const isAlreadyRecorded = hasBeenTried && reauthorisation.pending.amazonUser !== null
    if (isAlreadyRecorded && isDifferentAmazonUser(consentOf(connection).amazonUser, pending.amazonUser))
      return { kind: 'different_amazon_user', connection, pending }
    const confirmation = { pendingId: pending.id, replace: null, confirmedUserId: null }
    const reauthorisedConnectionId = connection.id
    const chosen = await this.#deps.chooseProfile.execute({
      ...by,
      profileId,
      ...confirmation,
      reauthorisedConnectionId,
    })
    // Disconnected in the meantime.
    if (chosen.outcome === 'nothing_reauthorised') return null
    return chosen.outcome === 'different_amazon_user'
      ? { kind: 'different_amazon_user', connection, pending }
      : { kind: 'renewed', connectionId: connection.id }
  }

  async #findReauthorisation(
    userId: UserId,
  ): Promise<{ connection: LiveConnection; pending: PendingConnection } | null> {
    const { users, pendingConnections, connections, clock } = this.#deps
    const pending = await pendingConnections.findByUser(userId)
    if (!pending?.reauthorisedConnectionId || isExpired(pending, clock.now())) return null
    if (planRestrictionOf(await users.subscriptionOf(userId), clock.now())) return null
    const connection = (await connections.liveByUser(userId)).find(
      ({ id }) => id === pending.reauthorisedConnectionId,
    )
    return connection ? { connection, pending } : null
  }

  #reject(connection: LiveConnection, pending: PendingConnection): Promise<Reauthorisation> {
    const { pendingConnections, timeline, unitOfWork, clock } = this.#deps
    const { amazonUser, attemptId } = pending
    return unitOfWork.transaction(async () => {
      if (await pendingConnections.erase(pending.id)) {
        const rejected = { kind: 'reauthorisation_rejected', why: 'profile_not_reached' } as const
        await timeline.append(entry(clock.now(), timelineSubject(pending), rejected))
      }
      return { kind: 'profile_not_reached', connection, amazonUser, attemptId }
    })
  }
}
