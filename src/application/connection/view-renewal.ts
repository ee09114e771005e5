import { lackOf } from '../../domain/access/subscription.ts'
import { consentOf } from '../../domain/connection/connection.ts'
import { isOtherAmazonUser } from '../../domain/connection/consent.ts'
import { findOffered, isExpired } from '../../domain/connection/pending-connection.ts'
import type { PersonId } from '../../domain/identifiers.ts'
import type { People } from '../access/index.ts'
import type { Clock } from '../ports.ts'
import type { Renewal } from './complete-renewal.ts'
import type { Connections, PendingConnections } from './ports.ts'

interface Needs {
  readonly people: Pick<People, 'subscriptionOf'>
  readonly pendings: Pick<PendingConnections, 'of'>
  readonly connections: Pick<Connections, 'heldBy'>
  readonly clock: Clock
}

/** {@link CompleteReauthorisation} for view-as sessions (S-44): only reads. */
export class ViewRenewal {
  readonly #needs: Needs

  constructor(needs: Needs) {
    this.#needs = needs
  }

  /** Null also when the seller's next page view would complete it. */
  async run({ personId }: { personId: PersonId }): Promise<Renewal | null> {
    const { people, pendings, connections, clock } = this.#needs
    const pending = await pendings.of(personId)
    if (!pending?.renews || isExpired(pending, clock.now())) return null
    if (lackOf(await people.subscriptionOf(personId), clock.now())) return null
    const connection = (await connections.heldBy(personId)).find(({ id }) => id === pending.renews)
    if (!connection) return null

    const { region, id: profileId } = connection.profile
    const reading = pending.readings[region]
    if (reading.state === 'unread') return null
    if (reading.state === 'failed')
      return { renewal: 'region_unread', connection, pending, region, why: reading.why }
    if (!findOffered(pending.readings, profileId)) {
      const { amazonUser, attemptId } = pending
      return { renewal: 'profile_not_reached', connection, amazonUser, attemptId }
    }
    return isOtherAmazonUser(consentOf(connection).amazonUser, pending.amazonUser)
      ? { renewal: 'other_amazon_user', connection, pending }
      : null
  }
}
