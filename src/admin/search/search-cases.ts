import { type AuditLog, demandStaff, type People } from '../../application/access/index.ts'
import type { Clock } from '../../application/ports.ts'
import type { Origin } from '../../domain/access/audit.ts'
import type { PersonId } from '../../domain/identifiers.ts'
import type { CaseDigests, CaseFilter, CasePlace, FoundCase } from '../ports.ts'
import { termsOf } from './terms.ts'

interface Needs {
  readonly people: Pick<People, 'byId'>
  readonly digests: Pick<CaseDigests, 'find'>
  readonly audit: Pick<AuditLog, 'append'>
  readonly clock: Clock
}

export const casesOnPage = 50

export interface FoundCases {
  readonly cases: readonly FoundCase[]
  /** Null on the last page. */
  readonly next: CasePlace | null
}

/** Searches by anything that a seller may mention (S-40). */
export class SearchCases {
  readonly #needs: Needs

  constructor(needs: Needs) {
    this.#needs = needs
  }

  /**
   * @param typed empty: all cases.
   * @throws {StaffOnly}
   */
  async run({
    by,
    typed,
    filter,
    after,
    from,
  }: {
    readonly by: PersonId
    readonly typed: string
    readonly filter: CaseFilter
    readonly after: CasePlace | null
    readonly from: Origin
  }): Promise<FoundCases> {
    const { people, digests, audit, clock } = this.#needs
    await demandStaff(people, by)
    const found = await digests.find(termsOf(typed), filter, after, casesOnPage + 1)
    const cases = found.slice(0, casesOnPage)
    const last = cases.at(-1)
    const next =
      found.length > cases.length && last
        ? { activeAt: last.activeAt, id: last.key.connectionId ?? last.key.personId }
        : null
    // The results show email addresses: record who saw whose (S-46). The search text may be one, so don't record it.
    await audit.append({
      at: clock.now(),
      staffId: by,
      action: 'cases_listed',
      personId: cases.length === 1 ? (last?.key.personId ?? null) : null,
      connectionId: null,
      reason: '',
      before: null,
      after: { cases: cases.length },
      from,
    })
    return { cases, next }
  }
}
