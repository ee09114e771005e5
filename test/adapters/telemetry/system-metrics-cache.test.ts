import t from 'tap'
import { SystemMetricsCache } from '../../../src/adapters/telemetry/system-metrics-cache.ts'
import type { SystemMetrics } from '../../../src/admin/overview/collect-system-metrics.ts'
import { minutesLater, noon } from '../../support/examples.ts'
import { namesIn, sumOf } from '../../support/metrics.ts'

const rethrow = (error: unknown): never => {
  throw error
}

const metrics: SystemMetrics = {
  at: noon,
  alerts: [{ alert: 'no_worker', since: null }],
  cases: { health: new Map([['connected', 3]]), stage: new Map(), cause: new Map() },
  failures: { day: 2, week: 5, byCause: [], byHour: [] },
  regions: [],
  workerSeenAt: null,
  queue: {
    waiting: 4,
    running: 1,
    late: 2,
    lateSince: minutesLater(-1.5),
    runs: { initial: 1, reauthorisation: 0, daily: 0, retry: 0, backfill: 0 },
    syncsDue: { count: 4, since: minutesLater(-2) },
  },
  longestWaitingSince: minutesLater(-10),
  emailsDue: { count: 0, since: null },
}

t.test('S-52 the database metrics are exported in seconds and counts', async t => {
  const text = await new SystemMetricsCache({ execute: async () => metrics }, rethrow).renderText()

  t.equal(sumOf(text ?? '', 'ads_reports_open', { state: 'late' }), 2)
  t.equal(sumOf(text ?? '', 'ads_reports_late_seconds'), 90)
  t.equal(sumOf(text ?? '', 'ads_syncs_due'), 4)
  t.equal(sumOf(text ?? '', 'ads_syncs_due_seconds'), 120)
  t.equal(sumOf(text ?? '', 'ads_oldest_waiting_seller_seconds'), 600)
  t.equal(sumOf(text ?? '', 'ads_connections', { health: 'connected' }), 3)
  t.equal(sumOf(text ?? '', 'ads_alerts', { alert: 'no_worker' }), 1)
  t.equal(sumOf(text ?? '', 'ads_alerts', { alert: 'reports_late' }), 0, 'inactive alerts are zero')
  t.equal(
    sumOf(text ?? '', 'ads_worker_heartbeat_age_seconds'),
    null,
    'a worker that was never seen has no heartbeat age',
  )
  t.ok(namesIn(text ?? '').includes('ads_worker_heartbeat_age_seconds'))
})

t.test('S-52 concurrent scrapes and one soon after them query the database once', async t => {
  let queryCount = 0
  const cache = new SystemMetricsCache(
    {
      execute: async () => {
        queryCount += 1
        return metrics
      },
    },
    rethrow,
  )

  await Promise.all([cache.renderText(), cache.renderText()])
  await cache.renderText()

  t.equal(queryCount, 1)
})

t.test('S-52 a database that hangs blocks no scrape and is not queried a second time', async t => {
  let queryCount = 0
  const hanging = Promise.withResolvers<SystemMetrics>()
  const cache = new SystemMetricsCache(
    {
      execute: () => {
        queryCount += 1
        return hanging.promise
      },
    },
    rethrow,
  )

  t.equal(await cache.renderText(), null)
  t.equal(await cache.renderText(), null)

  t.equal(queryCount, 1)
  hanging.resolve(metrics)
  await hanging.promise
  t.ok(await cache.renderText(), 'the next scrape after the outage succeeds')
})

t.test('S-52 a failed metrics query is logged and repeated at the next scrape', async t => {
  const errors: unknown[] = []
  const queryError = new Error('gone')
  let isUp = false
  const query = () => (isUp ? Promise.resolve(metrics) : Promise.reject(queryError))
  const cache = new SystemMetricsCache({ execute: query }, error => errors.push(error))

  t.equal(await cache.renderText(), null)
  isUp = true
  t.ok(await cache.renderText())

  t.strictSame(errors, [queryError])
})

t.test('S-52 when the query is slow, the previous values are served for a while', async t => {
  const never = new Promise<SystemMetrics>(() => undefined)
  const responses = () => [Promise.resolve(metrics), never]
  const scrapeTwice = async (maxAge: number) => {
    const remaining = responses()
    const query = () => remaining.shift() ?? never
    const cache = new SystemMetricsCache({ execute: query }, rethrow, {
      freshnessPeriod: 0,
      timeout: 20,
      maxAge,
    })
    t.ok(await cache.renderText())
    return cache.renderText()
  }

  t.ok(await scrapeTwice(3_600_000), 'the second answer takes longer than the time limit')
  t.equal(await scrapeTwice(0), null, 'outdated values are not served')
})
