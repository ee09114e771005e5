import t from 'tap'
import { browserTest, openWindow } from '../../support/browser/chromium-browser.ts'
import { enterConsoleInBrowser, newStaff } from '../../support/browser/staff-journey.ts'
import { startTestProduct, type TestProduct } from '../../support/product/test-product.ts'
import { until } from '../user-records.ts'
import { anAgent } from '../users.ts'

async function setUp(t: Parameters<typeof startTestProduct>[0] & Parameters<typeof openWindow>[0]) {
  const product = await startTestProduct(t, { worker: true })
  for (let users = 0; users < 3; users += 1) await product.newUser()
  const staff = await newStaff(product)
  const visitor = await openWindow(t, product.address)
  await enterConsoleInBrowser(visitor, staff)
  await waitUntilListed(product)
  return { visitor, page: visitor.page, keyboard: visitor.page.keyboard }
}

async function waitUntilListed(product: TestProduct): Promise<void> {
  const { console: caller } = await anAgent(product)
  await until(
    'all cases are listed',
    async () => (await caller.get('/admin/cases')).$('tr[data-row]').length >= 3,
  )
}

browserTest(t, 'S-40 S-41 an agent finds and opens a case without a mouse', async t => {
  const { visitor, page, keyboard } = await setUp(t)
  const focusedRow = () =>
    page.evaluate(
      `[...document.querySelectorAll('tr[data-row]')].findIndex(row => row.contains(document.activeElement))`,
    )

  await keyboard.press('/')
  await page.waitForURL('**/admin/cases#q')
  await page.waitForSelector('#q:focus')
  await keyboard.type('seller/jk?')
  t.equal(await page.inputValue('#q'), 'seller/jk?', 'shortcut keys type letters in a field')
  t.equal(await page.locator('dialog[open]').count(), 0)

  await visitor.open('/admin/cases')
  for (const [key, index] of [
    ['j', 0],
    ['j', 1],
    ['j', 2],
    ['k', 1],
    ['k', 0],
    ['k', 0],
  ] as const) {
    await keyboard.press(key)
    t.equal(await focusedRow(), index, `${key} moves to row ${index}`)
    t.equal(await visitor.isFocusVisible(), true)
  }
  await keyboard.press('Control+k')
  t.equal(await focusedRow(), 0, 'a browser shortcut does not move the focus')
  await keyboard.press('/')
  t.equal(await page.evaluate('document.activeElement.id'), 'q')
  await page.locator('tr[data-row] a').first().focus()
  const href = await page.evaluate<string>('document.activeElement.getAttribute("href")')
  await keyboard.press('Enter')
  await page.waitForURL(`**${href}`)
  t.match(await visitor.text('.diagnosis'), 'Tell the seller')
  t.strictSame(visitor.browserErrors, [])
})

browserTest(t, 'S-40 every console page lists the shortcuts and can turn them off', async t => {
  const { visitor, page, keyboard } = await setUp(t)
  const isOpen = () => page.evaluate(`document.querySelector('[data-keys]').matches(':modal')`)
  for (const path of ['/admin/', '/admin/cases', '/admin/people', '/admin/requests']) {
    await visitor.open(path)
    const firstLink = page.locator('.staff-nav a').first()
    await firstLink.focus()
    await keyboard.press('?')
    t.equal(await isOpen(), true, path)
    await keyboard.press('j')
    t.equal(await isOpen(), true, 'shortcuts do nothing behind the dialog')
    await keyboard.press('Escape')
    t.equal(await isOpen(), false)
    t.equal(await visitor.focusedText(), 'Overview', 'the focus returns to the link')
  }

  await page.click('text="Shortcuts"')
  t.match(
    await visitor.text('[data-keys]'),
    '/ Find a case j Next row k Previous row Enter Open the row ? Show shortcuts',
  )
  await page.uncheck('#keys-on')
  await page.click('[data-keys-close]')
  await visitor.open('/admin/cases')
  for (const key of ['?', '/', 'j']) await keyboard.press(key)
  t.equal(await isOpen(), false)
  t.equal(await page.evaluate('document.activeElement === document.body'), true, 'shortcuts are off')
  await page.click('text="Shortcuts"')
  await page.check('#keys-on')
  await keyboard.press('Escape')
  await keyboard.press('j')
  t.equal(await page.evaluate('document.activeElement.matches("tr[data-row] a")'), true, 'shortcuts work')
  t.strictSame(visitor.browserErrors, [])
})
