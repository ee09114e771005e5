import t from 'tap'
import { demoPassword } from '../../../src/commands/start/demo-users.ts'
import { doesNotMatch } from '../../support/does-not-match.ts'
import type { TestUser } from '../../support/product/test-product.ts'
import { Caller } from '../caller.ts'
import { startProductWithMailServer } from '../email/email-product.ts'
import { recordsOf } from '../user-records.ts'
import { anAgent, aSeller } from '../users.ts'

const reason = 'Asked by telephone'

async function setUp(
  t: Parameters<typeof startProductWithMailServer>[0],
  role: 'support' | 'admin' = 'support',
) {
  const { product, server, waitForEmails, dropSignInNotice } = await startProductWithMailServer(t)
  const { console, staff } = await anAgent(product, role)
  await dropSignInNotice()
  let emailCount = 0
  return {
    product,
    server,
    console,
    staff,
    seller: await product.newUser(),
    attempts: () => product.query('select 1 from authorisation_attempt'),
    /** @returns the path of the link in the email. */
    async send({ id }: TestUser): Promise<string> {
      const { location } = await console.post(`/admin/people/${id}/connect-link`, { reason })
      t.equal(location, `/admin/people/${id}?notice=connect_link_sent`)
      emailCount += 1
      await waitForEmails(emailCount)
      return /\/connect\/[\w-]{43}/.exec(server.received.at(-1)?.text ?? '')?.[0] ?? ''
    },
  }
}

t.test('S-43 a seller connects with the link that an agent sent by email', async t => {
  const { product, server, console, staff, seller, send } = await setUp(t)
  t.match((await console.get(`/admin/people/${seller.id}`)).text, `Emailed to ${seller.email}`)

  const path = await send(seller)

  t.match((await console.get(`/admin/people/${seller.id}?notice=connect_link_sent`)).text, 'Link sent')
  const [message] = server.received
  t.strictSame(message?.to, [seller.email])
  t.equal(message?.head('Subject'), 'Your link to connect your Amazon account')
  t.match(message?.html, path, 'the HTML part has the same link')

  const browser = new Caller(product.address)
  const response = await browser.get(path)
  t.equal(response.location, `/login?next=${encodeURIComponent(path)}`)
  t.equal(response.headers.get('referrer-policy'), 'no-referrer')
  const signIn = await browser.get(response.location ?? '')
  t.equal(signIn.headers.get('referrer-policy'), 'no-referrer')
  const { location } = await browser.post('/login', {
    email: seller.email,
    password: demoPassword,
    next: signIn.$('input[name=next]').attr('value') ?? '',
  })
  t.equal(location, path, 'sign-in leads back to the link')
  // Email scanners open links like this.
  for (const _ of [1, 2]) await browser.get(path)
  const page = await browser.get(path)
  t.match(page.text, `You’re signed in as ${seller.email}`)
  t.equal(page.$(`form[action="${path}"] button`).length, 1)
  t.equal(page.headers.get('referrer-policy'), 'no-referrer')
  t.equal(page.headers.get('cache-control'), 'no-store')

  const redirect = await browser.post(path)
  t.equal(redirect.status, 303)
  const picker = await browser.returnFromAmazon(
    await browser.decide(new URL(redirect.location ?? ''), 'us-seller'),
  )
  await browser.choose(picker, 'My Brand US')
  t.equal((await recordsOf(product, seller.id).connections()).length, 1)

  for (const again of [await browser.get(path), await browser.post(path)]) {
    t.equal(again.status, 410)
    t.match(again.text, 'This link no longer works')
  }
  const by = { userId: staff.id, reason }
  t.match(await recordsOf(product, seller.id).events('connect_link_sent'), [{ by }])
  t.equal((await recordsOf(product, seller.id).events('connect_link_used')).length, 1)
  t.match(await product.query('select action, staff_id, user_id, reason, before, after from audit_entry'), [
    {
      action: 'connect_link_sent',
      staff_id: staff.id,
      user_id: seller.id,
      reason,
      before: null,
      after: { validUntil: String },
    },
  ])
})

t.test('S-46 the token of a connect link is in no log line, row or console page', async t => {
  const { product, console, seller, send } = await setUp(t)
  const path = await send(seller)
  const token = path.slice(-43)
  const browser = new Caller(product.address)
  await browser.get(path)
  await browser.get(`/login?next=${encodeURIComponent(path)}`)
  await browser.signIn(seller.email)
  for (const variant of [path, `${path}?a=b`, `${path}/more`, path.replace(/\/(?=[^/]*$)/, '%2F')])
    await browser.get(variant)
  t.equal((await browser.get(`/password/reset/${token}`)).status, 410, 'a connect link resets no password')
  t.equal((await browser.get(`/invitation/${token}`)).status, 410)
  const redirect = await browser.post(path)
  t.equal(redirect.status, 303)
  doesNotMatch(t, redirect.location, token, 'the address at Amazon does not contain the token')
  doesNotMatch(t, product.logged(), token)
  t.match(product.logged(), '/connect/…', 'the rest of the path is logged')
  doesNotMatch(t, console.received.join('\n'), token)
  for (const { row } of await product.query<{ row: string }>(
    `select row_to_json(m)::text as row from email_message m union all select row_to_json(a)::text from audit_entry a
     union all select row_to_json(e)::text from timeline_entry e union all select row_to_json(l)::text from access_link l`,
  ))
    doesNotMatch(t, row, token)
})

t.test('S-46 another user who opens a connect link is rejected and does not use it up', async t => {
  const { product, seller, send, attempts } = await setUp(t)
  const path = await send(seller)
  const { seller: eve, email } = await aSeller(product)
  for (const answer of [await eve.get(path), await eve.post(path)]) {
    t.equal(answer.status, 403)
    t.match(answer.text, 'This link was sent to someone else')
    t.match(answer.text, email)
    doesNotMatch(t, answer.body, seller.email, 'the recipient’s address is not shown')
  }
  const visitor = new Caller(product.address)
  t.match((await visitor.post(path)).location, '/login')
  t.strictSame(await attempts(), [])

  const browser = new Caller(product.address)
  await browser.signIn(seller.email)
  t.equal((await browser.get(path)).status, 200, 'the link is still valid')
  t.equal((await browser.post(path)).status, 303)
})

t.test('S-43 S-44 an agent who views as the seller cannot use the seller’s connect link', async t => {
  const { product, console, staff, seller, send, attempts } = await setUp(t)
  const path = await send(seller)
  const started = await console.post(`/admin/people/${seller.id}/view`, { reason, code: staff.code(1) })
  t.equal(started.location, '/dashboard/ads/')
  t.match((await console.get('/dashboard/ads/')).text, seller.email)

  t.match((await console.get(path)).location, '/login')
  const token = (await console.get('/admin/people')).$('input[name=_csrf]').first().attr('value') ?? ''
  t.match((await console.post(path, { _csrf: token })).location, '/login')

  t.strictSame(await attempts(), [])
  const browser = new Caller(product.address)
  await browser.signIn(seller.email)
  t.equal((await browser.get(path)).status, 200, 'the link is not used up')
})
