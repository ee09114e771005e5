import t from 'tap'
import { authorise, choose, signIn, waitForSync } from '../../support/browser/sellers-journey.ts'
import { doesNotMatch } from '../../support/does-not-match.ts'
import { samplesIn, sumOf } from '../../support/metrics.ts'
import { startTestProduct, type TestProduct } from '../../support/product/test-product.ts'
import { reservePort } from '../../support/servers/ports.ts'
import { postponeSyncs, until } from '../user-records.ts'
import { aLoadedAccount } from '../users.ts'

interface LogLine {
  readonly msg: string
  readonly level: number
  readonly correlationId?: string
  readonly [field: string]: unknown
}

const linesOf = (product: TestProduct): LogLine[] =>
  product
    .logged()
    .split('\n')
    .filter(Boolean)
    .map(line => JSON.parse(line))

const scrape = async (product: TestProduct): Promise<string> =>
  (await fetch(`${product.address}/metrics`)).text()

t.test('S-52 one correlation id leads from a click to each call to Amazon', async t => {
  const product = await startTestProduct(t, { worker: true })
  const { email, id: userId } = await aLoadedAccount(product)
  const [run] = await product.query<{ id: string; correlation_id: string }>(
    'select id, correlation_id from sync_run',
  )

  const correlatedLines = linesOf(product).filter(
    ({ correlationId }) => correlationId === run?.correlation_id,
  )

  t.ok(
    correlatedLines.some(({ msg, reqId }) => msg === 'request completed' && reqId === run?.correlation_id),
    'the click is logged',
  )
  const click = linesOf(product).find(
    ({ msg, reqId }) => msg === 'incoming request' && reqId === run?.correlation_id,
  )
  t.match(click, { req: { method: 'POST', url: '/dashboard/ads/choose' } })
  t.match(
    correlatedLines.find(({ event }) => event === 'sync_requested'),
    { syncRunId: run?.id, level: 30 },
    'the sync request is logged',
  )
  const reports = await product.query<{ id: string }>('select id from report')
  const steps = correlatedLines.filter(({ msg }) => msg === 'report step ended')
  t.strictSame(
    [...new Set(steps.map(({ reportId }) => reportId))].sort(),
    reports.map(({ id }) => id).sort(),
    'each report has a logged step',
  )
  const calls = correlatedLines.filter(
    ({ msg, syncRunId }) => msg === 'amazon call ended' && syncRunId === run?.id,
  )
  for (const name of ['report_request', 'report_status', 'download'])
    t.ok(
      calls.some(({ call, status, reportId }) => call === name && status === 200 && reportId),
      name,
    )
  t.ok(
    calls.some(({ amazonRequestId }) => amazonRequestId),
    'Amazon’s request id is logged',
  )
  t.ok(
    correlatedLines.some(({ event }) => event === 'sync_finished'),
    'the end of the sync is logged',
  )
  doesNotMatch(t, product.logged(), email, 'the log contains no email address')
  doesNotMatch(
    t,
    correlatedLines.map(line => JSON.stringify(line)).join('\n'),
    userId,
    'the log contains no user id',
  )
})

t.test('S-52 a daily sync’s log lines share its run id', async t => {
  const product = await startTestProduct(t, { worker: true })
  await aLoadedAccount(product)
  product.clock.advance(26 * 3_600_000)
  const dailyRuns = () =>
    product.query<{ id: string; correlation_id: string | null }>(
      `select id, correlation_id from sync_run where kind = 'daily'`,
    )
  await until('the sync is requested', async () => (await dailyRuns()).length > 0)
  const [run] = await dailyRuns()

  t.equal(run?.correlation_id, null)
  await until('the sync has called Amazon', async () =>
    linesOf(product).some(
      ({ msg, correlationId }) => msg === 'amazon call ended' && correlationId === run?.id,
    ),
  )
})

