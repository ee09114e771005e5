import type { Pool, PoolClient } from 'pg'

/** No client of a pool came free in time; whoever asked may ask again. */
export class DatabaseBusy extends Error {
  override readonly name = 'DatabaseBusy'

  constructor(patience: number, cause?: unknown) {
    super(`No connection to the database came free within ${patience} ms.`, { cause })
  }
}

export interface PoolCare {
  /** Milliseconds for which a client is waited for. */
  readonly patience: number
  readonly onError: (error: Error) => void
}

/** What a pool of pg needs to outlive each of its connections. */
export function tend(pool: Pool, { patience, onError }: PoolCare): void {
  pool.on('error', onError)
  // The pool takes its own listener off a client that is lent, and an error that nobody hears ends the process.
  pool.on('connect', client => client.on('error', onError))
  takeBackTheDead(pool)
  nameTheWait(pool, patience)
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
    throw /timeout/.test(cause.message) ? new DatabaseBusy(patience, cause) : cause
  }
  // The pool's own query() comes with a callback.
  const patiently = (done?: Parameters<typeof connect>[0]) => (done ? connect(done) : connect().catch(named))
  pool.connect = patiently as typeof pool.connect
}
