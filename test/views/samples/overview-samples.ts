import { overviewPage } from '../../../src/adapters/fastify/console/overview/overview-page.ts'
import { systemWideCauses } from '../../../src/admin/overview/alerts.ts'
import type { Overview } from '../../../src/admin/overview/read-overview.ts'
import { recurringJobNames, recurringJobStatuses } from '../../../src/admin/overview/recurring-jobs.ts'
import { after, hours, minutes, seconds } from '../../../src/domain/calendar.ts'
import type { ConnectionId, UserId } from '../../../src/domain/identifiers.ts'
import type { Sample } from './sample.ts'
import { staffShell } from './second-factor-samples.ts'

const now = new Date('2026-11-26T04:22:07Z')
const ago = (milliseconds: number): Date => after(now, -milliseconds)

const empty: Overview = {
  at: now,
  alerts: [],
  cases: { health: new Map(), stage: new Map(), cause: new Map() },
  queue: {
    waiting: 0,
    running: 0,
    late: 0,
    lateSince: null,
    runs: { initial: 0, reauthorisation: 0, daily: 0, retry: 0, backfill: 0 },
    syncsDue: { count: 0, since: null },
    longestWaiting: null,
  },
  failures: { day: 0, week: 0, byCause: [], byHour: Array.from({ length: 24 }, () => 0) },
  regions: (['na', 'eu', 'fe'] as const).map(region => ({
    region,
    state: 'normal',
    pausedSince: null,
    pausedUntil: null,
    requestsPerMinute: 1500,
    defaultRequestsPerMinute: 1500,
    throttledAt: null,
    calls: { count: 0, throttled: 0, unanswered: 0, meanMilliseconds: null, p95Bucket: null },
  })),
  recurringJobs: recurringJobStatuses([], now),
}

const jobRun = { startedAt: ago(seconds(20)), finishedAt: ago(seconds(19)), error: null }

const busy: Overview = {
  ...empty,
  recurringJobs: recurringJobStatuses(
    recurringJobNames.map(name => ({ ...jobRun, name })),
    now,
  ),
  cases: {
    health: new Map([
      ['connected', 91_204],
      ['loading', 412],
      ['throttled', 96],
      ['stale', 1210],
      ['partly_failing', 530],
      ['failing', 41],
      ['needs_authorisation', 2811],
      ['paused', 3002],
      ['disconnected', 7],
    ]),
    stage: new Map([
      ['not_started', 8120],
      ['at_amazon', 3],
      ['choosing', 12],
      ['generating_reports', 388],
      ['processing', 24],
      ['ready', 98_841],
      ['failed', 41],
      ['ended', 3406],
    ]),
    cause: new Map([
      ['healthy', 91_002],
      ['never_connected', 8120],
      ['plan_lapsed', 3002],
      ['grant_revoked', 2504],
      ['consent_expired', 307],
      ['loading', 412],
      ['report_failed', 380],
      ['throttled', 96],
      ['report_never_finished', 88],
      ['consent_cancelled', 14],
      ['choosing', 12],
    ]),
  },
  queue: {
    waiting: 20_412,
    running: 38,
    late: 0,
    lateSince: null,
    runs: { initial: 61, reauthorisation: 9, daily: 342, retry: 2, backfill: 0 },
    syncsDue: { count: 1204, since: ago(minutes(12)) },
    longestWaiting: {
      key: {
        userId: '0f9d3f6e-2a34-4c55-9a0e-0d5f4b1c7e21' as UserId,
        connectionId: '3c1f2f44-6f0e-4b0e-9b61-0a6f6a6f4a10' as ConnectionId,
      },
      user: { name: 'Sam Seller', email: 'seller@demo.test' },
      account: {
        id: '801',
        accountName: 'Schwarzwälder Uhren- und Holzwarenmanufaktur GmbH & Co. KG',
        country: 'DE',
      },
      since: ago(minutes(47)),
    },
  },
  failures: {
    day: 1319,
    week: 10_440,
    byCause: [
      { cause: 'report_failed', day: 902, week: 6120 },
      { cause: 'report_never_finished', day: 311, week: 2904 },
      { cause: 'throttled', day: 96, week: 1300 },
      { cause: 'internal_error', day: 10, week: 114 },
      { cause: 'client_refused', day: 0, week: 2 },
    ],
    byHour: [31, 28, 40, 22, 19, 25, 61, 80, 94, 120, 71, 60, 52, 44, 49, 38, 41, 66, 72, 90, 88, 61, 44, 23],
  },
  regions: empty.regions.map((status, at) => ({
    ...status,
    ...(status.region === 'eu' && {
      state: 'slowed' as const,
      requestsPerMinute: 431,
      throttledAt: ago(minutes(4)),
    }),
    calls: {
      count: [48_210, 31_120, 4011][at] ?? 0,
      throttled: [310, 2890, 0][at] ?? 0,
      unanswered: [12, 40, 0][at] ?? 0,
      meanMilliseconds: [312, 1480, 205][at] ?? null,
      p95Bucket: ([1000, 5000, 500] as const)[at] ?? null,
    },
  })),
}

