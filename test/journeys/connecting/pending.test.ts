import t from 'tap'
import { browserTest, javaScriptVariants, openWindow } from '../../support/browser/chromium-browser.ts'
import { startTestProduct, type TestProduct } from '../../support/product/test-product.ts'
import { pendingIdOn, profileIdOn } from '../caller.ts'
import { recordsOf, until } from '../user-records.ts'
import { aSeller, aSellerInBrowser, signInWithBrowser } from '../users.ts'

const hour = 3_600_000

/** Advances the clock to this long before the expiry; a negative value means after it. */
async function moveToEndOfHour(
  { clock }: TestProduct,
  expiresAt: Date | undefined,
  millisecondsBefore: number,
): Promise<void> {
  if (!expiresAt) throw new Error('nothing is pending')
  clock.advance(expiresAt.getTime() - millisecondsBefore - clock.now().getTime())
}

for (const javaScriptEnabled of javaScriptVariants) {
  const how = javaScriptEnabled ? '' : ' without JavaScript'

  browserTest(t, `S-13 S-14 an abandoned picker is resumed in another browser${how}`, async t => {
    const product = await startTestProduct(t)
    const { seller: first, email, records } = await aSellerInBrowser(t, product, { javaScriptEnabled })
    await first.leaveForAmazon()
    await first.allow('three-regions')
    t.equal(await first.page.locator('button[name=profile]').count(), 12)
    await first.page.close()
    const before = product.sandbox.controls.calls()

    const { seller: second } = await signInWithBrowser(t, product, email, { javaScriptEnabled })
    t.equal(await second.page.locator('button[name=profile]').count(), 12, 'the picker is shown at once')
    t.match(await second.text('dialog'), 'Authorised as Terry Threeregions')
    await second.choose('My Store IN — Amazon.in')

    t.equal(await second.heading(), 'Loading your last 30 days')
    const after = product.sandbox.controls.calls()
    for (const kind of ['authorise', 'consent', 'code', 'userProfile', 'profiles'] as const) {
      t.equal(after[kind], before[kind], `no further ${kind} call`)
    }
    t.match(await records.connections(), [{ status: 'active', account_name: 'My Store IN' }])
    t.strictSame([...first.browserErrors, ...second.browserErrors], [])
  })
}

t.test('S-13 S-14 S-15 a pending connection expires after one hour, even when viewed', async t => {
  const product = await startTestProduct(t, { worker: true })
  const { seller, id, records } = await aSeller(product)
  const stale = await seller.returnFromAmazon(await seller.authorise('us-seller'))
  const [saved] = await records.pending()
  t.equal(saved?.expires_at.getTime(), (saved?.saved_at.getTime() ?? 0) + hour)

  product.clock.advance(hour / 2)
  await seller.get('/dashboard/ads/')
  await moveToEndOfHour(product, saved?.expires_at, 50_000)
  const resumed = await seller.get('/dashboard/ads/')
  t.equal(profileIdOn(resumed, 'My Brand US').length, 16, 'the picker is available until the hour ends')
  t.match(resumed.text, 'You have less than a minute to choose')
  t.strictSame(await records.pending(), [saved], 'resuming does not extend the hour')

  await moveToEndOfHour(product, saved?.expires_at, 0)
  const rejected = await seller.choose(stale, 'My Brand US')
  t.ok([409, 410].includes(rejected.status), `rejected with ${rejected.status}`)
  t.match(rejected.text, /one hour|was cancelled or has expired/)
  const href = rejected.$('main a.button').attr('href') ?? ''
  const again = await seller.get(href)
  t.match(again.text, 'Connect Amazon Ads Account', 'the next step is a new authorisation')
  t.strictSame(await records.connections(), [])

  await until('the token is erased', async () => (await records.pending()).length === 0)
  const timeline = await records.timeline()
  t.equal(timeline.filter(kind => kind === 'pending_expired').length, 1)
  t.ok(timeline.includes('choice_rejected'))
  t.strictSame(await product.query('select 1 from pending_connection where user_id = $1', [id]), [])
})

browserTest(t, 'S-15 a picker still open when the hour ends shows the connect button', async t => {
  const product = await startTestProduct(t)
  const { email, id } = await product.newUser()
  const seller = await openWindow(t, product.address)
  await seller.page.clock.install()
  await seller.signIn(email)
  await seller.leaveForAmazon()
  await seller.allow('us-seller')
  t.equal(await seller.isDialogModal(), true)
  const [saved] = await recordsOf(product, id).pending()

  await moveToEndOfHour(product, saved?.expires_at, -1000)
  await seller.page.clock.runFor(hour + 5000)

  await seller.page.waitForSelector('main button:text-is("Connect Amazon Ads Account")')
  t.equal(await seller.title, 'Your authorisation has expired – Connect your account – 1smart.link')
  t.strictSame(seller.browserErrors, [])
})

t.test('S-16 a new authorisation replaces the pending connection', async t => {
  const product = await startTestProduct(t)
  const { seller, records } = await aSeller(product)
  const older = await seller.returnFromAmazon(await seller.authorise('us-seller'))
  const newer = await seller.returnFromAmazon(await seller.authorise('three-regions'))

  const [remaining, ...others] = await records.pending()
  t.strictSame(others, [], 'the older token is erased')
  t.equal(remaining?.id, pendingIdOn(newer))
  t.ok((await records.timeline()).includes('pending_replaced'))

  const rejected = await seller.choose(older, 'My Brand US')
  t.equal(rejected.status, 409)
  t.match(rejected.text, 'This list is out of date')
  t.match(rejected.text, 'You’ve authorised at Amazon again')
  t.equal(rejected.$('main a.button').attr('href'), '/dashboard/ads/')
  t.strictSame(await records.connections(), [])
  t.match(await records.pending(), [{ id: remaining?.id }])

  const chosen = await seller.choose(newer, 'My Store UK — Amazon.co.uk')
  t.equal(chosen.location, '/dashboard/ads/')
  t.match(await records.connections(), [{ account_name: 'My Store UK', status: 'active' }])
})

for (const javaScriptEnabled of javaScriptVariants) {
  const how = javaScriptEnabled ? '' : ' without JavaScript'

  browserTest(t, `S-16 a seller discards a pending connection${how}`, async t => {
    const product = await startTestProduct(t)
    const { seller, records } = await aSellerInBrowser(t, product, { javaScriptEnabled })
    await seller.leaveForAmazon()
    await seller.allow('us-seller')

    await seller.page.click('button:text-is("Cancel this connection")')

    t.match(await seller.text('.notice'), 'We didn’t keep any credentials')
    t.equal(await seller.page.locator('main button:text-is("Connect Amazon Ads Account")').count(), 1)
    t.strictSame(await records.pending(), [])
    t.equal((await records.timeline()).at(-1), 'pending_discarded')
    t.strictSame(seller.browserErrors, [])
  })
}
