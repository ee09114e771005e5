import t from 'tap'
import { demoPassword } from '../../../src/commands/start/demo-users.ts'
import {
  enterConsole,
  enterDashboard,
  newStaff,
  type TestStaff,
} from '../../support/browser/staff-journey.ts'
import { doesNotMatch } from '../../support/does-not-match.ts'
import { startTestProduct, type TestProduct } from '../../support/product/test-product.ts'
import { type Answer, Caller } from '../caller.ts'
import { recordsOf, until } from '../user-records.ts'
import { anAgent } from '../users.ts'

const minute = 60_000
const reason = 'They see an empty list'

async function scene(
  t: Parameters<typeof startTestProduct>[0],
  { role = 'support' }: { role?: 'support' | 'admin' } = {},
) {
  const product = await startTestProduct(t, { worker: true })
  const staff = await newStaff(product, role)
  const agent = new Caller(product.address)
  const usedCode = staff.code()
  await enterConsole(agent, { ...staff, code: () => usedCode })
  const seller = await product.newUser('seller')
  const owner = new Caller(product.address)
  await owner.signIn(seller.email)
  return { product, staff, usedCode, agent, seller, owner }
}

const viewPath = ({ id }: { readonly id: string }) => `/admin/people/${id}/view`

/** `step` is the code's distance from now in steps of 30 s. */
const startViewAs = (agent: Caller, staff: TestStaff, user: { readonly id: string }, step = 1) =>
  agent.post(viewPath(user), { reason, code: staff.code(step) })

const banner = ({ $ }: Answer): string => $('.view-as').text().replace(/\s+/g, ' ').trim()
const problem = ({ $ }: Answer): string => $('[role=alert]').text()
const auditOf = (product: TestProduct) =>
  product.query<Record<string, unknown>>('select * from audit_entry order by id')

t.test('S-44 an agent with a reason and a fresh code sees the seller’s pages, marked as such', async t => {
  const { product, staff, agent, seller, owner } = await scene(t)
  const user = await agent.get(`/admin/people/${seller.id}`)
  t.equal(user.$(`a[href="${viewPath(seller)}"]`).text(), 'View as seller')
  t.match(
    (await agent.get(viewPath(seller))).text,
    /The seller sees in their settings that support viewed the account/,
  )

  const started = await startViewAs(agent, staff, seller)

  t.equal(started.location, '/dashboard/ads/')
  t.match(agent.lastCookie('viewing'), /Path=\/; HttpOnly; SameSite=Lax/)
  for (const path of [
    '/dashboard/ads/',
    '/dashboard/settings',
    '/dashboard/help',
    '/dashboard/help/waiting',
    '/dashboard/nothing-here',
    '/dashboard/ads/?account=00000000-0000-4000-8000-000000000000',
    `/dashboard/ads/?notice=${'x'.repeat(99)}`,
  ]) {
    const page = await agent.get(path)
    t.match(
      banner(page),
      new RegExp(`^Viewing as A seller \\(${seller.email}\\). Read-only. Ends at \\d\\d:\\d\\d UTC. Stop$`),
      path,
    )
    t.equal(page.$('.view-as form').attr('action'), `${viewPath(seller)}/end`)
  }
  const [agentPage, sellerPage] = [await agent.get('/dashboard/ads/'), await owner.get('/dashboard/ads/')]
  const main = (page: Answer) => page.$('main').text()
  t.equal(main(agentPage), main(sellerPage), 'the agent sees what the seller sees')
  t.equal(banner(sellerPage), '')
  t.match((await agent.get('/dashboard/settings')).text, seller.email)
  t.equal((await agent.get('/login')).$('.view-as').length, 0, 'other pages have no banner')

  const stopped = await agent.post(`${viewPath(seller)}/end`)
  t.equal(stopped.location, `/admin/people/${seller.id}?notice=view_as_ended`)
  t.match((await agent.get(stopped.location ?? '')).text, '“View as seller” has ended')
  t.match((await agent.get('/dashboard/ads/')).location, /^\/login/)
  t.strictSame(
    (await auditOf(product)).map(row => [row['action'], row['staff_id'], row['user_id'], row['reason']]),
    [
      ['view_as_started', staff.id, seller.id, reason],
      ['view_as_ended', staff.id, seller.id, reason],
    ],
  )
})

