import { FileUnconfirmed, type LeasedReport } from '../../../src/application/ingestion/report-ports.ts'
import type { DayRange } from '../../../src/domain/calendar.ts'
import type { AmazonReportId, ConnectionId } from '../../../src/domain/identifiers.ts'
import { definitionOf, type ReportType } from '../../../src/domain/ingestion/catalogue.ts'
import { type FileRow, toFactRow } from '../../../src/domain/ingestion/fact-row.ts'
import type { CompletedReport } from '../../../src/domain/ingestion/report.ts'
import { aCompletedReport, aFileRow, aRun, days, minutesLater, noon } from '../examples.ts'
import type { Stores } from './stores.ts'

interface Load {
  readonly type?: ReportType
  readonly range?: DayRange
  readonly rows: readonly FileRow[]
  readonly setAside?: number
  readonly loadedAt?: Date
  /** The report's Amazon id and what it knows of its previous file. */
  readonly report?: Pick<Partial<CompletedReport>, 'amazonReportId' | 'unconfirmedFile'>
  /** Runs after the first row. */
  readonly meanwhile?: (report: CompletedReport) => Promise<void>
}

/** As below; a file that would remove most of what is loaded comes from a second report that agrees. */
export async function loadRows(
  stores: Pick<Stores, 'syncRuns' | 'leases' | 'loader'>,
  connectionId: ConnectionId,
  load: Load,
): ReturnType<typeof loadFile> {
  return loadFile(stores, connectionId, load).catch(error => {
    if (!(error instanceof FileUnconfirmed)) throw error
    const report = { amazonReportId: 'second' as AmazonReportId, unconfirmedFile: error.file }
    return loadFile(stores, connectionId, { ...load, report })
  })
}

/** Loads a file as the only report of a sync run, which takes two minutes. @returns the number of loaded rows. */
export async function loadFile(
  { syncRuns, leases, loader }: Pick<Stores, 'syncRuns' | 'leases' | 'loader'>,
  connectionId: ConnectionId,
  {
    type = 'sp_campaigns',
    range = days,
    rows,
    setAside = 0,
    loadedAt = minutesLater(2),
    report: overrides = {},
    meanwhile = async () => undefined,
  }: Load,
): Promise<{ report: CompletedReport; rows: number }> {
  const run = aRun({ connectionId, days: range })
  const report = aCompletedReport({ syncRunId: run.id, connectionId, type, days: range, ...overrides })
  await syncRuns.save(run, [report])
  const facts = rows.map(row => toFactRow(definitionOf(type), range, aFileRow(type, row)))
  async function* batches() {
    yield facts.slice(0, 1)
    await meanwhile(report)
    yield facts.slice(1)
  }
  const times = [noon]
  let loaded = -1
  await leases.withLease(report.id, noon, async leased => {
    const completed = leased as LeasedReport<CompletedReport>
    const file = { batches: batches(), setAside: () => setAside }
    loaded = (await loader.load(completed, file, () => times.pop() ?? loadedAt)).rows
  })
  return { report, rows: loaded }
}
