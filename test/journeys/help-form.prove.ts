import t from 'tap'
import { browserTest } from '../support/browser/chromium-browser.ts'
import { startTestProduct } from '../support/product/test-product.ts'
import { aSeller, aSellerInBrowser, signInWithBrowser } from './users.ts'

const sentNotice = '.notice--success'

browserTest(t, 'S-30 a seller contacts support with the keyboard alone', async t => {
  const product = await startTestProduct(t)
  const { seller, page } = await aSellerInBrowser(t, product)
  await seller.tabTo('Help')
  t.equal(await seller.isFocusVisible(), true)
  await page.keyboard.press('Enter')
  await seller.tabTo('When something goes wrong')
  await page.keyboard.press('Tab')
  t.equal(await page.evaluate('document.activeElement.id'), 'help-message')
  t.equal(await seller.isFocusVisible(), true)
  await page.keyboard.type('First line')
  await page.keyboard.press('Escape')
  t.equal(await page.isVisible('#help-message'), false, 'Escape closes the widget')
  t.match(await seller.focusedText(), 'Help')
  await page.keyboard.press('Enter')
  await seller.tabTo('When something goes wrong')
  await page.keyboard.press('Tab')
  await page.keyboard.press('End')
  await page.keyboard.press('Enter')
  await page.keyboard.type('second line')
  await seller.tabTo('Send to support')
  await page.keyboard.press('Enter')
  await page.waitForSelector(sentNotice)

  const requests = await product.query<{ message: string }>('select message from support_request')
  t.strictSame(
    requests,
    [{ message: 'First line\nsecond line' }],
    'the text typed before closing is included',
  )
  await page.reload()
  t.equal(
    (await product.query('select 1 from support_request')).length,
    1,
    'a reload sends no second request',
  )
  t.strictSame(seller.browserErrors, [])
})

browserTest(t, 'S-30 a seller contacts support without JavaScript', async t => {
  const product = await startTestProduct(t)
  const { page } = await aSellerInBrowser(t, product, { javaScriptEnabled: false })
  await page.click('.help > summary')
  await page.fill('#help-message', 'Without')
  await page.click('text="Send to support"')
  await page.waitForSelector(sentNotice)
  t.match(await product.query('select message, page from support_request'), [
    { message: 'Without', page: '/dashboard/ads/' },
  ])
})

browserTest(t, 'S-21 S-30 a page does not reload while the seller is writing a message', async t => {
  const product = await startTestProduct(t, { worker: true })
  const { controls } = product.sandbox
  controls.set({ generationSeconds: { min: 3600, max: 3600 } })
  const { seller, email } = await aSeller(product)
  await seller.connect('us-seller', 'My Brand US')
  const { page } = await signInWithBrowser(t, product, email)
  await page.click('.help > summary')
  await page.fill('#help-message', 'Is this')

  // The status route reports that everything is loaded.
  let responseCount = 0
  await page.route('**/dashboard/ads/status*', async route => {
    const response = await route.fetch()
    responseCount += 1
    await route.fulfill({ response, json: { ...(await response.json()), stage: 'ready' } })
  })
  while (responseCount < 3) await page.waitForTimeout(200)
  t.equal(await page.inputValue('#help-message'), 'Is this', 'the typed text is kept')

  const reloaded = page.waitForEvent('load', { timeout: 10_000 })
  await page.fill('#help-message', '')
  await reloaded
  t.pass('the page reloads once the field is empty')
})
