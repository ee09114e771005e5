import t from 'tap'
import { StaffAccessLog } from '../../../src/application/access/ports.ts'
import { demoPassword } from '../../../src/commands/start/demo-users.ts'
import type { ConnectionId } from '../../../src/domain/identifiers.ts'
import { browserTest, openWindow } from '../../support/browser/chromium-browser.ts'
import { newStaff } from '../../support/browser/staff-journey.ts'
import { doesNotMatch } from '../../support/does-not-match.ts'
import { connectDirectly, profilesOf } from '../../support/product/connected.ts'
import { startTestProduct } from '../../support/product/test-product.ts'
import { assertAccessible } from '../accessibility/accessibility.ts'
import { Caller } from '../caller.ts'

const firefox = { 'user-agent': 'Mozilla/5.0 (Windows NT 10.0; rv:128.0) Gecko/20100101 Firefox/128.0' }
const newPassword = 'a quiet river at dawn'
const isSignedIn = async (caller: Caller) => (await caller.get('/dashboard/settings')).status === 200

t.test('S-01 a user sees their sessions and ends one, the others or all', async t => {
  const product = await startTestProduct(t)
  const elsewhere = await product.startAnotherWeb()
  const { email } = await product.newUser()
  const callers = [1, 2, 3, 4].map(() => new Caller(product.address))
  for (const caller of callers) await caller.signIn(email)
  const [own, second, third, fourth] = callers as [Caller, Caller, Caller, Caller]
  const copies = await Promise.all([second, third, fourth].map(caller => caller.copy(elsewhere)))
  const areCopiesSignedIn = () => Promise.all(copies.map(isSignedIn))

  const page = await own.get('/dashboard/settings')
  t.equal(page.$('.sessions__item').length, 4)
  t.equal(page.$('.sessions__this').length, 1)
  t.match(page.text, email)
  t.match(page.text, 'Support hasn’t opened your account.')
  doesNotMatch(t, page.text, /127\.0\.0\.1|::1/, 'the page shows no IP address')

  await own.post(page.$('.sessions__item form').first().attr('action') ?? '')
  t.equal(
    (await areCopiesSignedIn()).filter(Boolean).length,
    2,
    'the ended session is rejected by the other process at its next request',
  )
  await own.post('/dashboard/settings/sessions/end-others')
  t.strictSame(await areCopiesSignedIn(), [false, false, false])
  t.ok(await isSignedIn(own))
  await fourth.signIn(email)
  await own.post('/dashboard/settings/sessions/end-all')
  t.notOk(await isSignedIn(own))
  t.notOk(await isSignedIn(fourth))
})

t.test('S-01 a user cannot end another user’s session', async t => {
  const product = await startTestProduct(t)
  const [victim, attacker] = [new Caller(product.address), new Caller(product.address)]
  const { id, email } = await product.newUser()
  await victim.signIn(email)
  await attacker.signIn((await product.newUser()).email)
  const [session] = await product.query<{ id: string }>('select id from session where user_id = $1', [id])

  await attacker.post(`/dashboard/settings/sessions/${session?.id}/end`)
  await attacker.post('/dashboard/settings/sessions/end-others')
  t.ok(await isSignedIn(victim))
  t.equal(
    (await attacker.postWithoutToken('/dashboard/settings/sessions/end-all')).status,
    403,
    'a forged form is rejected',
  )
  t.ok(await isSignedIn(attacker))
})

