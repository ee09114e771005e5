import { type Reconciliation, SyncRuns } from '../../../src/application/ingestion/ports.ts'
import type { DueReport, LoadCapacity } from '../../../src/application/ingestion/report-ports.ts'
import { addDays, type DayRange, daysOf } from '../../../src/domain/calendar.ts'
import { isErased } from '../../../src/domain/connection/connection.ts'
import type { ConnectionId, ReportId, SyncRunId } from '../../../src/domain/identifiers.ts'
import type { ReportType } from '../../../src/domain/ingestion/catalogue.ts'
import type { TypicalDuration, TypicalDurations } from '../../../src/domain/ingestion/progress.ts'
import {
  isDue,
  isFinished,
  markFailed,
  type OpenReport,
  type Report,
} from '../../../src/domain/ingestion/report.ts'
import type { FailureReason } from '../../../src/domain/ingestion/report-error.ts'
import type { SyncRun, SyncRunKind } from '../../../src/domain/ingestion/sync-run.ts'
import type { LoadedRange } from '../../../src/domain/ingestion/sync-window.ts'
import type { Region } from '../../../src/domain/profile/region.ts'
import type { FakeConnections } from './connections.ts'
import { type FakeUnitOfWork, Table } from './kernel.ts'
import type { LeaseRow } from './leases.ts'

export class FakeSyncRuns extends SyncRuns {
  readonly #connections: FakeConnections
  readonly #runs = new Table<SyncRunId, { run: SyncRun; finishedAt: Date | null }>()
  readonly reports = new Table<ReportId, LeaseRow>()
  readonly reconciliations = new Table<ConnectionId, { dueAt: Date | null; latest: Reconciliation | null }>()
  readonly rollUpsDue = new Table<ConnectionId, Date>()
  saveError: Error | null = null

