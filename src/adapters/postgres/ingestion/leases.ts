import type { EntityManager } from '@mikro-orm/postgresql'
import { type LeasedReport, LeaseLost, Leases } from '../../../application/ingestion/report-ports.ts'
import type { PendingConnectionId, ReportId, UserId } from '../../../domain/identifiers.ts'
import { maxClockSkew } from '../../../domain/ingestion/deferral.ts'
import { isFinished, type Report } from '../../../domain/ingestion/report.ts'
import { toProfile } from '../connection/connection-mapping.ts'
import { type ConnectionColumns, ConnectionRow } from '../connection/connection-rows.ts'
import { afterCommit } from '../engine/commit-signals.ts'
import { hitFailpoint, withFailpoints } from '../engine/failpoints.ts'
import { columnsFromJson, type JsonRow } from '../engine/json-rows.ts'
import { raw, type Sql, type Statement, sql } from '../engine/sql.ts'
import { claimTtlSeconds, isFree, startHeartbeat } from './heartbeat.ts'
import { stateAssignments, toReport, unfinishedCondition } from './report-mapping.ts'
import { type ReportColumns, ReportRow } from './sync-run-rows.ts'

/** True when a fast clock set the due time (decision 25). */
export const isDueSetByFastClock = (now: Date): Statement =>
  sql`due_set_at > ${now}::timestamptz + make_interval(secs => ${raw(String(maxClockSkew / 1000))})`

/** Leases use PostgreSQL's clock, so workers need not agree on the time. */
export class PostgresLeases extends Leases {
  readonly #em: EntityManager
  readonly #sql: Sql
  readonly #onError: (error: unknown) => void
  /** Keys of leases that `saveAndRelease` released, until their work ends. */
  readonly #released = new Set<string>()

  constructor(em: EntityManager, sql: Sql, onError: (error: unknown) => void) {
    super()
    this.#em = em
    this.#sql = sql
    this.#onError = onError
  }

  async withLease(
    reportId: ReportId,
    now: Date,
    work: (leased: LeasedReport, leaseLost: AbortSignal) => Promise<void>,
  ): Promise<boolean> {
    hitFailpoint('before', 'lease taken')
    const leased = await this.#claim(reportId, now)
    if (!leased) return false
    hitFailpoint('after', 'lease taken')

    const leaseKey = leaseKeyOf(leased)
    const lost = new AbortController()
    const stop = startHeartbeat(() => this.#extend(reportId, leased.fencingToken), {
      onLost: () => lost.abort(new LeaseLost('the lease expired')),
      onError: this.#onError,
    })
    try {
      await work(leased, lost.signal)
    } finally {
      stop()
      if (!this.#released.delete(leaseKey))
        await withFailpoints('lease released', () =>
          this.#em.nativeUpdate(
            ReportRow,
            { id: reportId, fencingToken: leased.fencingToken },
            { leasedUntil: null },
          ),
        )
    }
    return true
  }

  save<R extends Report>(leased: LeasedReport, next: R): Promise<R> {
    return this.#write(saveReport(leased, next), 'save report', leased, next)
  }

  async saveAndRelease<R extends Report>(leased: LeasedReport, next: R): Promise<R> {
    await this.#write(saveAndReleaseReport(leased, next), 'save and release report', leased, next)
    const markReleased = () => void this.#released.add(leaseKeyOf(leased))
    if (this.#em.isInTransaction()) afterCommit(this.#em.getContext(), markReleased)
    else markReleased()
    return next
  }

  async #write<R extends Report>(
    statement: Statement,
    preparedAs: string,
    { report }: LeasedReport,
    next: R,
  ): Promise<R> {
    const write = () => this.#sql.query(statement, { preparedAs })
    // Outside a transaction the statement is a commit, so it needs failpoints.
    const rows = await (this.#em.isInTransaction() ? write() : withFailpoints('no event', write))
    if (rows.length === 0) throw new LeaseLost(`report ${report.id} is leased by another worker`)
    return next
  }

  async #claim(reportId: ReportId, now: Date): Promise<LeasedReport | null> {
    const [claimed] = await this.#sql.query<ClaimedRow>(claimReport(reportId, now), {
      preparedAs: 'claim report',
    })
    if (!claimed) return null
    const row = columnsFromJson<ReportColumns>(this.#em, ReportRow, claimed.report)
    const connection = columnsFromJson<ConnectionColumns>(this.#em, ConnectionRow, claimed.connection)
    const report = toReport(row)
    if (isFinished(report)) return null
    return {
      report,
      fencingToken: row.fencingToken,
      userId: connection.userId as UserId,
      profile: toProfile(connection),
      pendingConnectionId: connection.pendingConnectionId as PendingConnectionId,
      correlationId: claimed.correlation_id,
    }
  }

  async #extend(reportId: ReportId, fencingToken: number): Promise<boolean> {
    const extended = await this.#sql.query(
      sql`update report set leased_until = clock_timestamp() + make_interval(secs => ${claimTtlSeconds})
        where id = ${reportId} and fencing_token = ${fencingToken} and leased_until is not null returning id`,
    )
    return extended.length > 0
  }
}

const leaseKeyOf = ({ report, fencingToken }: Pick<LeasedReport, 'report' | 'fencingToken'>): string =>
  `${report.id} ${fencingToken}`

interface ClaimedRow {
  readonly report: JsonRow
  readonly connection: JsonRow
  readonly correlation_id: string | null
}

export const claimReport = (id: ReportId, now: Date): Statement => sql`
  with claimed as (
    update report
    set leased_until = clock_timestamp() + make_interval(secs => ${claimTtlSeconds}), fencing_token = fencing_token + 1
    where id = ${id} and ${unfinishedCondition} and (due_at <= ${now} or ${isDueSetByFastClock(now)})
      and ${isFree('leased_until')}
    returning *
  )
  select to_jsonb(claimed) - 'file_totals' as report, to_jsonb(connection) as connection, correlation_id
  from claimed join connection on connection.id = claimed.connection_id join sync_run on sync_run.id = sync_run_id`

type Leased = Pick<LeasedReport, 'report' | 'fencingToken'>

/** `is not distinct from` matches no partial index: see {@link unfinishedCondition}. */
const isStillLeased = ({ report: { id, status }, fencingToken }: Leased): Statement =>
  sql`id = ${id} and status is not distinct from ${status} and fencing_token = ${fencingToken}
    and leased_until > clock_timestamp()`

const saveReport = (leased: Leased, next: Report): Statement =>
  sql`update report set ${stateAssignments(next)} where ${isStillLeased(leased)} returning id`

export const saveAndReleaseReport = (leased: Leased, next: Report): Statement =>
  sql`update report set ${stateAssignments(next)}, leased_until = null where ${isStillLeased(leased)} returning id`
