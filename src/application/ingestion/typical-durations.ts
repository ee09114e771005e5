import type { TypicalDurations } from '../../domain/ingestion/progress.ts'
import type { Report } from '../../domain/ingestion/report.ts'
import type { Region } from '../../domain/profile/region.ts'
import type { SyncRuns } from './ports.ts'

/** Types new to the region get all regions' durations. */
export async function typicalDurationsFor(
  syncRuns: SyncRuns,
  region: Region,
  reports: readonly Pick<Report, 'type' | 'status'>[],
  by: Date,
): Promise<TypicalDurations> {
  if (reports.every(({ status }) => status === 'loaded' || status === 'failed')) return new Map()
  const here = await syncRuns.typicalDurations(region, by)
  if (reports.every(({ type }) => here.has(type))) return here
  return new Map([...(await syncRuns.typicalDurations(null, by)), ...here])
}
