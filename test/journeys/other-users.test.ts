import { randomUUID } from 'node:crypto'
import t, { type Test } from 'tap'
import { browserTest, openWindow } from '../support/chromium-browser.ts'
import { doesNotMatch } from '../support/does-not-match.ts'
import { startTestProduct, type TestProduct } from '../support/test-product.ts'
import { type Answer, Caller, type Fields, pendingOn } from './caller.ts'
import { recordsOf } from './user-records.ts'

async function aSellerWith(product: TestProduct, amazonUser: string, label: string) {
  const { email, id } = await product.newUser()
  const seller = new Caller(product.address)
  await seller.signIn(email)
  await seller.connect(amazonUser, label)
  const [connection] = await recordsOf(product, id).connections()
  if (!connection) throw new Error('nothing is connected')
  return { seller, id, email, connection, records: recordsOf(product, id) }
}

/** A page with a heading, or JSON; never an internal error. */
function saysNo(t: Test, answer: Answer, statuses: readonly number[], what: string): void {
  t.ok(statuses.includes(answer.status), `${what}: ${answer.status}`)
  if (answer.headers.get('content-type')?.includes('json'))
    t.match(JSON.parse(answer.body), { error: String, sentence: String }, what)
  else t.match(answer.$('h1').text(), /\w/, what)
}

t.test('S-29 another user’s connection is reported as not found on every route', async t => {
  const product = await startTestProduct(t)
  const victim = await aSellerWith(product, 'lossy-ids', '<script>')
  const thief = await aSellerWith(product, 'empty', 'Quiet Brand US')
  const before = [await victim.records.everything(), await thief.records.everything()]
  const { id } = victim.connection

  const answers: Record<string, Answer> = {
    page: await thief.seller.get(`/dashboard/ads/?account=${id}`),
    dashboard: await thief.seller.get(`/dashboard/ads/?account=${id}&view=dashboard`),
    status: await thief.seller.get(`/dashboard/ads/status?account=${id}`),
    current: await thief.seller.post(`/dashboard/ads/connections/${id}/current`),
    disconnect: await thief.seller.post(`/dashboard/ads/connections/${id}/disconnect`),
  }
  const nobodys = randomUUID()
  const unknown: Record<string, Answer> = {
    page: await thief.seller.get(`/dashboard/ads/?account=${nobodys}`),
    dashboard: await thief.seller.get(`/dashboard/ads/?account=${nobodys}&view=dashboard`),
    status: await thief.seller.get(`/dashboard/ads/status?account=${nobodys}`),
    current: await thief.seller.post(`/dashboard/ads/connections/${nobodys}/current`),
    disconnect: await thief.seller.post(`/dashboard/ads/connections/${nobodys}/disconnect`),
  }
  for (const [what, answer] of Object.entries(answers)) {
    saysNo(t, answer, [404], what)
    doesNotMatch(t, answer.body, 'script&gt;alert', what)
    t.equal(answer.text, unknown[what]?.text, `${what}: the same answer as for an unknown account`)
  }
  t.strictSame([await victim.records.everything(), await thief.records.everything()], before)
})

browserTest(t, 'S-29 a seller who opens another user’s address sees that it does not exist', async t => {
  const product = await startTestProduct(t)
  const victim = await aSellerWith(product, 'us-seller', 'My Brand US')
  const { email } = await product.newUser()
  const thief = await openWindow(t, product.address)
  await thief.signIn(email)

  for (const suffix of ['', '/disconnect', '/erase']) {
    await thief.open(`/dashboard/ads/connections/${victim.connection.id}${suffix}`)
    t.equal(await thief.heading(), 'Account not found')
    doesNotMatch(t, await thief.text(), 'My Brand US')
  }
  await thief.open(`/dashboard/ads/?account=${victim.connection.id}`)
  t.equal(await thief.heading(), 'Account not found')
  await thief.page.click('a:text-is("Back to Ads")')
  t.equal(await thief.heading(), 'Connect your Amazon Ads account')
})

