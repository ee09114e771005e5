import t from 'tap'
import { doesNotMatch } from '../../support/does-not-match.ts'
import { startTestProduct } from '../../support/product/test-product.ts'
import { Caller } from '../caller.ts'
import { startProductWithMailServer } from '../email/email-product.ts'
import { anAgent } from '../users.ts'

const nia = {
  name: 'Nia New',
  email: ' Nia@Example.test',
  role: 'support',
  reason: 'Joins the support team',
}

t.test('S-43 S-46 an admin invites an agent, who sets a password and a second factor', async t => {
  const { product, server, waitForEmails, dropSignInNotice } = await startProductWithMailServer(t)
  const { console, staff } = await anAgent(product, 'admin')
  await dropSignInNotice()
  const page = await console.get('/admin/people')
  t.equal(page.$('a[href="/admin/people/new"]').length, 1)
  t.equal((await console.get('/admin/people/new')).$('#role option[selected]').val(), 'support')

  const sent = await console.post('/admin/people/new', nia)

  t.match(sent.location, /^\/admin\/people\/[0-9a-f-]{36}\?notice=user_invited$/)
  const after = await console.get(sent.location ?? '')
  t.match(after.text, /Invitation sent.*Nia New.*nia@example\.test.*Rolesupport/)
  t.strictSame(await waitForEmails(1), ['You’re invited to 1smart.link'])
  const [message] = server.received
  t.strictSame(message?.to, ['nia@example.test'])
  const path = /\/invitation\/[\w-]{43}/.exec(message?.text ?? '')?.[0] ?? ''
  t.match(message?.html, path, 'the HTML part has the same link')
  t.match(message?.text, /^Hello .?Nia New.?,/)

  const agent = new Caller(product.address)
  const password = 'a quiet river at dawn'
  const enrolmentLink = new URL((await agent.post(path, { password })).location ?? '').pathname
  t.match(enrolmentLink, /^\/admin\/enrol\/[\w-]{43}$/)
  await agent.post('/admin/login', { email: 'nia@example.test', password, next: enrolmentLink })
  t.match((await agent.get(enrolmentLink)).text, 'Set up your second factor')
  t.match((await console.get('/admin/people')).text, /nia@example\.test support, no second factor yet/)
  t.match((await console.get('/admin/people')).text, `${staff.email} admin, second factor set up`)

  t.match(
    await product.query(
      `select action, staff_id, user_id, reason, before, after from audit_entry
         where action <> 'staff_listed' order by id`,
    ),
    [
      {
        action: 'user_created',
        staff_id: staff.id,
        user_id: sent.location?.slice(14, 50),
        reason: 'Joins the support team',
        before: null,
        after: { role: 'support' },
      },
    ],
  )
  const [token, enrolmentToken] = [path.slice(-43), enrolmentLink.slice(-43)]
  for (const { row } of await product.query<{ row: string }>(
    'select row_to_json(m)::text as row from email_message m union all select row_to_json(a)::text from audit_entry a union all select row_to_json(t)::text from timeline_entry t',
  ))
    for (const secret of [token, enrolmentToken]) doesNotMatch(t, row, secret, 'the link is not stored')
  for (const secret of [token, enrolmentToken]) doesNotMatch(t, product.logged(), secret)
  doesNotMatch(t, console.received.join('\n'), token, 'the admin’s pages do not show the link')
})

t.test('S-43 a rejected invitation shows the reason, keeps the input and sends nothing', async t => {
  const product = await startTestProduct(t, { worker: true })
  const { console } = await anAgent(product, 'admin')
  const existing = await product.newUser()
  const countUsers = () => product.query('select (select count(*) from app_user) as people')
  const before = await countUsers()
  for (const [overrides, status, text, field] of [
    [{ name: ' \u0000' }, 422, 'Check the name', 'name'],
    [{ email: 'nia' }, 422, 'Invalid email address', 'email'],
    [{ email: existing.email.toUpperCase() }, 422, 'Email already registered', 'email'],
    [{ role: 'owner' }, 400, 'We couldn’t process this request', ''],
  ] as const) {
    const answer = await console.post('/admin/people/new', { ...nia, role: 'manager', ...overrides })
    t.equal(answer.status, status, text)
    t.match(answer.text, text)
    if (status !== 422) continue
    t.equal(answer.$('[aria-invalid=true]').attr('id'), field)
    t.match(answer.$('[aria-invalid=true]').attr('aria-describedby'), 'problem')
    t.equal(answer.$('#role option[selected]').val(), 'manager')
    if (field !== 'name') t.equal(answer.$('#name').val(), nia.name)
  }
  t.equal((await console.postWithoutToken('/admin/people/new', nia)).status, 403, 'a forged form is rejected')
  t.strictSame(await countUsers(), before)
  t.strictSame(
    await product.query(
      `select 1 from email_message where kind <> 'security_notice' union all select 1 from audit_entry`,
    ),
    [],
  )
})
