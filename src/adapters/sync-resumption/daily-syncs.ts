import { SyncResumption } from '../../application/access/ports.ts'
import type { ResumeSyncs } from '../../application/ingestion/index.ts'
import type { PersonId } from '../../domain/identifiers.ts'

/** Keeps access independent of ingestion. */
export class DailySyncs extends SyncResumption {
  readonly #resumeSyncs: ResumeSyncs

  constructor(resumeSyncs: ResumeSyncs) {
    super()
    this.#resumeSyncs = resumeSyncs
  }

  resume(personId: PersonId): Promise<void> {
    return this.#resumeSyncs.run(personId)
  }
}
