import { hours, minutes } from '../../../src/domain/calendar.ts'
import type { ConnectionId } from '../../../src/domain/identifiers.ts'
import { nextSyncAfter } from '../../../src/domain/ingestion/sync-schedule.ts'
import type { TestProduct } from '../../support/product/test-product.ts'

interface DueSync {
  readonly connectionId: ConnectionId
  readonly at: Date
  readonly requestedAt: readonly Date[]
}

export interface SyncPunctuality {
  readonly due: number
  readonly missed: readonly DueSync[]
  /** Minutes from each sync's due time to its request. */
  readonly delayMinutes: readonly number[]
}

/**
 * Compares the daily syncs that were due by `until` with those that were requested.
 * @param stepMinutes minutes by which time advances in one step.
 */
export async function checkSyncs(
  { query }: TestProduct,
  until: Date,
  stepMinutes: number,
): Promise<SyncPunctuality> {
  // A sync waits while an earlier one is in progress, and for an hour after an internal error. A fault can cover a step's
  // only sweep for due syncs, and the recovery the next one.
  const maxDelay = hours(3) + minutes(2 * stepMinutes)
  const connections = await query<{ id: ConnectionId; timezone: string; connected_at: Date }>(
    'select id, timezone, connected_at from connection',
  )
  const runs = await query<{ connection_id: string; requested_at: Date }>(
    `select connection_id, requested_at from sync_run where kind = 'daily'`,
  )
  const due = connections.flatMap(({ id, timezone, connected_at: since }) =>
    dueSyncsOf(id, timezone, since, new Date(until.getTime() - maxDelay)).map(at => ({
      connectionId: id,
      at,
      requestedAt: runs.filter(run => run.connection_id === id).map(run => run.requested_at),
    })),
  )
  const delays = due.map(({ at, requestedAt }) => {
    const after = requestedAt
      .map(date => date.getTime() - at.getTime())
      .filter(delay => delay >= 0 && delay <= maxDelay)
    return after.length > 0 ? Math.min(...after) : null
  })
  return {
    due: due.length,
    missed: due.filter((_, at) => delays[at] === null),
    delayMinutes: delays.filter(delay => delay !== null).map(delay => delay / 60_000),
  }
}

function dueSyncsOf(connectionId: ConnectionId, timezone: string, since: Date, until: Date): Date[] {
  const syncs: Date[] = []
  for (let at = since; ; ) {
    at = nextSyncAfter(at, connectionId, timezone)
    if (at > until) return syncs
    syncs.push(at)
  }
}
