import { planRestrictionOf } from '../../../domain/access/subscription.ts'
import { consentOf } from '../../../domain/connection/connection.ts'
import { isDifferentAmazonUser } from '../../../domain/connection/consent.ts'
import { findListedProfile, isExpired } from '../../../domain/connection/pending-connection.ts'
import type { UserId } from '../../../domain/identifiers.ts'
import type { Users } from '../../access/index.ts'
import type { Clock } from '../../ports.ts'
import type { Connections, PendingConnections } from '../ports.ts'
import type { Reauthorisation } from './complete-reauthorisation.ts'

interface Dependencies {
  readonly users: Pick<Users, 'subscriptionOf'>
  readonly pendingConnections: Pick<PendingConnections, 'findByUser'>
  readonly connections: Pick<Connections, 'liveByUser'>
  readonly clock: Clock
}

/** Like {@link CompleteReauthorisation}, but only reads (S-44). */
export class PreviewReauthorisation {
  readonly #deps: Dependencies

  constructor(deps: Dependencies) {
    this.#deps = deps
  }

  /** Null also when the seller's next page view would complete it. */
  async execute({ userId }: { userId: UserId }): Promise<Reauthorisation | null> {
    const { users, pendingConnections, connections, clock } = this.#deps
    const pending = await pendingConnections.findByUser(userId)
    if (!pending?.reauthorisedConnectionId || isExpired(pending, clock.now())) return null
    if (planRestrictionOf(await users.subscriptionOf(userId), clock.now())) return null
    const connection = (await connections.liveByUser(userId)).find(
      ({ id }) => id === pending.reauthorisedConnectionId,
    )
    if (!connection) return null

    const { region, id: profileId } = connection.profile
    const regionResult = pending.regionResults[region]
    if (regionResult.state === 'not_fetched') return null
    if (regionResult.state === 'failed')
      return { kind: 'region_not_fetched', connection, pending, region, why: regionResult.why }
    if (!findListedProfile(pending.regionResults, profileId)) {
      const { amazonUser, attemptId } = pending
      return { kind: 'profile_not_reached', connection, amazonUser, attemptId }
    }
    return isDifferentAmazonUser(consentOf(connection).amazonUser, pending.amazonUser)
      ? { kind: 'different_amazon_user', connection, pending }
      : null
  }
}
