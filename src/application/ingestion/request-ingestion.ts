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

/** A loading is put on record, in the commit of whatever asks for it; the bell is rung after that commit. */
export class RequestIngestion {
  readonly #needs: Needs

  constructor(needs: Needs) {
    this.#needs = needs
  }

  /**
   * The loading that a choice asks for, and from then on a sync every day. Joins the unit of work.
   * @returns the reports to ring for, once it is committed.
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
   * The connections whose sync is due, the longest due first. Where it would only stand in line, for its region or for our workers, it is
   * left for later, unless somebody waits for it: what was begun is done first.
   */
  async syncsDue(limit: number): Promise<readonly ConnectionId[]> {
    const { ingestions, syncs, regions, clock } = this.#needs
    const now = clock.now()
    const isBehind = (await ingestions.countDue(now, mostDue)) >= mostDue
    return syncs.due(now, limit, isBehind ? [] : await regions.takingMore(now))
  }

  /**
   * S-23: what the day asks for. While an earlier loading is still on its way it is asked for later. Joins the unit of
   * work.
   * @returns the reports to ring for, once it is committed; none when the sync was not due (any more).
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

  /** What fails on our side is tried again later, and stands in nobody's way. */
  async postpone(connectionId: ConnectionId): Promise<void> {
    const { syncs, clock } = this.#needs
    const now = clock.now()
    await syncs.delay(connectionId, now, putOff(now, longestPutOff))
  }

  /** Authorised connections that have no plan are due at once. @returns how many there were. */
  planMissingSyncs(): Promise<number> {
    const { syncs, clock } = this.#needs
    return syncs.planMissing(clock.now())
  }

  /** The day's sync is left out and told; the next one fills what is missing. Joins the unit of work. */
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

  /** The connection is closed: its running work is over at once, and none is planned. Joins the unit of work. */
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

/** Reports: what two workers do in some seconds. */
const mostDue = 1000

/** Of a sync that could not begin: whoever asked for it looks at the page. */
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
