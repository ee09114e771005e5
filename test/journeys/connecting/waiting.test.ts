import t from 'tap'
import { reportCatalogue } from '../../../src/domain/ingestion/catalogue.ts'
import { browserTest } from '../../support/browser/chromium-browser.ts'
import { startTestProduct, type TestProduct } from '../../support/product/test-product.ts'
import { Caller } from '../caller.ts'
import { postponeSyncs, until } from '../user-records.ts'
import { aSeller, aSellerInBrowser } from '../users.ts'

async function createSeller(product: TestProduct) {
  const { seller, email, records } = await aSeller(product)
  return { seller, email, records: records }
}

const statusOf = async (seller: Caller) => JSON.parse((await seller.get('/dashboard/ads/status')).body)

const slowGeneration = { generationSeconds: { min: 3600, max: 3600 } }
const failEveryReport = Object.fromEntries(reportCatalogue.map(({ reportTypeId }) => [reportTypeId, 99]))

t.test('S-21 the status has the agreed fields and answers 304 while nothing has changed', async t => {
  const product = await startTestProduct(t, { worker: true, env: { STATUS_POLL_SECONDS: '30' } })
  const { seller } = await createSeller(product)
  const beforeConnecting = await seller.get('/dashboard/ads/status')
  t.equal(beforeConnecting.status, 404)
  t.match(JSON.parse(beforeConnecting.body), { error: 'nothing_loading', sentence: String })

  product.sandbox.controls.set(slowGeneration)
  await seller.connect('us-seller', 'My Brand US')
  const loading = await statusOf(seller)
  t.match(loading.estimate, { fromSeconds: Number, toSeconds: Number })
  t.ok(loading.estimate.fromSeconds <= loading.estimate.toSeconds)
  t.strictSame(loading, {
    stage: 'generating_reports',
    stages: [
      { name: 'OAuth', state: 'done' },
      { name: 'Generating Reports', state: 'current' },
      { name: 'Processing', state: 'waiting' },
      { name: 'Ready', state: 'waiting' },
    ],
    reports: { done: 0, total: 15 },
    estimate: { fromSeconds: loading.estimate.fromSeconds, toSeconds: loading.estimate.toSeconds },
    problem: null,
    nextPollSeconds: 30,
  })
  product.clock.advance(3_600_000)
  t.equal((await statusOf(seller)).estimate, null, 'the estimate is dropped once its upper bound has passed')

  const first = await seller.get('/dashboard/ads/status')
  const etag = first.headers.get('etag') ?? ''
  t.match(etag, /^(W\/)?".+"$/)
  t.equal(first.headers.get('cache-control'), 'no-store')
  const unchanged = await seller.get('/dashboard/ads/status', { 'if-none-match': etag })
  t.equal(unchanged.status, 304)
  t.equal(unchanged.body, '')
  t.equal((await seller.get('/dashboard/ads/status', { 'if-none-match': '"another"' })).status, 200)
})

t.test('S-21 S-22 loading continues after the seller leaves, until the dashboard is ready', async t => {
  const product = await startTestProduct(t, { worker: true })
  const { seller, email } = await createSeller(product)
  await seller.connect('us-seller', 'My Brand US')
  await seller.post('/logout')
  await until(
    'the initial sync has finished',
    async () => {
      const rows = await product.query('select 1 from sync_run where finished_at is not null')
      return rows.length === 1
    },
    60,
  )

  const later = new Caller(product.address)
  await later.signIn(email)
  const page = await later.get('/dashboard/ads/')
  t.equal(page.$('h1').text(), 'Ads performance')
  t.match(await statusOf(later), {
    stage: 'ready',
    reports: { done: 15, total: 15 },
    estimate: null,
    problem: null,
  })
})

