import {
  type DueReport,
  type LoadCapacity,
  ReportQueue,
} from '../../../../src/application/ingestion/report-ports.ts'
import { isErased } from '../../../../src/domain/connection/connection.ts'
import { isDue, type Report } from '../../../../src/domain/ingestion/report.ts'
import type { Region } from '../../../../src/domain/profile/region.ts'
import type { FakeConnections } from '../connection/connections.ts'
import { type FakeSyncRuns, isOpen } from './sync-runs.ts'

export class FakeReportQueue extends ReportQueue {
  readonly #syncRuns: FakeSyncRuns
  readonly #connections: FakeConnections

  constructor(syncRuns: FakeSyncRuns, connections: FakeConnections) {
    super()
    this.#syncRuns = syncRuns
    this.#connections = connections
  }

  async due(now: Date, limit: number, capacity: LoadCapacity): Promise<DueReport[]> {
    let dueLoads = 0
    return this.#syncRuns.reports
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
    const due = this.#syncRuns.reports
      .all()
      .filter(({ report }) => isOpen(report) && isDue(report, now) && !report.isInteractive)
      .filter(({ report }) => !(isOpen(report) && report.deferralReason?.startsWith('region')))
    return Math.min(max, due.length)
  }

  async throttledUntil(
    target: Pick<Report, 'id' | 'connectionId' | 'type'>,
    now: Date,
  ): Promise<Date | null> {
    const dueTimes = this.#syncRuns
      .allOf(target.connectionId)
      .flatMap(report =>
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
    for (const [id, row] of this.#syncRuns.reports.entries()) {
      const { report } = row
      if (!isOpen(report) || !report.deferredSince) continue
      const connection = await this.#connections.find(report.connectionId)
      if (!connection || isErased(connection)) continue
      if (connection.profile.region !== region || report.dueAt < now) continue
      this.#syncRuns.reports.set(id, { ...row, report: { ...report, dueAt: now } })
    }
  }
}
