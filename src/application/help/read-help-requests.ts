import type { HelpRequest } from '../../domain/help/help-request.ts'
import type { PersonId } from '../../domain/identifiers.ts'
import { demandStaff, type People } from '../access/index.ts'
import type { HelpRequests } from './ports.ts'

/** S-30. Opening the account is logged elsewhere. */
export class ReadHelpRequests {
  readonly #needs: { people: Pick<People, 'byId'>; helpRequests: Pick<HelpRequests, 'latestOf'> }

  constructor(needs: { people: Pick<People, 'byId'>; helpRequests: Pick<HelpRequests, 'latestOf'> }) {
    this.#needs = needs
  }

  /** Newest first. @throws {StaffOnly} */
  async run({ by, personId }: { by: PersonId; personId: PersonId }): Promise<readonly HelpRequest[]> {
    const { people, helpRequests } = this.#needs
    await demandStaff(people, by)
    return helpRequests.latestOf(personId, shown)
  }
}

const shown = 50
