import t from 'tap'
import { CreateUser } from '../../../src/application/access/create-user.ts'
import { IssueAccessLink } from '../../../src/application/access/issue-access-link.ts'
import type { PasswordPurpose } from '../../../src/domain/access/access-link.ts'
import type { Role } from '../../../src/domain/access/user.ts'
import type { Secret } from '../../../src/domain/secret.ts'
import { doesNotMatch } from '../../support/does-not-match.ts'
import { startTestProduct, type TestProduct } from '../../support/product/test-product.ts'
import { Caller } from '../caller.ts'

const newPassword = 'a quiet river at dawn'
const minute = 60_000

async function invite(product: TestProduct, email: string, role: Role = 'seller'): Promise<string> {
  const created = await product.product.container.get(CreateUser).execute({ email, name: 'Nia New', role })
  if (created === 'email_already_registered') throw new Error('the user already exists')
  return pathOf(created.link)
}

async function linkFor(product: TestProduct, email: string, purpose: PasswordPurpose = 'reset') {
  const issued = await product.product.container.get(IssueAccessLink).execute({ email }, purpose)
  if (typeof issued === 'string') throw new Error(issued)
  return pathOf(issued.link)
}

const pathOf = (link: Secret): string => new URL(link.reveal()).pathname

t.test('S-01 S-43 an invited user sets a password and signs in with it', async t => {
  const product = await startTestProduct(t)
  const link = await invite(product, 'nia@example.test')
  const browser = product.browser()
  await browser.open(link)
  t.equal(browser.heading, 'Welcome to 1smart.link')
  t.equal(browser.page.$('input[name=username]').val(), 'nia@example.test')
  const choose = (password: string) => browser.submit(`form[action="${link}"]`, { fields: { password } })
  await choose('short')
  t.equal(browser.page.status, 422)
  t.match(browser.text, 'twelve characters or more')
  await choose(newPassword)
  t.equal(browser.page.url.pathname, '/login')
  t.match(browser.text, 'Your password is set')

  const fields = { email: 'nia@example.test', password: newPassword }
  await browser.submit('form[action="/login"]', { fields })
  t.match(browser.text, 'You need a full-suite plan')
  await browser.open(link)
  t.equal(browser.page.status, 410)
  t.match(browser.text, 'This link no longer works')
})

t.test('S-01 an unknown, used, expired or mismatched link is rejected', async t => {
  const product = await startTestProduct(t, { worker: true })
  const { email } = await product.newUser()
  const expired = await linkFor(product, email)
  product.clock.advance(30 * minute)
  const replaced = await linkFor(product, email)
  const used = await linkFor(product, email)
  const elsewhere = await product.startAnotherWeb()
  const signedIn = new Caller(product.address)
  await signedIn.signIn(email)
  const stranger = new Caller(elsewhere)
  t.equal((await stranger.post(used, { password: newPassword })).location, '/login?notice=password_set')
  t.equal((await signedIn.get('/dashboard/ads/')).status, 303, 'sessions in the other process end too')

  const token = replaced.split('/').at(-1)
  const invalidPaths = [
    expired,
    used,
    replaced,
    '/password/reset/guessed',
    `/invitation/${token}`,
    '/invitation/%00',
  ]
  for (const path of invalidPaths) {
    const page = await stranger.get(path)
    t.equal(page.status, 410, path)
    t.match(page.text, 'This link no longer works')
    t.equal((await stranger.post(path, { password: `${newPassword}!` })).status, 410, path)
  }
  t.equal((await stranger.signIn(email, `${newPassword}!`)).status, 401)
  t.equal((await stranger.signIn(email, newPassword)).status, 303)
})

t.test('S-01 a password reset request gets the same answer in the same time for any address', async t => {
  const product = await startTestProduct(t)
  const { email } = await product.newUser()
  const ask = async (address: string) => {
    const caller = new Caller(product.address)
    const _csrf = await caller.csrfToken()
    const start = performance.now()
    const { status, text } = await caller.post('/password/forgot', { email: address, _csrf })
    return { status, text, milliseconds: performance.now() - start }
  }
  const [known, unknown] = [await ask(email), await ask('nobody@example.test')]

  t.equal(known.status, 200)
  t.match(known.text, 'If this address has an account')
  t.strictSame([unknown.status, unknown.text], [known.status, known.text])
  for (const { milliseconds } of [known, unknown]) t.ok(milliseconds >= 395, `after ${milliseconds} ms`)
  t.equal((await product.query('select 1 from access_link')).length, 1)
  t.equal((await product.query(`select 1 from email_message where kind = 'password_reset'`)).length, 1)
  doesNotMatch(t, product.logged(), email)

  const statuses: number[] = []
  const caller = new Caller(product.address)
  const _csrf = await caller.csrfToken()
  for (let request = 0; request < 10; request += 1)
    statuses.push((await caller.post('/password/forgot', { email: 'nobody@example.test', _csrf })).status)
  t.equal(statuses.at(-1), 429)
})

t.test('S-46 a link’s token is never logged, and the link’s page sends no referrer', async t => {
  const product = await startTestProduct(t)
  const { email } = await product.newUser()
  const caller = new Caller(product.address)
  for (const path of [await invite(product, 'nia@example.test'), await linkFor(product, email)]) {
    const token = path.split('/').at(-1) ?? ''
    for (const variant of [path, `${path}?a=b`, `${path}/more`, path.replace(/\/(?=[^/]*$)/, '%2F')]) {
      const page = await caller.get(variant)
      if (variant === path) t.equal(page.headers.get('referrer-policy'), 'no-referrer')
      if (variant === path) t.equal(page.headers.get('cache-control'), 'no-store')
    }
    const rejected = await caller.post(path, { password: 'short' })
    t.equal(rejected.headers.get('referrer-policy'), 'no-referrer')
    await caller.post(path, { password: newPassword })
    t.equal(
      (await caller.get(path)).headers.get('referrer-policy'),
      'no-referrer',
      'a used link’s page sends no referrer',
    )
    doesNotMatch(t, product.logged(), token)
    t.match(product.logged(), `${path.slice(0, -token.length)}…`, 'the rest of the address is logged')
  }
})