t.test('S-44 S-46 viewing does not start without a reason and a valid, unused code', async t => {
  const { product, staff, usedCode, agent, seller } = await scene(t)
  const submit = async (fields: Record<string, string>) => agent.post(viewPath(seller), fields)
  const validCode = staff.code(1)
  const shortReason = await submit({ reason: ' no ', code: validCode })
  t.equal(shortReason.status, 422)
  t.match(problem(shortReason), 'Reason too short')
  t.equal(shortReason.$('[aria-invalid=true]').attr('id'), 'reason')
  const wrong = await submit({ reason, code: '00000' })
  t.equal(wrong.status, 401)
  t.match(problem(wrong), 'That code didn’t work')
  t.equal(wrong.$('#reason').attr('value'), reason, 'the typed text is kept')
  t.equal(wrong.$('[aria-invalid=true]').attr('id'), 'code')
  t.equal((await submit({ reason, code: usedCode })).status, 401, 'the code of the sign-in is already used')
  t.equal((await submit({ reason })).status, 403, 'the code of the sign-in doesn’t count')
  t.match((await agent.get('/dashboard/ads/')).location, /^\/login/, 'viewing has not started')

  for (let wrongCodes = 2; wrongCodes < 4; wrongCodes += 1) await submit({ reason, code: '00000' })
  const other = new Caller(product.address)
  await other.post('/admin/login', { email: staff.email, password: demoPassword })
  t.equal((await other.post('/admin/login/code', { code: '00000' })).status, 429, 'the fifth wrong code')
  const locked = await submit({ reason, code: validCode })
  t.equal(locked.status, 429)
  t.match(problem(locked), 'Too many wrong codes')
  t.equal((await agent.get('/admin/')).status, 200, 'a signed-in agent stays signed in')
  t.strictSame(await auditOf(product), [])
})

t.test('S-21 S-44 an agent sees the waiting screen’s progress, and no progress view is recorded', async t => {
  const { product, staff, agent, seller, owner } = await scene(t)
  product.sandbox.controls.set({ generationSeconds: { min: 3600, max: 3600 } })
  await owner.connect('us-seller', 'My Brand US')
  await product.query('delete from progress_view')
  await startViewAs(agent, staff, seller)

  const page = await agent.get('/dashboard/ads/')
  const address = page.$('[data-waiting]').attr('data-status-url') ?? ''
  const status = await agent.get(address)
  t.equal(status.status, 200)
  t.match(JSON.parse(status.body), { stage: 'generating_reports', reports: { done: 0 } })
  t.strictSame(await product.query('select * from progress_view'), [])
})

t.test('S-44 every form is rejected while viewing as a seller', async t => {
  const { product, staff, agent, seller, owner } = await scene(t)
  await owner.connect('us-seller', 'My Brand US')
  const records = recordsOf(product, seller.id)
  const [connection] = await records.connections()
  const before = await records.everything()
  await startViewAs(agent, staff, seller)
  const forms = (product.product.app?.registeredRoutes ?? []).filter(route =>
    route.startsWith('POST /dashboard'),
  )
  t.ok(forms.length > 10, `${forms.length} forms`)
  for (const route of forms) {
    const path = route
      .slice('POST '.length)
      .replace(':region', 'na')
      .replace(':id', connection?.id ?? '')
    // Sends the CSRF token of a console page, which other forms in this browser accept.
    const answers = [
      await agent.post(path, { _csrf: await consoleToken(agent) }),
      await agent.postWithoutToken(path),
    ]
    for (const answer of answers) {
      t.equal(answer.status, 403, route)
      t.match(answer.text, 'Only the seller can do this')
      if (!route.endsWith('/options')) t.ok(banner(answer), 'the error page has the banner')
    }
  }
  for (const method of ['PUT', 'DELETE', 'PATCH']) {
    const url = new URL(`/dashboard/ads/connections/${connection?.id}`, product.address)
    const cookie = await agent.cookiesFor('/dashboard/ads/')
    const answer = await fetch(url, { method, headers: { cookie } })
    t.equal(answer.status, 403, method)
  }
  t.equal((await agent.get('/dashboard/ads/callback?state=x&code=y')).status, 403)
  const file = await agent.get('/dashboard/ads/campaigns.csv')
  t.equal(file.status, 403)
  t.match(file.text, 'Only the seller can download them')
  t.strictSame(await records.everything(), before)
})

t.test('S-44 a form from a view-as page is rejected during and after the view', async t => {
  const { product, staff, agent, seller } = await scene(t, { role: 'admin' })
  // The same browser is also signed in to the dashboard as this admin.
  product.clock.advance(minute)
  await enterDashboard(agent, staff)
  product.clock.advance(minute)
  await startViewAs(agent, staff, seller)
  const page = await agent.get('/dashboard/settings')
  const token = page.$('form[action="/dashboard/settings/mail"] input[name=_csrf]').attr('value') ?? 'none'
  t.equal(
    page
      .$('main input[name=_csrf]')
      .toArray()
      .filter(field => page.$(field).attr('value')).length,
    0,
  )
  const send = () => agent.postWithoutToken('/dashboard/settings/mail', { _csrf: token })
  t.equal((await send()).status, 403)

  product.clock.advance(10 * minute)
  const late = await send()
  t.equal(late.status, 401)
  t.match(late.text, '“View as seller” has ended')
  t.equal((await agent.get('/dashboard/settings')).status, 200, 'the admin’s own settings are shown again')
  t.equal((await send()).status, 403, 'the form is not valid for the admin either')
  t.strictSame(await product.query('select * from email_preferences'), [])
})

