import t from 'tap'
import { demoPassword } from '../../../src/commands/start/demo-users.ts'
import type { Role } from '../../../src/domain/access/user.ts'
import { doesNotMatch } from '../../support/does-not-match.ts'
import { startTestProduct } from '../../support/product/test-product.ts'
import { type Answer, Caller } from '../caller.ts'
import { recordsOf } from '../user-records.ts'
import { anAgent } from '../users.ts'

async function scene(t: Parameters<typeof startTestProduct>[0], role: 'support' | 'admin') {
  const product = await startTestProduct(t, { worker: true })
  const { console, staff } = await anAgent(product, role)
  const roleOf = async (id: string) => {
    const [row] = await product.query<{ role: Role }>('select role from app_user where id = $1', [id])
    return row?.role
  }
  /** Oldest first. */
  const auditEntries = () =>
    product.query<Record<string, unknown>>(
      'select action, staff_id, user_id, reason, before, after, ip from audit_entry order by id',
    )
  return { product, staff, console, seller: await product.newUser(), roleOf, auditEntries }
}

/** The fields of the unchanged form, without its CSRF token. */
const formOn = (page: Answer, action: string): Record<string, string> =>
  Object.fromEntries(
    page
      .$(`form[action$="/${action}"]`)
      .serializeArray()
      .filter(({ name }) => name !== '_csrf')
      .map(({ name, value }) => [name, value]),
  )

const reason = 'Agreed by telephone'

t.test('S-18 S-43 an admin makes a seller a manager and a seller again', async t => {
  const { product, staff, console, seller, roleOf, auditEntries } = await scene(t, 'admin')
  const path = `/admin/people/${seller.id}`
  const page = await console.get(path)
  t.match(page.text, 'existing connections stay, but the one-account limit applies to new ones.')
  t.match(page.text, 'Taking rights away ends all sign-ins of the user.')

  const promotion = await console.post(`${path}/role`, { ...formOn(page, 'role'), role: 'manager', reason })
  t.equal(promotion.location, `${path}?notice=role_changed`)
  const after = await console.get(promotion.location ?? '')
  t.match(after.text, /Role changed.*Rolemanager/)
  t.equal(await roleOf(seller.id), 'manager')
  const demotion = { ...formOn(after, 'role'), role: 'seller', reason: 'Sold the brands' }
  t.match((await console.post(`${path}/role`, demotion)).location, 'notice=role_changed')
  t.equal(await roleOf(seller.id), 'seller')

  const common = { staff_id: staff.id, user_id: seller.id, action: 'role_changed', ip: '127.0.0.1' }
  t.match(await auditEntries(), [
    { ...common, reason, before: { role: 'seller' }, after: { role: 'manager' } },
    { ...common, reason: 'Sold the brands', before: { role: 'manager' }, after: { role: 'seller' } },
  ])
  t.match(await recordsOf(product, seller.id).events('role_changed'), [
    { source: 'console', before: 'seller', after: 'manager', by: { userId: staff.id, reason } },
    { source: 'console', before: 'manager', after: 'seller' },
  ])
  t.match((await console.get('/admin/audit')).text, /changed the role.*Sold the brands.*role: seller/)
})

t.test('S-43 a rejected role change shows the reason, keeps the input and changes nothing', async t => {
  const { product, console, seller, staff, roleOf, auditEntries } = await scene(t, 'admin')
  const path = `/admin/people/${seller.id}/role`
  const valid = { shownRole: 'seller', role: 'manager', reason }
  const short = await console.post(path, { ...valid, reason: ' no' })
  t.equal(short.$('#role option[selected]').attr('value'), 'manager')
  for (const overrides of [{ role: 'owner' }, { shownRole: '' }, { reason: 'x'.repeat(5001) }])
    t.equal((await console.post(path, { ...valid, ...overrides })).status, 400)
  const stale = await console.post(path, { ...valid, shownRole: 'manager', role: 'admin' })
  t.match((await console.get(stale.location ?? '')).text, 'The role has changed in the meantime')
  const same = await console.post(path, { ...valid, role: 'seller' })
  t.match((await console.get(same.location ?? '')).text, 'Role already set')
  const own = await console.post(`/admin/people/${staff.id}/role`, { ...valid, shownRole: 'admin' })
  t.equal(own.status, 422)
  t.match(own.text, 'You can’t change your own role')

  t.strictSame([await roleOf(seller.id), await roleOf(staff.id)], ['seller', 'admin'])
  t.strictSame(await auditEntries(), [])
  t.strictSame(await recordsOf(product, seller.id).timeline(), [])
})

t.test('S-43 S-46 losing the staff role ends the console session at the next request', async t => {
  const { product, console } = await scene(t, 'admin')
  const { console: agentConsole, staff: agent } = await anAgent(product)
  t.equal((await agentConsole.get('/admin/')).status, 200)

  await console.post(`/admin/people/${agent.id}/role`, { shownRole: 'support', role: 'seller', reason })

  t.match((await agentConsole.get('/admin/')).location, '/admin/login')
  await console.post(`/admin/people/${agent.id}/role`, { shownRole: 'seller', role: 'support', reason })
  t.match((await agentConsole.get('/admin/')).location, '/admin/login', 'the session stays ended')
})

