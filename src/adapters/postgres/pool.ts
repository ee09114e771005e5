import type { Socket } from 'node:net'
import type { Pool, PoolClient } from 'pg'
import { DatabaseSocket } from './stale-address.ts'

/** Too many want the same at once, mostly a client of a pool; whoever asked may ask again. */
export class DatabaseBusy extends Error {
  override readonly name = 'DatabaseBusy'
}

/** @param patience milliseconds. */
export const noClient = (patience: number, cause?: unknown): DatabaseBusy =>
  new DatabaseBusy(`No connection to the database came free within ${patience} ms.`, { cause })

export interface PoolCare {
  /** Milliseconds for which a client is waited for. */
  readonly patience: number
  readonly onError: (error: Error) => void
}

/**
 * For pg's `stream`: a line on which nothing comes or goes for so many milliseconds is cut. A database that vanishes
 * without a word is else waited for until the kernel gives up sending, a quarter of an hour later (tcp(7), tcp_retries2),
 * or for good.
 */
export const lineCutAfter = (silence: number) => (): Socket => {
  const line = new DatabaseSocket()
  line.setTimeout(silence, () =>
    line.destroy(Object.assign(new Error('the database fell silent'), { code: 'ETIMEDOUT' })),
  )
  return line
}

/** What a pool of pg needs to outlive each of its connections. */
export function tend(pool: Pool, { patience, onError }: PoolCare): void {
  pool.on('error', error => onError(withoutClient(error)))
  // The pool takes its own listener off a client that is lent, and an error that nobody hears ends the process.
  pool.on('connect', client => client.on('error', onError))
  takeBackTheDead(pool)
  nameTheWait(pool, patience)
}

/** pg hangs the whole client on the error of one that was idle: a log line of several thousand characters. */
function withoutClient(error: Error): Error {
  if ('client' in error) Object.defineProperty(error, 'client', { enumerable: false })
  return error
}

/** Kysely never gives back the client of a transaction that it could not roll back. */
function takeBackTheDead(pool: Pool): void {
  const lent = new WeakSet<PoolClient>()
  pool.on('acquire', client => lent.add(client))
  pool.on('release', (_error, client) => lent.delete(client))
  pool.on('connect', client => {
    client.once('end', () => {
      if (!lent.has(client)) return
      client.release(true)
      // Whoever holds it may be slower, and the pool throws at a second release.
      client.release = () => undefined
    })
  })
}

function nameTheWait(pool: Pool, patience: number): void {
  const connect = pool.connect.bind(pool)
  const named = (cause: Error): never => {
    throw /timeout/.test(cause.message) ? noClient(patience, cause) : cause
  }
  // The pool's own query() comes with a callback.
  const patiently = (done?: Parameters<typeof connect>[0]) => (done ? connect(done) : connect().catch(named))
  pool.connect = patiently as typeof pool.connect
}
