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

/** As many as fit a screen or two. */
export const casesOnPage = 50

export interface FoundCases {
  readonly cases: readonly FoundCase[]
  /** Where the next page begins; null on the last one. */
  readonly next: CasePlace | null
}

/** An agent looks for somebody, by whatever the seller's mail says of them (S-40). */
export class SearchCases {
  readonly #needs: Needs

  constructor(needs: Needs) {
    this.#needs = needs
  }

  /**
   * @param typed whatever was typed; empty: all of them.
   * @throws {StaffAlone}
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
    // Its e-mails were shown, to whom and whose is on record (S-46); what was typed may be one, and is not.
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
