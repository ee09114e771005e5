import type { HelpRequest } from '../../domain/help/help-request.ts'
import type { PersonId } from '../../domain/identifiers.ts'
import { demandStaff, type People } from '../access/index.ts'
import type { HelpRequests } from './ports.ts'

/** A member of the staff reads what somebody has asked (S-30). That they look is noted with the look at the person. */
export class ReadHelpRequests {
  readonly #needs: { people: Pick<People, 'byId'>; helpRequests: Pick<HelpRequests, 'latestOf'> }

  constructor(needs: { people: Pick<People, 'byId'>; helpRequests: Pick<HelpRequests, 'latestOf'> }) {
    this.#needs = needs
  }

  /**
   * The newest first.
   * @throws {StaffAlone}
   */
  async run({ by, personId }: { by: PersonId; personId: PersonId }): Promise<readonly HelpRequest[]> {
    const { people, helpRequests } = this.#needs
    await demandStaff(people, by)
    return helpRequests.latestOf(personId, shown)
  }
}

/** As many as an agent reads through. */
const shown = 50
