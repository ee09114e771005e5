import type { Socket } from 'node:net'
import type { Pool, PoolClient } from 'pg'
import { DatabaseSocket } from './stale-dns-lookup.ts'

/** No resource, usually a pool client, became free in time. Can be retried. */
export class DatabaseBusy extends Error {
  override readonly name = 'DatabaseBusy'
}

/** @param timeout milliseconds. */
export const poolTimeoutError = (timeout: number, cause?: unknown): DatabaseBusy =>
  new DatabaseBusy(`No database connection became free within ${timeout} ms.`, { cause })

export interface PoolOptions {
  /** Milliseconds to wait for a client. */
  readonly timeout: number
  readonly onError: (error: Error) => void
}

/**
 * @param idleTimeout milliseconds without traffic until the socket closes. The kernel would take 15 minutes (tcp(7),
 * `tcp_retries2`) or never close it.
 */
export const socketWithIdleTimeout = (idleTimeout: number) => (): Socket => {
  const socket = new DatabaseSocket()
  socket.setTimeout(idleTimeout, () =>
    socket.destroy(
      Object.assign(new Error('the database connection stopped responding'), { code: 'ETIMEDOUT' }),
    ),
  )
  return socket
}

export function guardPool(pool: Pool, { timeout, onError }: PoolOptions): void {
  pool.on('error', error => onError(hideClient(error)))
  // The pool removes its own listener from a lent client.
  pool.on('connect', client => client.on('error', onError))
  releaseBrokenClients(pool)
  explainPoolTimeout(pool, timeout)
}

/** pg attaches the client to an idle client's error: thousands of characters in the log. */
function hideClient(error: Error): Error {
  if ('client' in error) Object.defineProperty(error, 'client', { enumerable: false })
  return error
}

/** Kysely never releases a client whose transaction it could not roll back. */
function releaseBrokenClients(pool: Pool): void {
  const lent = new WeakSet<PoolClient>()
  pool.on('acquire', client => lent.add(client))
  pool.on('release', (_error, client) => lent.delete(client))
  pool.on('connect', client => {
    client.once('end', () => {
      if (!lent.has(client)) return
      client.release(true)
      // The borrower may release later; the pool throws on a second release.
      client.release = () => undefined
    })
  })
}

function explainPoolTimeout(pool: Pool, timeout: number): void {
  const connect = pool.connect.bind(pool)
  const throwExplained = (cause: Error): never => {
    throw /timeout/.test(cause.message) ? poolTimeoutError(timeout, cause) : cause
  }
  const connectOrExplain = (done?: Parameters<typeof connect>[0]) =>
    done ? connect(done) : connect().catch(throwExplained)
  pool.connect = connectOrExplain as typeof pool.connect
}
