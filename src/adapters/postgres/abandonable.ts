import type { Pool, PoolClient } from 'pg'

/** Missing from pg's types. */
type Served = PoolClient & { readonly processID: number | null }

export interface AbandonableClient {
  readonly client: PoolClient
  /** @param isDone true when the whole result was read and no transaction is open. */
  giveBack(isDone: boolean): void
}

/** Returns a client whose query is cancelled on the server when `signal` aborts; the call or query then throws. */
export async function abandonable(pool: Pool, over: AbortSignal): Promise<AbandonableClient> {
  over.throwIfAborted()
  const client = (await pool.connect()) as Served
  let isCancelled = false
  const cancel = () => {
    isCancelled = true
    // If this fails, the statement runs to its end.
    pool.query('select pg_cancel_backend($1)', [client.processID]).catch(() => undefined)
  }
  over.addEventListener('abort', cancel, { once: true })
  const giveBack = (isDone: boolean) => {
    over.removeEventListener('abort', cancel)
    // An unread result or a late cancellation would hit the client's next query.
    client.release(!isDone || isCancelled)
  }
  if (over.aborted) {
    giveBack(true)
    over.throwIfAborted()
  }
  return { client, giveBack }
}
