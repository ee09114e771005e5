import { type LeasedReport, LeaseLost, Leases } from '../../../../src/application/ingestion/report-ports.ts'
import { isErased } from '../../../../src/domain/connection/connection.ts'
import type { ReportId } from '../../../../src/domain/identifiers.ts'
import { isDue, type Report } from '../../../../src/domain/ingestion/report.ts'
import type { FakeConnections } from '../connection/connections.ts'
import { type FakeSyncRuns, isOpen } from './sync-runs.ts'

export class FakeLeases extends Leases {
  readonly #syncRuns: FakeSyncRuns
  readonly #connections: FakeConnections
  readonly #losses = new Map<ReportId, AbortController>()

  constructor(syncRuns: FakeSyncRuns, connections: FakeConnections) {
    super()
    this.#syncRuns = syncRuns
    this.#connections = connections
  }

  async withLease(
    reportId: ReportId,
    now: Date,
    work: (leased: LeasedReport, leaseLost: AbortSignal) => Promise<void>,
  ): Promise<boolean> {
    const row = this.#syncRuns.reports.get(reportId)
    if (!row || row.leased || !isOpen(row.report) || !isDue(row.report, now)) return false
    const { report } = row
    const fencingToken = row.fencingToken + 1
    this.#syncRuns.reports.set(reportId, { ...row, fencingToken, leased: true })
    const connection = await this.#connections.find(report.connectionId)
    if (!connection || isErased(connection)) throw new Error(`no connection ${report.connectionId}`)

    const { userId, profile, pendingConnectionId } = connection
    const lost = new AbortController()
    this.#losses.set(reportId, lost)
    try {
      const leased = { report, fencingToken, userId, profile, pendingConnectionId, correlationId: null }
      await work(leased, lost.signal)
    } finally {
      const current = this.#syncRuns.reports.get(reportId)
      if (current?.fencingToken === fencingToken)
        this.#syncRuns.reports.set(reportId, { ...current, leased: false })
    }
    return true
  }

  async save<R extends Report>(leased: Pick<LeasedReport, 'report' | 'fencingToken'>, next: R): Promise<R> {
    const row = this.#syncRuns.reports.get(leased.report.id)
    if (
      row?.fencingToken !== leased.fencingToken ||
      !row.leased ||
      row.report.status !== leased.report.status
    )
      throw new LeaseLost('another worker took over')
    this.#syncRuns.reports.set(next.id, { ...row, report: next })
    return next
  }

  async saveAndRelease<R extends Report>(
    leased: Pick<LeasedReport, 'report' | 'fencingToken'>,
    next: R,
  ): Promise<R> {
    await this.save(leased, next)
    this.letRunOut(next.id)
    return next
  }

  letRunOut(reportId: ReportId): void {
    const row = this.#syncRuns.reports.get(reportId)
    if (row) this.#syncRuns.reports.set(reportId, { ...row, leased: false })
  }

  loseLease(reportId: ReportId): void {
    this.#losses.get(reportId)?.abort(new LeaseLost('the lease ran out'))
  }
}