t.test('S-44 viewing ends after ten minutes, and the agent sees one notice of it', async t => {
  const { product, staff, agent, seller, owner } = await scene(t)
  await startViewAs(agent, staff, seller)
  for (let passed = 0; passed < 9; passed += 1) {
    product.clock.advance(minute)
    t.ok(banner(await agent.get('/dashboard/ads/')))
  }
  product.clock.advance(minute)
  t.equal((await agent.get('/dashboard/ads/status')).status, 401)
  const expired = await agent.get('/dashboard/ads/')
  t.equal(expired.status, 401)
  t.match(expired.text, '“View as seller” has ended')
  doesNotMatch(t, expired.body, seller.email)
  t.match((await agent.get('/dashboard/ads/')).location, /^\/login/)
  await until('the end of the view is in the audit', async () => (await auditOf(product)).length === 2)
  const [started, ended] = await auditOf(product)
  t.match(ended, { action: 'view_as_ended', after: { how: 'expired' }, ip: null })
  t.equal(Number(ended?.['at']) - Number(started?.['at']), 10 * minute)
  t.match((await owner.get('/dashboard/settings')).text, 'A support viewed your pages')
})

t.test('S-44 the agent’s sign-out ends the view, and the audit says from where', async t => {
  const { product, staff, agent, seller } = await scene(t)
  await startViewAs(agent, staff, seller)
  const { $ } = await agent.get('/admin/')

  await agent.post('/admin/logout', { _csrf: $('input[name=_csrf]').first().attr('value') ?? '' })

  t.match((await auditOf(product))[1], { action: 'view_as_ended', after: { how: 'signed_out' }, ip: String })
})

t.test('S-44 S-46 a copied view-as cookie is invalid without the agent’s session', async t => {
  const { product, staff, agent, seller, owner } = await scene(t)
  await startViewAs(agent, staff, seller)
  const [, viewAs = ''] = /^viewing=([^;]*)/.exec(agent.lastCookie('viewing')) ?? []
  const stranger = new Caller(product.address)
  const withoutSession = await stranger.get('/dashboard/ads/', { cookie: `viewing=${viewAs}` })
  t.equal(withoutSession.status, 401)
  doesNotMatch(t, withoutSession.body, seller.email)
  const withSellerSession = await owner.get('/dashboard/ads/', {
    cookie: `${await owner.cookies()}; viewing=${viewAs}`,
  })
  t.equal(withSellerSession.status, 401, 'the cookie is invalid with a seller’s session')

  product.clock.advance(2 * minute)
  const again = new Caller(product.address)
  await enterConsole(again, staff)
  const withOtherSession = await again.get('/dashboard/ads/', {
    cookie: `${await again.cookies()}; viewing=${viewAs}`,
  })
  t.equal(withOtherSession.status, 401, 'the cookie is invalid with another session of the agent')
  t.ok(banner(await agent.get('/dashboard/ads/')))
  const inConsole = await stranger.get('/admin/', { cookie: `staff=${viewAs}; session=${viewAs}` })
  t.match(inConsole.location, /^\/admin\/login/, 'the cookie is invalid under another name')
  t.match((await stranger.get('/dashboard/ads/', { cookie: `session=${viewAs}` })).location, /^\/login/)
})