t.test('S-21 the waiting screen refreshes automatically only when the seller asks for it', async t => {
  const product = await startTestProduct(t, { env: { STATUS_POLL_SECONDS: '30' } })
  const { seller } = await createSeller(product)
  product.sandbox.controls.set(slowGeneration)
  await seller.connect('us-seller', 'My Brand US')

  const plain = await seller.get('/dashboard/ads/')
  t.equal(plain.$('meta[http-equiv=refresh]').length, 0)
  t.equal(plain.$('[data-waiting]').attr('data-poll-seconds'), '30')
  const refreshing = await seller.get('/dashboard/ads/?refresh=on')
  t.equal(refreshing.$('meta[http-equiv=refresh]').attr('content'), '30')
  t.match(refreshing.text, 'This page refreshes every 30 seconds. Stop refreshing')
  t.equal((await seller.get('/dashboard/ads/?refresh=off')).$('meta[http-equiv=refresh]').length, 0)
})

browserTest(
  t,
  'S-21 S-24 loaded reports can be viewed early, and one failed report does not stop the others',
  async t => {
    const product = await startTestProduct(t, { worker: true })
    const { controls } = product.sandbox
    controls.set({ stuckReports: { spSearchTerm: 9 } })
    const { seller, page } = await aSellerInBrowser(t, product)
    await seller.leaveForAmazon()
    await seller.allow('us-seller')
    await seller.choose('My Brand US')

    await page.click('a:text-is("View loaded data")', { timeout: 40_000 })
    t.equal(await seller.heading(), 'Ads performance')
    t.match(await seller.text('.notice'), /Figures are still arriving\. \d+ of 15 reports are loaded/)
    await page.click('a:text-is("View progress")')
    t.equal(await seller.heading(), 'Loading your last 30 days')
    t.match(await seller.text('[data-stage-name="Generating Reports"]'), 'in progress')

    const finished = page.waitForSelector('h1:text-is("Ads performance")', { timeout: 60_000 })
    await postponeSyncs(product)
    const timer = setInterval(() => product.clock.advance(30 * 60_000), 500)
    t.teardown(() => clearInterval(timer))
    await finished
    clearInterval(timer)
    t.match(await seller.text('.notice--warning'), 'Some reports couldn’t be loaded')
    t.match(await seller.text('.notice--warning'), 'didn’t finish this report in time')
    t.strictSame(seller.browserErrors, [])
  },
)

browserTest(
  t,
  'S-21 S-24 when no report could be loaded the page shows the reason and a contact',
  async t => {
    const product = await startTestProduct(t, { worker: true })
    product.sandbox.controls.set({ failReports: failEveryReport })
    const { seller } = await aSellerInBrowser(t, product)
    await seller.leaveForAmazon()
    await seller.allow('us-seller')
    await seller.choose('My Brand US')
    t.equal(await seller.heading(), 'Loading your last 30 days')

    await postponeSyncs(product)
    const timer = setInterval(() => product.clock.advance(60_000), 300)
    t.teardown(() => clearInterval(timer))
    await seller.page.waitForSelector('h1:text-is("We couldn’t load your data")', { timeout: 60_000 })
    clearInterval(timer)

    t.match(await seller.text('.notice--error'), 'Amazon couldn’t create this report')
    t.match(await seller.text('.notice--error'), 'Contact support')
    t.match(await seller.text('[data-stage-name="Ready"]'), 'failed')
    const status = await seller.page.evaluate('fetch("/dashboard/ads/status").then(answer => answer.json())')
    t.match(status, {
      stage: 'failed',
      stages: [{ state: 'done' }, { state: 'done' }, { state: 'done' }, { name: 'Ready', state: 'failed' }],
      reports: { done: 15, total: 15 },
      estimate: null,
      problem: { code: 'failed_at_amazon', sentence: String, action: String },
    })
    t.strictSame(seller.browserErrors, [])
  },
)

browserTest(t, 'S-01 S-21 a seller whose session ends while waiting is led to sign-in and back', async t => {
  const product = await startTestProduct(t)
  product.sandbox.controls.set(slowGeneration)
  const { seller, email, id } = await aSellerInBrowser(t, product)
  await seller.leaveForAmazon()
  await seller.allow('us-seller')
  await seller.choose('My Brand US')

  await product.query('update session set closed_at = now() where user_id = $1', [id])
  await seller.page.waitForURL('**/login?**')
  await seller.signIn(email)
  t.equal(await seller.heading(), 'Loading your last 30 days')
})
