import { SyncDurations } from '../../../../src/application/ingestion/ports.ts'
import { isErased } from '../../../../src/domain/connection/connection.ts'
import type { ReportType } from '../../../../src/domain/ingestion/catalogue.ts'
import type { TypicalDuration, TypicalDurations } from '../../../../src/domain/ingestion/progress.ts'
import type { Region } from '../../../../src/domain/profile/region.ts'
import type { FakeConnections } from '../connection/connections.ts'
import type { FakeSyncRuns } from './sync-runs.ts'

export class FakeSyncDurations extends SyncDurations {
  readonly #syncRuns: FakeSyncRuns
  readonly #connections: FakeConnections

  constructor(syncRuns: FakeSyncRuns, connections: FakeConnections) {
    super()
    this.#syncRuns = syncRuns
    this.#connections = connections
  }

  async typical(region: Region | null, by: Date): Promise<TypicalDurations> {
    const runs = this.#syncRuns.finishedSyncRuns
    const latest = []
    for (const { run, finishedAt } of runs.sort((a, b) => b.finishedAt.getTime() - a.finishedAt.getTime())) {
      const connection = await this.#connections.find(run.connectionId)
      if (run.kind !== 'initial' || finishedAt > by || latest.length === 50) continue
      if (!connection || isErased(connection)) continue
      if (!region || connection.profile.region === region) latest.push(run)
    }
    const durations = latest.flatMap(({ id, requestedAt }) =>
      this.#syncRuns
        .reportsOf(id)
        .flatMap(report =>
          report.status === 'loaded'
            ? [{ type: report.type, seconds: (report.loadedAt.getTime() - requestedAt.getTime()) / 1000 }]
            : [],
        ),
    )
    return new Map(
      [...Map.groupBy(durations, ({ type }) => type)].flatMap(
        ([type, all]): [ReportType, TypicalDuration][] => {
          const sorted = all.map(({ seconds }) => seconds).sort((a, b) => a - b)
          const typical = { lowSeconds: quantile(sorted, 0.25), highSeconds: quantile(sorted, 0.9) }
          return sorted.length < 5 ? [] : [[type, typical]]
        },
      ),
    )
  }
}

function quantile(sorted: readonly number[], share: number): number {
  const position = (sorted.length - 1) * share
  const low = sorted[Math.floor(position)] ?? 0
  const high = sorted[Math.ceil(position)] ?? low
  return low + (high - low) * (position - Math.floor(position))
}
