import t from 'tap'
import { browserTest, javaScriptVariants } from '../../support/browser/chromium-browser.ts'
import { startTestProduct } from '../../support/product/test-product.ts'
import { aSeller, aSellerInBrowser, signInWithBrowser } from '../users.ts'

/** The waiting screen doesn't reload during the test. */
const slowPolling = { env: { STATUS_POLL_SECONDS: '3600' } }

for (const javaScriptEnabled of javaScriptVariants) {
  const how = javaScriptEnabled ? '' : ' without JavaScript'

  browserTest(t, `S-17 a second profile is blocked, and replaces the first on request${how}`, async t => {
    const product = await startTestProduct(t)
    const { seller, page, records } = await aSellerInBrowser(t, product, { javaScriptEnabled })
    product.sandbox.controls.set({ generationSeconds: { min: 600, max: 600 } })
    await seller.leaveForAmazon()
    await seller.allow('us-seller')
    await seller.choose('My Brand US')
    const [first] = await records.connections()

    await seller.connectAnotherAccount()
    await seller.allow('three-regions')
    await seller.choose('My Store DE — Amazon.de')

    t.equal(await seller.text('#picker-title'), 'One account at a time')
    t.match(await seller.text('.blocked'), 'My Brand US — Amazon.com is already connected')
    t.strictSame(await page.locator('.blocked h3').allTextContents(), [
      'Replace the connected account',
      'Keep both accounts',
    ])
    t.equal(await page.locator('.blocked button').count(), 1)
    t.match(await page.getAttribute('.blocked .option--quiet a', 'href'), /^\/dashboard\/help\?page=/)
    t.equal(await page.locator('.blocked .option--quiet a[href^="mailto:"]').count(), 1)
    t.equal((await records.pending()).length, 1, 'a blocked choice keeps the pending connection')
    t.match(await records.connections(), [{ id: first?.id, status: 'active' }])
    t.ok((await records.timeline()).includes('choice_blocked'))

    await page.click('a:has-text("All profiles")')
    t.equal(await page.locator('button[name=profile]').count(), 12, 'another profile can be chosen')
    await seller.choose('My Store JP — Amazon.co.jp')
    await page.click(
      'role=button[name="Disconnect My Brand US — Amazon.com and connect My Store JP — Amazon.co.jp"]',
    )

    t.equal(await seller.heading(), 'Loading your last 30 days')
    t.match(await seller.text('.page-head__account'), 'My Store JP')
    t.match(await records.connections(), [
      { id: first?.id, status: 'closed', close_reason: 'replaced' },
      { status: 'active', account_name: 'My Store JP' },
    ])
    t.equal((await records.grants()).length, 1)
    t.not((await records.grants())[0]?.connection_id, first?.id, 'the old token is erased')
    const reports = await product.query<{ status: string }>(
      'select status from report where connection_id = $1',
      [first?.id],
    )
    t.ok(reports.length > 0)
    t.strictSame(new Set(reports.map(({ status }) => status)), new Set(['failed']))
    t.strictSame(await records.pending(), [])
    t.strictSame(seller.browserErrors, [])
  })
}

browserTest(t, 'S-17 S-18 a former manager keeps all accounts and cannot connect another', async t => {
  const product = await startTestProduct(t, slowPolling)
  const { seller: caller, email, id, records } = await aSeller(product, 'manager')
  await caller.connect('three-regions', 'My Store NL')
  await caller.connect('us-seller', 'My Brand US')
  await product.query("update app_user set role = 'seller' where id = $1", [id])

  const { seller, page } = await signInWithBrowser(t, product, email)
  t.equal((await records.connections()).filter(({ status }) => status === 'active').length, 2)
  await seller.connectAnotherAccount()
  await seller.allow('three-regions')
  await seller.choose('My Store IN — Amazon.in')

  t.match(await seller.text('.blocked'), 'disconnect all but one of your accounts')
  t.equal(await page.locator('.blocked .live-accounts li').count(), 2)
  t.equal(await page.locator('[name=replace]').count(), 0)

  await page.click('.live-accounts summary:has-text("My Store NL")')
  await page.click('role=button[name="Disconnect My Store NL — Amazon.nl"]')
  t.match(await seller.text('.notice'), 'Account disconnected')
  t.equal(await page.locator('button[name=profile]').count(), 12, 'the picker is still open')
  await seller.choose('My Store IN — Amazon.in')
  await page.click('button:has-text("Disconnect My Brand US — Amazon.com and connect My Store IN")')

  t.match(await seller.text('.switcher > summary'), 'My Store IN')
  const activeConnections = (await records.connections()).filter(({ status }) => status === 'active')
  t.match(activeConnections, [{ account_name: 'My Store IN' }])
  t.equal(activeConnections.length, 1)
  t.equal((await records.grants()).length, 1)
})

