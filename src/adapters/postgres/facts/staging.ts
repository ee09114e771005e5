import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Pool, PoolClient } from 'pg'
import { from as copyFrom } from 'pg-copy-streams'
import type { ReportDefinition } from '../../../domain/ingestion/catalogue.ts'
import type { FactRow } from '../../../domain/ingestion/fact-row.ts'
import type { FileTotals } from '../../../domain/ingestion/file-totals.ts'
import { formatCopyRow } from './copy-format.ts'

/** A COPY of fewer bytes is not worth its round trip. */
const minCopyBytes = 512 * 1024

/** A temporary table of one client, for rows of an incomplete file. */
export class Staging {
  readonly definition: ReportDefinition
  readonly table: string
  readonly columns: readonly string[]
  readonly #pool: Pool
  #client: PoolClient | null = null

  constructor(pool: Pool, definition: ReportDefinition) {
    this.#pool = pool
    this.definition = definition
    // The client keeps the table, so its columns must fit the report type.
    this.table = `staging_${definition.type}`
    this.columns = ['day', ...definition.columns.map(({ name }) => name)]
  }

  /** Call once rows arrive, so that a slow download occupies no client. */
  async acquireClient(): Promise<PoolClient> {
    if (this.#client) return this.#client
    this.#client = await this.#pool.connect()
    // Once per client, to avoid catalogue churn.
    await this.#client.query(
      `create temporary table if not exists ${this.table} as
       select ${this.columns.join(', ')} from ${this.definition.table} where false`,
    )
    await this.#client.query(`truncate ${this.table}`)
    return this.#client
  }

  /** Buffers bytes outside V8's heap: row objects would survive until a major collection. */
  async fill(batches: AsyncIterable<readonly FactRow[]>, file: FileTotals): Promise<void> {
    let chunks: Buffer[] = []
    let bytes = 0
    let copying: Promise<unknown> = Promise.resolve()
    /** Reading continues during a COPY: at most two buffers are in memory. */
    const copy = async () => {
      const [copied, previousCopy] = [chunks, copying]
      chunks = []
      bytes = 0
      await previousCopy
      copying = this.#copy(copied)
      // The next await throws the error.
      copying.catch(() => undefined)
    }
    try {
      for await (const batch of batches) {
        const chunk = Buffer.from(batch.map(formatCopyRow).join(''))
        chunks.push(chunk)
        bytes += chunk.length
        file.add(batch)
        if (bytes >= minCopyBytes) await copy()
      }
      if (chunks.length > 0) await copy()
    } finally {
      // Also after a read error: a COPY in progress has a client or will get one.
      await copying
    }
  }

  async #copy(chunks: readonly Buffer[]): Promise<void> {
    const client = await this.acquireClient()
    const statement = `copy ${this.table} (${this.columns.join(', ')}) from stdin`
    await pipeline(Readable.from(chunks), client.query(copyFrom(statement)))
  }

  /** Call after the commit: losing the client is no reason to load again. */
  async release(): Promise<void> {
    const client = this.#client
    await client?.query(`truncate ${this.table}`).then(
      () => client.release(),
      () => this.abandon(),
    )
  }

  /** Destroys the client: its state is unknown. */
  abandon(): void {
    this.#client?.release(true)
  }
}