t.test('S-46 of two admins who remove each other’s role at once, one stays admin', async t => {
  const { product, console, staff, roleOf } = await scene(t, 'admin')
  const { console: otherConsole, staff: other } = await anAgent(product, 'admin')
  const fields = { shownRole: 'admin', role: 'seller', reason }
  const [ownToken, otherToken] = [await console.csrfToken('/admin'), await otherConsole.csrfToken('/admin')]

  const answers = await Promise.all([
    console.post(`/admin/people/${other.id}/role`, { ...fields, _csrf: ownToken }),
    otherConsole.post(`/admin/people/${staff.id}/role`, { ...fields, _csrf: otherToken }),
  ])

  t.equal(answers.filter(({ location }) => location?.includes('role_changed')).length, 1)
  t.strictSame([await roleOf(staff.id), await roleOf(other.id)].sort(), ['admin', 'seller'])
})

t.test('S-43 an admin ends all sessions of a user, who is signed out at the next request', async t => {
  const { product, staff, console, seller, auditEntries } = await scene(t, 'admin')
  const path = `/admin/people/${seller.id}`
  const [laptop, phone, other] = [1, 2, 3].map(() => new Caller(product.address))
  for (const browser of [laptop, phone]) await browser?.signIn(seller.email)
  await other?.signIn((await product.newUser()).email)
  const page = await console.get(path)
  t.equal(
    page.$('details form[action$="/sign-out"] button').text(),
    'End all sign-ins',
    'ending sessions needs a confirmation',
  )
  doesNotMatch(t, page.text, 'These are your own sign-ins')

  const ended = await console.post(`${path}/sign-out`, { ...formOn(page, 'sign-out'), reason })

  t.equal(ended.location, `${path}?notice=user_signed_out`)
  t.match((await console.get(ended.location ?? '')).text, 'User signed out everywhere')
  for (const browser of [laptop, phone]) t.match((await browser?.get('/dashboard/ads/'))?.location, '/login')
  t.equal((await other?.get('/dashboard/ads/'))?.status, 200, 'another user is still signed in')
  t.match((await console.post(`${path}/sign-out`, { reason })).location, 'notice=no_sessions_to_end')
  t.match(await auditEntries(), [
    {
      action: 'sessions_ended',
      staff_id: staff.id,
      user_id: seller.id,
      reason,
      before: { signIns: 2 },
      after: { signIns: 0, ended: 2 },
    },
  ])
  t.match((await console.get('/admin/audit')).text, /ended all sign-ins.*ended: 2/)
})

t.test('S-43 an admin who ends their own sessions is warned and must sign in again', async t => {
  const { staff, console, auditEntries } = await scene(t, 'admin')
  const path = `/admin/people/${staff.id}`
  t.match((await console.get(path)).text, 'This is your own account: you’ll be signed out too.')
  const { location } = await console.post(`${path}/sign-out`, { reason })
  t.match((await console.get(location ?? '')).location, '/admin/login')
  t.match(await auditEntries(), [{ action: 'sessions_ended', after: { ended: 1 } }])
})

t.test('S-43 S-46 an admin resets an agent’s second factor, and the old one stops working', async t => {
  const { product, staff, console, auditEntries } = await scene(t, 'admin')
  const { console: agentConsole, staff: agent } = await anAgent(product)
  const path = `/admin/people/${agent.id}`
  const page = await console.get(path)
  t.match(page.text, 'Verify their identity first.')

  const reset = await console.post(`${path}/second-factor`, { ...formOn(page, 'second-factor'), reason })

  t.equal(reset.location, `${path}?notice=second_factor_removed`)
  t.match(
    (await agentConsole.get('/admin/')).location,
    '/admin/login',
    'the agent is signed out of the console',
  )
  await agentConsole.post('/admin/login', { email: agent.email, password: demoPassword })
  t.match((await agentConsole.get('/admin/login/code')).text, 'Open the link in our email')
  t.match((await agentConsole.post('/admin/login/code', { code: agent.code(1) })).status, 401)
  t.match(await auditEntries(), [
    {
      action: 'second_factor_removed',
      staff_id: staff.id,
      user_id: agent.id,
      reason,
      before: { app: true, passkeys: 0 },
      after: { app: false, passkeys: 0 },
    },
  ])
  t.match((await console.get('/admin/audit')).text, /removed the second factor.*app: true/)
})

t.test('S-43 S-46 an admin cannot remove their own second factor, or one that does not exist', async t => {
  const { console, staff, seller, auditEntries } = await scene(t, 'admin')
  for (const { id } of [staff, seller])
    t.equal((await console.get(`/admin/people/${id}`)).$('form[action$="/second-factor"]').length, 0)
  const own = await console.post(`/admin/people/${staff.id}/second-factor`, { reason })
  t.match(own.text, 'You can’t remove your own second factor')
  const none = await console.post(`/admin/people/${seller.id}/second-factor`, { reason })
  t.match((await console.get(none.location ?? '')).text, 'No second factor to remove')
  t.strictSame(await auditEntries(), [])
})