browserTest(t, 'S-05 S-18 a manager connects three accounts and chooses one for each browser', async t => {
  const product = await startTestProduct(t, slowPolling)
  const { seller: first, email, records } = await aSellerInBrowser(t, product, { role: 'manager' })
  await first.leaveForAmazon()
  await first.allow('three-regions')
  await first.choose('My Store UK — Amazon.co.uk')
  for (const label of ['My Store AU — Amazon.com.au', 'My Store CA — Amazon.ca']) {
    await first.connectAnotherAccount()
    await first.allow('three-regions')
    await first.choose(label)
  }
  t.equal((await records.connections()).filter(({ status }) => status === 'active').length, 3)
  t.match(await first.text('.switcher > summary'), 'My Store CA', 'the latest choice is shown')

  await first.page.click('.switcher > summary')
  const items = first.page.locator('.switcher .menu__panel .menu__item')
  const names = (await items.allTextContents()).map(text => text.replace(/\s+/g, ' ').trim())
  t.match(names, [
    /My Store UK — Amazon\.co\.uk/,
    /My Store AU — Amazon\.com\.au/,
    /My Store CA — Amazon\.ca/,
    /^All accounts$/,
    /^About this account$/,
    /^Connect another account$/,
  ])
  const flags = await first.page
    .locator('.switcher .menu__panel img')
    .evaluateAll((images: { src: string; naturalWidth: number }[]) =>
      images.map(({ src, naturalWidth }) => [src.split('/').at(-1), naturalWidth > 0]),
    )
  t.strictSame(flags, [
    ['GB.svg', true],
    ['AU.svg', true],
    ['CA.svg', true],
  ])

  t.match(await first.text('.switcher [aria-current=true]'), 'My Store CA')

  await first.page.click('.switcher button:has-text("My Store AU")')
  t.match(await first.text('.switcher > summary'), 'My Store AU')
  t.match(await first.text('.page-head__account'), 'My Store AU')

  const { seller: second } = await signInWithBrowser(t, product, email)
  t.match(await second.text('.switcher > summary'), 'My Store UK', 'another browser has its own choice')
  await second.page.click('.switcher > summary')
  await second.page.click('.switcher button:has-text("My Store CA")')
  await first.open('/dashboard/ads/')
  t.match(await first.text('.switcher > summary'), 'My Store AU', 'the first browser’s choice is unchanged')
  t.strictSame([...first.browserErrors, ...second.browserErrors], [])
})

t.test('S-19 ten clicks across two web processes create one connection', async t => {
  const product = await startTestProduct(t)
  const { seller, records } = await aSeller(product)
  const picker = await seller.returnFromAmazon(await seller.authorise('three-regions'))
  const sellerElsewhere = await seller.copy(await product.startAnotherWeb())
  const _csrf = await seller.csrfToken()
  const labels = ['My Store NL', 'My Store FR', 'My Store IT', 'My Store ES', 'My Store CA']

  const answers = await Promise.all(
    labels.flatMap(label => [seller, sellerElsewhere].map(caller => caller.choose(picker, label, { _csrf }))),
  )

  const connections = await records.connections()
  t.equal(connections.length, 1)
  t.equal((await records.grants()).length, 1)
  t.strictSame(
    answers.map(({ status }) => status).sort(),
    [...Array(2).fill(303), ...Array(8).fill(409)],
    'both clicks on one profile are accepted, and all others are rejected',
  )
})
