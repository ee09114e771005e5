import t from 'tap'
import { demoPassword } from '../../../src/commands/start/demo-users.ts'
import {
  codeOf,
  enterConsole,
  enterDashboard,
  issueEnrolmentLink,
  newStaff,
} from '../../support/browser/staff-journey.ts'
import { doesNotMatch } from '../../support/does-not-match.ts'
import { sumOf } from '../../support/metrics.ts'
import { startTestProduct } from '../../support/product/test-product.ts'
import { Caller, type Fields } from '../caller.ts'

const minute = 60_000

const submitPassword = (caller: Caller, email: string, password = demoPassword) =>
  caller.post('/admin/login', { email, password })

t.test('S-01 S-46 staff sign in separately, reach the page they asked for and sign out', async t => {
  const product = await startTestProduct(t)
  const agent = await newStaff(product)
  const browser = product.browser()
  await browser.open('/admin/')
  t.equal(browser.page.url.pathname, '/admin/login')
  await browser.submit('form[action="/admin/login"]', {
    fields: { email: agent.email, password: demoPassword },
  })
  t.equal(browser.heading, 'Confirm your sign-in')
  await browser.submit('form[action="/admin/login/code"]', { fields: { code: agent.code() } })
  t.equal(browser.page.url.pathname, '/admin/')
  t.equal(browser.heading, 'Overview')
  t.equal(browser.page.$('.staff-sign-out__name').text(), 'A support')
  t.match(product.logged(), `"checked":"second_factor","userId":"${agent.id}","kind":"staff"`)

  await browser.submit('form[action="/admin/logout"]')
  await browser.open('/admin/')
  t.equal(browser.page.url.pathname, '/admin/login')
  const signedOut = await new Caller(product.address).get('/admin/connections?person=7')
  t.equal(
    signedOut.location,
    '/admin/login?next=%2Fadmin%2Fconnections%3Fperson%3D7',
    'every page redirects to sign-in',
  )
})

t.test(
  'S-01 a seller session never opens the console, and a staff session never opens a seller page',
  async t => {
    const product = await startTestProduct(t, { worker: true })
    const admin = await newStaff(product, 'admin')
    const seller = new Caller(product.address)
    await enterDashboard(seller, admin)
    product.clock.advance(minute)
    const staff = new Caller(product.address)
    await enterConsole(staff, admin)

    t.equal((await seller.get('/dashboard/ads/')).status, 200)
    t.match((await seller.get('/admin/')).location, /^\/admin\/login/)
    t.equal((await staff.get('/admin/')).status, 200)
    t.match((await staff.get('/dashboard/ads/')).location, /^\/login/)
    t.equal((await staff.get('/dashboard/ads/status')).status, 401)

    await t.test(
      'a seller’s cookie under the staff cookie’s name, or the reverse, opens no page',
      async t => {
        const getWithCookieRenamed = async (caller: Caller, path: string, cookieName: string) => {
          const [, value = ''] =
            /^[^=]+=([^;]*)/.exec(caller.lastCookie(cookieName === 'staff' ? 'session' : 'staff')) ?? []
          return new Caller(product.address).get(path, { cookie: `${cookieName}=${value}` })
        }
        t.match((await getWithCookieRenamed(seller, '/admin/', 'staff')).location, /^\/admin\/login/)
        t.match((await getWithCookieRenamed(staff, '/dashboard/ads/', 'session')).location, /^\/login/)
      },
    )

    await t.test('one browser can have both sessions at once', async t => {
      const both = new Caller(product.address)
      product.clock.advance(minute)
      await enterDashboard(both, admin)
      product.clock.advance(minute)
      await enterConsole(both, admin)
      t.equal((await both.get('/admin/')).status, 200)
      t.equal((await both.get('/dashboard/ads/')).status, 200)
      await both.post('/admin/logout')
      t.equal((await both.get('/admin/')).status, 303)
      t.equal((await both.get('/dashboard/ads/')).status, 200, 'the seller session is kept')
    })
  },
)

