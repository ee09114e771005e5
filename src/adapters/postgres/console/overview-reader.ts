import type { Cause } from '../../../admin/diagnosis/causes.ts'
import {
  type AlertInput,
  type CountSince,
  type FailureCount,
  OverviewReader,
  type QueueStatus,
  type RegionCallCounts,
} from '../../../admin/ports.ts'
import { isFullSuite, plans } from '../../../domain/access/subscription.ts'
import { after, hours, minutes } from '../../../domain/calendar.ts'
import { type Region, regions } from '../../../domain/profile/region.ts'
import { countLossesSince, isInvalidated } from '../connection/connections.ts'
import { raw, type Sql, sql } from '../engine/sql.ts'
import { parseRateLimit, type StoredRateLimit } from '../ingestion/region-rate-limiter.ts'
import { openCondition } from '../ingestion/report-mapping.ts'
import {
  type CallRow,
  type FailedRow,
  type OlderFailures,
  type QueueRow,
  toCallCount,
  toErrorSummary,
} from './overview-rows.ts'

/** A due report is late after this; sweeps run every second. */
const lateAfter = minutes(1)
/** Workers lease the reports that have been due longest first. */
const maxDueReports = 2500

export class PostgresOverviewReader extends OverviewReader {
  readonly #sql: Sql
  #cachedOlderFailures: OlderFailures | null = null

  constructor(sql: Sql) {
    super()
    this.#sql = sql
  }

