import type { ApplySubscriptionEvent, Subscriptions } from '../../application/access/index.ts'
import type { AuditState } from '../../domain/access/audit.ts'
import { assertEndsInFuture, PlanConflict } from '../../domain/access/staff-action.ts'
import { isSamePlan, type Subscription } from '../../domain/access/subscription.ts'
import type { UserId } from '../../domain/identifiers.ts'
import {
  type AuditedDependencies,
  auditedAfterVerification,
  type VerificationDependencies,
  type VerifiedRequest,
} from '../audited.ts'
import { requireAdmin } from '../require-staff.ts'
import { lockUser } from './lock-user.ts'

interface Dependencies extends AuditedDependencies, VerificationDependencies {
  readonly subscriptions: Pick<Subscriptions, 'of'>
  readonly applySubscriptionEvent: Pick<ApplySubscriptionEvent, 'setManually'>
}

interface ChangePlanRequest extends VerifiedRequest {
  readonly userId: UserId
  /** As the admin saw it. */
  readonly shown: Subscription | null
  readonly subscription: Subscription | null
}

/** S-43 */
export class ChangePlan {
  readonly #deps: Dependencies

  constructor(deps: Dependencies) {
    this.#deps = deps
  }

  /**
   * @throws {InvalidReason | AdminsOnly | UserNotFound | PlanEndsInPast | PlanConflict}
   * @throws {VerificationRequired} and the other errors of {@link VerifyIdentity}.
   */
  execute(request: ChangePlanRequest): Promise<'changed' | 'unchanged'> {
    const { users, subscriptions, applySubscriptionEvent, clock } = this.#deps
    const { userId, shown, subscription } = request
    return auditedAfterVerification(this.#deps, requireAdmin, request, async by => {
      await lockUser(users, userId)
      const isChange = !isSamePlan(shown, subscription)
      if (isChange) assertEndsInFuture(subscription, clock.now())
      const current = await subscriptions.of(userId)
      if (!isSamePlan(current, shown)) throw new PlanConflict()
      if (!isChange) return { result: 'unchanged' }
      await applySubscriptionEvent.setManually({ about: { userId }, subscription, source: 'console', by })
      const [before, after] = [auditStateOf(current), auditStateOf(subscription)]
      return { result: 'changed', entry: { action: 'plan_changed', userId, before, after } }
    })
  }
}

const auditStateOf = (subscription: Subscription | null): AuditState =>
  subscription
    ? { plan: subscription.plan, endsAt: subscription.endsAt?.toISOString() ?? null }
    : { plan: null, endsAt: null }
