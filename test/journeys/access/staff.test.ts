import t from 'tap'
import { demoPassword } from '../../../src/commands/start/demo-users.ts'
import { generateKey } from '../../../src/settings/settings.ts'
import { browserTest, openWindow } from '../../support/browser/chromium-browser.ts'
import { codeOf, enterConsole, newStaff } from '../../support/browser/staff-journey.ts'
import { doesNotMatch } from '../../support/does-not-match.ts'
import { startTestProduct } from '../../support/product/test-product.ts'
import { assertAccessible } from '../accessibility/accessibility.ts'
import { Caller } from '../caller.ts'

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
  t.equal(browser.heading, 'Authentication code')
  await browser.submit('form[action="/admin/login/code"]', { fields: { code: agent.code() } })
  t.equal(browser.page.url.pathname, '/admin/')
  t.equal(browser.heading, 'Overview')
  t.equal(browser.page.$('.staff-sign-out__name').text(), 'A support')

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
    await seller.signIn(admin.email)
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
      await both.signIn(admin.email)
      product.clock.advance(2 * minute)
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

t.test('S-46 a code is accepted once, and five wrong codes lock the second factor for a while', async t => {
  const product = await startTestProduct(t, { worker: true })
  const agent = await newStaff(product)
  const send = (caller: Caller, code: string) => caller.post('/admin/login/code', { code })

  const first = new Caller(product.address)
  await submitPassword(first, agent.email)
  // Moves to the start of a 30 s step, so that the code doesn't expire before it is checked.
  product.clock.advance(30_000 - (product.clock.now().getTime() % 30_000))
  const previousCode = agent.code(-1)
  t.equal((await send(first, previousCode)).location, '/admin/')
  const second = new Caller(product.address)
  await submitPassword(second, agent.email)
  const replayed = await send(second, previousCode)
  t.equal(replayed.status, 401)
  t.match(replayed.text, 'That code didn’t work')
  t.equal((await send(second, agent.code(3))).status, 401)
  for (let wrong = 0; wrong < 2; wrong += 1) t.equal((await send(second, 'abc')).status, 401)
  const locked = await send(second, '123')
  t.equal(locked.status, 429)
  t.match(locked.text, 'codes are locked for 15 minutes')

  const third = new Caller(product.address)
  await submitPassword(third, agent.email)
  t.equal((await send(third, agent.code())).status, 429, 'the correct code is rejected too')
  t.equal((await first.get('/admin/')).status, 200, 'a signed-in agent stays signed in')
  product.clock.advance(15 * minute)
  await submitPassword(third, agent.email)
  t.equal((await send(third, agent.code())).location, '/admin/')
})

t.test('S-46 a staff session ends after 30 minutes without a request, or 12 hours after sign-in', async t => {
  const product = await startTestProduct(t, { worker: true })
  const agent = await newStaff(product)
  const caller = new Caller(product.address)
  await enterConsole(caller, agent)
  product.clock.advance(29 * minute)
  t.equal((await caller.get('/admin/')).status, 200)
  product.clock.advance(30 * minute)
  t.match((await caller.get('/admin/')).location, /^\/admin\/login/)

  const activeCaller = new Caller(product.address)
  await enterConsole(activeCaller, agent)
  for (let passed = 25; passed < 720; passed += 25) {
    product.clock.advance(25 * minute)
    t.equal((await activeCaller.get('/admin/')).status, 200, `after ${passed} minutes`)
  }
  product.clock.advance(20 * minute + 1000)
  t.match((await activeCaller.get('/admin/')).location, /^\/admin\/login/)
})

t.test('S-46 a former staff member is signed out in every process', async t => {
  const product = await startTestProduct(t, { worker: true })
  const admin = await newStaff(product, 'admin')
  const caller = new Caller(product.address)
  await enterConsole(caller, admin)
  const elsewhere = await caller.copy(await product.startAnotherWeb())
  t.equal((await elsewhere.get('/admin/')).status, 200)
  await product.query("update app_user set role = 'seller' where id = $1", [admin.id])
  t.match((await elsewhere.get('/admin/')).location, /^\/admin\/login/)
})

t.test('S-46 a new staff member is guided through setup, and a recovery code works once', async t => {
  const product = await startTestProduct(t)
  const { email } = await product.newUser('support', null)
  const caller = new Caller(product.address)
  await submitPassword(caller, email)
  const page = await caller.get('/admin/login/code')
  t.equal(page.$('h1').text(), 'Set up your second factor')
  const key = page.$('.secret-key').first().text().replace(/\s/g, '')
  t.match(page.$('.hint .secret-key').text(), `secret=${key}`)
  t.equal(page.$('svg.qr path').length, 1)

  const done = await caller.post('/admin/login/code', { code: codeOf(key, product.clock.now()) })
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
    t.equal(
      (await later.get('/admin/login/code')).$('h1').text(),
      'Authentication code',
      'the key is not shown again',
    )
    t.equal((await later.post('/admin/login/code', { code: code ?? '' })).status, status)
  }
  doesNotMatch(t, product.logged(), key)
})

t.test('S-46 a forged staff sign-in form changes nothing', async t => {
  const product = await startTestProduct(t, { worker: true })
  const agent = await newStaff(product)
  const caller = new Caller(product.address)
  const forged = { email: agent.email, password: demoPassword, _csrf: generateKey().reveal() }
  t.equal((await caller.post('/admin/login', forged)).location, '/admin/login')
  await enterConsole(caller, agent)
  t.equal((await caller.postWithoutToken('/admin/logout')).status, 403)
  t.equal((await caller.get('/admin/')).status, 200)
})

browserTest(t, 'S-46 staff sign-in is accessible', async t => {
  const product = await startTestProduct(t)
  const { email } = await product.newUser('support', null)
  const visitor = await openWindow(t, product.address)
  const { page } = visitor
  await visitor.open('/admin/')
  await assertAccessible(t, visitor, 'the staff sign-in')
  await page.fill('#email', email)
  await page.fill('#password', demoPassword)
  await page.keyboard.press('Enter')
  await page.waitForSelector('.qr')
  await assertAccessible(t, visitor, 'setting up the second factor')
  const key = (await page.textContent('.secret-key'))?.replace(/\s/g, '') ?? ''
  await page.fill('#code', codeOf(key, product.clock.now()))
  await page.keyboard.press('Enter')
  await page.waitForSelector('.recovery-codes')
  await assertAccessible(t, visitor, 'the recovery codes')
  await page.click('text="I’ve saved them"')
  await page.waitForURL('**/admin/')
  await assertAccessible(t, visitor, 'the console')
  await page.click('text="Sign out"')
  await page.waitForURL('**/admin/login')
})
