import t from 'tap'
import { startTestProduct } from '../../support/product/test-product.ts'
import { Caller } from '../caller.ts'
import { aSeller } from '../users.ts'

t.test('S-01 signing in leads to the page that the signed-out seller asked for', async t => {
  const product = await startTestProduct(t)
  const { email } = await product.newUser()
  for (const path of [
    '/dashboard/ads/',
    '/dashboard/ads/?view=dashboard&notice=denied',
    '/dashboard/ads/?notice=denied&ref=7F3A-12C0',
  ]) {
    const browser = product.browser()
    await browser.open(path)
    t.equal(browser.page.url.pathname, '/login')
    await browser.submit('form[action="/login"]', { fields: { email, password: 'demo-password' } })
    t.equal(browser.page.url.pathname + browser.page.url.search, path)
  }
})

t.test('S-01 when signed out, a JSON route returns 401 and a form leads to sign-in', async t => {
  const product = await startTestProduct(t)
  const visitor = new Caller(product.address)
  const status = await visitor.get('/dashboard/ads/status')
  t.equal(status.status, 401)
  t.match(status.headers.get('content-type'), 'application/json')
  t.match(JSON.parse(status.body), { error: String, sentence: String })
  for (const query of ['account=%00', 'account=a&account=b', `account=${'x'.repeat(200)}`])
    t.equal((await visitor.get(`/dashboard/ads/status?${query}`)).status, 401, query)
  await visitor.signIn((await product.newUser()).email)
  for (const account of ['%00', 'a%00b', 'no-id', '00000000-0000-4000-8000-000000000000'])
    t.equal((await visitor.get(`/dashboard/ads/status?account=${account}`)).status, 404, account)
  await visitor.post('/logout')

  const id = '00000000-0000-4000-8000-000000000000'
  for (const path of [
    'connect',
    'choose',
    'pending/discard',
    'regions/na/retry',
    `connections/${id}/current`,
    `connections/${id}/disconnect`,
  ]) {
    const answer = await visitor.post(`/dashboard/ads/${path}`, { profile: '1' })
    t.equal(answer.status, 303, path)
    t.equal(answer.location, '/login?next=%2Fdashboard%2Fads%2F', path)
  }
  t.strictSame(await product.query('select 1 from authorisation_attempt'), [])
  t.strictSame(await product.query('select 1 from timeline_entry'), [])
})

t.test('S-01 a wrong password and an unknown address get the same response', async t => {
  const product = await startTestProduct(t)
  const { email } = await product.newUser()
  const wrong = await new Caller(product.address).signIn(email, 'not-it')
  const unknown = await new Caller(product.address).signIn('nobody@example.test', 'not-it')

  t.equal(wrong.status, 401)
  t.equal(unknown.status, 401)
  t.match(wrong.text, 'That email and password don’t match')
  t.equal(wrong.text, unknown.text)
})

t.test('S-01 only a seller session opens the seller’s pages', async t => {
  const product = await startTestProduct(t)
  const support = await product.newUser('support', null)
  const agent = new Caller(product.address)
  const response = await agent.signIn(support.email)
  t.equal(response.status, 403)
  t.match(response.text, 'These pages are for sellers')
  t.match((await agent.get('/dashboard/ads/')).location, /^\/login/)
  t.strictSame(await product.query('select 1 from session'), [])

  const { seller, id } = await aSeller(product)
  await product.query("update app_user set role = 'support' where id = $1", [id])
  t.match((await seller.get('/dashboard/ads/')).location, /^\/login/, 'a former seller is sent to sign-in')
  t.equal((await seller.get('/dashboard/ads/status')).status, 401)

  for (const role of ['manager', 'admin'] as const) {
    const { seller } = await aSeller(product, role)
    t.equal((await seller.get('/dashboard/ads/')).status, 200, role)
  }
})

