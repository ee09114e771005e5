import { randomUUID } from 'node:crypto'
import t, { type Test } from 'tap'
import { browserTest, openWindow } from '../../support/browser/chromium-browser.ts'
import { doesNotMatch } from '../../support/does-not-match.ts'
import { startTestProduct, type TestProduct } from '../../support/product/test-product.ts'
import { type Answer, Caller, type Fields, pendingIdOn } from '../caller.ts'
import { recordsOf } from '../user-records.ts'

async function createConnectedSeller(product: TestProduct, amazonUser: string, label: string) {
  const { email, id } = await product.newUser()
  const seller = new Caller(product.address)
  await seller.signIn(email)
  await seller.connect(amazonUser, label)
  const [connection] = await recordsOf(product, id).connections()
  if (!connection) throw new Error('nothing is connected')
  return { seller, id, email, connection, records: recordsOf(product, id) }
}

/** Asserts an error page with a heading, or error JSON, with one of these statuses. */
function assertRejected(t: Test, answer: Answer, statuses: readonly number[], what: string): void {
  t.ok(statuses.includes(answer.status), `${what}: ${answer.status}`)
  if (answer.headers.get('content-type')?.includes('json'))
    t.match(JSON.parse(answer.body), { error: String, sentence: String }, what)
  else t.match(answer.$('h1').text(), /\w/, what)
}

t.test('S-29 another user’s connection is reported as not found on every route', async t => {
  const product = await startTestProduct(t)
  const victim = await createConnectedSeller(product, 'lossy-ids', '<script>')
  const thief = await createConnectedSeller(product, 'empty', 'Quiet Brand US')
  const before = [await victim.records.everything(), await thief.records.everything()]
  const { id } = victim.connection

  const answers: Record<string, Answer> = {
    page: await thief.seller.get(`/dashboard/ads/?account=${id}`),
    dashboard: await thief.seller.get(`/dashboard/ads/?account=${id}&view=dashboard`),
    status: await thief.seller.get(`/dashboard/ads/status?account=${id}`),
    current: await thief.seller.post(`/dashboard/ads/connections/${id}/current`),
    disconnect: await thief.seller.post(`/dashboard/ads/connections/${id}/disconnect`),
  }
  const unknownId = randomUUID()
  const unknown: Record<string, Answer> = {
    page: await thief.seller.get(`/dashboard/ads/?account=${unknownId}`),
    dashboard: await thief.seller.get(`/dashboard/ads/?account=${unknownId}&view=dashboard`),
    status: await thief.seller.get(`/dashboard/ads/status?account=${unknownId}`),
    current: await thief.seller.post(`/dashboard/ads/connections/${unknownId}/current`),
    disconnect: await thief.seller.post(`/dashboard/ads/connections/${unknownId}/disconnect`),
  }
  for (const [what, answer] of Object.entries(answers)) {
    assertRejected(t, answer, [404], what)
    doesNotMatch(t, answer.body, 'script&gt;alert', what)
    t.equal(answer.text, unknown[what]?.text, `${what}: the same answer as for an unknown account`)
  }
  t.strictSame([await victim.records.everything(), await thief.records.everything()], before)
})

