import { sql } from '@mikro-orm/core'
import type { EntityManager } from '@mikro-orm/postgresql'
import { type HeldReport, LeaseLost, Leases } from '../../application/ingestion/ports.ts'
import type { PersonId, ReportId } from '../../domain/identifiers.ts'
import { clocksApart } from '../../domain/ingestion/region-traffic.ts'
import { isSettled, type Report } from '../../domain/ingestion/report.ts'
import { committing, passing } from './boundaries.ts'
import { toProfile } from './connections.ts'
import { beat, claimSeconds, isFree } from './heartbeat.ts'
import { toReport, toReportColumns } from './report-mapping.ts'
import { ConnectionRow, ReportRow } from './schema.ts'

/** Told to wait by a clock that ran ahead. Parameter: the time. */
export const waitsByWrongClock = `waits_since > ?::timestamptz + make_interval(secs => ${clocksApart / 1000})`

/** As the domain's `isDue`. Parameters: the time, twice. */
export const isOpenAndDue = `status in ('requested', 'generating', 'completed')
  and (next_try_at <= ? or ${waitsByWrongClock})`

/**
 * Leases live on PostgreSQL's clock: workers need not agree on the time. The sweep of another worker finds what a killed
 * one held a second after the lease has ended.
 */
export class PostgresLeases extends Leases {
  readonly #em: EntityManager
  readonly #onError: (error: unknown) => void

  constructor(em: EntityManager, onError: (error: unknown) => void) {
    super()
    this.#em = em
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

    const lost = new AbortController()
    const stop = beat(() => this.#extend(reportId, held.fence), {
      onLost: () => lost.abort(new LeaseLost('the lease ran out')),
      onError: this.#onError,
    })
    try {
      await work(held, lost.signal)
    } finally {
      stop()
      await committing('lease given back', () =>
        this.#em.nativeUpdate(ReportRow, { id: reportId, fence: held.fence }, { leasedUntil: null }),
      )
    }
    return true
  }

  async save<R extends Report>({ report, fence }: HeldReport, next: R): Promise<R> {
    const { id, status } = report
    const saved = await this.#em.nativeUpdate(
      ReportRow,
      { id, status, fence, leasedUntil: { $gt: sql`clock_timestamp()` } },
      toReportColumns(next),
    )
    if (saved === 0) throw new LeaseLost(`report ${report.id} is another worker's by now`)
    return next
  }

  async #claim(reportId: ReportId, now: Date): Promise<HeldReport | null> {
    const claimed = await this.#em.execute<{ fence: number; correlation_id: string | null }[]>(
      `update report set leased_until = clock_timestamp() + make_interval(secs => ?), fence = fence + 1
       where id = ? and ${isOpenAndDue} and ${isFree('leased_until')}
       returning fence, (select correlation_id from ingestion_run where id = run_id)`,
      [claimSeconds, reportId, now, now],
    )
    const [lease] = claimed
    if (!lease) return null

    const row = await this.#em.findOneOrFail(ReportRow, { id: reportId }, { disableIdentityMap: true })
    const connection = await this.#em.findOneOrFail(
      ConnectionRow,
      { id: row.connectionId },
      { disableIdentityMap: true },
    )
    const report = toReport(row)
    if (isSettled(report)) return null
    return {
      report,
      fence: lease.fence,
      personId: connection.personId as PersonId,
      profile: toProfile(connection),
      consentedAt: connection.status === 'active' ? (connection.consentedAt ?? null) : null,
      correlationId: lease.correlation_id,
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
