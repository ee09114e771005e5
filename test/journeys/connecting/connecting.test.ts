import t from 'tap'
import { browserTest, javaScriptVariants, openWindow } from '../../support/browser/chromium-browser.ts'
import { authorise, choose, signIn } from '../../support/browser/sellers-journey.ts'
import { eventually } from '../../support/eventually.ts'
import { startTestProduct } from '../../support/product/test-product.ts'
import { postponeSyncs, recordsOf } from '../user-records.ts'
import { aSellerInBrowser } from '../users.ts'

browserTest(
  t,
  'S-01 S-04 S-06 S-08 S-14 S-20 S-21 a seller connects for the first time in a browser',
  async t => {
    const product = await startTestProduct(t, { worker: true })
    const { email, id } = await product.newUser()
    // A stuck report keeps the seller waiting until the clock moves.
    product.sandbox.controls.set({ generationSeconds: { min: 1, max: 2 }, stuckReports: { spSearchTerm: 1 } })
    const seller = await openWindow(t, product.address)
    const { page } = seller

    await seller.open('/dashboard/ads/')
    t.equal(seller.path, '/login')
    t.equal(await seller.title, 'Sign in – 1smart.link')
    await seller.signIn(email)

    t.equal(await seller.title, 'Connect your account – 1smart.link')
    t.equal(await page.locator('button:text-is("Connect Amazon Ads Account")').count(), 1)
    t.match(await seller.text(), /Usually about four minutes, longer for large accounts/)
    t.equal(await page.locator('.switcher').count(), 0, 'no switcher before the first account')

    await page.keyboard.press('Tab')
    t.equal(await seller.focusedText(), 'Skip to the page')
    await page.keyboard.press('Enter')
    await page.waitForSelector('main:focus')

    await seller.leaveForAmazon()
    const request = new URL(page.url())
    t.equal(request.searchParams.get('scope'), 'advertising::campaign_management profile')
    t.equal(request.searchParams.get('response_type'), 'code')
    await seller.allow('thousand')

    t.equal(page.url(), `${product.address}/dashboard/ads/`, 'the address contains no code')
    t.equal(await seller.title, 'Choose an account – 1smart.link')
    t.equal(await seller.isDialogModal(), true)
    t.equal(await page.evaluate('document.querySelector("dialog").contains(document.activeElement)'), true)
    t.equal(await page.locator('button[name=profile]').count(), 1000)

    await page.keyboard.press('Escape')
    t.equal(await page.isVisible('dialog'), false)
    await page.waitForSelector('[data-picker-resume]:focus')
    t.equal(await seller.focusedText(), 'Choose an account')
    await page.click('button:text-is("Choose an account")')
    t.equal(await seller.isDialogModal(), true)

    await page.fill('#picker-search', 'brand 0777')
    t.equal(await page.locator('button[name=profile]:visible').count(), 1)
    t.equal(await page.textContent('[data-picker-count]'), '1 of 1,000')
    const label = await seller.text('button[name=profile]:visible .choice__label')
    t.match(label, /^Brand 0777 [A-Z]{2} — Amazon\.[a-z.]+$/)
    await seller.choose('Brand 0777')

    t.equal(seller.path, '/dashboard/ads/')
    t.equal(await seller.title, 'Loading your data – 1smart.link')
    t.equal(await seller.heading(), 'Loading your last 30 days')
    const stages = await page
      .locator('[data-stage-name]')
      .evaluateAll(items => items.map(({ dataset }) => [dataset.stageName, dataset.state]))
    t.strictSame(stages, [
      ['OAuth', 'done'],
      ['Generating Reports', 'current'],
      ['Processing', 'waiting'],
      ['Ready', 'waiting'],
    ])
    t.equal(await page.locator('[role=status][aria-live=polite]').count(), 1)
    t.match(await seller.text(), /\d of \d+ done/)
    t.match(await seller.text(), 'You can safely leave this page')
    await page.waitForSelector('[data-waiting-status]:not(:empty)', { state: 'attached' })
    t.match(
      await page.textContent('[data-waiting-status]'),
      /^(Generating Reports|Processing): \d+ of \d+ reports done$/,
    )

    await postponeSyncs(product)
    const timer = setInterval(() => product.clock.advance(10 * 60_000), 500)
    t.teardown(() => clearInterval(timer))
    await page.waitForSelector('h1:text-is("Ads performance")', { timeout: 60_000 })
    clearInterval(timer)
    t.equal(await page.locator('.notice').count(), 0, 'the page shows no notice')
    t.equal(await seller.title, 'Ads – 1smart.link')
    t.match(await seller.text('.switcher > summary'), 'Brand 0777')
    t.equal(await page.locator('.switcher > summary img[src^="/assets/flags/"]').count(), 1)

    t.strictSame(seller.browserErrors, [])
    t.match(await recordsOf(product, id).connections(), [{ status: 'active' }])
    t.strictSame(await recordsOf(product, id).pending(), [])
  },
)

for (const javaScriptEnabled of javaScriptVariants) {
  const suffix = javaScriptEnabled ? '' : ' without JavaScript'

  browserTest(t, `S-07 a seller who cancels at Amazon sees an explanation${suffix}`, async t => {
    const product = await startTestProduct(t)
    const { seller, records } = await aSellerInBrowser(t, product, { javaScriptEnabled })
    await seller.leaveForAmazon()
    await seller.refuse()

    t.equal(seller.path, '/dashboard/ads/')
    t.match(await seller.title, /^You didn’t allow access at Amazon – /)
    t.match(await seller.text('.notice'), 'We didn’t store any credentials.')
    t.equal(await seller.page.locator('main button:text-is("Connect Amazon Ads Account")').count(), 1)
    t.strictSame(await records.pending(), [])
    t.strictSame(await records.timeline(), ['sent_to_amazon', 'callback_denied'])
    t.equal(product.sandbox.controls.calls().token, 0)
    t.strictSame(seller.browserErrors, [])

    await seller.leaveForAmazon()
    await seller.allow('us-seller')
    t.equal(await seller.page.locator('button[name=profile]').count(), 1, 'the button opens a new picker')
  })
}

t.test('S-01 S-04 S-08 S-20 S-21 a seller connects without JavaScript', async t => {
  const product = await startTestProduct(t, { worker: true })
  const { email } = await product.newUser()
  product.sandbox.controls.set({ generationSeconds: { min: 1.5, max: 2 } })
  const seller = product.browser()
  const count = (selector: string) => seller.page.$(selector).length
  const follow = (text: string) => {
    const link = seller.page.$(`main a:contains("${text}")`)
    t.equal(link.length, 1, text)
    return seller.open(link.attr('href') ?? '')
  }
  await signIn(seller, email)
  await authorise(seller, 'us-seller')

  t.equal(count('dialog[open]'), 1, 'the picker is open without a script')
  t.equal(count('[data-picker-resume][hidden]'), 1)
  await choose(seller, 'My Brand US — Amazon.com')
  t.equal(seller.heading, 'Loading your last 30 days')

  await follow('Check again')
  t.equal(count('meta[http-equiv=refresh]'), 0, 'the page reloads only when the seller asks')
  await follow('refresh every')
  t.match(seller.text, 'This page refreshes every second')
  const { href } = seller.page.url
  await eventually('the dashboard is shown', async () => {
    await seller.open(href)
    return seller.heading === 'Ads performance'
  })
  t.equal(count('meta[http-equiv=refresh]'), 0, 'the dashboard does not refresh itself')
})
