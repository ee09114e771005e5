import t from 'tap'
import { demoPassword } from '../../../src/commands/start/demo-users.ts'
import { browserTest, openWindow } from '../../support/browser/chromium-browser.ts'
import { doesNotMatch } from '../../support/does-not-match.ts'
import { startTestProduct } from '../../support/product/test-product.ts'
import { assertAccessible } from '../accessibility/accessibility.ts'
import { Caller } from '../caller.ts'
import { aSellerInBrowser } from '../users.ts'
import {
  aConnectedSeller,
  day,
  loseAuthorisation,
  recordProgressView,
  startProductWithMailServer,
} from './email-product.ts'

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
  t.equal(storedEmails.length, 2, 'the link, and the notice of the new password')
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
  const { seller, page } = await aSellerInBrowser(t, product)
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

t.test('S-31 the link in a reminder unsubscribes from reminders only', async t => {
  const { product, server, waitForEmails } = await startProductWithMailServer(t)
  const { connectionId } = await aConnectedSeller(product)
  await recordProgressView(product, connectionId)
  await loseAuthorisation(product, connectionId, 'profile_access_lost')
  await waitForEmails(1)
  t.equal(server.received[0]?.head('List-Unsubscribe'), null)
  product.clock.advance(day)
  await waitForEmails(2)
  const link = new URL(/<([^>]+)>/.exec(server.received[1]?.head('List-Unsubscribe') ?? '')?.[1] ?? '')
  t.match(server.received[1]?.text, link.href, 'the text part has the same link')
  const visitor = new Caller(product.address)

  const page = await visitor.get(link.pathname + link.search)
  t.equal(page.status, 200)
  t.match(page.text, 'Unsubscribe from these emails?')
  t.match(
    await product.query('select reminders from email_preferences'),
    [{ reminders: true }],
    'opening the link changes nothing',
  )
  const oneClick = { 'List-Unsubscribe': 'One-Click' }
  const done = await visitor.postWithoutToken(link.pathname + link.search, oneClick)
  t.equal(done.status, 200)
  t.match(done.text, 'You’re unsubscribed')
  await visitor.postWithoutToken(link.pathname + link.search, { wants: 'again' })
  // As most email programs do it (RFC 8058 §3.2).
  const body = new FormData()
  for (const [name, value] of Object.entries(oneClick)) body.append(name, value)
  t.equal(
    (await fetch(new URL(link.pathname + link.search, product.address), { method: 'POST', body })).status,
    200,
  )
  t.strictSame(await product.query('select ready, reminders from email_preferences'), [
    { ready: true, reminders: false },
  ])

  product.clock.advance(2 * day)
  t.equal((await waitForEmails(2)).length, 2, 'no reminder on day 3')
  await visitor.postWithoutToken(link.pathname + link.search, { wants: 'again' })
  product.clock.advance(4 * day)
  t.equal((await waitForEmails(3)).length, 3, 'reminders resume on day 7 after the seller subscribes again')

  const unknown = await visitor.get(`/mail/opt-out?mails=reminders&token=${'x'.repeat(32)}`)
  t.equal(unknown.status, 404)
  t.match(unknown.text, 'This link doesn’t work')
  t.equal(
    (await visitor.postWithoutToken(`/mail/opt-out?mails=reminders&token=${'x'.repeat(32)}`)).status,
    404,
  )
  t.equal((await visitor.get('/mail/opt-out?mails=all&token=1')).status, 400)
  doesNotMatch(t, product.logged(), link.searchParams.get('token') ?? '')
})
