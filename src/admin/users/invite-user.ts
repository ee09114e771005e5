import type { CreateUser } from '../../application/access/index.ts'
import type { AccessEmails, AuditLog, Users } from '../../application/access/ports.ts'
import type { RequestOrigin } from '../../domain/access/audit.ts'
import { EmailAlreadyRegistered, parseNewUser } from '../../domain/access/new-user.ts'
import { parseReason } from '../../domain/access/staff-action.ts'
import type { Role } from '../../domain/access/user.ts'
import type { UserId } from '../../domain/identifiers.ts'
import { requireAdmin } from '../require-staff.ts'

interface Dependencies {
  readonly users: Users
  readonly createUser: Pick<CreateUser, 'execute'>
  readonly emails: AccessEmails
  readonly audit: AuditLog
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

  /** @throws {InvalidReason | InvalidNewUser | AdminsOnly | EmailAlreadyRegistered} */
  async execute(request: {
    readonly by: UserId
    readonly name: string
    readonly email: string
    readonly role: Role
    readonly reason: string
    readonly from: RequestOrigin
  }): Promise<UserId> {
    const { users, createUser, emails, audit } = this.#deps
    const { by, role, from } = request
    const newUser = parseNewUser(request)
    const reason = parseReason(request.reason)
    const added = await createUser.execute(
      { ...newUser, role },
      {
        assertAllowed: () => requireAdmin(users, by),
        inSameTransaction: async (user, link, at) => {
          await emails.sendInvitation(user, link)
          const about = { staffId: by, userId: user.id, connectionId: null }
          const change = { before: null, after: { role } }
          await audit.append({ ...about, ...change, at, action: 'user_created', reason, from })
        },
      },
    )
    if (added === 'email_already_registered') throw new EmailAlreadyRegistered()
    return added.id
  }
}
