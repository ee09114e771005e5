import type { EntityManager } from '@mikro-orm/postgresql'
import { type HeldReport, LeaseLost, Leases } from '../../application/ingestion/ports.ts'
import type { PersonId, ReportId } from '../../domain/identifiers.ts'
import { clocksApart } from '../../domain/ingestion/region-traffic.ts'
import { isSettled, type Report } from '../../domain/ingestion/report.ts'
import { committing, passing } from './boundaries.ts'
import { onceCommitted } from './commits.ts'
import { toProfile } from './connections.ts'
import { beat, claimSeconds, isFree } from './heartbeat.ts'
import { columnsFromJson, type JsonRow } from './json-rows.ts'
import { type Prepared, type PreparedStatement, preparedStatement } from './prepared.ts'
import { isUnsettled, stateColumns, toReport, toStateValues } from './report-mapping.ts'
import { type ConnectionColumns, ConnectionRow, type ReportColumns, ReportRow } from './schema.ts'

/** SQL: a clock that ran ahead recorded the wait. Parameter: now. */
export const waitsByWrongClock = `waits_since > ?::timestamptz + make_interval(secs => ${clocksApart / 1000})`

/**
 * Leases use PostgreSQL's clock, so workers need not agree on the time.
 * The sweep finds a killed worker's report within a second of the lease's end.
 */
export class PostgresLeases extends Leases {
  readonly #em: EntityManager
  readonly #prepared: Prepared
  readonly #onError: (error: unknown) => void
  /** Released by `saveAndRelease`, by {@link leaseOf}, until the work ends. */
  readonly #givenBack = new Set<string>()

  constructor(em: EntityManager, prepared: Prepared, onError: (error: unknown) => void) {
    super()
    this.#em = em
    this.#prepared = prepared
    this.#onError = onError
  }

  async hold(
    reportId: ReportId,
    now: Date,
    work: (held: HeldReport, lost: AbortSignal) => Promise<void>,
  ): Promise<boolean> {
    passing('before', 'lease taken')
    const held = await this.#claim(reportId, now)
    if (!held) return false
    passing('after', 'lease taken')

    const lease = leaseOf(held)
    const lost = new AbortController()
    const stop = beat(() => this.#extend(reportId, held.fence), {
      onLost: () => lost.abort(new LeaseLost('the lease ran out')),
      onError: this.#onError,
    })
    try {
      await work(held, lost.signal)
    } finally {
      stop()
      if (!this.#givenBack.delete(lease))
        await committing('lease given back', () =>
          this.#em.nativeUpdate(ReportRow, { id: reportId, fence: held.fence }, { leasedUntil: null }),
        )
    }
    return true
  }

  save<R extends Report>(held: HeldReport, next: R): Promise<R> {
    return this.#write(saved, held, next)
  }

  async conclude<R extends Report>(held: HeldReport, next: R): Promise<R> {
    await this.#write(concluded, held, next)
    const note = () => void this.#givenBack.add(leaseOf(held))
    if (this.#em.isInTransaction()) onceCommitted(this.#em.getContext(), note)
    else note()
    return next
  }

  async #write<R extends Report>(statement: PreparedStatement, held: HeldReport, next: R): Promise<R> {
    const { id, status } = held.report
    const values = [...toStateValues(next), id, status, held.fence]
    const write = () => this.#prepared.ask(statement, values)
    // Outside a transaction, with the failpoints of one without events.
    const rows = await (this.#em.isInTransaction() ? write() : committing('nothing told', write))
    if (rows.length === 0) throw new LeaseLost(`report ${id} is another worker's by now`)
    return next
  }

  async #claim(reportId: ReportId, now: Date): Promise<HeldReport | null> {
    const [claimed] = await this.#prepared.ask<ClaimedRow>(claim, [claimSeconds, reportId, now, now])
    if (!claimed) return null
    const row = columnsFromJson<ReportColumns>(this.#em, ReportRow, claimed.report)
    const connection = columnsFromJson<ConnectionColumns>(this.#em, ConnectionRow, claimed.connection)
    const report = toReport(row)
    if (isSettled(report)) return null
    return {
      report,
      fence: row.fence,
      personId: connection.personId as PersonId,
      profile: toProfile(connection),
      consentedAt: connection.status === 'active' ? (connection.consentedAt ?? null) : null,
      correlationId: claimed.correlation_id,
    }
  }

  async #extend(reportId: ReportId, fence: number): Promise<boolean> {
    const kept = await this.#em.execute<unknown[]>(
      `update report set leased_until = clock_timestamp() + make_interval(secs => ?)
       where id = ? and fence = ? and leased_until is not null returning id`,
      [claimSeconds, reportId, fence],
    )
    return kept.length > 0
  }
}

/** A fencing token is issued once. */
const leaseOf = ({ report, fence }: Pick<HeldReport, 'report' | 'fence'>): string => `${report.id} ${fence}`

interface ClaimedRow {
  readonly report: JsonRow
  readonly connection: JsonRow
  readonly correlation_id: string | null
}

/** Leases a report that `isDue`. Parameters: seconds, report id, now, now. */
export const claim = preparedStatement(
  'claim a report',
  `with claimed as (
    update report set leased_until = clock_timestamp() + make_interval(secs => ?), fence = fence + 1
    where id = ? and ${isUnsettled} and (next_try_at <= ? or ${waitsByWrongClock}) and ${isFree('leased_until')}
    returning *
  )
  select to_jsonb(claimed) - 'file_totals' as report, to_jsonb(connection) as connection, correlation_id
  from claimed join connection on connection.id = claimed.connection_id join ingestion_run on ingestion_run.id = run_id`,
)

/**
 * Needs a valid lease, its fencing token and the status that was read (worded so that no partial index matches).
 * Parameters: those of `toStateValues`, report id, that status, fencing token.
 */
const write = (besides: string) =>
  `update report set ${stateColumns.map(column => `${column} = ?`).join(', ')}${besides}
   where id = ? and status is not distinct from ? and fence = ? and leased_until > clock_timestamp() returning id`
const saved = preparedStatement('save a report', write(''))
export const concluded = preparedStatement('conclude a report', write(', leased_until = null'))
