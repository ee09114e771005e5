import type { AuditLog, Users } from '../../application/access/ports.ts'
import type { Clock } from '../../application/ports.ts'
import type { RequestOrigin } from '../../domain/access/audit.ts'
import type { UserId } from '../../domain/identifiers.ts'
import type { CaseCursor, CaseFilter, CaseSearchHit, CaseSummaries } from '../ports.ts'
import { requireStaff } from '../require-staff.ts'
import { parseSearchTerms } from './search-terms.ts'

interface Dependencies {
  readonly users: Pick<Users, 'byId'>
  readonly summaries: Pick<CaseSummaries, 'find'>
  readonly audit: Pick<AuditLog, 'append'>
  readonly clock: Clock
}

export const casePageSize = 50

export interface CaseSearchResult {
  readonly cases: readonly CaseSearchHit[]
  /** Null on the last page. */
  readonly next: CaseCursor | null
}

/** S-40. */
export class SearchCases {
  readonly #deps: Dependencies

  constructor(deps: Dependencies) {
    this.#deps = deps
  }

  /**
   * @param searchText empty: all cases.
   * @throws {StaffOnly}
   */
  async execute({
    by,
    searchText,
    filter,
    after,
    from,
  }: {
    readonly by: UserId
    readonly searchText: string
    readonly filter: CaseFilter
    readonly after: CaseCursor | null
    readonly from: RequestOrigin
  }): Promise<CaseSearchResult> {
    const { users, summaries, audit, clock } = this.#deps
    await requireStaff(users, by)
    const hits = await summaries.find(parseSearchTerms(searchText), filter, after, casePageSize + 1)
    const cases = hits.slice(0, casePageSize)
    const last = cases.at(-1)
    const next =
      hits.length > cases.length && last
        ? { lastEventAt: last.lastEventAt, id: last.key.connectionId ?? last.key.userId }
        : null
    // Results show email addresses: log who saw them (S-46), but not the search text, which may be one.
    await audit.append({
      at: clock.now(),
      staffId: by,
      action: 'cases_listed',
      userId: cases.length === 1 ? (last?.key.userId ?? null) : null,
      connectionId: null,
      reason: '',
      before: null,
      after: { cases: cases.length },
      from,
    })
    return { cases, next }
  }
}
