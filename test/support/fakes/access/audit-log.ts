import { AuditLog } from '../../../../src/application/access/ports.ts'
import type { AuditEntry, AuditEntryWithNames, AuditFilter } from '../../../../src/domain/access/audit.ts'
import type { AuditEntryId } from '../../../../src/domain/identifiers.ts'
import { type FakeUnitOfWork, Table } from '../kernel.ts'
import type { FakeUsers } from './users.ts'

export class FakeAuditLog extends AuditLog {
  readonly #rows = new Table<number, AuditEntry>()
  readonly #users: FakeUsers

  constructor(users: FakeUsers, unitOfWork: FakeUnitOfWork) {
    super()
    this.#users = users
    unitOfWork.memories.push(this.#rows)
  }

  async append(entry: AuditEntry): Promise<void> {
    this.#rows.set(this.#rows.size + 1, entry)
  }

  async latest(
    { staffId, userId }: AuditFilter,
    { before, limit }: { before: AuditEntryId | null; limit: number },
  ): Promise<AuditEntryWithNames[]> {
    const found = this.#rows
      .entries()
      .filter(([, entry]) => staffId === null || entry.staffId === staffId)
      .filter(([, entry]) => userId === null || entry.userId === userId)
      .filter(([id]) => before === null || id < Number(before))
    return found
      .reverse()
      .slice(0, limit)
      .map(([id, entry]) => ({
        ...entry,
        id: String(id) as AuditEntryId,
        staffName: this.#users.find(entry.staffId)?.name ?? '',
        userName: (entry.userId && this.#users.find(entry.userId)?.name) ?? null,
      }))
  }

  get entries(): AuditEntry[] {
    return this.#rows.all()
  }
}
