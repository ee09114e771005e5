import type { Pool, PoolClient } from 'pg'
import type { CommitSignal } from '../../../application/diagnostics-channels.ts'
import {
  type FactFile,
  type LeasedReport,
  LeaseLost,
  type LoadCapacity,
  ReportLoader,
} from '../../../application/ingestion/report-ports.ts'
import { syncFinishedEmails } from '../../../domain/email/triggers.ts'
import { definitionOf } from '../../../domain/ingestion/catalogue.ts'
import { type FileSums, FileTotals } from '../../../domain/ingestion/file-totals.ts'
import { type CompletedReport, markLoaded, type Report } from '../../../domain/ingestion/report.ts'
import { entry } from '../../../domain/timeline/entry.ts'
import { insertTimelineEntry } from '../console/timeline.ts'
import { insertEmails } from '../email/outbox.ts'
import { publishCommit } from '../engine/commit-signals.ts'
import { hitFailpoint, withFailpoints } from '../engine/failpoints.ts'
import { sql } from '../engine/sql.ts'
import {
  type FinishedRow,
  finishSyncRun,
  lockSyncRun,
  toFinishedCounts,
  toFinishedSyncRun,
} from '../ingestion/finished-sync-runs.ts'
import type { LoadStatistics } from './merged-rows.ts'
import { replaceDays } from './replace-days.ts'
import { Staging } from './staging.ts'

/** Limited by a worker's memory. */
const maxLoads = 4
/** The last slot is for interactive loads. */
const maxBackgroundLoads = maxLoads - 1

/**
 * No transaction is open while Amazon's bytes arrive: short statements fill a temporary table.
 * One transaction then replaces the old rows.
 */
export class PostgresReportLoader extends ReportLoader {
  readonly #pool: Pool
  #usedSlots = 0

  constructor(pool: Pool) {
    super()
    this.#pool = pool
  }

  capacity(): LoadCapacity {
    return {
      interactive: maxLoads - this.#usedSlots,
      other: Math.max(0, maxBackgroundLoads - this.#usedSlots),
    }
  }

  reserve({ isInteractive }: Pick<Report, 'isInteractive'>): Disposable | null {
    const { interactive, other } = this.capacity()
    if ((isInteractive ? interactive : other) === 0) return null
    const slot = new DisposableStack()
    this.#usedSlots += 1
    slot.defer(() => {
      this.#usedSlots -= 1
    })
    return slot
  }

  async load(
    leased: LeasedReport<CompletedReport>,
    { batches, setAside }: FactFile,
    now: () => Date,
  ): Promise<{ rows: number }> {
    const startedAt = now()
    const { type, days } = leased.report
    const file = new FileTotals(definitionOf(type), days)
    const staging = new Staging(this.#pool, definitionOf(type))
    try {
      await staging.fill(batches, file)
      hitFailpoint('after', 'rows staged')
      const client = await staging.acquireClient()
      await client.query('begin')
      const counts = await replaceDays(client, leased.report, staging, file)
      const load = { ...counts, setAside: setAside(), file: file.whole() }
      hitFailpoint('after', 'days replaced')
      const signal = await this.#conclude(client, leased, load, startedAt, now())
      const failpoint = signal.finished.length > 0 ? 'sync_finished' : 'report_loaded'
      await withFailpoints(failpoint, () => this.#commit(client, leased))
      publishCommit(signal)
      await staging.release()
      return { rows: counts.rows }
    } catch (error) {
      staging.abandon()
      throw error
    }
  }

  /**
   * If the response is lost, the row shows the outcome. `for update` waits for a commit in progress, but only on a row
   * that matched before it: the condition must not name the status.
   */
  async #commit(client: PoolClient, { report, fencingToken }: LeasedReport<CompletedReport>): Promise<void> {
    try {
      await client.query('commit')
    } catch (error) {
      const { rows } = await this.#pool.query<Pick<Report, 'status'>>(
        sql`select status from report where id = ${report.id} and fencing_token = ${fencingToken} for update`,
      )
      if (rows[0]?.status !== 'loaded') throw error
    }
  }

  /** @returns the signal to publish after the commit. */
  async #conclude(
    client: PoolClient,
    { report, fencingToken, userId, profile }: LeasedReport<CompletedReport>,
    { rows, duplicates, merged, setAside, file }: LoadStatistics & { setAside: number; file: FileSums },
    startedAt: Date,
    now: Date,
  ): Promise<CommitSignal> {
    const loaded = markLoaded(report, rows, now)
    const marked = await client.query(
      sql`update report set status = 'loaded', loaded_at = ${loaded.loadedAt}, row_count = ${loaded.rows}, due_at = null,
          consecutive_errors = 0, total_errors = 0, last_error = null, file_totals = ${{ ...file, setAside }}
        where id = ${report.id} and fencing_token = ${fencingToken} and leased_until > clock_timestamp()`,
    )
    if (marked.rowCount === 0) throw new LeaseLost(`report ${report.id} is leased by another worker`)

    const { connectionId, syncRunId, id: reportId, type } = report
    const milliseconds = now.getTime() - startedAt.getTime()
    const context = { userId, connectionId, syncRunId }
    const loadedEntry = entry(
      now,
      { ...context, reportId },
      { kind: 'report_loaded', report: type, rows, duplicates, merged, setAside, milliseconds },
    )
    await insertTimelineEntry(client, loadedEntry)
    await client.query(lockSyncRun(syncRunId))
    const { rows: found } = await client.query<FinishedRow>(finishSyncRun(syncRunId, now))
    const [row] = found
    if (!row) return { entries: [loadedEntry], finished: [] }
    const finished = toFinishedCounts(row)
    const { loaded: loadedCount, failed } = finished
    const finishedEntry = entry(now, context, { kind: 'sync_finished', loaded: loadedCount, failed })
    await insertTimelineEntry(client, finishedEntry)
    await insertEmails(client, syncFinishedEmails({ ...context, profile }, finished, now))
    return { entries: [loadedEntry, finishedEntry], finished: [toFinishedSyncRun(row, now)] }
  }
}
