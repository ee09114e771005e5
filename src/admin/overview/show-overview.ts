import { demandStaff, type People } from '../../application/access/index.ts'
import type { PersonId } from '../../domain/identifiers.ts'
import { type Overview, type OverviewNeeds, readOverview } from './read-overview.ts'

interface Needs extends OverviewNeeds {
  readonly people: Pick<People, 'byId'>
}

/** The overview page (S-45). Read-only. */
export class ShowOverview {
  readonly #needs: Needs

  constructor(needs: Needs) {
    this.#needs = needs
  }

  /** @throws {StaffOnly} */
  async run({ by }: { readonly by: PersonId }): Promise<Overview> {
    const { people } = this.#needs
    await demandStaff(people, by)
    return readOverview(this.#needs)
  }
}