t.test('S-52 the metrics count requests, calls, syncs and waiting sellers', async t => {
  const product = await startTestProduct(t, { worker: true })
  const { email } = await product.newUser()
  const browser = product.browser()
  await signIn(browser, email)
  await authorise(browser, 'us-seller')
  await choose(browser, 'My Brand US')
  await postponeSyncs(product)
  await waitForSync(browser)
  for (const path of ['/no-such-page-1', '/no-such-page-2']) await browser.request(path)
  await until('the figures are reconciled', async () =>
    Boolean(sumOf(await scrape(product), 'ads_reconciliations_total', { outcome: 'agrees' })),
  )
  const text = await scrape(product)
  const count = (name: string, labels: Record<string, string> = {}) => sumOf(text, name, labels)

  const request = 'ads_http_request_duration_seconds_count'
  t.equal(count(request, { route: '/dashboard/ads/choose', method: 'POST', status: '3xx' }), 1)
  t.equal(count(request, { route: 'unknown', status: '4xx' }), 2, 'unknown paths share one route label')
  t.ok(count('ads_http_requests_in_flight'))
  const call = 'ads_amazon_call_duration_seconds_count'
  t.ok(count(call, { call: 'report_request', region: 'na', outcome: 'ok' }))
  t.ok(count(call, { call: 'download', region: 'all', outcome: 'ok' }))
  t.ok(count(call, { call: 'token_exchange', outcome: 'ok' }))
  t.equal(count('ads_sync_duration_seconds_count', { kind: 'initial', outcome: 'loaded' }), 1)
  t.equal(count('ads_report_steps_in_progress'), 0)
  t.equal(count('ads_database_up'), 1)
  t.equal(count('ads_reports_open'), 0)
  t.equal(count('ads_oldest_waiting_seller_seconds'), 0)
  t.equal(count('ads_connections'), 1)
  t.ok(count('ads_database_pool_connections', { pool: 'pages', state: 'total' }))
  t.ok(count('nodejs_eventloop_lag_p99_seconds') !== null)
  const labels = samplesIn(text).flatMap(sample => Object.values(sample.labels))
  t.strictSame(
    labels.filter(value => /[0-9a-f]{8}-|@|no-such-page/.test(value)),
    [],
    'no label contains an id, an email address or an unknown path',
  )
})

t.test('S-52 the metrics distinguish the outcomes of a token refresh', async t => {
  const product = await startTestProduct(t, { worker: true })
  await aLoadedAccount(product)
  const countRefreshes = async (outcome: string) =>
    sumOf(await scrape(product), 'ads_token_refreshes_total', { region: 'na', outcome })
  const before = (await countRefreshes('renewed')) ?? 0
  t.equal(await countRefreshes('revoked'), 0, 'the count is zero before the first revocation')

  product.clock.advance(26 * 3_600_000)

  await until('a token was refreshed', async () => Number(await countRefreshes('renewed')) > before)
  t.equal(await countRefreshes('revoked'), 0)
})

t.test('S-52 the metrics are not available through a proxy', async t => {
  const product = await startTestProduct(t)
  const status = async (headers: Record<string, string>) =>
    (await fetch(`${product.address}/metrics`, { headers })).status

  t.equal(await status({}), 200)
  for (const [name, value] of [
    ['x-forwarded-for', '203.0.113.7'],
    ['x-forwarded-host', 'ads.example.test'],
    ['x-real-ip', '203.0.113.7'],
    ['forwarded', 'for=203.0.113.7'],
    ['via', '1.1 proxy'],
  ] as const)
    t.equal(await status({ [name]: value }), 404, name)
})

t.test('S-52 a stopping process reports that it is stopping until it exits', async t => {
  const product = await startTestProduct(t, {
    worker: true,
    env: { OPERATIONS_PORT: String(await reservePort()) },
  })
  const { operations } = product.product
  const ask = async (path: string) => operations?.inject(path)
  t.match((await ask('/readyz'))?.json(), { status: 'ok', checks: { worker: 'ok' } })

  const stopped = product.product.stop()
  const answer = await ask('/readyz')

  t.equal(answer?.statusCode, 503)
  t.match(answer?.json(), { status: 'stopping' })
  await stopped
})

t.test('S-51 a stopping web process still answers, but tells the proxy it is not ready', async t => {
  const product = await startTestProduct(t)
  const ask = (path: string) => fetch(`${product.address}${path}`)
  t.equal((await ask('/readyz/process')).status, 200)

  const stopped = product.product.stop(1000)
  const [proxy, user] = [await ask('/readyz/process'), await ask('/login')]

  t.equal(proxy.status, 503)
  t.match(await proxy.json(), { status: 'stopping' })
  t.equal(user.status, 200)
  t.equal(user.headers.get('connection'), 'close', 'the process closes the connection')
  await stopped
  await t.rejects(ask('/login'), 'the process has exited')
})
