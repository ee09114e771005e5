import { AuditLog } from '../../../src/application/access/ports.ts'
import type { AuditEntry, AuditFilter, NamedAuditEntry } from '../../../src/domain/access/audit.ts'
import type { AuditEntryId } from '../../../src/domain/identifiers.ts'
import { type FakeUnitOfWork, Table } from './kernel.ts'
import type { FakePeople } from './people.ts'

export class FakeAuditLog extends AuditLog {
  readonly #rows = new Table<number, AuditEntry>()
  readonly #people: FakePeople

  constructor(people: FakePeople, unitOfWork: FakeUnitOfWork) {
    super()
    this.#people = people
    unitOfWork.memories.push(this.#rows)
  }

  async append(entry: AuditEntry): Promise<void> {
    this.#rows.set(this.#rows.size + 1, entry)
  }

  async latest(
    { staffId, personId }: AuditFilter,
    { before, limit }: { before: AuditEntryId | null; limit: number },
  ): Promise<NamedAuditEntry[]> {
    const found = this.#rows
      .entries()
      .filter(([, entry]) => staffId === null || entry.staffId === staffId)
      .filter(([, entry]) => personId === null || entry.personId === personId)
      .filter(([id]) => before === null || id < Number(before))
    return found
      .reverse()
      .slice(0, limit)
      .map(([id, entry]) => ({
        ...entry,
        id: String(id) as AuditEntryId,
        staffName: this.#people.find(entry.staffId)?.name ?? '',
        personName: (entry.personId && this.#people.find(entry.personId)?.name) ?? null,
      }))
  }

  get entries(): AuditEntry[] {
    return this.#rows.all()
  }
}