t.test(
  'S-46 the password alone opens no page, and the session it starts expires after five minutes',
  async t => {
    const product = await startTestProduct(t, { worker: true })
    const agent = await newStaff(product)
    const caller = new Caller(product.address)
    const answer = await submitPassword(caller, agent.email)
    t.equal(answer.location, '/admin/login/code?next=%2Fadmin%2F')
    t.match((await caller.get('/admin/')).location, /^\/admin\/login/)
    t.match((await caller.get('/dashboard/ads/')).location, /^\/login/)

    product.clock.advance(5 * minute)
    t.equal((await caller.get('/admin/login/code')).location, '/admin/login')
    t.equal((await caller.post('/admin/login/code', { code: agent.code() })).location, '/admin/login')
    t.match((await caller.get('/admin/')).location, /^\/admin\/login/)
  },
)

t.test('S-46 signing out between password and second factor ends the pending session', async t => {
  const product = await startTestProduct(t)
  const admin = await newStaff(product, 'admin')
  for (const [signIn, signOut] of [
    ['/login', '/logout'],
    ['/admin/login', '/admin/logout'],
  ] as const) {
    const caller = new Caller(product.address)
    await caller.post(signIn, { email: admin.email, password: demoPassword })
    const thief = await caller.copy()
    await caller.post(signOut)
    t.equal((await thief.post(`${signIn}/code`, { code: admin.code() })).location, signIn)
    product.clock.advance(minute)
  }
})

t.test('S-46 a copied staff cookie is invalid after signing out or in again', async t => {
  const product = await startTestProduct(t)
  const agent = await newStaff(product)
  const caller = new Caller(product.address)
  for (const leave of [() => caller.post('/admin/logout'), () => submitPassword(caller, agent.email)]) {
    await enterConsole(caller, agent)
    const thief = await caller.copy()
    t.equal((await thief.get('/admin/')).status, 200)
    await leave()
    t.match((await thief.get('/admin/')).location, /^\/admin\/login/)
    // The next code.
    product.clock.advance(minute)
  }
})

t.test('S-46 a guesser of staff passwords or codes is blocked', async t => {
  const product = await startTestProduct(t)
  const { email } = await newStaff(product)
  const guesser = new Caller(product.address)
  const _csrf = await guesser.csrfToken('/admin/login')
  const statusAfter = async (tries: number, path: string, fields: Fields) => {
    for (let count = 0; count < tries; count += 1) await guesser.post(path, { ...fields, _csrf })
    return (await guesser.post(path, { ...fields, email: fields['email'] ?? 'other@example.test', _csrf }))
      .status
  }

  t.equal(await statusAfter(10, '/admin/login', { email, password: 'not-it' }), 429)
  t.equal(await statusAfter(30, '/admin/login/code', { code: '000000' }), 429)
})

t.test('S-46 an unknown email, a wrong password and a seller get the same answer', async t => {
  const product = await startTestProduct(t)
  const [agent, seller] = [await newStaff(product), await product.newUser()]
  const answers = [
    await submitPassword(new Caller(product.address), agent.email, 'not-it'),
    await submitPassword(new Caller(product.address), 'nobody@example.test'),
    await submitPassword(new Caller(product.address), seller.email),
  ]
  for (const { status, text } of answers) {
    t.equal(status, 401)
    t.match(text, 'That email and password don’t match')
    t.equal(text, answers[0]?.text)
  }
  t.strictSame(await product.query('select 1 from session'), [])
})

t.test(
  'S-46 a new staff member sets up an app with an emailed link, and a recovery code works once',
  async t => {
    const product = await startTestProduct(t)
    const user = await product.newUser('support', null)
    const { email } = user
    const { link } = await issueEnrolmentLink(product, user)
    const path = new URL(link).pathname
    const caller = new Caller(product.address)
    t.equal((await caller.get(path)).location, `/admin/login?next=${encodeURIComponent(path)}`)
    t.equal((await caller.post('/admin/login', { email, password: demoPassword, next: path })).location, path)
    t.equal((await caller.get(path)).$('h1').text(), 'Set up your second factor')
    const page = await caller.post(`${path}/app`)
    t.equal(page.$('h1').text(), 'Set up an authenticator app')
    const key = page.$('.secret-key').first().text().replace(/\s/g, '')
    t.match(page.$('.hint .secret-key').text(), `secret=${key}`)
    t.equal(page.$('svg.qr path').length, 1)
    const wrong = await caller.post(`${path}/app/confirm`, { code: '000000' })
    t.equal(wrong.status, 401)
    t.equal(wrong.$('.secret-key').first().text().replace(/\s/g, ''), key, 'the same key is shown again')

    const done = await caller.post(`${path}/app/confirm`, { code: codeOf(key, product.clock.now()) })
    t.equal(done.$('h1').text(), 'Your recovery codes')
    const codes = done
      .$('.recovery-codes li')
      .toArray()
      .map(item => done.$(item).text())
    t.equal(codes.length, 10)
    t.equal((await caller.get('/admin/')).status, 200)

    for (const [code, status] of [
      [codes[0], 303],
      [codes[0], 401],
      [codes[1], 303],
    ] as const) {
      const later = new Caller(product.address)
      await submitPassword(later, email)
      t.equal((await later.post('/admin/login/code', { code: code ?? '' })).status, status)
    }
    doesNotMatch(t, product.logged(), key)
    doesNotMatch(t, product.logged(), path)
  },
)

