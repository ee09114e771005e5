import type { ApplySubscriptionEvent } from '../../application/access/index.ts'
import type { AuditLog, Users } from '../../application/access/ports.ts'
import type { Clock } from '../../application/ports.ts'
import type { AuditState, RequestOrigin } from '../../domain/access/audit.ts'
import {
  assertEndsInFuture,
  PlanConflict,
  parseReason,
  UserNotFound,
} from '../../domain/access/staff-action.ts'
import { isSamePlan, type Subscription } from '../../domain/access/subscription.ts'
import type { UserId } from '../../domain/identifiers.ts'
import { requireAdmin } from '../require-staff.ts'

interface Dependencies {
  readonly users: Users
  readonly applySubscriptionEvent: Pick<ApplySubscriptionEvent, 'setManually'>
  readonly audit: AuditLog
  readonly clock: Clock
}

/** S-43 */
export class ChangePlan {
  readonly #deps: Dependencies

  constructor(deps: Dependencies) {
    this.#deps = deps
  }

  /** @throws {InvalidReason | PlanEndsInPast | UserNotFound | AdminsOnly | PlanConflict} */
  async execute({
    by,
    userId,
    shown,
    subscription,
    reason: typed,
    from,
  }: {
    readonly by: UserId
    readonly userId: UserId
    /** As the admin saw it. */
    readonly shown: Subscription | null
    readonly subscription: Subscription | null
    readonly reason: string
    readonly from: RequestOrigin
  }): Promise<'changed' | 'unchanged'> {
    const { users, applySubscriptionEvent, audit, clock } = this.#deps
    const reason = parseReason(typed)
    if (!isSamePlan(shown, subscription)) assertEndsInFuture(subscription, clock.now())
    const outcome = await applySubscriptionEvent.setManually({
      about: { userId },
      subscription,
      source: 'console',
      by: { userId: by, reason },
      // The admin may have lost the role since.
      assertAllowed: async before => {
        await requireAdmin(users, by)
        if (!isSamePlan(before, shown)) throw new PlanConflict()
      },
      inSameTransaction: async (before, at) => {
        const change = { before: auditStateOf(before), after: auditStateOf(subscription) }
        const about = { staffId: by, userId, connectionId: null }
        await audit.append({ ...about, ...change, at, action: 'plan_changed', reason, from })
      },
    })
    if (outcome === 'user_not_found') throw new UserNotFound()
    return outcome
  }
}

const auditStateOf = (subscription: Subscription | null): AuditState =>
  subscription
    ? { plan: subscription.plan, endsAt: subscription.endsAt?.toISOString() ?? null }
    : { plan: null, endsAt: null }