browserTest(t, 'S-29 a seller who opens another user’s account sees that it was not found', async t => {
  const product = await startTestProduct(t)
  const victim = await createConnectedSeller(product, 'us-seller', 'My Brand US')
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
  const victim = await createConnectedSeller(product, 'lossy-ids', '<script>')
  const victimPicker = await victim.seller.returnFromAmazon(await victim.seller.authorise('three-regions'))
  const { email, id } = await product.newUser()
  const thief = new Caller(product.address)
  await thief.signIn(email)
  const picker = await thief.returnFromAmazon(await thief.authorise('us-seller'))
  const ownProfile = picker.$('button[name=profile]').attr('value') ?? ''
  const records = recordsOf(product, id)
  const before = [await victim.records.everything(), await records.everything()]
  const pending = pendingIdOn(picker)
  const victimProfile = victimPicker.$('button[name=profile]').attr('value') ?? ''

  const forms: Record<string, Fields> = {
    'a profile from another user’s picker': { profile: victimProfile, pending },
    'another user’s connected profile': { profile: victim.connection.profile_id, pending },
    'another user’s picker': { profile: victimProfile, pending: pendingIdOn(victimPicker) },
    'own profile, another user’s picker': { profile: ownProfile, pending: pendingIdOn(victimPicker) },
    'another user’s connection to replace': { profile: ownProfile, pending, replace: victim.connection.id },
    letters: { profile: 'abc', pending },
    'no profile': { pending },
    'an empty profile': { profile: '', pending },
    'a negative id': { profile: `-${ownProfile}`, pending },
    'a decimal': { profile: `${ownProfile}.0`, pending },
    'an exponent': { profile: '8e15', pending },
    'a huge id': { profile: '9'.repeat(4000), pending },
    'twenty digits': { profile: '9'.repeat(20), pending },
    zero: { profile: '0', pending },
    'own id with a leading zero': { profile: `0${ownProfile}`, pending },
    'surrounding spaces': { profile: ` ${ownProfile} `, pending },
    'a line break': { profile: `${ownProfile}\n`, pending },
    'a null character': { profile: `${ownProfile}\0`, pending },
    'Arabic-Indic digits': {
      profile: ownProfile.replace(/\d/g, digit => String.fromCharCode(0x660 + Number(digit))),
      pending,
    },
    'two profiles': { profile: [ownProfile, victimProfile], pending },
    sql: { profile: "1' or '1'='1", pending },
    markup: { profile: '<script>alert(1)</script>', pending },
    'an invalid picker id': { profile: ownProfile, pending: '1; drop table app_user' },
    'an unknown picker': { profile: ownProfile, pending: randomUUID() },
    'an invalid connection id': { profile: ownProfile, pending, replace: 'abc' },
    'an unknown connection': { profile: ownProfile, pending, replace: randomUUID() },
    'two connections': { profile: ownProfile, pending, replace: [randomUUID(), randomUUID()] },
  }
  for (const [what, fields] of Object.entries(forms)) {
    const answer = await thief.post('/dashboard/ads/choose', fields)
    assertRejected(t, answer, [400, 404, 409, 413, 422], what)
    doesNotMatch(t, answer.body, '<script>alert', what)
  }
  for (const region of ['us', 'NA', '', 'na%00', '../na', '%2e%2e']) {
    const answer = await thief.post(`/dashboard/ads/regions/${region}/retry`)
    assertRejected(t, answer, [400, 404], `region ${region}`)
  }
  for (const invalidId of [
    '1',
    'abc',
    `${victim.connection.id}x`,
    victim.connection.id.toUpperCase(),
    '%00',
    '..%2f..',
  ]) {
    assertRejected(
      t,
      await thief.post(`/dashboard/ads/connections/${invalidId}/disconnect`),
      [400, 404],
      `disconnect ${invalidId}`,
    )
    assertRejected(
      t,
      await thief.get(`/dashboard/ads/?account=${invalidId}`),
      [400, 404],
      `account ${invalidId}`,
    )
    assertRejected(
      t,
      await thief.get(`/dashboard/ads/status?account=${invalidId}`),
      [400, 404],
      `status ${invalidId}`,
    )
  }
  assertRejected(t, await thief.get(`/dashboard/ads/?account=a&account=b`), [400, 404], 'two accounts')
  assertRejected(
    t,
    await thief.get(`/dashboard/ads/?account=${'a'.repeat(5000)}`),
    [400, 404],
    'a long account id',
  )

  t.strictSame([await victim.records.everything(), await records.everything()], before, 'nothing changed')
  doesNotMatch(t, product.logged(), '"msg":"a defect"')
  const chosen = await thief.choose(picker, 'My Brand US')
  t.equal(chosen.location, '/dashboard/ads/', 'the correct form still works')
})

t.test('S-29 two users of one company connect the same profile independently', async t => {
  const product = await startTestProduct(t)
  const one = await createConnectedSeller(product, 'empty', 'Quiet Brand US')
  const other = await createConnectedSeller(product, 'empty', 'Quiet Brand US')
  t.not(one.connection.id, other.connection.id)

  await one.seller.post(`/dashboard/ads/connections/${one.connection.id}/disconnect`)
  t.match(await one.records.connections(), [{ status: 'closed' }])
  t.match(await other.records.connections(), [{ status: 'active' }])
  t.equal((await other.records.grants()).length, 1)
})

t.test('S-01 S-29 a form without its session’s CSRF token changes nothing', async t => {
  const product = await startTestProduct(t)
  const user = await createConnectedSeller(product, 'empty', 'Quiet Brand US')
  const { seller, connection, records } = user
  const picker = await seller.returnFromAmazon(await seller.authorise('us-seller'))
  const visitor = new Caller(product.address)
  const visitorToken = await visitor.csrfToken()
  const otherUser = await product.newUser()
  const otherCaller = new Caller(product.address)
  await otherCaller.signIn(otherUser.email)
  const otherToken = await otherCaller.csrfToken()
  const before = await records.everything()
  const { authorise } = product.sandbox.controls.calls()

  const forms: Record<string, Fields> = {
    '/dashboard/ads/connect': {},
    '/dashboard/ads/choose': {
      profile: picker.$('button[name=profile]').attr('value') ?? '',
      pending: pendingIdOn(picker),
      replace: connection.id,
    },
    '/dashboard/ads/pending/discard': { pending: pendingIdOn(picker) },
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
      'of a signed-out visitor': visitorToken,
      'of another user': otherToken,
    })) {
      const answer = await seller.postWithoutToken(path, _csrf === null ? fields : { ...fields, _csrf })
      t.equal(answer.status, 403, `${path}, token: ${what}`)
      t.match(answer.text, 'nothing was changed')
    }
  }
  const signInAnswer = await visitor.postWithoutToken('/login', {
    email: user.email,
    password: 'demo-password',
  })
  t.match(
    [signInAnswer.status, signInAnswer.location],
    [303, '/login'],
    'the browser is sent to a fresh sign-in form',
  )
  t.strictSame(await records.everything(), before)
  t.equal(product.sandbox.controls.calls().authorise, authorise)
  t.equal((await seller.get('/dashboard/ads/')).status, 200, 'the seller is still signed in')
})
