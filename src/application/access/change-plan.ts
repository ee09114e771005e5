import type { Person } from '../../domain/access/person.ts'
import { AdminsAlone, administers, demandReason, PersonUnknown } from '../../domain/access/staff-action.ts'
import type { Subscription } from '../../domain/access/subscription.ts'
import type { PersonId } from '../../domain/identifiers.ts'
import type { ChangeSubscription } from './change-subscription.ts'

/** An admin gives somebody a plan in the console, or takes it away, and says why (S-43). */
export class ChangePlan {
  readonly #needs: { changeSubscription: Pick<ChangeSubscription, 'byHand'> }

  constructor(needs: { changeSubscription: Pick<ChangeSubscription, 'byHand'> }) {
    this.#needs = needs
  }

  /**
   * @throws {AdminsAlone}
   * @throws {ReasonMissing}
   * @throws {PersonUnknown}
   */
  async run(change: {
    readonly by: Person
    readonly personId: PersonId
    readonly says: Subscription | null
    readonly reason: string
  }): Promise<'changed' | 'unchanged'> {
    const { by, personId, says } = change
    if (!administers(by.role)) throw new AdminsAlone()
    const reason = demandReason(change.reason)
    const outcome = await this.#needs.changeSubscription.byHand({
      about: { personId },
      says,
      source: 'console',
      by: { personId: by.id, reason },
    })
    if (outcome === 'nobody') throw new PersonUnknown()
    return outcome
  }
}