t.test('S-01 a password change ends all other sessions, staff sessions included', async t => {
  const product = await startTestProduct(t)
  const admin = await newStaff(product, 'admin')
  const [own, other, staff] = [1, 2, 3].map(() => new Caller(product.address)) as [Caller, Caller, Caller]
  for (const caller of [own, other]) await caller.signIn(admin.email)
  await staff.post('/admin/login', { email: admin.email, password: demoPassword })
  await staff.post('/admin/login/code', { code: admin.code() })
  const change = (current: string, wanted: string) =>
    own.post('/dashboard/settings/password', { current, next: wanted })

  const errors: readonly (readonly [current: string, wanted: string, pattern: RegExp])[] = [
    ['not-it', newPassword, /Your current password is incorrect/],
    [demoPassword, 'too short', /twelve characters or more/],
    [demoPassword, 'password1234', /too easy to guess/],
    [demoPassword, admin.email, /Don’t use your email address/],
  ]
  for (const [current, wanted, pattern] of errors) {
    const { status, $ } = await change(current, wanted)
    t.equal(status, 422)
    t.match($('[role=alert]').text(), pattern)
  }
  t.ok(await isSignedIn(other))

  t.equal((await change(demoPassword, newPassword)).location, '/dashboard/settings?notice=password_changed')
  t.ok(await isSignedIn(own))
  t.notOk(await isSignedIn(other))
  t.match((await staff.get('/admin/')).location, /^\/admin\/login/)
  t.equal((await other.signIn(admin.email)).status, 401)
  t.equal((await other.signIn(admin.email, newPassword)).status, 303)
  doesNotMatch(t, product.logged(), newPassword)
})

t.test('S-44 only the seller sees which staff viewed their account', async t => {
  const product = await startTestProduct(t)
  const [profile] = await profilesOf(product, 'us-seller')
  if (!profile) throw new Error('the sandbox’s seller has no profile')
  const { id, email } = await product.newUser()
  const { connectionId } = await connectDirectly(product, { user: 'us-seller', profile, existingUserId: id })
  const support = await product.newUser('support', null)
  const accessLog = product.product.container.get(StaffAccessLog)
  const recordView = (viewed: ConnectionId | null) =>
    accessLog.record({ userId: id, viewerId: support.id, connectionId: viewed, at: product.clock.now() })
  await recordView(null)
  await recordView(connectionId)

  const seller = new Caller(product.address)
  await seller.signIn(email)
  const lines = async () => {
    const { $ } = await seller.get('/dashboard/settings')
    return $('[aria-labelledby=access-log-title] li')
      .toArray()
      .map(line => $(line).text())
  }
  const [newest, oldest] = await lines()
  t.match(newest, `A support viewed ${profile.accountName} — Amazon.com`)
  t.match(oldest, 'A support viewed your sign-in and plan')

  await seller.post(`/dashboard/ads/connections/${connectionId}/disconnect`)
  t.match((await lines())[0], 'A support viewed an account that is no longer connected')

  const other = new Caller(product.address)
  await other.signIn((await product.newUser()).email)
  t.match((await other.get('/dashboard/settings')).text, 'Support hasn’t opened your account.')
})

t.test('S-01 a session’s last use is recorded once a minute', async t => {
  const product = await startTestProduct(t, { worker: true })
  const { id, email } = await product.newUser()
  const caller = new Caller(product.address)
  await caller.signIn(email)
  const row = async () =>
    (await product.query('select xmin::text, last_seen_at from session where user_id = $1', [id]))[0]
  const first = await row()
  for (let visit = 0; visit < 5; visit += 1) await caller.get('/dashboard/settings', firefox)
  t.strictSame(await row(), first, 'requests within the minute write nothing')
  product.clock.advance(61_000)
  await caller.get('/dashboard/settings')
  t.notSame(await row(), first)
})

browserTest(t, 'S-01 the settings are accessible and can be reached from the user menu', async t => {
  const product = await startTestProduct(t)
  const { email } = await product.newUser()
  await new Caller(product.address).signIn(email)
  const seller = await openWindow(t, product.address)
  const { page } = seller
  await seller.signIn(email)
  await page.click('.user-menu > summary')
  await page.click('text="Settings"')
  await page.waitForURL('**/dashboard/settings')
  await assertAccessible(t, seller, 'the settings')
  t.match(await page.textContent('.sessions__item:has(.sessions__this)'), /Chrome on Linux/)

  await page.fill('#current', 'not-it')
  await page.fill('#next', newPassword)
  await page.keyboard.press('Enter')
  await page.waitForSelector('[role=alert]')
  await assertAccessible(t, seller, 'the settings after a wrong password')
  await page.fill('#current', demoPassword)
  await page.fill('#next', newPassword)
  await page.keyboard.press('Enter')
  await page.waitForSelector('.notice--success')
  t.equal(await page.locator('.sessions__item').count(), 1)
})
