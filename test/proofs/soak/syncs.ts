import { hours, minutes } from '../../../src/domain/calendar.ts'
import type { ConnectionId } from '../../../src/domain/identifiers.ts'
import { nextSyncAfter } from '../../../src/domain/ingestion/schedule.ts'
import type { TestProduct } from '../../support/test-product.ts'

/** A daily sync that the schedule asks for. */
interface DueSync {
  readonly connectionId: ConnectionId
  readonly at: Date
  /** When the connection's syncs were asked for. */
  readonly began: readonly Date[]
}

export interface SyncsSeen {
  readonly due: number
  readonly missed: readonly DueSync[]
  /** Minutes from each sync's moment to its being asked for. */
  readonly late: readonly number[]
}

/**
 * What the schedule asked for from each connection's beginning to this moment, and what came of it.
 * @param stepMinutes by which time goes on at once.
 */
export async function syncsSeen(
  { query }: TestProduct,
  until: Date,
  stepMinutes: number,
): Promise<SyncsSeen> {
  // A sync waits for an earlier loading that is still on its way, and for an hour where something fails on our side.
  const longestDelay = hours(3) + minutes(stepMinutes)
  const connections = await query<{ id: ConnectionId; timezone: string; connected_at: Date }>(
    'select id, timezone, connected_at from connection',
  )
  const runs = await query<{ connection_id: string; requested_at: Date }>(
    `select connection_id, requested_at from ingestion_run where kind = 'daily'`,
  )
  const due = connections.flatMap(({ id, timezone, connected_at: since }) =>
    syncsOf(id, timezone, since, new Date(until.getTime() - longestDelay)).map(at => ({
      connectionId: id,
      at,
      began: runs.filter(run => run.connection_id === id).map(run => run.requested_at),
    })),
  )
  const delays = due.map(({ at, began }) => {
    const after = began
      .map(moment => moment.getTime() - at.getTime())
      .filter(delay => delay >= 0 && delay <= longestDelay)
    return after.length > 0 ? Math.min(...after) : null
  })
  return {
    due: due.length,
    missed: due.filter((_, at) => delays[at] === null),
    late: delays.filter(delay => delay !== null).map(delay => delay / 60_000),
  }
}

function syncsOf(connectionId: ConnectionId, timezone: string, since: Date, until: Date): Date[] {
  const found: Date[] = []
  for (let at = since; ; ) {
    at = nextSyncAfter(at, connectionId, timezone)
    if (at > until) return found
    found.push(at)
  }
}
