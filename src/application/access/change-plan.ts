import {
  AdminsAlone,
  administers,
  demandReason,
  demandTimeToCome,
  PersonUnknown,
  PlanStale,
} from '../../domain/access/staff-action.ts'
import { isSamePlan, type Subscription } from '../../domain/access/subscription.ts'
import type { PersonId } from '../../domain/identifiers.ts'
import type { Clock } from '../ports.ts'
import type { ChangeSubscription } from './change-subscription.ts'
import type { People } from './ports.ts'

interface Needs {
  readonly people: People
  readonly changeSubscription: Pick<ChangeSubscription, 'byHand'>
  readonly clock: Clock
}

/** An admin gives somebody a plan in the console, or takes it away, and says why (S-43). */
export class ChangePlan {
  readonly #needs: Needs

  constructor(needs: Needs) {
    this.#needs = needs
  }

  /**
   * @throws {ReasonRefused}
   * @throws {PlanOver}
   * @throws {PersonUnknown}
   * @throws {AdminsAlone}
   * @throws {PlanStale}
   */
  async run({
    by,
    personId,
    shown,
    says,
    reason: typed,
  }: {
    readonly by: PersonId
    readonly personId: PersonId
    /** The plan that the admin saw while deciding. */
    readonly shown: Subscription | null
    readonly says: Subscription | null
    readonly reason: string
  }): Promise<'changed' | 'unchanged'> {
    const { people, changeSubscription, clock } = this.#needs
    const reason = demandReason(typed)
    if (!isSamePlan(shown, says)) demandTimeToCome(says, clock.now())
    const outcome = await changeSubscription.byHand({
      about: { personId },
      says,
      source: 'console',
      by: { personId: by, reason },
      // A form may take its time, and an admin may be none by then.
      demand: async before => {
        const admin = await people.byId(by)
        if (!admin || !administers(admin.role)) throw new AdminsAlone()
        if (!isSamePlan(before, shown)) throw new PlanStale()
      },
    })
    if (outcome === 'nobody') throw new PersonUnknown()
    return outcome
  }
}
