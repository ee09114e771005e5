import { randomUUID } from 'node:crypto'
import type { PlanRestriction } from '../../domain/access/subscription.ts'
import { after, minutes } from '../../domain/calendar.ts'
import type { ConnectionId, ReportId, SyncRunId } from '../../domain/identifiers.ts'
import {
  requestDailySync,
  requestInitialSync,
  requestReauthorisationSync,
  type SyncTarget,
} from '../../domain/ingestion/sync-run.ts'
import { maxSyncDeferral, nextSyncAfter, throttledSyncShift } from '../../domain/ingestion/sync-schedule.ts'
import { freshnessPeriod } from '../../domain/ingestion/sync-window.ts'
import { entry } from '../../domain/timeline/entry.ts'
import type { Clock, Timeline } from '../ports.ts'
import type { JobQueue, SyncRuns, SyncSchedule } from './ports.ts'
import type { DueReport, RegionRateLimiter, ReportQueue } from './report-ports.ts'

interface Dependencies {
  readonly syncRuns: SyncRuns
  readonly reportQueue: Pick<ReportQueue, 'countDue'>
  readonly syncSchedule: SyncSchedule
  readonly rateLimiter: Pick<RegionRateLimiter, 'acceptingSyncs'>
  readonly jobQueue: JobQueue
  readonly timeline: Timeline
  readonly clock: Clock
}

/** Sync runs join the caller's transaction; the caller wakes workers after its commit. */
export class RequestSync {
  readonly #deps: Dependencies

  constructor(deps: Dependencies) {
    this.#deps = deps
  }

  async execute(request: {
    readonly connection: SyncTarget
    readonly kind: 'initial' | 'reauthorisation'
  }): Promise<readonly DueReport[]> {
    const { syncRuns, syncSchedule, clock } = this.#deps
    const { connection, kind } = request
    const { id: connectionId, profile } = connection
    const { timezone } = profile
    const now = clock.now()
    await syncSchedule.schedule(connectionId, nextSyncAfter(now, connectionId, timezone))
    if (kind === 'initial')
      return this.#saveRequested(connection, requestInitialSync(newSyncRun(connection), newReportId, now))
    const freshRanges = await syncRuns.loadedRanges(connectionId, after(now, -freshnessPeriod))
    return this.#saveRequested(
      connection,
      requestReauthorisationSync(newSyncRun(connection), freshRanges, newReportId, now),
    )
  }

  /** No background syncs while their region or our workers are behind. */
  async findDueSyncs(limit: number): Promise<readonly ConnectionId[]> {
    const { reportQueue, syncSchedule, rateLimiter, clock } = this.#deps
    const now = clock.now()
    const isBehind = (await reportQueue.countDue(now, maxDue)) >= maxDue
    return syncSchedule.due(now, limit, isBehind ? [] : await rateLimiter.acceptingSyncs(now))
  }

  /** Defers the sync while another one is unfinished (S-23). */
  async startDailySync(connection: SyncTarget): Promise<readonly DueReport[]> {
    const { syncRuns, syncSchedule, clock } = this.#deps
    const { id: connectionId, profile } = connection
    const now = clock.now()
    if (await syncRuns.hasUnfinishedReports(connectionId)) {
      await syncSchedule.defer(connectionId, now, deferralTimes(now, minutes(5)))
      return []
    }
    const next = nextSyncAfter(now, connectionId, profile.timezone)
    const last = await syncRuns.latestOf(connectionId, ['daily'])
    const wasThrottled = last?.reports.some(
      report => report.status === 'failed' && report.reason.error === 'throttled',
    )
    const due = await syncSchedule.claimDue(
      connectionId,
      now,
      wasThrottled ? after(next, throttledSyncShift) : next,
    )
    if (!due) return []
    const since = after(now, -freshnessPeriod)
    const freshRanges = await syncRuns.loadedRanges(connectionId, since)
    const hasLegacyCampaigns = await syncRuns.hasLegacyCampaigns(connectionId, since)
    const request = { ...newSyncRun(connection), ...due, hasLegacyCampaigns }
    return this.#saveRequested(connection, requestDailySync(request, freshRanges, newReportId, now))
  }

  /** For errors on our side. */
  async deferDailySync(connectionId: ConnectionId): Promise<void> {
    const { syncSchedule, clock } = this.#deps
    const now = clock.now()
    await syncSchedule.defer(connectionId, now, deferralTimes(now, maxSyncDeferral))
  }

  /** The connections are due now. */
  scheduleMissingSyncs(): Promise<number> {
    const { syncSchedule, clock } = this.#deps
    return syncSchedule.scheduleMissing(clock.now())
  }

  /** Joins the transaction. The next sync fills the missing days. */
  async skipDailySync(connection: SyncTarget, planRestriction: PlanRestriction['kind']): Promise<void> {
    const { syncSchedule, timeline, clock } = this.#deps
    const { id: connectionId, userId, profile } = connection
    const now = clock.now()
    if (!(await syncSchedule.claimDue(connectionId, now, nextSyncAfter(now, connectionId, profile.timezone))))
      return
    await timeline.append(entry(now, { userId, connectionId }, { kind: 'sync_skipped', planRestriction }))
  }

  enqueue(reports: readonly DueReport[]): Promise<void> {
    return this.#deps.jobQueue.enqueue(reports, 0)
  }

  /** Joins the transaction. */
  async cancelAll(connectionId: ConnectionId): Promise<void> {
    const { syncRuns, syncSchedule, clock } = this.#deps
    await syncSchedule.cancel(connectionId)
    await syncRuns.failOpenReports(connectionId, { error: 'connection_closed', detail: null }, clock.now())
  }

  async #saveRequested(
    { id: connectionId, userId }: SyncTarget,
    { syncRun: run, reports }: ReturnType<typeof requestInitialSync>,
  ): Promise<readonly DueReport[]> {
    const { syncRuns, timeline } = this.#deps
    await syncRuns.save(run, reports)
    const about = { userId, connectionId, syncRunId: run.id }
    const event = {
      kind: 'sync_requested',
      syncRun: run.kind,
      days: run.days,
      reports: reports.length,
    } as const
    await timeline.append(entry(run.requestedAt, about, event))
    return reports
  }
}

/** A few seconds of work for two workers. */
const maxDue = 1000

/** Interactive syncs retry sooner. */
const deferralTimes = (now: Date, milliseconds: number) => ({
  interactive: after(now, minutes(1)),
  other: after(now, milliseconds),
})
const newReportId = (): ReportId => randomUUID() as ReportId
const newSyncRun = ({ id: connectionId, profile }: SyncTarget) => ({
  id: randomUUID() as SyncRunId,
  connectionId,
  timezone: profile.timezone,
})
