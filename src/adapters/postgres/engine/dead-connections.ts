import type { Socket } from 'node:net'
import pg from 'pg'
import type { Secret } from '../../../domain/secret.ts'
import { sql } from './sql.ts'
import { DatabaseSocket } from './stale-dns-lookup.ts'

/** Missing from pg's types. */
interface PgClientInternals {
  /** False while a statement is unanswered. */
  readonly readyForQuery: boolean
  readonly processID: number | null
  readonly connection: { readonly stream: Socket }
}

/** Milliseconds. */
const defaultTiming = { every: 1000, timeout: 4000 }
const probeMilliseconds = 2000
/** Unanswered look-ups in a row after which the suspects are closed. */
const maxUnansweredLookUps = 3

/**
 * Closes database connections that died silently (decision 24). Without it, pages hang for three minutes: TCP keep-alive
 * doesn't run while a sent statement is unacknowledged. COPY rows are sent without pauses, so a connection on
 * which PostgreSQL waits for rows is dead too.
 */
export function terminateDeadConnections(
  pool: pg.Pool,
  url: Secret,
  { every, timeout } = defaultTiming,
): void {
  const clients = new Map<PgClientInternals, { bytes: number; since: number }>()
  pool.on('connect', client => {
    const internals = client as unknown as PgClientInternals
    clients.set(internals, { bytes: -1, since: 0 })
    client.once('end', () => clients.delete(internals))
  })

  const findSilent = (now: number): PgClientInternals[] => {
    const found: PgClientInternals[] = []
    for (const [client, last] of clients) {
      const bytes = countBytes(client)
      if (client.readyForQuery || bytes !== last.bytes) clients.set(client, { bytes, since: now })
      else if (now - last.since >= timeout) found.push(client)
    }
    return found
  }

  let isChecking = false
  let unanswered = 0
  const checkSuspects = async (suspects: readonly PgClientInternals[]): Promise<void> => {
    const dead = await findDead(suspects, url).catch(() => null)
    unanswered = dead ? 0 : unanswered + 1
    for (const client of dead ?? (unanswered < maxUnansweredLookUps ? [] : suspects)) {
      // Data that arrived since proves the connection alive.
      const isSilent = countBytes(client) === clients.get(client)?.bytes
      if (isSilent) client.connection.stream.destroy(new ConnectionIsDead())
    }
  }
  const timer = setInterval(() => {
    if (pool.ended) return clearInterval(timer)
    const suspects = findSilent(performance.now())
    if (suspects.length === 0) unanswered = 0
    if (isChecking || suspects.length === 0) return
    isChecking = true
    void checkSuspects(suspects).finally(() => {
      isChecking = false
    })
  }, every)
  timer.unref()
}

/** `ETIMEDOUT` makes it an outage. */
class ConnectionIsDead extends Error {
  override readonly name = 'ConnectionIsDead'
  readonly code = 'ETIMEDOUT'

  constructor() {
    super('The database connection is dead: PostgreSQL is not running its statement, or is not responding.')
  }
}

const processIdOf = (client: pg.Client): number | null => (client as unknown as PgClientInternals).processID

const countBytes = ({ connection: { stream } }: PgClientInternals): number =>
  stream.bytesRead + stream.bytesWritten

/**
 * @returns connections on which PostgreSQL runs no statement; empty when PostgreSQL can't tell.
 * @throws when PostgreSQL doesn't answer.
 */
async function findDead(
  suspects: readonly PgClientInternals[],
  url: Secret,
): Promise<readonly PgClientInternals[]> {
  const client = new pg.Client({
    connectionString: url.reveal(),
    connectionTimeoutMillis: probeMilliseconds,
    query_timeout: probeMilliseconds,
    stream: () => new DatabaseSocket(),
  })
  client.on('error', () => undefined)
  try {
    await client.connect()
    const { rows } = await client.query<{ pid: number }>(
      sql`select pid from pg_stat_activity
        where pid = any(${[processIdOf(client), ...suspects.map(({ processID }) => processID)]})
          and usename = current_user and state = 'active'
          and not (wait_event is not distinct from 'ClientRead' and query ilike 'copy %')`,
    )
    const pids = new Set<number | null>(rows.map(({ pid }) => pid))
    // If the look-up itself isn't listed, a pooler hides process ids.
    return pids.has(processIdOf(client)) ? suspects.filter(({ processID }) => !pids.has(processID)) : []
  } catch (error) {
    // PostgreSQL is up, perhaps out of connections: the suspects may be alive.
    if (error instanceof pg.DatabaseError) return []
    throw error
  } finally {
    // Closing a dead connection gets no answer either.
    void client.end().catch(() => undefined)
  }
}
