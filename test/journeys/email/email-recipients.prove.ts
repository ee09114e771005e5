import t from 'tap'
import { demoPassword } from '../../../src/commands/start/demo-users.ts'
import { browserTest, openWindow } from '../../support/browser/chromium-browser.ts'
import { doesNotMatch } from '../../support/does-not-match.ts'
import { startTestProduct } from '../../support/product/test-product.ts'
import { assertAccessible } from '../accessibility/accessibility.ts'
import { Caller } from '../caller.ts'
import { startProductWithMailServer } from './email-product.ts'

browserTest(t, 'S-01 S-31 a password reset link is sent by email once and is not stored', async t => {
  const { product, server, waitForEmails } = await startProductWithMailServer(t)
  const { email } = await product.newUser()
  const seller = await openWindow(t, product.address)
  const { page } = seller
  await seller.open('/login')
  await page.click('a:has-text("forgot")')
  await page.fill('input[name=email]', email)
  await page.keyboard.press('Enter')
  await page.waitForLoadState()
  await new Caller(product.address).post('/password/forgot', { email: 'nobody@example.test' })

  t.equal((await waitForEmails(1)).length, 1, 'an unknown address gets no email')
  const [message] = server.received
  t.strictSame(message?.to, [email])
  const link = /https?:\/\/\S+\/password\/reset\/[\w-]{43}/.exec(message?.text ?? '')?.[0] ?? ''
  t.match(message?.html, link, 'the HTML part has the same link')
  await page.goto(link)
  await page.fill('input[type=password]', 'a quiet river at dawn')
  await page.keyboard.press('Enter')
  await page.waitForURL('**/login**')
  await page.fill('#email', email)
  await page.fill('#password', 'a quiet river at dawn')
  await page.click('button:text-is("Sign in")')
  await page.waitForURL('**/dashboard/ads/')

  const storedEmails = await product.query<{ row: string }>(
    'select row_to_json(email_message)::text as row from email_message',
  )
  t.equal(storedEmails.length, 1)
  for (const { row } of storedEmails) doesNotMatch(t, row, link.slice(-43))
  doesNotMatch(t, product.logged(), link.slice(-43))
  t.equal(
    (await new Caller(product.address).signIn(email, demoPassword)).status,
    401,
    'the old password is rejected',
  )
  t.strictSame(seller.browserErrors, [])
})

browserTest(t, 'S-31 a seller unsubscribes from emails in the settings', async t => {
  const product = await startTestProduct(t)
  const { email } = await product.newUser()
  const seller = await openWindow(t, product.address)
  const { page } = seller
  await seller.signIn(email)
  await seller.open('/dashboard/settings')
  const checkboxes = () =>
    page
      .locator('input[name=mail]')
      .evaluateAll((all: { value: string; checked: boolean }[]) =>
        all.map(({ value, checked }) => `${value} ${checked}`),
      )
  t.strictSame(await checkboxes(), ['ready true', 'reminders true'])

  await page.uncheck('input[value=reminders]')
  await page.click('button:text-is("Save")')

  t.match(await seller.text('.notice'), 'Your choices are saved')
  t.strictSame(await checkboxes(), ['ready true', 'reminders false'])
  await assertAccessible(t, seller, 'the settings with email preferences')
  await page.uncheck('input[value=ready]')
  await page.click('button:text-is("Save")')
  t.strictSame(await checkboxes(), ['ready false', 'reminders false'])
})
