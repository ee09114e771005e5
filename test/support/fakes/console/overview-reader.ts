import type { Cause } from '../../../../src/admin/diagnosis/causes.ts'
import { type CountSince, type FailureCount, OverviewReader } from '../../../../src/admin/ports.ts'
import { planRestrictionOf } from '../../../../src/domain/access/subscription.ts'
import { after, hours, minutes } from '../../../../src/domain/calendar.ts'
import type { CallCount } from '../../../../src/domain/ingestion/call-latency.ts'
import type { FailureReason } from '../../../../src/domain/ingestion/report-error.ts'
import { regions } from '../../../../src/domain/profile/region.ts'
import type { FakeUsers } from '../access/users.ts'
import type { FakeConnections } from '../connection/connections.ts'
import type { FakeOutbox } from '../emails.ts'
import type { FakeCallStatistics } from '../ingestion/call-statistics.ts'
import type { FakeRegionRateLimiter } from '../ingestion/report-loader.ts'
import { type FakeSyncRuns, isOpen } from '../ingestion/sync-runs.ts'
import type { FakeSyncSchedule } from '../ingestion/sync-schedule.ts'
import type { FakeCaseSummaries } from './console.ts'

interface Stores {
  readonly users: FakeUsers
  readonly connections: FakeConnections
  readonly syncRuns: FakeSyncRuns
  readonly rateLimiter: FakeRegionRateLimiter
  readonly callStatistics: FakeCallStatistics
  readonly summaries: FakeCaseSummaries
  readonly outbox: FakeOutbox
  readonly syncSchedule: FakeSyncSchedule
}

export class FakeOverviewReader extends OverviewReader {
  readonly #stores: Stores

  constructor(stores: Stores) {
    super()
    this.#stores = stores
  }

  async queue(now: Date) {
    const { syncRuns, connections, users } = this.#stores
    const open = syncRuns.reports
      .all()
      .flatMap(({ report, leased }) => (isOpen(report) ? [{ report, leased }] : []))
    const running = open.filter(({ leased }) => leased)
    const late = open
      .filter(({ report, leased }) => !leased && report.dueAt <= after(now, -minutes(1)))
      .map(({ report }) => report.dueAt)
    const dueSyncs: Date[] = []
    for (const [id, at] of this.#stores.syncSchedule.planned.entries()) {
      const connection = await connections.find(id)
      if (at > after(now, -minutes(1)) || connection?.status !== 'active') continue
      if (planRestrictionOf(await users.subscriptions.of(connection.userId), now)) continue
      if (await syncRuns.hasUnfinishedReports(id)) continue
      const finishedAt = syncRuns.finishedAtOf(id)
      dueSyncs.push(finishedAt && finishedAt > at ? finishedAt : at)
    }
    const runs = { initial: 0, reauthorisation: 0, daily: 0, retry: 0, backfill: 0 }
    for (const { kind } of syncRuns.openSyncRuns) runs[kind] += 1
    const interactive = syncRuns.openSyncRuns
      .filter(({ kind }) => kind === 'initial' || kind === 'reauthorisation')
      .sort((one, other) => one.requestedAt.getTime() - other.requestedAt.getTime())
    for (const { connectionId, requestedAt } of interactive) {
      const connection = await connections.find(connectionId)
      if (connection?.status !== 'active') continue
      const { userId, profile } = connection
      const user = await users.byId(userId)
      if (!user) continue
      const { id, accountName, country } = profile
      return {
        ...counts(),
        longestWaiting: {
          key: { userId, connectionId },
          user: { name: user.name, email: user.email },
          account: { id, accountName, country },
          since: requestedAt,
        },
      }
    }
    return { ...counts(), longestWaiting: null }

    function counts() {
      return {
        waiting: open.length - running.length - late.length,
        running: running.length,
        late: late.length,
        lateSince: earliest(late),
        runs,
        syncsDue: { count: dueSyncs.length, since: earliest(dueSyncs) },
      }
    }
  }

  async failures(since: Date, now: Date): Promise<FailureCount[]> {
    const failed = this.#stores.syncRuns.reports
      .all()
      .flatMap(({ report }) => (report.status === 'failed' ? [report] : []))
      .filter(({ failedAt }) => failedAt > since && failedAt <= now)
    const hoursAgo = (failedAt: Date) =>
      failedAt < after(now, -hours(24))
        ? null
        : Math.max(0, Math.ceil((now.getTime() - failedAt.getTime()) / hours(1)) - 1)
    const groups = Map.groupBy(failed, ({ reason, failedAt }) =>
      JSON.stringify([failureKeyOf(reason), hoursAgo(failedAt)]),
    )
    return [...groups.values()].flatMap(([first, ...rest]) =>
      first
        ? [
            {
              reason: failureKeyOf(first.reason),
              hoursAgo: hoursAgo(first.failedAt),
              reports: rest.length + 1,
            },
          ]
        : [],
    )
  }

  async regions(callsSince: Date) {
    const { rateLimiter, callStatistics } = this.#stores
    return regions.map(region => ({
      region,
      traffic: rateLimiter.trafficOf(region),
      calls: mergeCalls(
        callStatistics.counted.filter(
          call => call.region === region && minuteOf(call.at) > callsSince.getTime(),
        ),
      ),
    }))
  }

  async alertInput(about: Parameters<OverviewReader['alertInput']>[0]) {
    const { connections, syncRuns, summaries, outbox } = this.#stores
    const rejected = new Map<Cause, CountSince>()
    for (const cause of about.causes) {
      const matching = summaries.all.filter(summary => summary.cause === cause)
      const since = earliest(matching.flatMap(({ causeSince }) => (causeSince ? [causeSince] : [])))
      if (matching.length > 0) rejected.set(cause, { count: matching.length, since })
    }
    const lost = connections.lostSince(about.grantsSince)
    const differing = syncRuns.reconciliations
      .all()
      .flatMap(({ latest }) => (latest && latest.mismatches > 0 ? [latest.checkedAt] : []))
    const emails = outbox.failedAt.filter(at => at > about.emailsSince)
    return {
      rejected,
      revocations: countSince(lost),
      differing: countSince(differing),
      emailsFailed: countSince(emails),
    }
  }

  async emailsDue(now: Date): Promise<CountSince> {
    return countSince(this.#stores.outbox.waitingSince.filter(at => at <= now))
  }
}

const earliest = (dates: readonly Date[]): Date | null =>
  dates.toSorted((one, other) => one.getTime() - other.getTime())[0] ?? null

const countSince = (dates: readonly Date[]): CountSince => ({
  count: dates.length,
  since: earliest(dates),
})

const minuteOf = (at: Date): number => Math.floor(at.getTime() / minutes(1)) * minutes(1)

function failureKeyOf({ error, detail, skewSeconds }: FailureReason): FailureCount['reason'] {
  if (error === 'client_rejected') return { error, detail: detail ?? '' }
  return error === 'token_rejected' && skewSeconds !== undefined ? { error, skewSeconds } : { error }
}

function mergeCalls(calls: readonly CallCount[]): CallCount[] {
  const groups = Map.groupBy(calls, ({ outcome, within }) => `${outcome} ${within}`)
  return [...groups].sort().flatMap(([, all]) => {
    const [first] = all
    return first
      ? [
          {
            outcome: first.outcome,
            within: first.within,
            calls: all.length,
            milliseconds: all.reduce((sum, { milliseconds }) => sum + milliseconds, 0),
          },
        ]
      : []
  })
}
