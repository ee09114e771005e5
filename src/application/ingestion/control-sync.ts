import { randomUUID } from 'node:crypto'
import { ActionNotPossible } from '../../domain/access/staff-action.ts'
import { after, type DayRange } from '../../domain/calendar.ts'
import type { AmazonReportId, ConnectionId, ReportId, SyncRunId } from '../../domain/identifiers.ts'
import { requestBackfill, requestRetrySync, type SyncTarget } from '../../domain/ingestion/sync-run.ts'
import { freshnessPeriod } from '../../domain/ingestion/sync-window.ts'
import { entry } from '../../domain/timeline/entry.ts'
import type { Clock, Timeline } from '../ports.ts'
import type { JobQueue, SyncHistories, SyncRuns, SyncSchedule } from './ports.ts'
import type { AdsApiAccess, AdvertisingReports, DueReport } from './report-ports.ts'

interface Dependencies {
  readonly syncRuns: SyncRuns
  readonly syncHistories: SyncHistories
  readonly syncSchedule: SyncSchedule
  readonly reports: AdvertisingReports
  readonly access: AdsApiAccess
  readonly jobQueue: JobQueue
  readonly timeline: Timeline
  readonly clock: Clock
}

/** S-43. Methods join the transaction; the caller wakes workers after the commit. */
export class ControlSync {
  readonly #deps: Dependencies

  constructor(deps: Dependencies) {
    this.#deps = deps
  }

  /** @throws {ActionNotPossible} while a sync is unfinished. */
  async syncNow(connectionId: ConnectionId): Promise<void> {
    const { syncRuns, syncSchedule, clock } = this.#deps
    if (await syncRuns.hasUnfinishedReports(connectionId)) throw new ActionNotPossible('still_loading')
    await syncSchedule.schedule(connectionId, clock.now(), true)
  }

  /** @throws {ActionNotPossible} when no report type has failed, or all are in progress again. */
  async retryFailed(connection: SyncTarget): Promise<readonly DueReport[]> {
    const { syncHistories, clock } = this.#deps
    const { finished, open } = await syncHistories.of(connection.id)
    const underway = new Set(open.map(({ type }) => type))
    const failed = finished.filter(({ status, type }) => status === 'failed' && !underway.has(type))
    if (failed.length === 0) throw new ActionNotPossible('nothing_failed')
    return this.#saveRequested(
      connection,
      requestRetrySync(newSyncRun(connection), failed, newReportId, clock.now()),
    )
  }

  /**
   * @throws {InvalidDateRange}
   * @throws {ActionNotPossible} while a sync is unfinished.
   */
  async backfill(connection: SyncTarget, days: DayRange): Promise<readonly DueReport[]> {
    const { syncRuns, clock } = this.#deps
    const now = clock.now()
    const hasLegacyCampaigns = await syncRuns.hasLegacyCampaigns(connection.id, after(now, -freshnessPeriod))
    const request = { ...newSyncRun(connection), hasLegacyCampaigns }
    const requested = requestBackfill(request, days, newReportId, now)
    if (await syncRuns.hasUnfinishedReports(connection.id)) throw new ActionNotPossible('still_loading')
    return this.#saveRequested(connection, requested)
  }

  /**
   * Fences off the reports' workers; the schedule stays.
   * @returns ids for {@link cancelAtAmazon} after the commit.
   * @throws {ActionNotPossible} when no report is unfinished.
   */
  async cancel(connectionId: ConnectionId): Promise<readonly AmazonReportId[]> {
    const { syncRuns, syncHistories, clock } = this.#deps
    const { open } = await syncHistories.of(connectionId)
    if (open.length === 0) throw new ActionNotPossible('nothing_loading')
    await syncRuns.failOpenReports(connectionId, { error: 'cancelled', detail: null }, clock.now())
    return open.flatMap(report => (report.status === 'generating' ? [report.amazonReportId] : []))
  }

  /** So that the next request isn't a duplicate. Best effort: Amazon can't cancel a report in progress. */
  async cancelAtAmazon(
    { id: connectionId, profile }: SyncTarget,
    ids: readonly AmazonReportId[],
  ): Promise<void> {
    const { access, reports } = this.#deps
    if (ids.length === 0) return
    const token = await access.accessToken(connectionId, null).catch(() => null)
    if (token) await Promise.allSettled(ids.map(id => reports.cancel(profile, token, id)))
  }

  enqueue(reports: readonly DueReport[]): Promise<void> {
    return this.#deps.jobQueue.enqueue(reports, 0)
  }

  async #saveRequested(
    { id: connectionId, userId }: SyncTarget,
    { syncRun: run, reports }: ReturnType<typeof requestRetrySync>,
  ): Promise<readonly DueReport[]> {
    const { syncRuns, timeline } = this.#deps
    await syncRuns.save(run, reports)
    const about = { userId, connectionId, syncRunId: run.id }
    const { kind, days } = run
    await timeline.append(
      entry(run.requestedAt, about, { kind: 'sync_requested', syncRun: kind, days, reports: reports.length }),
    )
    return reports
  }
}

const newReportId = (): ReportId => randomUUID() as ReportId
const newSyncRun = ({ id: connectionId, profile }: SyncTarget) => ({
  id: randomUUID() as SyncRunId,
  connectionId,
  timezone: profile.timezone,
})
