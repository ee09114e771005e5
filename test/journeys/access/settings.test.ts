import t from 'tap'
import { demoPassword } from '../../../src/commands/start/demo-users.ts'
import { hours, minutes } from '../../../src/domain/calendar.ts'
import { enterConsole, enterDashboard, newStaff } from '../../support/browser/staff-journey.ts'
import { doesNotMatch } from '../../support/does-not-match.ts'
import { startTestProduct } from '../../support/product/test-product.ts'
import { Caller } from '../caller.ts'
import { aSeller } from '../users.ts'

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

t.test('S-01 a password change ends all other sessions, staff sessions included', async t => {
  const product = await startTestProduct(t)
  const admin = await newStaff(product, 'admin')
  const [own, other, staff] = [1, 2, 3].map(() => new Caller(product.address)) as [Caller, Caller, Caller]
  for (const caller of [own, other]) {
    await enterDashboard(caller, admin)
    product.clock.advance(minutes(1))
  }
  await enterConsole(staff, admin)
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
  t.match((await other.signIn(admin.email, newPassword)).location, '/login/code')
  doesNotMatch(t, product.logged(), newPassword)
})

t.test('S-01 someone at an unattended browser cannot guess the password', async t => {
  const product = await startTestProduct(t)
  const { seller } = await aSeller(product)
  const _csrf = await seller.csrfToken()
  const statuses: number[] = []
  for (let guess = 0; guess < 11; guess += 1) {
    const fields = { current: `guess ${guess}`, next: newPassword, email: `${guess}@example.test`, _csrf }
    statuses.push((await seller.post('/dashboard/settings/password', fields)).status)
    // Longer than any delay after wrong passwords; the rate limit has another clock.
    product.clock.advance(hours(1))
  }
  t.strictSame(statuses, [...Array(10).fill(422), 429])
})