t.test('S-01 a copied cookie is invalid after sign-out', async t => {
  const product = await startTestProduct(t)
  const { email } = await product.newUser()
  const seller = new Caller(product.address)
  const answer = await seller.signIn(email)
  t.match(answer.headers.get('set-cookie'), /HttpOnly; SameSite=Lax/)
  const thief = await seller.copy()
  t.equal((await thief.get('/dashboard/ads/')).status, 200)

  await seller.post('/logout')
  t.match((await thief.get('/dashboard/ads/')).location, /^\/login/)
  t.equal((await thief.get('/dashboard/ads/status')).status, 401)
  t.equal((await seller.get('/dashboard/ads/')).status, 303)
})

t.test('S-01 signing in replaces a session that an attacker planted in the browser', async t => {
  const product = await startTestProduct(t)
  const victim = await product.newUser()
  const { seller: planted } = await aSeller(product)
  const victimBrowser = await planted.copy()

  await victimBrowser.signIn(victim.email)

  t.match((await victimBrowser.get('/dashboard/ads/')).text, victim.email)
  t.match((await planted.get('/dashboard/ads/')).location, /^\/login/, 'the planted session is closed')
})

t.test('S-01 a password guesser is blocked, and other users at the same address can sign in', async t => {
  const product = await startTestProduct(t)
  const { email } = await product.newUser()
  const guesser = new Caller(product.address)
  const statuses: number[] = []
  for (let guess = 0; guess < 12; guess += 1)
    statuses.push(
      (await guesser.signIn(guess % 2 ? email : ` ${email.toUpperCase()}`, `guess ${guess}`)).status,
    )
  t.strictSame(statuses, [...Array(5).fill(401), ...Array(7).fill(429)])

  const colleague = await product.newUser()
  const answer = await new Caller(product.address).signIn(colleague.email)
  t.equal(answer.status, 303, 'another user at the same office address signs in')
})

const planCases = [
  { subscription: null, planRestriction: 'no_plan', title: 'You need a full-suite plan' },
  {
    subscription: { plan: 'listing_tools' },
    planRestriction: 'not_full_suite',
    title: 'Your plan doesn’t include Ads',
  },
  {
    subscription: { plan: 'annual', endsAt: new Date('2026-03-31T12:00:00Z') },
    planRestriction: 'lapsed',
    title: 'Your plan has lapsed',
  },
] as const

for (const { subscription, planRestriction, title } of planCases) {
  t.test(`S-02 a user without a full-suite plan cannot connect: ${planRestriction}`, async t => {
    const product = await startTestProduct(t)
    for (const role of ['seller', 'manager', 'admin'] as const) {
      const { seller, id, records } = await aSeller(product, role, subscription)
      const page = await seller.get('/dashboard/ads/')

      t.equal(page.status, 200)
      t.equal(page.$('h1').text().trim(), title)
      t.equal(page.$('form[action="/dashboard/ads/connect"]').length, 0, 'the page has no connect button')

      const rejected = await seller.post('/dashboard/ads/connect')
      t.equal(rejected.status, 403)
      t.match(rejected.text, title)
      t.strictSame(await records.events('connect_rejected'), [{ kind: 'connect_rejected', planRestriction }])
      t.strictSame(await product.query('select 1 from authorisation_attempt where user_id = $1', [id]), [])
    }
  })
}

t.test('S-02 a lapsed plan is shown without a connect button, alongside any other notice', async t => {
  const product = await startTestProduct(t)
  for (const isConnected of [true, false]) {
    const { seller, id } = await aSeller(product, 'seller', { plan: 'annual' })
    if (isConnected) await seller.connect('us-seller', 'My Brand US')
    const parameters = [id, product.clock.now()]
    await product.query('update subscription set ends_at = $2 where user_id = $1', parameters)

    for (const notice of ['', 'denied', 'amazon_error', 'no_profiles', 'pending_expired']) {
      const { $, text } = await seller.get(`/dashboard/ads/${notice && `?notice=${notice}`}`)
      t.match(text, 'Your plan has lapsed', notice)
      t.equal($('form[action="/dashboard/ads/connect"]').length, 0, notice)
    }
  }
})
