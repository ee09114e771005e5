import type { AuditFilter, NamedAuditEntry } from '../../domain/access/audit.ts'
import type { AuditEntryId, PersonId } from '../../domain/identifiers.ts'
import { demandAdmin } from './demand-staff.ts'
import type { AuditLog, People } from './ports.ts'

/** For admins (S-43). */
export class ReadAudit {
  readonly #needs: { people: People; audit: AuditLog }

  constructor(needs: { people: People; audit: AuditLog }) {
    this.#needs = needs
  }

  /** Newest first; `next` is null on the last page. @throws {AdminsOnly} */
  async run(
    by: PersonId,
    filter: AuditFilter,
    { before, limit }: { readonly before: AuditEntryId | null; readonly limit: number },
  ): Promise<{ readonly entries: readonly NamedAuditEntry[]; readonly next: AuditEntryId | null }> {
    const { people, audit } = this.#needs
    await demandAdmin(people, by)
    // One more shows whether another page follows.
    const found = await audit.latest(filter, { before, limit: limit + 1 })
    const entries = found.slice(0, limit)
    return { entries, next: found.length > limit ? (entries.at(-1)?.id ?? null) : null }
  }
}
