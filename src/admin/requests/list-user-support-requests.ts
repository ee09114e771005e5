import type { Users } from '../../application/access/ports.ts'
import type { SupportRequests } from '../../application/help/ports.ts'
import type { SupportRequest } from '../../domain/help/support-request.ts'
import type { UserId } from '../../domain/identifiers.ts'
import { requireStaff } from '../require-staff.ts'

/** S-30 */
export class ListUserSupportRequests {
  readonly #deps: { users: Pick<Users, 'byId'>; supportRequests: Pick<SupportRequests, 'latestOf'> }

  constructor(deps: { users: Pick<Users, 'byId'>; supportRequests: Pick<SupportRequests, 'latestOf'> }) {
    this.#deps = deps
  }

  /** @throws {StaffOnly} */
  async execute({ by, userId }: { by: UserId; userId: UserId }): Promise<readonly SupportRequest[]> {
    const { users, supportRequests } = this.#deps
    await requireStaff(users, by)
    return supportRequests.latestOf(userId, maxRequests)
  }
}

const maxRequests = 50