t.test('S-44 the agent’s own seller session is hidden while viewing and restored after Stop', async t => {
  const { product, staff, agent, seller } = await scene(t, { role: 'admin' })
  product.clock.advance(minute)
  await enterDashboard(agent, staff)
  await agent.connect('three-regions', 'My Store DE')
  const ownSessions = async () => {
    const rows = await product.query<Record<string, unknown>>(
      `select id, current_connection_id, closed_at from session where user_id = $1 order by id`,
      [staff.id],
    )
    return rows
  }
  t.match((await agent.get('/dashboard/ads/')).text, 'My Store DE')
  const before = await ownSessions()
  product.clock.advance(minute)
  await startViewAs(agent, staff, seller)

  const page = await agent.get('/dashboard/ads/')
  t.match(page.text, 'Connect Amazon Ads Account')
  doesNotMatch(t, page.body, 'My Store DE')
  doesNotMatch(t, page.body, staff.email)
  const [own] = await recordsOf(product, staff.id).connections()
  t.equal(
    (await agent.get(`/dashboard/ads/connections/${own?.id}`)).status,
    404,
    'the agent’s own account is not found',
  )
  t.equal((await agent.get(`/dashboard/ads/?account=${own?.id}`)).status, 404)

  await agent.post(`${viewPath(seller)}/end`, {
    _csrf: page.$('.view-as input[name=_csrf]').attr('value') ?? '',
  })
  t.match((await agent.get('/dashboard/ads/')).text, 'My Store DE')
  t.equal(banner(await agent.get('/dashboard/ads/')), '')
  t.strictSame(await ownSessions(), before)
})

t.test('S-44 the seller sees who viewed their account and when, but not why', async t => {
  const { product, staff, agent, seller, owner } = await scene(t)
  const other = new Caller(product.address)
  await other.signIn((await product.newUser()).email)
  const sessions = () => product.query('select * from session where user_id = $1', [seller.id])
  const before = await sessions()
  const accessLogOf = async (caller: Caller) => {
    const { $ } = await caller.get('/dashboard/settings')
    return $('[aria-labelledby=access-log-title] li')
      .toArray()
      .map(line => $(line).text().replace(/\s+/g, ' ').trim())
  }
  await startViewAs(agent, staff, seller)
  t.match(
    (await accessLogOf(owner))[0],
    /^A support is viewing your pages ?Since \d+ \w+ \d{4}, \d\d:\d\d UTC$/,
  )
  product.clock.advance(3 * minute)
  await agent.post(`${viewPath(seller)}/end`)

  const [line] = await accessLogOf(owner)
  // The date appears twice if it changed during the view.
  t.match(
    line,
    /^A support viewed your pages ?\d+ \w+ \d{4}, \d\d:\d\d (UTC to \d+ \w+ \d{4},|to) \d\d:\d\d UTC$/,
  )
  doesNotMatch(t, (await owner.get('/dashboard/settings')).body, reason)
  t.strictSame(await accessLogOf(other), [])
  t.strictSame((await sessions()).length, before.length, 'the seller has no new session')
})

t.test('S-43 S-44 only admins see the audit: who, what, whose account, why and from where', async t => {
  const { product, staff, agent, seller } = await scene(t)
  await agent.post(viewPath(seller), { reason: `${reason} <b>&`, code: staff.code(1) })
  t.equal((await agent.get('/admin/')).$('a[href="/admin/audit"]').length, 0)
  const rejected = await agent.get('/admin/audit')
  t.equal(rejected.status, 403)
  t.match(rejected.text, 'Only an admin can do this')

  product.clock.advance(minute)
  const { console: admin, staff: adminUser } = await anAgent(product, 'admin')
  t.equal((await admin.get('/admin/')).$('a[href="/admin/audit"]').length, 1)
  await admin.post(`/admin/people/${seller.id}/plan`, {
    plan: 'none',
    until: '',
    reason: 'Asked for it by email',
    shownPlan: 'monthly',
    shownEndsAt: '',
  })
  const page = await admin.get('/admin/audit')
  const entries = page
    .$('.audit__entry')
    .toArray()
    .map(one => page.$(one).text().replace(/\s+/g, ' ').trim())
  t.equal(entries.length, 2)
  t.match(
    entries[0],
    /A admin changed the plan · A seller .*Asked for it by email ?When ?.* UTC ?Before ?plan: monthly.*After ?plan: none.*From ?A browser, (127\.0\.0\.1|::1|::ffff:127\.0\.0\.1)/,
  )
  t.match(entries[1], /A support started viewing as a seller · A seller .*They see an empty list <b>&/)
  doesNotMatch(t, page.body, '<b>&')

  const byStaff = await admin.get(`/admin/audit?staff=${staff.id}`)
  t.equal(byStaff.$('.audit__entry').length, 1)
  t.match(byStaff.text, 'Actions by A support')
  const entriesOfSeller = page.$('.audit__details').first().attr('href') ?? ''
  t.equal(entriesOfSeller, `/admin/audit?person=${seller.id}`)
  t.equal((await admin.get(entriesOfSeller)).$('.audit__entry').length, 2)
  const noEntries = await admin.get(`/admin/audit?person=${adminUser.id}`)
  t.match(noEntries.text, 'No entries.')
})

async function consoleToken(caller: Caller): Promise<string> {
  const { $ } = await caller.get('/admin/')
  return $('input[name=_csrf]').first().attr('value') ?? ''
}
