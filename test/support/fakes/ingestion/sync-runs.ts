import { type Reconciliation, SyncRuns } from '../../../../src/application/ingestion/ports.ts'
import { addDays, type DayRange, daysOf } from '../../../../src/domain/calendar.ts'
import type { ConnectionId, ReportId, SyncRunId } from '../../../../src/domain/identifiers.ts'
import {
  isFinished,
  markFailed,
  type OpenReport,
  type Report,
} from '../../../../src/domain/ingestion/report.ts'
import type { FailureReason } from '../../../../src/domain/ingestion/report-error.ts'
import type { SyncRun, SyncRunKind } from '../../../../src/domain/ingestion/sync-run.ts'
import type { LoadedRange } from '../../../../src/domain/ingestion/sync-window.ts'
import { type FakeUnitOfWork, Table } from '../kernel.ts'

interface LeaseRow {
  readonly report: Report
  readonly position: number
  readonly fencingToken: number
  readonly leased: boolean
}

export class FakeSyncRuns extends SyncRuns {
  readonly #runs = new Table<SyncRunId, { run: SyncRun; finishedAt: Date | null }>()
  readonly reports = new Table<ReportId, LeaseRow>()
  readonly reconciliations = new Table<ConnectionId, { dueAt: Date | null; latest: Reconciliation | null }>()
  readonly rollUpsDue = new Table<ConnectionId, Date>()
  saveError: Error | null = null

  constructor(unitOfWork: FakeUnitOfWork) {
    super()
    unitOfWork.memories.push(this.#runs, this.reports, this.reconciliations, this.rollUpsDue)
  }

  async save(run: SyncRun, reports: readonly Report[]): Promise<void> {
    if (this.saveError) throw this.saveError
    this.#runs.set(run.id, { run, finishedAt: null })
    reports.forEach((report, position) => {
      this.reports.set(report.id, { report, position, fencingToken: 0, leased: false })
    })
  }

  async latestOf(connectionId: ConnectionId, kinds?: readonly SyncRunKind[]) {
    const runs = this.#runs.all().map(({ run }) => run)
    const [run] = runs
      .filter(one => one.connectionId === connectionId && (!kinds || kinds.includes(one.kind)))
      .sort((a, b) => b.requestedAt.getTime() - a.requestedAt.getTime())
    return run ? { run, reports: this.reportsOf(run.id) } : null
  }

  async hasUnfinishedReports(connectionId: ConnectionId): Promise<boolean> {
    return this.allOf(connectionId).some(isOpen)
  }

  async hasLegacyCampaigns(connectionId: ConnectionId, after: Date): Promise<boolean> {
    return this.allOf(connectionId).some(
      report =>
        report.type === 'sb_campaigns' &&
        report.status === 'loaded' &&
        report.loadedAt > after &&
        (report.legacyCampaigns ?? 0) > 0,
    )
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

  async finishIfDone(syncRunId: SyncRunId, now: Date) {
    const row = this.#runs.get(syncRunId)
    const reports = this.reportsOf(syncRunId)
    if (!row || row.finishedAt || !reports.every(isFinished)) return null
    this.#runs.set(syncRunId, { ...row, finishedAt: now })
    const { connectionId } = row.run
    const latest = this.reconciliations.get(connectionId)?.latest ?? null
    this.reconciliations.set(connectionId, { dueAt: now, latest })
    this.rollUpsDue.set(connectionId, now)
    const count = (status: Report['status']) => reports.filter(report => report.status === status).length
    return { loaded: count('loaded'), failed: count('failed'), kind: row.run.kind }
  }

  reportsOf(syncRunId: SyncRunId): Report[] {
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