  constructor(connections: FakeConnections, unitOfWork: FakeUnitOfWork) {
    super()
    this.#connections = connections
    unitOfWork.memories.push(this.#runs, this.reports, this.reconciliations, this.rollUpsDue)
  }

  async save(run: SyncRun, reports: readonly Report[]): Promise<void> {
    if (this.saveError) throw this.saveError
    this.#runs.set(run.id, { run, finishedAt: null })
    reports.forEach((report, position) => {
      this.reports.set(report.id, { report, position, fencingToken: 0, leased: false })
    })
  }

  /** When the connection's last sync run finished; null while it is running or without a run. */
  finishedAtOf(connectionId: ConnectionId): Date | null {
    const runs = this.#runs.all().filter(({ run }) => run.connectionId === connectionId)
    runs.sort((one, other) => other.run.requestedAt.getTime() - one.run.requestedAt.getTime())
    return runs[0]?.finishedAt ?? null
  }

  get openSyncRuns(): SyncRun[] {
    return this.#runs.all().flatMap(({ run, finishedAt }) => (finishedAt ? [] : [run]))
  }

  async latestOf(connectionId: ConnectionId, kinds?: readonly SyncRunKind[]) {
    const runs = this.#runs.all().map(({ run }) => run)
    const [run] = runs
      .filter(one => one.connectionId === connectionId && (!kinds || kinds.includes(one.kind)))
      .sort((a, b) => b.requestedAt.getTime() - a.requestedAt.getTime())
    return run ? { run, reports: this.#reportsOf(run.id) } : null
  }

  async hasUnfinishedReports(connectionId: ConnectionId): Promise<boolean> {
    return this.allOf(connectionId).some(isOpen)
  }

  async loadedRanges(connectionId: ConnectionId, after = new Date(0)): Promise<LoadedRange[]> {
    const loaded = this.allOf(connectionId).filter(
      report => report.status === 'loaded' && report.loadedAt > after,
    )
    const byType = Map.groupBy(loaded, ({ type }) => type)
    return [...byType].sort().flatMap(([type, reports]) => {
      const all = new Set(reports.flatMap(report => daysOf(report.days)))
      const ranges: DayRange[] = []
      for (const day of [...all].sort()) {
        const last = ranges.at(-1)
        if (last && addDays(last.to, 1) === day) ranges[ranges.length - 1] = { from: last.from, to: day }
        else ranges.push({ from: day, to: day })
      }
      return ranges.map(days => ({ type, days }))
    })
  }

  forget(connectionId: ConnectionId): void {
    for (const { run } of this.#runs.all()) if (run.connectionId === connectionId) this.#runs.delete(run.id)
    for (const { id } of this.allOf(connectionId)) this.reports.delete(id)
    this.reconciliations.delete(connectionId)
    this.rollUpsDue.delete(connectionId)
  }

  allOf(connectionId: ConnectionId): Report[] {
    return this.reports
      .all()
      .map(({ report }) => report)
      .filter(report => report.connectionId === connectionId)
  }

  async due(now: Date, limit: number, capacity: LoadCapacity): Promise<DueReport[]> {
    let dueLoads = 0
    return this.reports
      .all()
      .flatMap(({ report, position, leased }) => (isOpen(report) && !leased ? [{ report, position }] : []))
      .filter(({ report }) => isDue(report, now))
      .sort(
        (a, b) =>
          Number(b.report.isInteractive) - Number(a.report.isInteractive) ||
          a.report.dueAt.getTime() - b.report.dueAt.getTime() ||
          a.position - b.position,
      )
      .filter(({ report }) => {
        if (report.status !== 'completed') return true
        if (dueLoads >= (report.isInteractive ? capacity.interactive : capacity.other)) return false
        dueLoads += 1
        return true
      })
      .slice(0, limit)
      .map(({ report: { id, isInteractive } }) => ({ id, isInteractive }))
  }

  async countDue(now: Date, max: number): Promise<number> {
    const due = this.reports
      .all()
      .filter(({ report }) => isOpen(report) && isDue(report, now) && !report.isInteractive)
      .filter(({ report }) => !(isOpen(report) && report.deferralReason?.startsWith('region')))
    return Math.min(max, due.length)
  }

  async failOpenReports(connectionId: ConnectionId, reason: FailureReason, now: Date): Promise<void> {
    for (const row of this.reports.all()) {
      if (row.report.connectionId !== connectionId || !isOpen(row.report)) continue
      const report = markFailed(row.report, reason, now)
      this.reports.set(report.id, { ...row, report, fencingToken: row.fencingToken + 1, leased: false })
    }
    for (const row of this.#runs.all()) {
      if (row.run.connectionId !== connectionId || row.finishedAt) continue
      this.#runs.set(row.run.id, { ...row, finishedAt: now })
    }
  }

  async throttledUntil(
    target: Pick<Report, 'id' | 'connectionId' | 'type'>,
    now: Date,
  ): Promise<Date | null> {
    const dueTimes = this.allOf(target.connectionId).flatMap(report =>
      report.id !== target.id &&
      report.type === target.type &&
      report.status === 'requested' &&
      report.lastError?.error === 'throttled' &&
      !report.deferredSince &&
      !isDue(report, now)
        ? [report.dueAt]
        : [],
    )
    return dueTimes.sort((a, b) => b.getTime() - a.getTime())[0] ?? null
  }

  async releaseDeferred(region: Region, now: Date): Promise<void> {
    for (const [id, row] of this.reports.entries()) {
      const { report } = row
      if (!isOpen(report) || !report.deferredSince) continue
      const connection = await this.#connections.find(report.connectionId)
      if (!connection || isErased(connection)) continue
      if (connection.profile.region !== region || report.dueAt < now) continue
      this.reports.set(id, { ...row, report: { ...report, dueAt: now } })
    }
  }

  async finishIfDone(syncRunId: SyncRunId, now: Date) {
    const row = this.#runs.get(syncRunId)
    const reports = this.#reportsOf(syncRunId)
    if (!row || row.finishedAt || !reports.every(isFinished)) return null
    this.#runs.set(syncRunId, { ...row, finishedAt: now })
    const { connectionId } = row.run
    const latest = this.reconciliations.get(connectionId)?.latest ?? null
    this.reconciliations.set(connectionId, { dueAt: now, latest })
    this.rollUpsDue.set(connectionId, now)
    const count = (status: Report['status']) => reports.filter(report => report.status === status).length
    return { loaded: count('loaded'), failed: count('failed'), kind: row.run.kind }
  }

  async typicalDurations(region: Region | null, by: Date): Promise<TypicalDurations> {
    const runs = this.#runs.all().flatMap(({ run, finishedAt }) => (finishedAt ? [{ run, finishedAt }] : []))
    const latest = []
    for (const { run } of runs.sort((a, b) => b.finishedAt.getTime() - a.finishedAt.getTime())) {
      const connection = await this.#connections.find(run.connectionId)
      const finishedAt = this.#runs.get(run.id)?.finishedAt
      if (run.kind !== 'initial' || !finishedAt || finishedAt > by || latest.length === 50) continue
      if (!connection || isErased(connection)) continue
      if (!region || connection.profile.region === region) latest.push(run)
    }
    const durations = latest.flatMap(({ id, requestedAt }) =>
      this.#reportsOf(id).flatMap(report =>
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

  #reportsOf(syncRunId: SyncRunId): Report[] {
    const rows = this.reports.all().filter(({ report }) => report.syncRunId === syncRunId)
    return rows.sort((a, b) => a.position - b.position).map(({ report }) => report)
  }

  report(id: ReportId): Report {
    const row = this.reports.get(id)
    if (!row) throw new Error(`no report ${id}`)
    return row.report
  }
}

export const isOpen = (report: Report): report is OpenReport => !isFinished(report)

function quantile(sorted: readonly number[], share: number): number {
  const position = (sorted.length - 1) * share
  const low = sorted[Math.floor(position)] ?? 0
  const high = sorted[Math.ceil(position)] ?? low
  return low + (high - low) * (position - Math.floor(position))
}
