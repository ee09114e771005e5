import type { Socket } from 'node:net'
import pg from 'pg'
import type { Secret } from '../../domain/secret.ts'
import { DatabaseSocket } from './stale-address.ts'

/** What of a client pg's types do not tell. */
interface Line {
  /** False while a statement has no answer yet. */
  readonly readyForQuery: boolean
  readonly processID: number | null
  readonly connection: { readonly stream: Socket }
}

/** Milliseconds. */
const usual = { every: 1000, patience: 4000 }
const probeMilliseconds = 2000
/** So many questions in a row that nobody answers: whoever waits is better told than left waiting. */
const hopeless = 3

/**
 * A line whose far end is gone without a word looks like one whose statement takes long, and the pages would wait for it for
 * minutes. So of a statement that has waited for a while PostgreSQL is asked by another line: one of which it knows nothing
 * will have no answer, and its line is cut; so is one whose rows it waits for, since each COPY of ours has them all at hand.
 * Where nobody answers the question either, again and again, whoever waits is told so.
 */
export function cutDeadLines(pool: pg.Pool, url: Secret, { every, patience } = usual): void {
  const lines = new Map<Line, { moved: number; since: number }>()
  pool.on('connect', client => {
    const line = client as unknown as Line
    lines.set(line, { moved: -1, since: 0 })
    client.once('end', () => lines.delete(line))
  })

  const waitingLong = (now: number): Line[] => {
    const found: Line[] = []
    for (const [line, last] of lines) {
      const moved = movedOn(line)
      if (line.readyForQuery || moved !== last.moved) lines.set(line, { moved, since: now })
      else if (now - last.since >= patience) found.push(line)
    }
    return found
  }

  let isAsking = false
  let unanswered = 0
  const look = async (suspects: readonly Line[]): Promise<void> => {
    const dead = await deadOf(suspects, url).catch(() => null)
    unanswered = dead ? 0 : unanswered + 1
    for (const line of dead ?? (unanswered < hopeless ? [] : suspects)) {
      // What has come meanwhile was on its way.
      const isSilent = movedOn(line) === lines.get(line)?.moved
      if (isSilent) line.connection.stream.destroy(new LineIsDead())
    }
  }
  const timer = setInterval(() => {
    if (pool.ended) return clearInterval(timer)
    const suspects = waitingLong(performance.now())
    if (suspects.length === 0) unanswered = 0
    if (isAsking || suspects.length === 0) return
    isAsking = true
    void look(suspects).finally(() => {
      isAsking = false
    })
  }, every)
  timer.unref()
}

/** Told like any line that breaks. */
class LineIsDead extends Error {
  override readonly name = 'LineIsDead'
  readonly code = 'ETIMEDOUT'

  constructor() {
    super(
      'PostgreSQL knows nothing of a statement that waits for its answer, or answers nobody: the line is dead',
    )
  }
}

const own = (client: pg.Client): number | null => (client as unknown as Line).processID

const movedOn = ({ connection: { stream } }: Line): number => stream.bytesRead + stream.bytesWritten

/**
 * @returns those of them of which PostgreSQL has no statement in hand; none where it answers, and cannot or will not tell.
 * @throws when it does not answer.
 */
async function deadOf(lines: readonly Line[], url: Secret): Promise<readonly Line[]> {
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
      `select pid from pg_stat_activity
       where pid = any($1) and usename = current_user and state = 'active'
         and not (wait_event is not distinct from 'ClientRead' and query ilike 'copy %')`,
      [[own(client), ...lines.map(({ processID }) => processID)]],
    )
    const pids = new Set<number | null>(rows.map(({ pid }) => pid))
    // Whoever asks is at it, too; if not, somebody between us gives out numbers of his own, and nothing can be known.
    return pids.has(own(client)) ? lines.filter(({ processID }) => !pids.has(processID)) : []
  } catch (error) {
    // It lives and has no place for one more, as when every line is taken: whoever waits on one may well be answered.
    if (error instanceof pg.DatabaseError) return []
    throw error
  } finally {
    // A line that leads nowhere takes no leave either.
    void client.end().catch(() => undefined)
  }
}
