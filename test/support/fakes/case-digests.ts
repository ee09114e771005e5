import { type CaseKey, caseId } from '../../../src/admin/index.ts'
import type { CaseCounts, CaseDigest, CaseDigests } from '../../../src/admin/ports.ts'
import { Table } from './kernel.ts'

/** As much of it as counting needs. */
export class FakeCaseDigests implements Pick<CaseDigests, 'keep' | 'forget' | 'counts'> {
  readonly #rows = new Table<string, CaseDigest>()

  async keep(digest: CaseDigest): Promise<void> {
    this.#rows.set(caseId(digest.key), digest)
  }

  async forget(key: CaseKey): Promise<void> {
    this.#rows.delete(caseId(key))
  }

  async counts(): Promise<CaseCounts> {
    const by = <Name>(of: (digest: CaseDigest) => Name | null): Map<Name, number> => {
      const counted = new Map<Name, number>()
      for (const digest of this.all) {
        const name = of(digest)
        if (name !== null) counted.set(name, (counted.get(name) ?? 0) + 1)
      }
      return counted
    }
    return {
      health: by(({ health }) => health),
      stage: by(({ stage }) => stage),
      cause: by(({ cause }) => cause),
    }
  }

  get all(): readonly CaseDigest[] {
    return this.#rows.all()
  }
}
