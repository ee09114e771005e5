import t from 'tap'
import { browserTest, openWindow } from '../../support/browser/chromium-browser.ts'
import { startTestProduct } from '../../support/product/test-product.ts'

const reportsNeverReady = { generationSeconds: { min: 3600, max: 3600 } }

browserTest(t, 'S-01 S-04 S-06 S-08 S-21 a seller connects with the keyboard alone', async t => {
  const product = await startTestProduct(t)
  product.sandbox.controls.set(reportsNeverReady)
  const { email } = await product.newUser()
  const seller = await openWindow(t, product.address)
  const { page } = seller
  const { keyboard } = page
  const assertTabTo = async (text: string) => {
    await seller.tabTo(text)
    t.equal(await seller.isFocusVisible(), true, `the focus is visible on ${text}`)
  }

  await seller.open('/dashboard/ads/')
  for (let presses = 0; presses < 10; presses += 1) {
    await keyboard.press('Tab')
    if (await page.evaluate('document.activeElement.id === "email"')) break
  }
  t.equal(await seller.isFocusVisible(), true, 'the focus is visible on a field')
  await keyboard.type(email)
  await keyboard.press('Tab')
  await keyboard.type('demo-password')
  await keyboard.press('Enter')
  await page.waitForSelector('main button')

  await keyboard.press('Tab')
  t.equal(await seller.focusedText(), 'Skip to the page')
  await keyboard.press('Enter')
  await page.waitForSelector('main:focus')
  await assertTabTo('Connect Amazon Ads Account')
  await keyboard.press('Enter')
  await page.waitForURL('**/ap/oa?**')
  await keyboard.press('Tab')
  await keyboard.press('ArrowDown')
  await seller.tabTo('Allow')
  await keyboard.press('Enter')
  await page.waitForSelector('dialog:modal')

  t.equal(await seller.isDialogModal(), true)
  for (let presses = 0; presses < 8; presses += 1) {
    await keyboard.press('Tab')
    const isInside =
      'document.activeElement === document.body || document.querySelector("dialog").contains(document.activeElement)'
    t.equal(await page.evaluate(isInside), true, 'the focus stays in the modal')
  }
  await keyboard.press('Escape')
  await page.waitForSelector('[data-picker-resume]:focus')
  t.equal(await seller.focusedText(), 'Choose an account')
  t.equal(await seller.isFocusVisible(), true)
  await keyboard.press('Enter')
  await assertTabTo('My Store US — Amazon.com')
  for (const label of ['My Store CA', 'My Store MX']) {
    await keyboard.press('ArrowDown')
    t.match(await seller.focusedText(), label)
    t.equal(await seller.isFocusVisible(), true)
  }
  await keyboard.press('Enter')
  await page.waitForSelector('h1:text-is("Loading your last 30 days")')
  t.match(await seller.text('.page-head__account'), 'My Store MX')

  await page.locator('.switcher > summary').focus()
  await keyboard.press('Enter')
  await assertTabTo('Connect another account')
  await keyboard.press('Enter')
  await page.waitForURL('**/ap/oa?**')
  t.strictSame(seller.browserErrors, [])
})
