import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import pLimit from 'p-limit'
import type { Pool, PoolClient } from 'pg'
import { from as copyFrom } from 'pg-copy-streams'
import { type HeldReport, LeaseLost, ReportLoader } from '../../application/ingestion/ports.ts'
import { definitionOf, type ReportDefinition } from '../../domain/ingestion/catalogue.ts'
import type { FactRow } from '../../domain/ingestion/fact-row.ts'
import { type CompletedReport, markLoaded } from '../../domain/ingestion/report.ts'
import { entry, type HappeningKind } from '../../domain/timeline/entry.ts'
import { committing, passing } from './boundaries.ts'
import { copyLine } from './copy-text.ts'
import { holdRun, settleRun } from './ingestions.ts'
import { appendOn } from './timeline.ts'

/** Each holds what was read and not yet copied: this many together stay within a worker's memory. */
const loadsAtOnce = 4

/**
 * Rows go into a temporary table of the client, batch by batch, each COPY its own short statement: while
 * Amazon's bytes are awaited no transaction is open. One transaction then puts them in the place of what
 * was there.
 */
export class PostgresReportLoader extends ReportLoader {
  readonly #pool: Pool
  readonly #turns = pLimit(loadsAtOnce)

  constructor(pool: Pool) {
    super()
    this.#pool = pool
  }

  load(
    held: HeldReport<CompletedReport>,
    batches: AsyncIterable<readonly FactRow[]>,
    now: () => Date,
  ): Promise<{ rows: number }> {
    return this.#turns(() => this.#load(held, batches, now))
  }

  async #load(
    held: HeldReport<CompletedReport>,
    batches: AsyncIterable<readonly FactRow[]>,
    now: () => Date,
  ): Promise<{ rows: number }> {
    const startedAt = now()
    const staging = new Staging(this.#pool, definitionOf(held.report.type))
    try {
      const sent = await staging.fill(batches)
      passing('after', 'rows staged')
      const client = await staging.client()
      await client.query('begin')
      const rows = await replaceDays(client, held, staging)
      passing('after', 'days replaced')
      const last = await this.#conclude(client, held, { rows, duplicates: sent - rows }, startedAt, now())
      await committing(last, () => this.#commit(client, held))
      await staging.leave()
      return { rows }
    } catch (error) {
      staging.abandon()
      throw error
    }
  }

  /** Where the answer was lost with the line, the row knows; `for update` waits for a commit that is under way. */
  async #commit(client: PoolClient, { report, fence }: HeldReport<CompletedReport>): Promise<void> {
    try {
      await client.query('commit')
    } catch (error) {
      const loaded = await this.#pool.query(
        `select from report where id = $1 and fence = $2 and status = 'loaded' for update`,
        [report.id, fence],
      )
      if (loaded.rowCount === 0) throw error
    }
  }

  /**
   * The report, its run and their timeline, under the fence that the lease gave.
   * @returns the kind of what was told last.
   */
  async #conclude(
    client: PoolClient,
    { report, fence, personId }: HeldReport<CompletedReport>,
    { rows, duplicates }: { rows: number; duplicates: number },
    startedAt: Date,
    now: Date,
  ): Promise<HappeningKind> {
    const loaded = markLoaded(report, rows, now)
    const marked = await client.query(
      `update report set status = 'loaded', loaded_at = $3, row_count = $4, next_try_at = null, troubles = 0,
         last_trouble = null
       where id = $1 and fence = $2 and leased_until > clock_timestamp()`,
      [report.id, fence, loaded.loadedAt, loaded.rows],
    )
    if (marked.rowCount === 0) throw new LeaseLost(`report ${report.id} is another worker's by now`)

    const { connectionId, runId, id: reportId, type } = report
    const milliseconds = now.getTime() - startedAt.getTime()
    const about = { personId, connectionId, runId }
    await appendOn(
      client,
      entry(
        now,
        { ...about, reportId },
        { kind: 'report_loaded', report: type, rows, duplicates, milliseconds },
      ),
    )
    await client.query(numbered(holdRun), [runId])
    const settled = await client.query(numbered(settleRun), [runId, now, runId])
    const [counts] = settled.rows
    if (!counts) return 'report_loaded'
    const happening = {
      kind: 'run_settled',
      loaded: Number(counts.loaded),
      failed: Number(counts.failed),
    } as const
    await appendOn(client, entry(now, about, happening))
    return happening.kind
  }
}

/** One COPY is worth its round trip from about here on. */
const copyBytes = 512 * 1024

/** Where a report's rows wait until they are whole: a temporary table of one client. */
class Staging {
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
   * @returns how many rows were sent.
   */
  async fill(batches: AsyncIterable<readonly FactRow[]>): Promise<number> {
    let sent = 0
    let pieces: Buffer[] = []
    let bytes = 0
    const copy = async () => {
      const client = await this.client()
      const statement = `copy ${this.table} (${this.columns.join(', ')}) from stdin`
      await pipeline(Readable.from(pieces), client.query(copyFrom(statement)))
      pieces = []
      bytes = 0
    }
    for await (const batch of batches) {
      const piece = Buffer.from(batch.map(copyLine).join(''))
      pieces.push(piece)
      bytes += piece.length
      sent += batch.length
      if (bytes >= copyBytes) await copy()
    }
    if (pieces.length > 0) await copy()
    return sent
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

/** The whole truth about these days: what was there goes, rows that Amazon sent twice count once. */
async function replaceDays(
  client: PoolClient,
  { report }: HeldReport<CompletedReport>,
  { definition, table: staging, columns }: Staging,
): Promise<number> {
  const { table, adProduct } = definition
  const { connectionId, days } = report
  const scope = [connectionId, adProduct, days.from, days.to]
  const names = columns.join(', ')
  // Two runs that load the same days of one connection take turns, as long as the transaction lasts.
  await client.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [
    `${connectionId}:${table}:${adProduct}`,
  ])
  await client.query(
    `delete from ${table} where connection_id = $1 and ad_product = $2 and day between $3 and $4`,
    [...scope],
  )
  const inserted = await client.query(
    `insert into ${table} (connection_id, ad_product, ${names})
     select $1::uuid, $2, ${names} from ${staging} on conflict do nothing`,
    [connectionId, adProduct],
  )
  if (table === 'campaign_fact') await rollUp(client, scope)
  return inserted.rowCount ?? 0
}

/** Per campaign and day, for the pages. */
async function rollUp(client: PoolClient, scope: readonly string[]): Promise<void> {
  await client.query(
    'delete from campaign_day where connection_id = $1 and ad_product = $2 and day between $3 and $4',
    [...scope],
  )
  await client.query(
    `insert into campaign_day (connection_id, day, ad_product, campaign_id, campaign_name, campaign_status,
       impressions, clicks, orders, cost, sales)
     select connection_id, day, ad_product, campaign_id, max(campaign_name), max(campaign_status),
       sum(impressions), sum(clicks), sum(orders), sum(cost), sum(sales)
     from campaign_fact
     where connection_id = $1 and ad_product = $2 and day between $3 and $4
     group by connection_id, day, ad_product, campaign_id`,
    [...scope],
  )
}

/** `?` for MikroORM, `$1` for the raw client: one text for both. */
function numbered(statement: string): string {
  let count = 0
  return statement.replaceAll('?', () => {
    count += 1
    return `$${count}`
  })
}
