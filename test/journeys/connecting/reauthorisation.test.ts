import t from 'tap'
import { browserTest } from '../../support/browser/chromium-browser.ts'
import { startTestProduct, type TestProduct } from '../../support/product/test-product.ts'
import type { Caller } from '../caller.ts'
import { advanceClocks } from '../clocks.ts'
import { until } from '../user-records.ts'
import { aLoadedSeller, signInWithBrowser } from '../users.ts'

const day = 86_400_000

async function connectAndRevoke(product: TestProduct) {
  const account = await aLoadedSeller(product)
  const { records, connectionId } = account
  const loadedRows = await countRows(product, connectionId)

  product.sandbox.controls.revoke('us-seller', { accessTokensToo: true })
  // Past the next daily sync, even on a 25-hour day.
  advanceClocks(product, 26 * 3_600_000)
  await until('the revocation is noticed', async () => {
    const [now] = await records.connections()
    return now?.status === 'needs_authorisation'
  })
  return { ...account, loadedRows }
}

async function countRows(product: TestProduct, connectionId: string): Promise<number> {
  const [row] = await product.query<{ rows: number }>(
    'select count(*)::int as rows from campaign_fact where connection_id = $1',
    [connectionId],
  )
  return row?.rows ?? 0
}

/** Reauthorises as this Amazon user. @returns the page that follows. */
async function reauthoriseAs(caller: Caller, connectionId: string, amazonUser: string) {
  const { location } = await caller.post(`/dashboard/ads/connections/${connectionId}/renew`)
  const callback = await caller.decide(new URL(location ?? ''), amazonUser)
  const { location: page } = await caller.get(callback.pathname + callback.search)
  return caller.get(page ?? '')
}

browserTest(t, 'S-26 one click reauthorises a connection, keeps every row and fills the gap', async t => {
  const product = await startTestProduct(t, { worker: true })
  const { email, records, connectionId, loadedRows } = await connectAndRevoke(product)
  const { seller } = await signInWithBrowser(t, product, email)
  t.match(await seller.text('.notice'), 'This account needs your authorisation')
  t.match(await seller.text('.notice'), 'Our access at Amazon was removed')
  advanceClocks(product, 3 * day)

  await seller.page.click('.notice button:text-is("Authorise again")')
  await seller.page.waitForURL('**/ap/oa?**')
  await seller.allow('us-seller')

  t.equal(await seller.heading(), 'Ads performance', 'no picker is shown')
  t.match(await seller.text('.notice--success'), 'You’ve authorised again')
  t.match(await records.connections(), [{ id: connectionId, status: 'active' }])
  t.ok((await countRows(product, connectionId)) >= loadedRows, 'the loaded rows are kept')
  await until('the gap is filled', async () => {
    const [row] = await product.query<{ to: string | null }>(
      `select max(day_to)::text as to from report where connection_id = $1 and status = 'loaded' and type = 'sp_campaigns'`,
      [connectionId],
    )
    const yesterday = new Date(product.clock.now().getTime() - day).toLocaleDateString('en-CA', {
      timeZone: 'America/Los_Angeles',
    })
    return row?.to === yesterday
  })
  t.strictSame(await records.pending(), [])
  t.strictSame(seller.browserErrors, [])
})

browserTest(t, 'S-26 another Amazon user reauthorises after one confirmation that names both', async t => {
  const product = await startTestProduct(t, { worker: true })
  const { email, records, connectionId } = await connectAndRevoke(product)
  const { seller } = await signInWithBrowser(t, product, email)
  await seller.page.click('.notice button:text-is("Authorise again")')
  await seller.page.waitForURL('**/ap/oa?**')

  await seller.allow('us-colleague')

  t.equal(await seller.heading(), 'Is this the right Amazon account?')
  const text = await seller.text('main')
  t.match(text, 'Sam Seller (us-seller@amazon.example)')
  t.match(text, 'Cora Colleague (us-colleague@amazon.example)')
  t.match(await records.connections(), [{ status: 'needs_authorisation' }])
  t.match(
    await seller.page.getAttribute('a:text-is("Sign out at Amazon")', 'href'),
    'https://www.amazon.com/gp/flex/sign-out.html',
  )

  await seller.open('/dashboard/ads/')
  t.equal(await seller.heading(), 'Is this the right Amazon account?', 'the question is shown again')
  await seller.page.click('role=button[name="Use Cora Colleague (us-colleague@amazon.example) from now on"]')

  t.equal(await seller.heading(), 'Ads performance')
  t.match(await records.connections(), [{ id: connectionId, status: 'active' }])
  t.match(await records.events('reauthorised'), [{ amazonUser: 'other' }])
  await seller.open(`/dashboard/ads/connections/${connectionId}`)
  t.match(await seller.text('main'), 'Authorised by Cora Colleague (us-colleague@amazon.example)')
  t.strictSame(seller.browserErrors, [])
})

t.test(
  'S-26 an Amazon user without access to the profile is rejected, and the page names that user',
  async t => {
    const product = await startTestProduct(t, { worker: true })
    const { seller, records, connectionId } = await connectAndRevoke(product)

    const page = await reauthoriseAs(seller, connectionId, 'three-regions')

    t.match(page.text, 'This Amazon account can’t access My Brand US — Amazon.com')
    t.match(page.text, 'You authorised as Terry Threeregions (three-regions@amazon.example)')
    t.match(page.text, 'Sign out at Amazon first')
    t.equal(page.$(`.notice form[action="/dashboard/ads/connections/${connectionId}/renew"]`).length, 1)
    t.strictSame(await records.pending(), [], 'no pending connection is kept')
    t.match(await records.connections(), [{ id: connectionId, status: 'needs_authorisation' }])
    t.strictSame(await records.grants(), [])
  },
)

t.test('S-26 a callback that arrives several times reauthorises once', async t => {
  const product = await startTestProduct(t, { worker: true })
  const { seller, records, connectionId } = await connectAndRevoke(product)
  const { location } = await seller.post(`/dashboard/ads/connections/${connectionId}/renew`)
  const callback = await seller.decide(new URL(location ?? ''), 'us-seller')

  const pages = await Promise.all([1, 2, 3].map(() => seller.get(callback.pathname + callback.search)))

  for (const { status } of pages) t.ok(status < 400, String(status))
  t.equal((await records.events('reauthorised')).length, 1)
  t.equal(
    (await records.events('sync_requested')).filter(({ syncRun }) => syncRun === 'reauthorisation').length,
    1,
  )
})
