import t from 'tap'
import { doesNotMatch } from '../../support/does-not-match.ts'
import { Caller } from '../caller.ts'
import { postponeSyncs, recordsOf } from '../user-records.ts'
import {
  aConnectedSeller,
  day,
  loseAuthorisation,
  minute,
  recordProgressView,
  startProductWithMailServer,
} from './email-product.ts'

t.test('S-31 each loss reason has its own email, and reminders follow on days 1, 3, 7 and 14', async t => {
  const { product, server, waitForEmails } = await startProductWithMailServer(t)
  const { userId, connectionId } = await aConnectedSeller(product)
  await recordProgressView(product, connectionId)
  const yearAgo = new Date(product.clock.now().getTime() - 366 * day)
  for (const table of ['connection', 'connection_grant'])
    await product.query(`update ${table} set consented_at = $1`, [yearAgo])
  // Consents given since 30 July 2026 expire after a year (docs/product/amazon.md, "Login with Amazon: lifetimes").
  const consentExpires = yearAgo >= new Date('2026-07-30')
  await loseAuthorisation(product, connectionId, consentExpires ? 'grant_revoked' : 'profile_access_lost')

  await waitForEmails(1)
  t.match(
    server.received[0]?.text,
    consentExpires ? 'has expired' : 'can no longer read this advertising account',
  )

  let currentDay = 0
  for (const [index, reminderDay] of [1, 3, 7, 14].entries()) {
    product.clock.advance((reminderDay - currentDay) * day - minute)
    await waitForEmails(index + 1)
    t.equal(server.received.length, index + 1, `no reminder before day ${reminderDay}`)
    product.clock.advance(2 * minute)
    currentDay = reminderDay
    const subjects = await waitForEmails(index + 2)
    t.equal(subjects.at(-1), 'Reminder: your Amazon account needs your authorisation')
    product.clock.advance(-minute)
  }
  product.clock.advance(30 * day)
  await waitForEmails(5)
  t.equal(server.received.length, 5)
  t.equal(new Set(server.received.map(({ head }) => head('Message-ID'))).size, 5)
  t.strictSame(
    (await recordsOf(product, userId).events('email_sent')).map(({ reminder }) => reminder),
    [0, 1, 2, 3, 4],
  )
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

t.test('S-31 loss emails of a suspected mass revocation wait until Amazon accepts a grant', async t => {
  const { product, server, waitForEmails } = await startProductWithMailServer(t)
  const sellers = []
  for (const _ of [1, 2, 3, 4]) sellers.push(await aConnectedSeller(product))
  for (const { connectionId } of sellers) await recordProgressView(product, connectionId)
  for (const { connectionId } of sellers) await loseAuthorisation(product, connectionId, 'grant_revoked')
  product.clock.advance(11 * minute)
  t.strictSame(await waitForEmails(0), [])
  product.clock.advance(30 * minute)
  t.strictSame(await waitForEmails(0), [])

  const { connectionId } = await aConnectedSeller(product)
  await recordProgressView(product, connectionId)
  await postponeSyncs(product)
  product.clock.advance(11 * minute)

  t.equal((await waitForEmails(4)).length, 4)
  t.equal(new Set(server.received.flatMap(({ to }) => to)).size, 4)
})
