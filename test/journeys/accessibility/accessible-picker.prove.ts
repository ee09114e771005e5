import t from 'tap'
import { browserTest, openWindow } from '../../support/browser/chromium-browser.ts'
import { startTestProduct } from '../../support/product/test-product.ts'
import { assertAccessible } from './accessibility.ts'

const reportsNeverReady = { generationSeconds: { min: 3600, max: 3600 } }

browserTest(t, 'S-08 S-09 S-13 S-17 the picker is accessible', async t => {
  const product = await startTestProduct(t)
  const { controls } = product.sandbox
  controls.set(reportsNeverReady)
  const { email, id } = await product.newUser('manager')
  const seller = await openWindow(t, product.address)
  const { page } = seller
  await seller.signIn(email)
  controls.set({ regionsDown: ['NA', 'EU', 'FE'] })
  await seller.leaveForAmazon()
  await seller.allow('three-regions')
  await assertAccessible(t, seller, 'a picker without any region fetched')
  controls.set({ regionsDown: [] })
  await page.click('.region-failure form[action*="/eu/"] button')
  await assertAccessible(t, seller, 'a picker with two regions not fetched')
  await page.click('.region-failure form[action*="/na/"] button')
  await page.click('.region-failure form[action*="/fe/"] button')
  await assertAccessible(t, seller, 'a picker with twelve profiles')
  await page.fill('#picker-search', 'nobody')
  await assertAccessible(t, seller, 'a search without results')
  await page.click('[data-picker-close]')
  await assertAccessible(t, seller, 'a closed picker')
  await page.click('[data-picker-resume]')
  await page.fill('#picker-search', '')
  await seller.choose('My Store UK')

  await seller.connectAnotherAccount()
  await seller.allow('lossy-ids')
  await assertAccessible(t, seller, 'a picker with hostile names')
  await seller.choose('<script>')
  await seller.connectAnotherAccount()
  await seller.allow('vendor-and-agency')
  await assertAccessible(t, seller, 'a picker with an agency')
  await product.query("update app_user set role = 'seller' where id = $1", [id])
  await seller.choose('Acme Vendor')
  await assertAccessible(t, seller, 'a choice that is blocked by several accounts')
  await page.click('.live-accounts summary >> nth=0')
  await assertAccessible(t, seller, 'a blocked choice that asks which account to replace')
  await page.click('.live-accounts button >> nth=0')
  await assertAccessible(t, seller, 'a picker after disconnecting')
  await seller.choose('Acme Vendor')
  await assertAccessible(t, seller, 'a blocked choice')
})
