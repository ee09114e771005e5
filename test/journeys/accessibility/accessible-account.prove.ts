import t from 'tap'
import { browserTest, openWindow } from '../../support/browser/chromium-browser.ts'
import { startTestProduct } from '../../support/product/test-product.ts'
import { recordsOf, until } from '../user-records.ts'
import { assertAccessible } from './accessibility.ts'

browserTest(t, 'S-26 S-27 an account’s pages are accessible', async t => {
  const product = await startTestProduct(t, { worker: true })
  const { email, id } = await product.newUser()
  const records = recordsOf(product, id)
  const seller = await openWindow(t, product.address)
  const { page } = seller
  await seller.signIn(email)
  await seller.leaveForAmazon()
  await seller.allow('us-seller')
  await seller.choose('My Brand US')
  const [connection] = await records.connections()
  const address = `/dashboard/ads/connections/${connection?.id}`

  await seller.open(address)
  await page.click('summary:text-is("Use a different Amazon account")')
  await assertAccessible(t, seller, 'an account')

  await page.click('button:text-is("Authorise again at Amazon")')
  await page.waitForURL('**/ap/oa?**')
  await seller.allow('us-colleague')
  await assertAccessible(t, seller, 'a reauthorisation by another Amazon account')
  await page.click('button:text-is("Keep the previous account")')

  await seller.open(`${address}/disconnect`)
  await page.click('summary:text-is("What about access at Amazon?")')
  await assertAccessible(t, seller, 'the confirmation page before disconnecting')
  await page.click('button:has-text("Disconnect My Brand US")')
  await assertAccessible(t, seller, 'the welcome screen with a retained account')

  await page.click('.retained a')
  await assertAccessible(t, seller, 'a disconnected account')
  await page.click('a:text-is("Erase now…")')
  await assertAccessible(t, seller, 'the confirmation page before erasing')
  await page.click('button:has-text("Erase the data")')
  await until('the connection is erased', async () => (await records.connections())[0]?.status === 'erased')
  await seller.open(address)
  await assertAccessible(t, seller, 'an erased account')
})
