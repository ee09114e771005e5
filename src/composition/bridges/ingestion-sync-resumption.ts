import { SyncResumption } from '../../application/access/ports.ts'
import type { ResumeSyncs } from '../../application/ingestion/resume-syncs.ts'
import type { UserId } from '../../domain/identifiers.ts'

/** Keeps `access` independent of `ingestion`. */
export class IngestionSyncResumption extends SyncResumption {
  readonly #resumeSyncs: ResumeSyncs

  constructor(resumeSyncs: ResumeSyncs) {
    super()
    this.#resumeSyncs = resumeSyncs
  }

  resume(userId: UserId): Promise<void> {
    return this.#resumeSyncs.execute(userId)
  }
}
