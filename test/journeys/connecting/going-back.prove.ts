import t from 'tap'
import { browserTest } from '../../support/browser/chromium-browser.ts'
import { doesNotMatch } from '../../support/does-not-match.ts'
import { startTestProduct } from '../../support/product/test-product.ts'
import { aSellerInBrowser } from '../users.ts'

browserTest(t, 'S-01 the back button shows no seller page after sign-out', async t => {
  const product = await startTestProduct(t)
  const { seller, page } = await aSellerInBrowser(t, product)
  await seller.leaveForAmazon()
  await seller.allow('us-seller')
  t.match(await seller.text(), 'My Brand US')
  await page.keyboard.press('Escape')
  await page.click('.user-menu > summary')
  await page.click('button:text-is("Sign out")')
  await page.waitForURL('**/login')

  await page.goBack()
  await page.waitForLoadState()
  t.equal(seller.path, '/login')
  doesNotMatch(t, await page.content(), 'My Brand US')
})

browserTest(t, 'S-07 S-19 going back to Amazon and allowing again changes nothing', async t => {
  const product = await startTestProduct(t)
  const { seller, page, records } = await aSellerInBrowser(t, product)
  await seller.leaveForAmazon()
  const consentPage = page.url()
  await seller.allow('us-seller')
  await seller.open(consentPage)
  await seller.allow('three-regions')

  t.match(await seller.title, /^You’ve already used this authorisation – /)
  t.strictSame(await page.locator('.choice__label').allTextContents(), ['My Brand US — Amazon.com'])
  t.equal((await records.pending()).length, 1)

  await seller.choose('My Brand US')
  await seller.open(consentPage)
  await seller.allow('three-regions')
  t.match(await seller.text('.notice'), 'Nothing was changed')
  t.match(await seller.text('.switcher > summary'), 'My Brand US')
  t.strictSame(await records.pending(), [])
  t.equal((await records.connections()).length, 1)
  t.equal((await records.timeline()).filter(kind => kind === 'callback_rejected').length, 2)
})

browserTest(t, 'S-19 a picker left open in another tab reports that it is outdated', async t => {
  const product = await startTestProduct(t)
  const { seller, records } = await aSellerInBrowser(t, product)
  await seller.leaveForAmazon()
  await seller.allow('three-regions')
  const otherTab = await seller.newTab()
  await otherTab.open('/dashboard/ads/')
  await seller.choose('My Store NL')

  await otherTab.choose('My Store AU')
  t.equal(await otherTab.heading(), 'There is nothing left to choose')
  t.match(await otherTab.title, /^There is nothing left to choose – /)
  await otherTab.page.click('main a.button')
  t.match(await otherTab.text('.switcher > summary'), 'My Store NL')
  t.equal((await records.connections()).length, 1)
})

browserTest(t, 'S-02 S-13 an open picker reports that the plan has lapsed', async t => {
  const product = await startTestProduct(t)
  const { seller, id, records } = await aSellerInBrowser(t, product, { subscription: { plan: 'annual' } })
  await seller.leaveForAmazon()
  await seller.allow('us-seller')
  await product.query('update subscription set ends_at = $2 where user_id = $1', [id, product.clock.now()])

  await seller.choose('My Brand US')

  t.equal(await seller.heading(), 'Your plan has lapsed')
  t.match(await seller.text(), 'Renew your plan')
  t.strictSame(await records.connections(), [])
})
