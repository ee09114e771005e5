import { randomUUID } from 'node:crypto'
import type { Lack } from '../../domain/access/subscription.ts'
import { after, minutes } from '../../domain/calendar.ts'
import type { ConnectionId, ReportId, RunId } from '../../domain/identifiers.ts'
import {
  type LoadedConnection,
  requestDailyRun,
  requestFirstRun,
  requestRenewalRun,
} from '../../domain/ingestion/run.ts'
import { longestPutOff, nextSyncAfter } from '../../domain/ingestion/schedule.ts'
import { freshFor } from '../../domain/ingestion/sync.ts'
import { entry } from '../../domain/timeline/entry.ts'
import type { Clock, Timeline } from '../ports.ts'
import type { Bell, DueReport, Ingestions, Regions, Syncs } from './ports.ts'

interface Needs {
  readonly ingestions: Ingestions
  readonly syncs: Syncs
  readonly regions: Pick<Regions, 'takingMore'>
  readonly bell: Bell
  readonly timeline: Timeline
  readonly clock: Clock
}

/** Records sync runs in the caller's transaction; the caller wakes workers after its commit. */
export class RequestIngestion {
  readonly #needs: Needs

  constructor(needs: Needs) {
    this.#needs = needs
  }

  /**
   * Also schedules the daily syncs. Joins the transaction.
   * @returns reports to wake workers for after the commit.
   */
  async run(order: {
    readonly connection: LoadedConnection
    readonly kind: 'first' | 'renewal'
  }): Promise<readonly DueReport[]> {
    const { ingestions, syncs, clock } = this.#needs
    const { connection, kind } = order
    const { id: connectionId, profile } = connection
    const { timezone } = profile
    const now = clock.now()
    await syncs.plan(connectionId, nextSyncAfter(now, connectionId, timezone))
    if (kind === 'first')
      return this.#record(connection, requestFirstRun(newRun(connection), newReportId, now))
    const fresh = await ingestions.loadedStretches(connectionId, after(now, -freshFor))
    return this.#record(connection, requestRenewalRun(newRun(connection), fresh, newReportId, now))
  }

  /**
   * The longest due first. Without background syncs while their region or our workers are behind: work in progress goes
   * first.
   */
  async syncsDue(limit: number): Promise<readonly ConnectionId[]> {
    const { ingestions, syncs, regions, clock } = this.#needs
    const now = clock.now()
    const isBehind = (await ingestions.countDue(now, mostDue)) >= mostDue
    return syncs.due(now, limit, isBehind ? [] : await regions.takingMore(now))
  }

  /**
   * S-23: starts the daily sync, or defers it while another sync is unfinished. Joins the transaction.
   * @returns reports to wake workers for after the commit; none when the sync wasn't due.
   */
  async sync(connection: LoadedConnection): Promise<readonly DueReport[]> {
    const { ingestions, syncs, clock } = this.#needs
    const { id: connectionId, profile } = connection
    const now = clock.now()
    if (await ingestions.isLoading(connectionId)) {
      await syncs.delay(connectionId, now, putOff(now, minutes(5)))
      return []
    }
    const due = await syncs.move(connectionId, now, nextSyncAfter(now, connectionId, profile.timezone))
    if (!due) return []
    const fresh = await ingestions.loadedStretches(connectionId, after(now, -freshFor))
    return this.#record(
      connection,
      requestDailyRun({ ...newRun(connection), ...due }, fresh, newReportId, now),
    )
  }

  /** For errors on our side: the sync doesn't block others. */
  async postpone(connectionId: ConnectionId): Promise<void> {
    const { syncs, clock } = this.#needs
    const now = clock.now()
    await syncs.delay(connectionId, now, putOff(now, longestPutOff))
  }

  /** @returns how many active connections had no schedule; they are due now. */
  planMissingSyncs(): Promise<number> {
    const { syncs, clock } = this.#needs
    return syncs.planMissing(clock.now())
  }

  /** Skips today's sync; the next one fills the missing days. Joins the transaction. */
  async pause(connection: LoadedConnection, lack: Lack['lack']): Promise<void> {
    const { syncs, timeline, clock } = this.#needs
    const { id: connectionId, personId, profile } = connection
    const now = clock.now()
    if (!(await syncs.move(connectionId, now, nextSyncAfter(now, connectionId, profile.timezone)))) return
    await timeline.append(entry(now, { personId, connectionId }, { kind: 'sync_paused', lack }))
  }

  ring(reports: readonly DueReport[]): Promise<void> {
    return this.#needs.bell.ring(reports, 0)
  }

  /** For a closed connection. Joins the transaction. */
  async abandon(connectionId: ConnectionId): Promise<void> {
    const { ingestions, syncs, clock } = this.#needs
    await syncs.cancel(connectionId)
    await ingestions.abandon(connectionId, { trouble: 'connection_closed', detail: null }, clock.now())
  }

  async #record(
    { id: connectionId, personId }: LoadedConnection,
    { run, reports }: ReturnType<typeof requestFirstRun>,
  ): Promise<readonly DueReport[]> {
    const { ingestions, timeline } = this.#needs
    await ingestions.save(run, reports)
    const about = { personId, connectionId, runId: run.id }
    const happening = {
      kind: 'run_requested',
      run: run.kind,
      days: run.days,
      reports: reports.length,
    } as const
    await timeline.append(entry(run.requestedAt, about, happening))
    return reports
  }
}

/** Reports: a few seconds of work for two workers. */
const mostDue = 1000

/** Interactive syncs retry sooner: the user is watching the page. */
const putOff = (now: Date, milliseconds: number) => ({
  awaited: after(now, minutes(1)),
  other: after(now, milliseconds),
})
const newReportId = (): ReportId => randomUUID() as ReportId
const newRun = ({ id: connectionId, profile }: LoadedConnection) => ({
  id: randomUUID() as RunId,
  connectionId,
  timezone: profile.timezone,
})
