import t from 'tap'
import { alertsFrom, systemWideCauses } from '../../../src/admin/overview/alerts.ts'
import { type RegionStatus, regionStatus } from '../../../src/admin/overview/region-status.ts'
import { type CallCount, latencyBucketOf } from '../../../src/domain/ingestion/call-latency.ts'
import { initialRateLimit } from '../../../src/domain/ingestion/rate-limit/region-rate-limit.ts'
import { aCaller, minutesLater, noon } from '../../support/examples.ts'

const callCount = (outcome: CallCount['outcome'], within: CallCount['within'], calls: number): CallCount => ({
  outcome,
  within,
  calls,
  milliseconds: within * calls,
})

t.test('S-45 a region shows its number of calls, how many were throttled, and their durations', async t => {
  const calls = [
    callCount('answered', 100, 90),
    callCount('answered', 1000, 4),
    callCount('throttled', 250, 1),
  ]
  const status = regionStatus(
    { region: 'eu', traffic: null, calls: [...calls, callCount('unanswered', 30_000, 5)] },
    noon,
  )
  t.strictSame(status.calls, {
    count: 100,
    throttled: 1,
    unanswered: 5,
    meanMilliseconds: Math.round((9000 + 4000 + 250 + 150_000) / 100),
    p95Bucket: 1000,
  })
  const none = regionStatus({ region: 'eu', traffic: null, calls: [] }, noon)
  t.match(none.calls, { count: 0, meanMilliseconds: null, p95Bucket: null })
})

t.test('S-45 a call is counted in the bucket of its duration', async t => {
  t.strictSame(
    [0, 100, 101, 9999, 45_000, 900_000].map(latencyBucketOf),
    [100, 100, 250, 10_000, 60_000, 60_000],
  )
})

t.test('S-45 a region is healthy, slowed down after throttling, or paused', async t => {
  const statusWith = (overrides: object): RegionStatus =>
    regionStatus({ region: 'na', traffic: { ...initialRateLimit(noon), ...overrides }, calls: [] }, noon)
  t.equal(statusWith({}).state, 'normal')
  t.match(statusWith({ requestsPerMinute: 750, reducedAt: noon }), {
    state: 'slowed',
    requestsPerMinute: 750,
  })
  t.equal(
    statusWith({ requestsPerMinute: 750, reducedAt: minutesLater(-5) }).state,
    'normal',
    'the rate has recovered',
  )
  const { polls } = initialRateLimit(noon)
  const pollThrottle = { ...aCaller({ call: 'report_status' }), at: noon }
  t.match(statusWith({ polls: { ...polls, throttled: pollThrottle } }), {
    state: 'normal',
    throttledAt: noon,
  })
  const paused = {
    pausedUntil: minutesLater(1),
    pausedSince: minutesLater(-3),
    requestsPerMinute: 750,
    reducedAt: noon,
  }
  t.has(statusWith(paused), { state: 'paused', pausedSince: minutesLater(-3), pausedUntil: minutesLater(1) })
})

t.test('S-45 each alert has its own trigger, and the most severe alert comes first', async t => {
  const twoOccurrences = { count: 2, since: minutesLater(-4) }
  const noOccurrences = { count: 0, since: null }
  const calm = {
    workerSeenAt: noon,
    queue: { late: 0, lateSince: null },
    regions: [],
    alertInput: {
      rejected: new Map(),
      revocations: noOccurrences,
      invalidated: noOccurrences,
      differing: noOccurrences,
      emailsFailed: noOccurrences,
    },
  }
  t.strictSame(alertsFrom(calm, noon), [])
  const fewRevocations = { ...calm.alertInput, revocations: { count: 3, since: noon } }
  t.strictSame(
    alertsFrom({ ...calm, alertInput: fewRevocations }, noon),
    [],
    'sellers may have caused these few',
  )

  const alerts = alertsFrom(
    {
      workerSeenAt: null,
      queue: { late: 7, lateSince: minutesLater(-9) },
      regions: [{ region: 'fe', pausedSince: noon, pausedUntil: minutesLater(1) }],
      alertInput: {
        rejected: new Map(systemWideCauses.map(cause => [cause, twoOccurrences])),
        revocations: { count: 4, since: noon },
        invalidated: twoOccurrences,
        differing: twoOccurrences,
        emailsFailed: twoOccurrences,
      },
    },
    noon,
  )

  t.strictSame(
    alerts.map(({ alert }) => alert),
    [
      'no_worker',
      ...systemWideCauses.map(() => 'system_wide_rejection'),
      'mass_revocation',
      'grants_invalidated',
      'region_paused',
      'reports_late',
      'figures_mismatch',
      'emails_failed',
    ],
  )
})