t.test('S-29 a form with another user’s profile, picker or connection changes nothing', async t => {
  const product = await startTestProduct(t)
  const victim = await aSellerWith(product, 'lossy-ids', '<script>')
  const theirs = await victim.seller.comeBack(await victim.seller.authorise('three-regions'))
  const { email, id } = await product.newUser()
  const thief = new Caller(product.address)
  await thief.signIn(email)
  const picker = await thief.comeBack(await thief.authorise('us-seller'))
  const own = picker.$('button[name=profile]').attr('value') ?? ''
  const records = recordsOf(product, id)
  const before = [await victim.records.everything(), await records.everything()]
  const pending = pendingOn(picker)
  const others = theirs.$('button[name=profile]').attr('value') ?? ''

  const forms: Record<string, Fields> = {
    'a profile of another’s picker': { profile: others, pending },
    'another’s connected profile': { profile: victim.connection.profile_id, pending },
    'another’s picker': { profile: others, pending: pendingOn(theirs) },
    'own profile, another’s picker': { profile: own, pending: pendingOn(theirs) },
    'another’s connection to replace': { profile: own, pending, replace: victim.connection.id },
    letters: { profile: 'abc', pending },
    'no profile': { pending },
    'an empty profile': { profile: '', pending },
    'a negative id': { profile: `-${own}`, pending },
    'a decimal': { profile: `${own}.0`, pending },
    'an exponent': { profile: '8e15', pending },
    'a huge id': { profile: '9'.repeat(4000), pending },
    'twenty digits': { profile: '9'.repeat(20), pending },
    zero: { profile: '0', pending },
    'another spelling of the own id': { profile: `0${own}`, pending },
    'blanks around': { profile: ` ${own} `, pending },
    'a line break': { profile: `${own}\n`, pending },
    'a null': { profile: `${own}\0`, pending },
    'other digits': {
      profile: own.replace(/\d/g, digit => String.fromCharCode(0x660 + Number(digit))),
      pending,
    },
    'two profiles': { profile: [own, others], pending },
    sql: { profile: "1' or '1'='1", pending },
    markup: { profile: '<script>alert(1)</script>', pending },
    'an invalid picker id': { profile: own, pending: '1; drop table app_user' },
    'an unknown picker': { profile: own, pending: randomUUID() },
    'an invalid connection id': { profile: own, pending, replace: 'abc' },
    'an unknown connection': { profile: own, pending, replace: randomUUID() },
    'two connections': { profile: own, pending, replace: [randomUUID(), randomUUID()] },
  }
  for (const [what, fields] of Object.entries(forms)) {
    const answer = await thief.post('/dashboard/ads/choose', fields)
    saysNo(t, answer, [400, 404, 409, 413, 422], what)
    doesNotMatch(t, answer.body, '<script>alert', what)
  }
  for (const region of ['us', 'NA', '', 'na%00', '../na', '%2e%2e']) {
    const answer = await thief.post(`/dashboard/ads/regions/${region}/retry`)
    saysNo(t, answer, [400, 404], `region ${region}`)
  }
  for (const bad of [
    '1',
    'abc',
    `${victim.connection.id}x`,
    victim.connection.id.toUpperCase(),
    '%00',
    '..%2f..',
  ]) {
    saysNo(
      t,
      await thief.post(`/dashboard/ads/connections/${bad}/disconnect`),
      [400, 404],
      `disconnect ${bad}`,
    )
    saysNo(t, await thief.get(`/dashboard/ads/?account=${bad}`), [400, 404], `account ${bad}`)
    saysNo(t, await thief.get(`/dashboard/ads/status?account=${bad}`), [400, 404], `status ${bad}`)
  }
  saysNo(t, await thief.get(`/dashboard/ads/?account=a&account=b`), [400, 404], 'two accounts')
  saysNo(t, await thief.get(`/dashboard/ads/?account=${'a'.repeat(5000)}`), [400, 404], 'a long account')

  t.strictSame([await victim.records.everything(), await records.everything()], before, 'nothing changed')
  doesNotMatch(t, product.logged(), '"msg":"a defect"')
  const chosen = await thief.choose(picker, 'My Brand US')
  t.equal(chosen.location, '/dashboard/ads/', 'the correct form still works')
})

t.test('S-29 two users of one company connect the same profile independently', async t => {
  const product = await startTestProduct(t)
  const one = await aSellerWith(product, 'empty', 'Quiet Brand US')
  const other = await aSellerWith(product, 'empty', 'Quiet Brand US')
  t.not(one.connection.id, other.connection.id)

  await one.seller.post(`/dashboard/ads/connections/${one.connection.id}/disconnect`)
  t.match(await one.records.connections(), [{ status: 'closed' }])
  t.match(await other.records.connections(), [{ status: 'active' }])
  t.equal((await other.records.grants()).length, 1)
})

t.test('S-01 S-29 a form without its own CSRF token changes nothing', async t => {
  const product = await startTestProduct(t)
  const user = await aSellerWith(product, 'empty', 'Quiet Brand US')
  const { seller, connection, records } = user
  const picker = await seller.comeBack(await seller.authorise('us-seller'))
  const stranger = new Caller(product.address)
  const foreign = await stranger.token()
  const other = await product.newUser()
  const neighbour = new Caller(product.address)
  await neighbour.signIn(other.email)
  const neighbours = await neighbour.token()
  const before = await records.everything()
  const { authorise } = product.sandbox.controls.calls()

  const forms: Record<string, Fields> = {
    '/dashboard/ads/connect': {},
    '/dashboard/ads/choose': {
      profile: picker.$('button[name=profile]').attr('value') ?? '',
      pending: pendingOn(picker),
      replace: connection.id,
    },
    '/dashboard/ads/pending/discard': { pending: pendingOn(picker) },
    '/dashboard/ads/regions/na/retry': {},
    [`/dashboard/ads/connections/${connection.id}/current`]: {},
    [`/dashboard/ads/connections/${connection.id}/disconnect`]: {},
    '/logout': {},
  }
  for (const [path, fields] of Object.entries(forms)) {
    for (const [what, _csrf] of Object.entries({
      none: null,
      empty: '',
      invented: 'abc',
      'of an unrelated user': foreign,
      'of another user': neighbours,
    })) {
      const answer = await seller.postWithout(path, _csrf === null ? fields : { ...fields, _csrf })
      t.equal(answer.status, 403, `${path}, token: ${what}`)
      t.match(answer.text, 'nothing was changed')
    }
  }
  const signingIn = await stranger.postWithout('/login', { email: user.email, password: 'demo-password' })
  t.match([signingIn.status, signingIn.location], [303, '/login'], 'the sign-in form is fresh')
  t.strictSame(await records.everything(), before)
  t.equal(product.sandbox.controls.calls().authorise, authorise)
  t.equal((await seller.get('/dashboard/ads/')).status, 200, 'the seller is still signed in')
})
