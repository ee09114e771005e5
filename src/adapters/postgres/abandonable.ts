import type { Pool, PoolClient } from 'pg'

/** pg knows the process that serves a client; its types do not. */
type Served = PoolClient & { readonly processID: number | null }

/** A client for work that nobody may want any more before it is done. */
export interface AbandonableClient {
  readonly client: PoolClient
  /** @param isDone all of an answer was read, and no transaction is open. */
  giveBack(isDone: boolean): void
}

/**
 * As soon as nobody waits, what the client asks is cancelled at the server, which would go on to the end.
 * @param over ends it; what is asked then throws.
 */
export async function abandonable(pool: Pool, over: AbortSignal): Promise<AbandonableClient> {
  over.throwIfAborted()
  const client = (await pool.connect()) as Served
  let isCancelled = false
  const cancel = () => {
    isCancelled = true
    // Where even this fails, the statement ends by itself.
    pool.query('select pg_cancel_backend($1)', [client.processID]).catch(() => undefined)
  }
  over.addEventListener('abort', cancel, { once: true })
  const giveBack = (isDone: boolean) => {
    over.removeEventListener('abort', cancel)
    // What is left of an answer would be taken for the next one's; a cancellation that is late would meet the next one.
    client.release(!isDone || isCancelled)
  }
  if (over.aborted) {
    giveBack(true)
    over.throwIfAborted()
  }
  return { client, giveBack }
}