t.test('S-46 the password alone shows no second factor to set up, and a used link neither', async t => {
  const product = await startTestProduct(t)
  const user = await product.newUser('support', null)
  const thief = new Caller(product.address)
  await submitPassword(thief, user.email)
  const page = await thief.get('/admin/login/code')
  t.match(page.text, 'Open the link in our email')
  doesNotMatch(t, page.body, /secret-key|otpauth/)
  const unknown = `/admin/enrol/${'x'.repeat(43)}`
  for (const path of ['', '/app', '/app/confirm', '/passkeys', '/passkeys/options']) {
    const send =
      path === '' ? thief.get(unknown) : thief.post(unknown + path, { code: '123456', passkey: '{}' })
    const answer = await send
    t.equal(answer.status, 410, path)
    doesNotMatch(t, answer.body, /secret-key|otpauth|challenge/)
  }
  t.match((await thief.get('/admin/')).location, /^\/admin\/login/)
})

t.test('S-46 S-47 staff change their own password, which ends their other sessions', async t => {
  const product = await startTestProduct(t)
  const agent = await newStaff(product)
  const [own, other] = [new Caller(product.address), new Caller(product.address)]
  for (const caller of [own, other]) {
    await enterConsole(caller, agent)
    product.clock.advance(minute)
  }
  const next = 'a quiet river at dawn'
  const change = (current: string) => own.post('/admin/account/password', { current, next })

  t.equal((await change('not-it')).status, 422)
  t.equal((await change(demoPassword)).location, '/admin/account?notice=password_changed')
  t.equal((await own.get('/admin/account')).status, 200)
  t.match((await other.get('/admin/account')).location, /^\/admin\/login/)
  t.match((await submitPassword(other, agent.email, next)).location, /^\/admin\/login\/code/)
})

t.test(
  'S-46 S-52 each check of a second factor is logged with its user, and failures are counted',
  async t => {
    const product = await startTestProduct(t)
    const agent = await newStaff(product, 'admin')
    const caller = new Caller(product.address)
    await submitPassword(caller, agent.email)
    t.equal((await caller.post('/admin/login/code', { code: '000000' })).status, 401)
    const pending = `"userId":"${agent.id}","kind":"staff_pending_second_factor"`
    t.match(product.logged(), `"checked":"second_factor","cause":"invalid_code",${pending}`)
    await enterConsole(caller, agent)
    product.clock.advance(5 * minute)
    const verify = (fields: Fields) => caller.post('/admin/account/verify', fields)

    t.equal((await verify({})).status, 403)
    t.equal((await verify({ code: '000000' })).status, 401)
    t.equal((await verify({ passkey: '{}' })).status, 401)
    const invitation = { name: 'Ana', email: 'ana@example.test', role: 'support', reason: 'New colleague' }
    t.equal((await caller.post('/admin/people/new', { ...invitation, code: '000000' })).status, 401)
    t.equal((await verify({ code: agent.code() })).status, 303)

    const by = `"userId":"${agent.id}","kind":"staff"`
    const failed = (cause: string) =>
      product.logged().split(`"checked":"verification","cause":"${cause}",${by}`)
    t.strictSame(
      ['invalid_code', 'passkey_rejected', 'verification_required'].map(cause => failed(cause).length - 1),
      [2, 1, 0],
    )
    t.match(product.logged(), `"checked":"verification",${by},"msg":"sign-in check passed"`)
    const metrics = await (await fetch(`${product.address}/metrics`)).text()
    t.equal(sumOf(metrics, 'ads_sign_in_failures_total', { cause: 'invalid_code' }), 3)
    t.equal(sumOf(metrics, 'ads_sign_in_failures_total', { cause: 'passkey_rejected' }), 1)
  },
)
