import type { AuditState, Origin } from '../../domain/access/audit.ts'
import { demandReason, demandTimeToCome, PersonUnknown, PlanStale } from '../../domain/access/staff-action.ts'
import { isSamePlan, type Subscription } from '../../domain/access/subscription.ts'
import type { PersonId } from '../../domain/identifiers.ts'
import type { Clock } from '../ports.ts'
import type { ChangeSubscription } from './change-subscription.ts'
import { demandAdmin } from './demand-staff.ts'
import type { AuditLog, People } from './ports.ts'

interface Needs {
  readonly people: People
  readonly changeSubscription: Pick<ChangeSubscription, 'byHand'>
  readonly audit: AuditLog
  readonly clock: Clock
}

/** By an admin, with a reason (S-43). */
export class ChangePlan {
  readonly #needs: Needs

  constructor(needs: Needs) {
    this.#needs = needs
  }

  /** @throws {InvalidReason | PlanEndsInPast | UserNotFound | AdminsOnly | PlanConflict} */
  async run({
    by,
    personId,
    shown,
    says,
    reason: typed,
    from,
  }: {
    readonly by: PersonId
    readonly personId: PersonId
    /** When the admin decided. */
    readonly shown: Subscription | null
    readonly says: Subscription | null
    readonly reason: string
    readonly from: Origin
  }): Promise<'changed' | 'unchanged'> {
    const { people, changeSubscription, audit, clock } = this.#needs
    const reason = demandReason(typed)
    if (!isSamePlan(shown, says)) demandTimeToCome(says, clock.now())
    const outcome = await changeSubscription.byHand({
      about: { personId },
      says,
      source: 'console',
      by: { personId: by, reason },
      // The admin may have lost the role since.
      demand: async before => {
        await demandAdmin(people, by)
        if (!isSamePlan(before, shown)) throw new PlanStale()
      },
      alongside: async (before, at) => {
        const change = { before: told(before), after: told(says) }
        const about = { staffId: by, personId, connectionId: null }
        await audit.append({ ...about, ...change, at, action: 'plan_changed', reason, from })
      },
    })
    if (outcome === 'nobody') throw new PersonUnknown()
    return outcome
  }
}

const told = (subscription: Subscription | null): AuditState =>
  subscription
    ? { plan: subscription.plan, endsAt: subscription.endsAt?.toISOString() ?? null }
    : { plan: null, endsAt: null }
