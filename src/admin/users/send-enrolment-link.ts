import {
  hasSecondFactor,
  type IssueAccessLink,
  type Passkeys,
  secondFactorsOf,
} from '../../application/access/index.ts'
import type { AccessEmails, SecondFactors } from '../../application/access/ports.ts'
import { CannotEnrol } from '../../domain/access/staff-action.ts'
import { isStaff } from '../../domain/access/user.ts'
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
  readonly factors: Pick<SecondFactors, 'of'>
  readonly passkeys: Pick<Passkeys, 'of'>
  readonly issueAccessLink: Pick<IssueAccessLink, 'make'>
  readonly emails: AccessEmails
}

/** S-46 */
export class SendEnrolmentLink {
  readonly #deps: Dependencies

  constructor(deps: Dependencies) {
    this.#deps = deps
  }

  /**
   * The sender doesn't see the link.
   * @throws {InvalidReason | AdminsOnly | UserNotFound}
   * @throws {CannotEnrol} for a user who isn't staff or has a second factor.
   * @throws {VerificationRequired} and the other errors of {@link VerifyIdentity}.
   */
  execute(request: VerifiedRequest & { readonly userId: UserId }): Promise<void> {
    const { users, issueAccessLink, emails } = this.#deps
    const { userId } = request
    return auditedAfterVerification(this.#deps, requireAdmin, request, async () => {
      const user = await lockUser(users, userId)
      if (!isStaff(user.role) || hasSecondFactor(await secondFactorsOf(this.#deps, userId)))
        throw new CannotEnrol()
      await emails.sendLink(user, 'enrolment', await issueAccessLink.make(userId, 'enrolment'))
      return {
        result: undefined,
        entry: { action: 'enrolment_link_sent', userId, before: null, after: null },
      }
    })
  }
}
