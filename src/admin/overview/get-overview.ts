import type { Users } from '../../application/access/ports.ts'
import type { UserId } from '../../domain/identifiers.ts'
import { requireStaff } from '../require-staff.ts'
import { type Overview, type OverviewDependencies, readOverview } from './read-overview.ts'

interface Dependencies extends OverviewDependencies {
  readonly users: Pick<Users, 'byId'>
}

/** S-45. */
export class GetOverview {
  readonly #deps: Dependencies

  constructor(deps: Dependencies) {
    this.#deps = deps
  }

  /** @throws {StaffOnly} */
  async execute({ by }: { readonly by: UserId }): Promise<Overview> {
    const { users } = this.#deps
    await requireStaff(users, by)
    return readOverview(this.#deps)
  }
}
