import type { Pool, PoolClient } from 'pg'
import { type HeldReport, LeaseLost, type LoadRoom, ReportLoader } from '../../application/ingestion/ports.ts'
import type { CommitSignal } from '../../application/signals.ts'
import { definitionOf } from '../../domain/ingestion/catalogue.ts'
import type { FactRow } from '../../domain/ingestion/fact-row.ts'
import { type FileSums, FileTotals } from '../../domain/ingestion/file-totals.ts'
import { type CompletedReport, markLoaded, type Report } from '../../domain/ingestion/report.ts'
import { settlementMails } from '../../domain/mail/occasions.ts'
import { entry } from '../../domain/timeline/entry.ts'
import { committing, passing } from './boundaries.ts'
import { tellCommit } from './commits.ts'
import { holdRun, type SettledRow, settledRun, settleRun, toSettled } from './ingestions.ts'
import { numbered } from './numbered.ts'
import { putOn } from './outbox.ts'
import { type Kept, replaceDays } from './replace-days.ts'
import { Staging } from './staging.ts'
import { appendOn } from './timeline.ts'

/** Each holds data not yet copied; this many fit in a worker's memory. */
const loadsAtOnce = 4
/** The last slot is for interactive loads. */
const loadsUnawaited = loadsAtOnce - 1

/**
 * Short statements fill a temporary table, so no transaction is open while Amazon's bytes arrive.
 * One transaction then replaces the old rows.
 */
export class PostgresReportLoader extends ReportLoader {
  readonly #pool: Pool
  #places = 0

  constructor(pool: Pool) {
    super()
    this.#pool = pool
  }

  room(): LoadRoom {
    return { awaited: loadsAtOnce - this.#places, other: Math.max(0, loadsUnawaited - this.#places) }
  }

  reserve({ isAwaited }: Pick<Report, 'isAwaited'>): Disposable | null {
    const { awaited, other } = this.room()
    if ((isAwaited ? awaited : other) === 0) return null
    const place = new DisposableStack()
    this.#places += 1
    place.defer(() => {
      this.#places -= 1
    })
    return place
  }

  async load(
    held: HeldReport<CompletedReport>,
    batches: AsyncIterable<readonly FactRow[]>,
    now: () => Date,
  ): Promise<{ rows: number }> {
    const startedAt = now()
    const { type, days } = held.report
    const file = new FileTotals(definitionOf(type), days)
    const staging = new Staging(this.#pool, definitionOf(type))
    try {
      await staging.fill(batches, file)
      passing('after', 'rows staged')
      const client = await staging.client()
      await client.query('begin')
      const kept = await replaceDays(client, held.report, staging, file)
      passing('after', 'days replaced')
      const done = await this.#conclude(client, held, { ...kept, file: file.whole() }, startedAt, now())
      const last = done.settled.length > 0 ? 'run_settled' : 'report_loaded'
      await committing(last, () => this.#commit(client, held))
      tellCommit(done)
      await staging.leave()
      return { rows: kept.rows }
    } catch (error) {
      staging.abandon()
      throw error
    }
  }

  /** When the answer is lost, the row shows the outcome; `for update` waits for a commit in progress. */
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

  /** Needs the fencing token. @returns what to publish after the commit. */
  async #conclude(
    client: PoolClient,
    { report, fence, personId, profile }: HeldReport<CompletedReport>,
    { rows, duplicates, merged, file }: Kept & { file: FileSums },
    startedAt: Date,
    now: Date,
  ): Promise<CommitSignal> {
    const loaded = markLoaded(report, rows, now)
    const marked = await client.query(
      `update report set status = 'loaded', loaded_at = $3, row_count = $4, next_try_at = null, troubles = 0,
         troubles_in_all = 0, last_trouble = null, file_totals = $5
       where id = $1 and fence = $2 and leased_until > clock_timestamp()`,
      [report.id, fence, loaded.loadedAt, loaded.rows, JSON.stringify(file)],
    )
    if (marked.rowCount === 0) throw new LeaseLost(`report ${report.id} is another worker's by now`)

    const { connectionId, runId, id: reportId, type } = report
    const milliseconds = now.getTime() - startedAt.getTime()
    const about = { personId, connectionId, runId }
    const told = entry(
      now,
      { ...about, reportId },
      { kind: 'report_loaded', report: type, rows, duplicates, merged, milliseconds },
    )
    await appendOn(client, told)
    await client.query(numbered(holdRun), [runId])
    const { rows: found } = await client.query<SettledRow>(numbered(settleRun), [runId, now, runId])
    const [row] = found
    if (!row) return { entries: [told], settled: [] }
    const settled = toSettled(row)
    const { loaded: whole, failed } = settled
    const end = entry(now, about, { kind: 'run_settled', loaded: whole, failed })
    await appendOn(client, end)
    await putOn(client, settlementMails({ ...about, profile }, settled, now))
    return { entries: [told, end], settled: [settledRun(row, now)] }
  }
}