const withAlerts: Overview = {
  ...busy,
  recurringJobs: recurringJobStatuses(
    [
      { ...jobRun, name: 'Fetch Amazon users', startedAt: ago(minutes(4)), finishedAt: null },
      { ...jobRun, name: 'Purge sessions and links', error: 'QueryFailedError' },
      { ...jobRun, name: 'Schedule missing syncs' },
    ],
    now,
  ),
  alerts: [
    { alert: 'no_worker', since: ago(minutes(3)) },
    ...systemWideCauses.map(
      (cause, at) =>
        ({ alert: 'system_wide_rejection', cause, count: at * 611 + 1, since: ago(hours(at + 1)) }) as const,
    ),
    { alert: 'mass_revocation', count: 5, since: ago(hours(2)) },
    { alert: 'grants_invalidated', count: 311, since: ago(hours(1)) },
    { alert: 'region_paused', region: 'fe', since: ago(minutes(9)), until: after(now, minutes(1)) },
    { alert: 'reports_late', count: 8120, since: ago(minutes(4)) },
    { alert: 'figures_mismatch', count: 1, since: ago(hours(50)) },
    { alert: 'emails_failed', count: 2, since: ago(hours(11)) },
  ],
  queue: { ...busy.queue, running: 0, late: 8120, lateSince: ago(minutes(4)) },
  regions: busy.regions.map(status =>
    status.region === 'fe'
      ? { ...status, state: 'paused', pausedSince: ago(minutes(9)), pausedUntil: after(now, minutes(1)) }
      : status,
  ),
}

const noWorkerEver: Overview = { ...empty, alerts: [{ alert: 'no_worker', since: null }] }

const olderFailures: Overview = {
  ...busy,
  queue: {
    ...busy.queue,
    longestWaiting: busy.queue.longestWaiting && {
      ...busy.queue.longestWaiting,
      user: { name: 'ليلى حسن', email: 'laila@demo.test' },
      account: { id: '802', accountName: 'متجر النور!', country: 'AE' },
    },
  },
  failures: {
    ...empty.failures,
    week: 3,
    byCause: [{ cause: 'throttled', day: 0, week: 3 }],
  },
}

const title = 'Overview'
const sample = (name: string, overview: Overview): Sample => ({
  name: `console-overview-${name}`,
  view: 'staff/overview',
  page: overviewPage({ ...staffShell, title }, overview),
})

/** From an empty overview to one full of alerts (S-45). */
export const overviewSamples: readonly Sample[] = [
  sample('empty', empty),
  sample('busy', busy),
  sample('alarms', withAlerts),
  sample('no-worker-ever', noWorkerEver),
  sample('older-failures', olderFailures),
]
