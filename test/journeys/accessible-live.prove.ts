import t from 'tap'
import { browserTest } from '../support/browser/chromium-browser.ts'
import { startTestProduct } from '../support/product/test-product.ts'
import { assertAccessible } from './accessibility/accessibility.ts'
import { aSellerInBrowser } from './users.ts'

/** What only a running product or a page's script shows; `accessible-states` checks all other states. */
browserTest(t, 'S-05 S-08 S-21 S-28 pages that scripts changed are accessible', async t => {
  const product = await startTestProduct(t, { worker: true })
  product.sandbox.controls.set({ stuckReports: { spSearchTerm: 9 } })
  const { seller, page } = await aSellerInBrowser(t, product)
  await page.click('.user-menu > summary')
  await assertAccessible(t, seller, 'the user menu')

  await seller.open('/dashboard/ads/')
  await seller.leaveForAmazon()
  await seller.allow('thousand')
  await page.fill('#picker-search', 'brand 00')
  await assertAccessible(t, seller, 'ninety-nine of a thousand profiles')
  await page.fill('#picker-search', 'nobody')
  await assertAccessible(t, seller, 'a search without results')
  await page.click('[data-picker-close]')
  await assertAccessible(t, seller, 'a closed picker')
  await page.click('[data-picker-resume]')
  await page.fill('#picker-search', 'brand 0777')
  await seller.choose('Brand 0777')

  await page.waitForSelector('a:text-is("View loaded data")', { timeout: 40_000 })
  await assertAccessible(t, seller, 'the waiting screen')
  await page.click('a:text-is("View loaded data")')
  for (const summary of await page.locator('main summary').all()) await summary.click()
  await assertAccessible(t, seller, 'the dashboard with all details open')
  await page.click('.switcher > summary')
  // The open menu covers parts of the fields below it.
  await assertAccessible(t, seller, 'the open switcher', { but: ['target-size'] })
})
