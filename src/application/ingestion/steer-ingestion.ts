import { randomUUID } from 'node:crypto'
import { ActionStale } from '../../domain/access/staff-action.ts'
import type { DayRange } from '../../domain/calendar.ts'
import type { AmazonReportId, ConnectionId, ReportId, RunId } from '../../domain/identifiers.ts'
import { type LoadedConnection, requestAgainRun, requestRetryRun } from '../../domain/ingestion/run.ts'
import { entry } from '../../domain/timeline/entry.ts'
import type { Clock, Timeline } from '../ports.ts'
import type {
  AdvertisingReports,
  Bell,
  DueReport,
  Ingestions,
  LoadingRecords,
  ReportAccess,
  Syncs,
} from './ports.ts'

interface Needs {
  readonly ingestions: Ingestions
  readonly records: LoadingRecords
  readonly syncs: Syncs
  readonly reports: AdvertisingReports
  readonly access: ReportAccess
  readonly bell: Bell
  readonly timeline: Timeline
  readonly clock: Clock
}

/** Staff actions on syncs (S-43). Each method joins the transaction; the caller wakes workers after the commit. */
export class SteerIngestion {
  readonly #needs: Needs

  constructor(needs: Needs) {
    this.#needs = needs
  }

  /**
   * The sweep starts the sync within seconds.
   * @throws {ActionNotPossible} while a sync is unfinished: this one would wait.
   */
  async syncNow(connectionId: ConnectionId): Promise<void> {
    const { ingestions, syncs, clock } = this.#needs
    if (await ingestions.isLoading(connectionId)) throw new ActionStale('still_loading')
    await syncs.plan(connectionId, clock.now(), true)
  }

  /**
   * Report types that failed last and aren't in progress again.
   * @returns reports to wake workers for.
   * @throws {ActionNotPossible} when there are none.
   */
  async retryFailed(connection: LoadedConnection): Promise<readonly DueReport[]> {
    const { records, clock } = this.#needs
    const { settled, open } = await records.of(connection.id)
    const underway = new Set(open.map(({ type }) => type))
    const failed = settled.filter(({ status, type }) => status === 'failed' && !underway.has(type))
    if (failed.length === 0) throw new ActionStale('nothing_failed')
    return this.#record(connection, requestRetryRun(newRun(connection), failed, newReportId, clock.now()))
  }

  /**
   * @returns reports to wake workers for.
   * @throws {InvalidDateRange}
   * @throws {ActionNotPossible} while a sync is unfinished.
   */
  async loadAgain(connection: LoadedConnection, days: DayRange): Promise<readonly DueReport[]> {
    const { ingestions, clock } = this.#needs
    const requested = requestAgainRun(newRun(connection), days, newReportId, clock.now())
    if (await ingestions.isLoading(connection.id)) throw new ActionStale('still_loading')
    return this.#record(connection, requested)
  }

  /**
   * Fails unfinished reports; their workers can no longer write. The schedule stays.
   * @returns what Amazon still generates, for {@link cancelAtAmazon} after the commit.
   * @throws {ActionNotPossible} when no report is unfinished.
   */
  async cancel(connectionId: ConnectionId): Promise<readonly AmazonReportId[]> {
    const { ingestions, records, clock } = this.#needs
    const { open } = await records.of(connectionId)
    if (open.length === 0) throw new ActionStale('nothing_loading')
    await ingestions.abandon(connectionId, { trouble: 'cancelled', detail: null }, clock.now())
    return open.flatMap(report => (report.status === 'generating' ? [report.amazonReportId] : []))
  }

  /**
   * Otherwise the next request for the same days would be its duplicate. Best effort: Amazon can't cancel a report that
   * it is processing; that one is adopted.
   */
  async cancelAtAmazon(
    { id: connectionId, profile }: LoadedConnection,
    ids: readonly AmazonReportId[],
  ): Promise<void> {
    const { access, reports } = this.#needs
    if (ids.length === 0) return
    const token = await access.token(connectionId, null).catch(() => null)
    if (token) await Promise.allSettled(ids.map(id => reports.cancel(profile, token, id)))
  }

  ring(reports: readonly DueReport[]): Promise<void> {
    return this.#needs.bell.ring(reports, 0)
  }

  async #record(
    { id: connectionId, personId }: LoadedConnection,
    { run, reports }: ReturnType<typeof requestRetryRun>,
  ): Promise<readonly DueReport[]> {
    const { ingestions, timeline } = this.#needs
    await ingestions.save(run, reports)
    const about = { personId, connectionId, runId: run.id }
    const { kind, days } = run
    await timeline.append(
      entry(run.requestedAt, about, { kind: 'run_requested', run: kind, days, reports: reports.length }),
    )
    return reports
  }
}

const newReportId = (): ReportId => randomUUID() as ReportId
const newRun = ({ id: connectionId, profile }: LoadedConnection) => ({
  id: randomUUID() as RunId,
  connectionId,
  timezone: profile.timezone,
})
