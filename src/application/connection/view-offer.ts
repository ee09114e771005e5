import { lackOf } from '../../domain/access/subscription.ts'
import { hasNothingToChoose, isExpired, offeredProfiles } from '../../domain/connection/pending-connection.ts'
import type { PersonId } from '../../domain/identifiers.ts'
import type { People } from '../access/index.ts'
import type { Clock } from '../ports.ts'
import type { Offer } from './offer-profiles.ts'
import type { Connections, PendingConnections } from './ports.ts'

interface Needs {
  readonly people: Pick<People, 'subscriptionOf'>
  readonly pendings: Pick<PendingConnections, 'of'>
  readonly connections: Pick<Connections, 'heldBy'>
  readonly clock: Clock
}

/** {@link LoadPicker} for view-as sessions (S-44): only reads. */
export class ViewOffer {
  readonly #needs: Needs

  constructor(needs: Needs) {
    this.#needs = needs
  }

  async run(personId: PersonId): Promise<Offer> {
    const { people, pendings, connections, clock } = this.#needs
    const pending = await pendings.of(personId)
    if (!pending) return { offer: 'nothing_pending' }
    const { attemptId, readings } = pending
    if (isExpired(pending, clock.now())) return { offer: 'expired', attemptId }
    if (lackOf(await people.subscriptionOf(personId), clock.now())) return { offer: 'nothing_pending' }
    // A reauthorisation has no picker.
    const held = pending.renews ? await connections.heldBy(personId) : []
    if (held.some(({ id }) => id === pending.renews)) return { offer: 'nothing_pending' }
    if (!hasNothingToChoose(readings)) return { offer: 'picker', pending }
    return { offer: 'no_profiles', agencies: offeredProfiles(readings).length, reason: null, attemptId }
  }
}
