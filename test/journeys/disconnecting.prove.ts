import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { browserTest } from '../support/browser/chromium-browser.ts'
import { doesNotMatch } from '../support/does-not-match.ts'
import { startTestProduct, type TestProduct } from '../support/product/test-product.ts'
import { postponeSyncs, type recordsOf, until } from './user-records.ts'
import { aLoadedSeller, signInWithBrowser } from './users.ts'

const day = 86_400_000

const isErased = (records: ReturnType<typeof recordsOf>) => async () =>
  (await records.connections()).every(({ status }) => status === 'erased')

const countFacts = async (product: TestProduct, connectionId: string): Promise<number> => {
  const [row] = await product.query<{ rows: number }>(
    'select count(*)::int as rows from campaign_fact where connection_id = $1',
    [connectionId],
  )
  return row?.rows ?? 0
}

browserTest(t, 'S-27 a seller disconnects and later connects the account again with its data', async t => {
  const product = await startTestProduct(t, { worker: true })
  const { email, records, connectionId } = await aLoadedSeller(product)
  const { seller, page } = await signInWithBrowser(t, product, email)

  await page.click('.switcher > summary')
  await page.click('.switcher a:text-is("About this account")')
  t.equal(await seller.text('.account-page__health h2'), 'Connected')
  await page.click('a:text-is("Disconnect…")')
  t.equal(await seller.heading(), 'Disconnect My Brand US — Amazon.com?')
  await page.click('role=button[name="Disconnect My Brand US — Amazon.com"]')

  t.match(await seller.text('.notice'), 'Account disconnected')
  t.strictSame(await records.grants(), [], 'the token is erased at once')
  t.match(await records.connections(), [{ id: connectionId, status: 'closed', close_reason: 'disconnected' }])
  t.match(await seller.text('.retained'), 'My Brand US — Amazon.com')
  await page.click('.retained a')
  t.match(await seller.text('.account-page__health'), 'Its data is kept until')
  t.match(
    await page.getAttribute('a:text-is("Manage Login with Amazon")', 'href'),
    'https://www.amazon.com/ap/adam',
  )

  await page.goBack()
  await page.goBack()
  await page.goBack()
  t.match(
    await seller.text('main'),
    /Your account|Disconnect My Brand US/,
    'the back button shows the current state',
  )

  product.clock.advance(29 * day)
  await seller.signIn(email)
  await seller.open('/dashboard/ads/')
  await seller.leaveForAmazon()
  await seller.allow('us-seller')
  await seller.choose('My Brand US')
  t.match(await seller.text('.notice'), 'Welcome back to this account')
  t.equal(await seller.heading(), 'Ads performance', 'the data loaded before is shown at once')
  t.match(await records.connections(), [{ id: connectionId, status: 'active' }])
  await postponeSyncs(product)
  product.clock.advance(2 * day)
  // Longer than the sweep interval.
  await sleep(2500)
  t.match(await records.connections(), [{ id: connectionId, status: 'active' }], 'the erasure is cancelled')
  t.strictSame(seller.browserErrors, [])
})

browserTest(t, 'S-27 erasing now keeps only the dates of the connection', async t => {
  const product = await startTestProduct(t, { worker: true })
  const { email, records, connectionId } = await aLoadedSeller(product)
  t.ok((await countFacts(product, connectionId)) > 0)
  const { seller, page } = await signInWithBrowser(t, product, email)
  await seller.open(`/dashboard/ads/connections/${connectionId}/disconnect`)
  await page.click('role=button[name="Disconnect My Brand US — Amazon.com"]')
  await page.click('.retained a')
  await page.click('a:text-is("Erase now…")')
  t.equal(await seller.heading(), 'Erase the data of My Brand US — Amazon.com?')

  await page.click('role=button[name="Erase the data of My Brand US — Amazon.com"]')

  t.match(await seller.text('.notice'), 'We’re erasing the data')
  await until('the connection is erased', isErased(records))
  t.equal(await countFacts(product, connectionId), 0)
  await seller.open(`/dashboard/ads/connections/${connectionId}`)
  t.match(await seller.text('.account-page__health'), 'We’ve erased its data')
  doesNotMatch(t, await seller.text('main'), 'My Brand US')
  t.strictSame(seller.browserErrors, [])
})