  async queue(now: Date): Promise<QueueStatus> {
    const lateBefore = after(now, -lateAfter)
    // Leases use PostgreSQL's clock.
    const [row] = await this.#sql.query<QueueRow>(
      sql`select (select count(*)::int from report where ${openCondition}) as open,
          (select count(*)::int from report where ${openCondition} and due_at <= ${lateBefore}) as due_long, counted.*,
          (select jsonb_object_agg(kind, count) from (
            select kind, count(*) from sync_run where finished_at is null group by kind) as runs) as runs,
          syncs.*, waiting.*
        from (
          select count(*) filter (where is_held)::int as running,
            count(*) filter (where is_held and due_at <= ${lateBefore})::int as held_long,
            min(due_at) filter (where not is_held and due_at <= ${lateBefore}) as late_since
          from (
            select due_at, coalesce(leased_until > now(), false) as is_held
            from report where ${openCondition} and due_at <= ${now} order by due_at limit ${maxDueReports}) as due) as counted
        cross join (
          select count(*)::int as syncs_due, min(greatest(due_at, last.finished_at)) as syncs_since
          from sync_schedule join connection on connection.id = connection_id
            join subscription on subscription.user_id = connection.user_id
            left join lateral (
              select finished_at from sync_run where connection_id = connection.id
              order by requested_at desc limit 1) as last on true
          where status = 'active' and due_at <= ${lateBefore}
            and plan = any(${plans.filter(isFullSuite)}) and (ends_at is null or ends_at > ${now})
            and not exists (select from report where report.connection_id = connection.id and report.${openCondition})) as syncs
        left join (
          select run.requested_at, connection.id as connection_id, connection.profile_id, connection.account_name,
            connection.country, app_user.id as user_id, app_user.name, app_user.email
          from sync_run as run join connection on connection.id = run.connection_id
            join app_user on app_user.id = connection.user_id
          where run.finished_at is null and run.kind in ('initial', 'reauthorisation') and connection.status = 'active'
          order by run.requested_at limit 1) as waiting on true`,
    )
    if (!row) throw new Error('the count returned no row')
    const { running } = row
    const lateCount = row.due_long - row.held_long
    return {
      waiting: row.open - running - lateCount,
      running,
      late: lateCount,
      lateSince: row.late_since,
      syncsDue: { count: row.syncs_due, since: row.syncs_since },
      runs: { initial: 0, reauthorisation: 0, daily: 0, retry: 0, backfill: 0, ...row.runs },
      longestWaiting:
        row.connection_id && row.user_id && row.requested_at
          ? {
              key: { userId: row.user_id, connectionId: row.connection_id },
              user: { name: row.name ?? '', email: row.email ?? '' },
              account: {
                id: row.profile_id ?? '',
                accountName: row.account_name,
                country: row.country ?? '',
              },
              since: row.requested_at,
            }
          : null,
    }
  }

  async failures(since: Date, now: Date): Promise<FailureCount[]> {
    const older = await this.#olderFailures(since, now)
    const lastHourStart = after(now, -hours(1))
    // Counts a failure at `now` in the last hour.
    const rows = await this.#sql.query<FailedRow>(
      sql`select failure_cause, least(date_bin('1 hour', failed_at, ${now}), ${lastHourStart}::timestamptz) as hour,
          count(*)::int as reports
        from report where status = 'failed' and failed_at >= ${older.before} and failed_at > ${since} and failed_at <= ${now}
        group by 1, 2`,
    )
    return [...older.rows, ...rows].map(({ failure_cause, hour, reports }) => {
      const hoursAgo = hour && Math.round((now.getTime() - hour.getTime()) / hours(1)) - 1
      return {
        reason: toErrorSummary(failure_cause),
        hoursAgo: hoursAgo === null || hoursAgo >= 24 ? null : hoursAgo,
        reports,
      }
    })
  }

  /** Most failures are older than 24 hours, so these are counted once a minute. */
  async #olderFailures(since: Date, now: Date): Promise<OlderFailures> {
    const cached = this.#cachedOlderFailures
    const age = cached && now.getTime() - cached.countedAt.getTime()
    const isFresh = age !== null && age >= 0 && age < minutes(1)
    if (cached && isFresh && Math.abs(since.getTime() - cached.since.getTime()) <= minutes(1)) return cached
    const before = after(now, -hours(24))
    const rows = await this.#sql.query<FailedRow>(
      sql`select failure_cause, null as hour, count(*)::int as reports
        from report where status = 'failed' and failed_at > ${since} and failed_at < ${before} group by 1`,
    )
    this.#cachedOlderFailures = { countedAt: now, since, before, rows }
    return this.#cachedOlderFailures
  }

  async regions(callsSince: Date): Promise<RegionCallCounts[]> {
    const [rateLimits, calls] = await Promise.all([
      this.#sql.query<{ region: Region; traffic: StoredRateLimit | null }>(
        sql`select region, traffic from region_rate_limit`,
      ),
      this.#sql.query<CallRow>(
        sql`select region, outcome, latency_bucket_ms, sum(calls) as calls, sum(milliseconds) as milliseconds
          from amazon_call_minute where minute > ${callsSince}
          group by region, outcome, latency_bucket_ms order by region, outcome, latency_bucket_ms`,
      ),
    ])
    return regions.map(region => {
      const traffic = rateLimits.find(row => row.region === region)?.traffic ?? null
      return {
        region,
        traffic: traffic && parseRateLimit(traffic),
        calls: calls.filter(row => row.region === region).map(toCallCount),
      }
    })
  }

  async alertInput({
    causes,
    grantsSince,
    emailsSince,
  }: {
    readonly causes: readonly Cause[]
    readonly grantsSince: Date
    readonly emailsSince: Date
  }): Promise<AlertInput> {
    // Literals: PostgreSQL can use the partial index for these causes.
    const causeList = raw(causes.map(cause => `'${cause}'`).join(', ') || 'null')
    const [rows, revocations] = await Promise.all([
      this.#sql.query<CountSince & { what: string }>(
        sql`select cause as what, count(*)::int as count, min(cause_since) as since
          from case_summary where cause in (${causeList}) group by cause
          union all
          select 'figures', count(*)::int, min(checked_at) from reconciliation where mismatches > 0
          union all
          select 'invalidated', count(*)::int, min(doubted_at) from connection where ${isInvalidated}
          union all
          select 'emails', count(*)::int, min(failed_at) from email_message where failed_at > ${emailsSince}`,
      ),
      countLossesSince(this.#sql, grantsSince),
    ])
    const countByName = new Map(rows.map(({ what, ...counted }): [string, CountSince] => [what, counted]))
    const none: CountSince = { count: 0, since: null }
    return {
      rejected: new Map(
        causes.flatMap((cause): [Cause, CountSince][] => {
          const counted = countByName.get(cause)
          return counted ? [[cause, counted]] : []
        }),
      ),
      revocations,
      invalidated: countByName.get('invalidated') ?? none,
      differing: countByName.get('figures') ?? none,
      emailsFailed: countByName.get('emails') ?? none,
    }
  }

  async emailsDue(now: Date): Promise<CountSince> {
    const [row] = await this.#sql.query<CountSince>(
      sql`select count(*)::int as count, min(due_at) as since from email_message where due_at <= ${now}`,
    )
    return row ?? { count: 0, since: null }
  }
}
