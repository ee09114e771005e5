import t from 'tap'
import { newStaff } from '../../support/browser/staff-journey.ts'
import { doesNotMatch } from '../../support/does-not-match.ts'
import { startTestProduct } from '../../support/product/test-product.ts'
import { Caller } from '../caller.ts'
import { anAgent } from '../users.ts'

const reason = 'Agreed by telephone'

/** Each form on a user's page: its other fields, and the id of its reason field. */
const userForms = {
  role: { fields: { shownRole: 'seller', role: 'manager' }, reasonId: 'role-reason' },
  plan: { fields: { shownPlan: 'monthly', shownEndsAt: '', plan: 'none', until: '' }, reasonId: 'reason' },
  'sign-out': { fields: {}, reasonId: 'sign-out-reason' },
  'second-factor': { fields: {}, reasonId: 'factor-reason' },
  'connect-link': { fields: {}, reasonId: 'connect-reason' },
}

async function setUp(t: Parameters<typeof startTestProduct>[0], role: 'support' | 'admin') {
  const product = await startTestProduct(t)
  const { console } = await anAgent(product, role)
  const user = await product.newUser('admin')
  const browser = new Caller(product.address)
  await browser.signIn(user.email)
  const state = async () => [
    (await browser.get('/dashboard/settings')).status,
    await product.query('select role, count(*) from app_user group by role order by role'),
    await product.query('select * from subscription order by user_id'),
    await product.query('select user_id from second_factor order by user_id'),
    await product.query('select 1 from email_message union all select 1 from access_link'),
    await product.query(`select 1 from audit_entry where action <> 'staff_listed'`),
  ]
  return { product, console, user, state }
}

t.test('S-43 S-46 every form about a user needs a token, a reason and a known user', async t => {
  const { console, user, state } = await setUp(t, 'admin')
  const before = await state()
  for (const [form, { fields, reasonId }] of Object.entries(userForms)) {
    const path = `/admin/people/${user.id}/${form}`
    const valid = { ...fields, reason }
    t.equal((await console.postWithoutToken(path, valid)).status, 403, `${form}: forged`)
    t.equal((await console.post(path, fields)).status, 400, `${form}: without a reason field`)
    const unknown = `/admin/people/00000000-0000-4000-8000-000000000000/${form}`
    t.equal((await console.post(unknown, valid)).status, 404, `${form}: unknown user`)
    for (const [invalid, text] of [
      [' no', 'Reason too short'],
      ['x'.repeat(501), 'Reason too long'],
    ] as const) {
      const rejected = await console.post(path, { ...fields, reason: invalid })
      t.equal(rejected.status, 422, form)
      t.match(rejected.text, text, form)
      const field = rejected.$('[aria-invalid=true]')
      t.equal(field.attr('id'), reasonId)
      t.match(field.attr('aria-describedby'), / problem$/)
      t.equal(field.closest('details:not([open])').length, 0, `${form}: the invalid field is visible`)
    }
  }
  t.strictSame(await state(), before)
})

t.test('S-43 S-46 a support agent has no access to what only admins can do', async t => {
  const { product, console, user, state } = await setUp(t, 'support')
  const admin = await newStaff(product, 'admin')
  const before = await state()
  const newUser = { name: 'Eve', email: 'eve@example.test', role: 'admin', reason }
  const { 'connect-link': _, ...adminForms } = userForms
  for (const [path, fields] of [
    ...Object.entries(adminForms).map(([form, { fields }]) => [`/admin/people/${user.id}/${form}`, fields]),
    ['/admin/people/new', newUser],
  ] as const) {
    const rejected = await console.post(path as string, { ...(fields as object), reason })
    t.equal(rejected.status, 403, `${path}`)
    t.match(rejected.text, 'Only an admin can do this')
  }
  const adminPages = ['/admin/audit', '/admin/people/new']
  for (const path of adminPages) t.equal((await console.get(path)).status, 403, path)
  t.strictSame(await state(), before)

  const page = await console.get(`/admin/people/${user.id}`)
  t.match(page.text, 'Only admins can change it')
  const actions = page
    .$('main form')
    .toArray()
    .map(form => form.attribs['action'])
  t.strictSame(actions, [`/admin/people/${user.id}/connect-link`])
  const list = await console.get('/admin/people')
  for (const path of adminPages) t.equal(list.$(`a[href="${path}"]`).length, 0, path)
  doesNotMatch(t, list.text, admin.email, 'the staff is not listed')
})

t.test('S-43 S-46 answers with a disconnect are limited like all codes; other actions are not', async t => {
  const { console, user } = await setUp(t, 'support')
  const _csrf = await console.csrfToken('/admin/')
  const submit = async (action: string) =>
    (await console.postWithoutToken(`/admin/cases/${user.id}/${action}`, { _csrf, reason, passkey: '{}' }))
      .status
  const statusesOf = async (action: string) => {
    const statuses: number[] = []
    for (let tries = 0; tries < 31; tries += 1) statuses.push(await submit(action))
    return statuses
  }

  t.strictSame(await statusesOf('disconnect'), [...Array(30).fill(401), 429])
  t.strictSame(await statusesOf('sync_now'), Array(31).fill(409))
})
