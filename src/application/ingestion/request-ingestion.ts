import { randomUUID } from 'node:crypto'
import type { ConnectionId, ReportId, RunId } from '../../domain/identifiers.ts'
import { type LoadedConnection, type RunKind, requestRun } from '../../domain/ingestion/run.ts'
import { entry } from '../../domain/timeline/entry.ts'
import type { Clock, Timeline } from '../ports.ts'
import type { Bell, Ingestions } from './ports.ts'

interface Needs {
  readonly ingestions: Ingestions
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
   * Joins the unit of work.
   * @returns the reports to ring for, once it is committed.
   */
  async run(order: {
    readonly connection: LoadedConnection
    readonly kind: RunKind
  }): Promise<readonly ReportId[]> {
    const { ingestions, timeline, clock } = this.#needs
    const { id: connectionId, personId, profile } = order.connection
    const now = clock.now()
    const { run, reports } = requestRun(
      { id: randomUUID() as RunId, connectionId, kind: order.kind, timezone: profile.timezone },
      () => randomUUID() as ReportId,
      now,
    )
    await ingestions.save(run, reports)
    const about = { personId, connectionId, runId: run.id }
    const happening = {
      kind: 'run_requested',
      run: run.kind,
      days: run.days,
      reports: reports.length,
    } as const
    await timeline.append(entry(now, about, happening))
    return reports.map(({ id }) => id)
  }

  ring(reportIds: readonly ReportId[]): Promise<void> {
    return this.#needs.bell.ring(reportIds, 0)
  }

  /** The connection is closed: its running work is over at once. Joins the unit of work. */
  abandon(connectionId: ConnectionId): Promise<void> {
    const { ingestions, clock } = this.#needs
    return ingestions.abandon(connectionId, { trouble: 'connection_closed', detail: null }, clock.now())
  }
}
