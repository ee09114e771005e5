import type { CreateUser } from '../../application/access/index.ts'
import type { AccessEmails } from '../../application/access/ports.ts'
import { EmailAlreadyRegistered, parseNewUser } from '../../domain/access/new-user.ts'
import type { Role } from '../../domain/access/user.ts'
import type { UserId } from '../../domain/identifiers.ts'
import {
  type AuditedDependencies,
  auditedAfterVerification,
  type VerificationDependencies,
  type VerifiedRequest,
} from '../audited.ts'
import { requireAdmin } from '../require-staff.ts'

interface Dependencies extends AuditedDependencies, VerificationDependencies {
  readonly createUser: Pick<CreateUser, 'add' | 'applyEarlierEvents'>
  readonly emails: AccessEmails
}

interface InviteUserRequest extends VerifiedRequest {
  readonly name: string
  readonly email: string
  readonly role: Role
}

/** S-43 */
export class InviteUser {
  readonly #deps: Dependencies

  constructor(deps: Dependencies) {
    this.#deps = deps
  }

  /** @throws {AdminsOnly} */
  async checkAllowed({ by }: { by: UserId }): Promise<void> {
    await requireAdmin(this.#deps.users, by)
  }

  /**
   * @throws {InvalidNewUser | InvalidReason | AdminsOnly | EmailAlreadyRegistered}
   * @throws {VerificationRequired} and the other errors of {@link VerifyIdentity}.
   */
  async execute(request: InviteUserRequest): Promise<UserId> {
    const { createUser, emails } = this.#deps
    const { role } = request
    const newUser = parseNewUser(request)
    const userId = await auditedAfterVerification(this.#deps, requireAdmin, request, async () => {
      const added = await createUser.add({ ...newUser, role })
      if (added === 'email_already_registered') throw new EmailAlreadyRegistered()
      const { user, link } = added
      await emails.sendLink(user, 'invitation', link)
      const change = { before: null, after: { role } }
      return { result: user.id, entry: { action: 'user_created', userId: user.id, ...change } }
    })
    await createUser.applyEarlierEvents()
    return userId
  }
}
