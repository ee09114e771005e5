import t from 'tap'
import { browserTest, openWindow } from '../../support/browser/chromium-browser.ts'
import { startTestProduct } from '../../support/product/test-product.ts'
import { postponeSyncs } from '../user-records.ts'
import { assertAccessible } from './accessibility.ts'

const reportsNeverReady = { generationSeconds: { min: 3600, max: 3600 } }

browserTest(t, 'S-05 S-21 S-28 the pages after the profile choice are accessible', async t => {
  const product = await startTestProduct(t, { worker: true })
  const { controls } = product.sandbox
  controls.set({ stuckReports: { spSearchTerm: 9 } })
  const { email, id } = await product.newUser('manager')
  const seller = await openWindow(t, product.address)
  const { page } = seller
  await seller.signIn(email)
  await seller.leaveForAmazon()
  await seller.allow('lossy-ids')
  await seller.choose('He said')
  await page.waitForSelector('a:text-is("View loaded data")', { timeout: 40_000 })
  await assertAccessible(t, seller, 'the waiting screen')
  await page.click('a:text-is("View loaded data")')
  await assertAccessible(t, seller, 'the dashboard opened early')
  controls.set({ stuckReports: {}, failReports: { sbCampaigns: 99 } })
  await seller.connectAnotherAccount()
  await seller.allow('us-seller')
  await seller.choose('My Brand US')

  await postponeSyncs(product)
  const timer = setInterval(() => product.clock.advance(30 * 60_000), 500)
  t.teardown(() => clearInterval(timer))
  await page.waitForSelector('.notice--warning:has-text("Some reports couldn’t be loaded")', {
    timeout: 60_000,
  })
  clearInterval(timer)
  await assertAccessible(t, seller, 'the dashboard')
  for (const summary of await page.locator('main summary').all()) await summary.click()
  await page.click('.switcher > summary')
  await assertAccessible(t, seller, 'the dashboard with everything open')

  await product.query('update subscription set ends_at = $2 where user_id = $1', [id, product.clock.now()])
  await seller.open('/dashboard/ads/')
  await page.click('.switcher > summary')
  await assertAccessible(t, seller, 'the dashboard of a lapsed plan')
})

browserTest(t, 'S-21 S-26 an account with an error is accessible', async t => {
  const product = await startTestProduct(t, { worker: true })
  const { controls } = product.sandbox
  const { email } = await product.newUser()
  const seller = await openWindow(t, product.address)
  await seller.signIn(email)
  await seller.leaveForAmazon()
  await seller.allow('empty')
  controls.set(reportsNeverReady)
  await seller.choose('Quiet Brand US')
  controls.revoke('empty', { accessTokensToo: true })
  await postponeSyncs(product)
  const timer = setInterval(() => product.clock.advance(10 * 60_000), 500)
  t.teardown(() => clearInterval(timer))

  await seller.page.waitForSelector('.notice:has-text("This account needs your authorisation")', {
    timeout: 60_000,
  })
  clearInterval(timer)
  await assertAccessible(t, seller, 'an account with a revoked grant')
})
