import { SyncDurations } from '../../../../src/application/ingestion/ports.ts'
import type { TypicalDurations } from '../../../../src/domain/ingestion/progress.ts'
import type { Region } from '../../../../src/domain/profile/region.ts'

/** Returns what the test sets; PostgreSQL calculates it. */
export class FakeSyncDurations extends SyncDurations {
  readonly typicalByRegion = new Map<Region | null, TypicalDurations>()

  async typical(region: Region | null): Promise<TypicalDurations> {
    return this.typicalByRegion.get(region) ?? new Map()
  }
}
