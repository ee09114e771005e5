import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Pool, PoolClient } from 'pg'
import { from as copyFrom } from 'pg-copy-streams'
import type { ReportDefinition } from '../../domain/ingestion/catalogue.ts'
import type { FactRow } from '../../domain/ingestion/fact-row.ts'
import type { FileTotals } from '../../domain/ingestion/file-totals.ts'
import { copyLine } from './copy-text.ts'

/** One COPY is worth its round trip from about here on. */
const copyBytes = 512 * 1024

/** Where a report's rows wait until they are whole: a temporary table of one client. */
export class Staging {
  readonly definition: ReportDefinition
  readonly table: string
  readonly columns: readonly string[]
  readonly #pool: Pool
  #client: PoolClient | null = null

  constructor(pool: Pool, definition: ReportDefinition) {
    this.#pool = pool
    this.definition = definition
    // By type, not by table: what a client keeps has this report's columns and no others.
    this.table = `staging_${definition.type}`
    this.columns = ['day', ...definition.columns.map(({ name }) => name)]
  }

  /** Taken from the pool when the first rows are there: while Amazon is slow nobody waits for a client. */
  async client(): Promise<PoolClient> {
    if (this.#client) return this.#client
    this.#client = await this.#pool.connect()
    // Once for each client: no catalogue churn from one load to the next.
    await this.#client.query(
      `create temporary table if not exists ${this.table} as
       select ${this.columns.join(', ')} from ${this.definition.table} where false`,
    )
    await this.#client.query(`truncate ${this.table}`)
    return this.#client
  }

  /**
   * What waits for its COPY waits as bytes outside V8's heap: rows that lived through several collections would
   * be kept until a large one.
   * @param file told of every row.
   */
  async fill(batches: AsyncIterable<readonly FactRow[]>, file: FileTotals): Promise<void> {
    let pieces: Buffer[] = []
    let bytes = 0
    let copying: Promise<unknown> = Promise.resolve()
    /** The next pieces are read while PostgreSQL takes these: two lots are in memory, never three. */
    const copy = async () => {
      const [lot, before] = [pieces, copying]
      pieces = []
      bytes = 0
      await before
      copying = this.#copy(lot)
      // Whoever awaits it hears of a failure; until then it is no error that nobody handles.
      copying.catch(() => undefined)
    }
    try {
      for await (const batch of batches) {
        const piece = Buffer.from(batch.map(copyLine).join(''))
        pieces.push(piece)
        bytes += piece.length
        file.add(batch)
        if (bytes >= copyBytes) await copy()
      }
      if (pieces.length > 0) await copy()
    } finally {
      // However the reading ended: what is under way has a client, or is about to get one.
      await copying
    }
  }

  async #copy(pieces: readonly Buffer[]): Promise<void> {
    const client = await this.client()
    const statement = `copy ${this.table} (${this.columns.join(', ')}) from stdin`
    await pipeline(Readable.from(pieces), client.query(copyFrom(statement)))
  }

  /** The rows are committed by now: a client that is cut here is no reason to load them again. */
  async leave(): Promise<void> {
    const client = this.#client
    await client?.query(`truncate ${this.table}`).then(
      () => client.release(),
      () => this.abandon(),
    )
  }

  /** A client in an unknown state is not lent out again; its temporary tables go with it. */
  abandon(): void {
    this.#client?.release(true)
  }
}
