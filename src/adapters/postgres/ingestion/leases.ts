import type { EntityManager } from '@mikro-orm/postgresql'
import { type LeasedReport, LeaseLost, Leases } from '../../../application/ingestion/report-ports.ts'
import type { ReportId, UserId } from '../../../domain/identifiers.ts'
import { maxClockSkew } from '../../../domain/ingestion/deferral.ts'
import { isFinished, type Report } from '../../../domain/ingestion/report.ts'
import { toProfile } from '../connection/connection-mapping.ts'
import { type ConnectionColumns, ConnectionRow } from '../connection/connection-rows.ts'
import { afterCommit } from '../engine/commit-signals.ts'
import { hitFailpoint, withFailpoints } from '../engine/failpoints.ts'
import { columnsFromJson, type JsonRow } from '../engine/json-rows.ts'
import {
  type PreparedStatement,
  type PreparedStatements,
  preparedStatement,
} from '../engine/prepared-statements.ts'
import { claimTtlSeconds, isFree, startHeartbeat } from './heartbeat.ts'
import { stateColumns, toReport, toStateValues, unfinishedCondition } from './report-mapping.ts'
import { type ReportColumns, ReportRow } from './sync-run-rows.ts'

/** SQL: true when a fast clock set the due time (decision 25). Parameter: now. */
export const dueSetByFastClock = `due_set_at > ?::timestamptz + make_interval(secs => ${maxClockSkew / 1000})`

/** Leases use PostgreSQL's clock, so workers need not agree on the time. */
export class PostgresLeases extends Leases {
  readonly #em: EntityManager
  readonly #prepared: PreparedStatements
  readonly #onError: (error: unknown) => void
  /** Keys of leases that `saveAndRelease` released, until their work ends. */
  readonly #released = new Set<string>()

  constructor(em: EntityManager, prepared: PreparedStatements, onError: (error: unknown) => void) {
    super()
    this.#em = em
    this.#prepared = prepared
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
    return this.#write(saveStatement, leased, next)
  }

  async saveAndRelease<R extends Report>(leased: LeasedReport, next: R): Promise<R> {
    await this.#write(saveAndReleaseStatement, leased, next)
    const markReleased = () => void this.#released.add(leaseKeyOf(leased))
    if (this.#em.isInTransaction()) afterCommit(this.#em.getContext(), markReleased)
    else markReleased()
    return next
  }

  async #write<R extends Report>(statement: PreparedStatement, leased: LeasedReport, next: R): Promise<R> {
    const { id, status } = leased.report
    const values = [...toStateValues(next), id, status, leased.fencingToken]
    const write = () => this.#prepared.query(statement, values)
    // Outside a transaction the statement is a commit, so it needs failpoints.
    const rows = await (this.#em.isInTransaction() ? write() : withFailpoints('no event', write))
    if (rows.length === 0) throw new LeaseLost(`report ${id} is leased by another worker`)
    return next
  }

  async #claim(reportId: ReportId, now: Date): Promise<LeasedReport | null> {
    const [claimed] = await this.#prepared.query<ClaimedRow>(claimStatement, [
      claimTtlSeconds,
      reportId,
      now,
      now,
    ])
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
      consentedAt: connection.status === 'active' ? (connection.consentedAt ?? null) : null,
      correlationId: claimed.correlation_id,
    }
  }

  async #extend(reportId: ReportId, fencingToken: number): Promise<boolean> {
    const extended = await this.#em.execute<unknown[]>(
      `update report set leased_until = clock_timestamp() + make_interval(secs => ?)
       where id = ? and fencing_token = ? and leased_until is not null returning id`,
      [claimTtlSeconds, reportId, fencingToken],
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

/** Parameters: seconds, report id, now, now. */
export const claimStatement = preparedStatement(
  'claim report',
  `with claimed as (
    update report set leased_until = clock_timestamp() + make_interval(secs => ?), fencing_token = fencing_token + 1
    where id = ? and ${unfinishedCondition} and (due_at <= ? or ${dueSetByFastClock}) and ${isFree('leased_until')}
    returning *
  )
  select to_jsonb(claimed) - 'file_totals' as report, to_jsonb(connection) as connection, correlation_id
  from claimed join connection on connection.id = claimed.connection_id join sync_run on sync_run.id = sync_run_id`,
)

/**
 * `is not distinct from` matches no partial index: see {@link unfinishedCondition}.
 * Parameters: those of `toStateValues`, report id, status as read, fencing token.
 */
const updateSql = (extraAssignment: string) =>
  `update report set ${stateColumns.map(column => `${column} = ?`).join(', ')}${extraAssignment}
   where id = ? and status is not distinct from ? and fencing_token = ? and leased_until > clock_timestamp() returning id`
const saveStatement = preparedStatement('save report', updateSql(''))
export const saveAndReleaseStatement = preparedStatement(
  'save and release report',
  updateSql(', leased_until = null'),
)
