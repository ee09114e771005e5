import type { Pool, PoolClient } from 'pg'
import { sql } from './sql.ts'

/** Missing from pg's types. */
type PoolClientWithProcessId = PoolClient & { readonly processID: number | null }

export interface CancellableClient {
  readonly client: PoolClient
  /** @param isDone true when the whole result was read and no transaction is open. */
  release(isDone: boolean): void
}

/** Returns a client whose query is cancelled on the server when `signal` aborts; the call or query then throws. */
export async function acquireCancellableClient(pool: Pool, signal: AbortSignal): Promise<CancellableClient> {
  signal.throwIfAborted()
  const client = (await pool.connect()) as PoolClientWithProcessId
  let isCancelled = false
  const cancel = () => {
    isCancelled = true
    // If this fails, the statement runs to its end.
    pool.query(sql`select pg_cancel_backend(${client.processID})`).catch(() => undefined)
  }
  signal.addEventListener('abort', cancel, { once: true })
  const release = (isDone: boolean) => {
    signal.removeEventListener('abort', cancel)
    // A result not yet read or a late cancellation would hit the client's next query.
    client.release(!isDone || isCancelled)
  }
  if (signal.aborted) {
    release(true)
    signal.throwIfAborted()
  }
  return { client, release }
}
