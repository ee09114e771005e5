import type { AuditLog, Users } from '../../application/access/ports.ts'
import type { AuditEntryWithNames, AuditFilter } from '../../domain/access/audit.ts'
import type { AuditEntryId, UserId } from '../../domain/identifiers.ts'
import { requireAdmin } from '../require-staff.ts'

/** S-43 */
export class ListAuditEntries {
  readonly #deps: { users: Users; audit: AuditLog }

  constructor(deps: { users: Users; audit: AuditLog }) {
    this.#deps = deps
  }

  async execute(
    by: UserId,
    filter: AuditFilter,
    { before, limit }: { readonly before: AuditEntryId | null; readonly limit: number },
  ): Promise<{ readonly entries: readonly AuditEntryWithNames[]; readonly next: AuditEntryId | null }> {
    const { users, audit } = this.#deps
    await requireAdmin(users, by)
    const found = await audit.latest(filter, { before, limit: limit + 1 })
    const entries = found.slice(0, limit)
    return { entries, next: found.length > limit ? (entries.at(-1)?.id ?? null) : null }
  }
}
