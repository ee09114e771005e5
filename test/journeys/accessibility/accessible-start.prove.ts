import t from 'tap'
import { browserTest, openWindow } from '../../support/browser/chromium-browser.ts'
import { startTestProduct } from '../../support/product/test-product.ts'
import { assertAccessible } from './accessibility.ts'

browserTest(t, 'S-01 S-02 S-04 S-07 S-10 the pages before the profile choice are accessible', async t => {
  const product = await startTestProduct(t)
  const { controls } = product.sandbox
  const seller = await openWindow(t, product.address)
  const { page } = seller
  const { email } = await product.newUser()

  await seller.open('/login')
  await assertAccessible(t, seller, 'the sign-in page')
  await page.fill('#email', email)
  await page.fill('#password', 'wrong')
  await page.keyboard.press('Enter')
  await page.waitForSelector('[role=alert]')
  await assertAccessible(t, seller, 'the sign-in page after a wrong password')

  await seller.signIn(email)
  await assertAccessible(t, seller, 'the welcome screen')
  await page.click('.user-menu > summary')
  await assertAccessible(t, seller, 'the user menu')

  await seller.open('/dashboard/ads/')
  await seller.leaveForAmazon()
  await seller.refuse()
  await assertAccessible(t, seller, 'the welcome screen after a cancelled consent')
  controls.set({ tokenEndpoint: 'invalid_client' })
  await seller.leaveForAmazon()
  await seller.allow('us-seller')
  await assertAccessible(t, seller, 'the welcome screen after an error')
  controls.set({ tokenEndpoint: 'ok' })
  await seller.leaveForAmazon()
  await seller.allow('none')
  await assertAccessible(t, seller, 'no profiles')
  await seller.open('/nowhere')
  await assertAccessible(t, seller, 'a page that does not exist')
  await seller.open('/dashboard/ads/?account=x')
  await assertAccessible(t, seller, 'an account that does not exist')

  for (const [subscription, state] of [
    [null, 'no plan'],
    [{ plan: 'listing_tools' }, 'another plan'],
    [{ plan: 'monthly', endsAt: new Date('2026-01-31') }, 'a lapsed plan'],
  ] as const) {
    const user = await product.newUser('seller', subscription)
    const visitor = await openWindow(t, product.address)
    await visitor.signIn(user.email)
    await assertAccessible(t, visitor, state)
  }
})

browserTest(t, 'S-08 a picker with a thousand profiles is accessible', async t => {
  const product = await startTestProduct(t)
  const { email } = await product.newUser()
  const seller = await openWindow(t, product.address)
  await seller.signIn(email)
  await seller.leaveForAmazon()
  await seller.allow('thousand')
  await seller.page.fill('#picker-search', 'brand 00')
  await assertAccessible(t, seller, 'ninety-nine of a thousand profiles')
})
