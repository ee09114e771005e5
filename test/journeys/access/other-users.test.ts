import { randomUUID } from 'node:crypto'
import t, { type Test } from 'tap'
import { demoPassword } from '../../../src/commands/start/demo-users.ts'
import { enterConsole, newStaff } from '../../support/browser/staff-journey.ts'
import { doesNotMatch } from '../../support/does-not-match.ts'
import { startTestProduct, type TestProduct } from '../../support/product/test-product.ts'
import { type Answer, Caller, type Fields, pendingIdOn, profileIdOn } from '../caller.ts'
import { aSeller } from '../users.ts'

async function createConnectedSeller(product: TestProduct, amazonUser: string, label: string) {
  const { seller, email, id, records } = await aSeller(product)
  await seller.connect(amazonUser, label)
  const [connection] = await records.connections()
  if (!connection) throw new Error('nothing is connected')
  return { seller, id, email, connection, records: records }
}

/** Asserts an error page with a heading, or error JSON, with one of these statuses. */
function assertRejected(t: Test, answer: Answer, statuses: readonly number[], what: string): void {
  t.ok(statuses.includes(answer.status), `${what}: ${answer.status}`)
  if (answer.headers.get('content-type')?.includes('json'))
    t.match(JSON.parse(answer.body), { error: String, sentence: String }, what)
  else t.match(answer.$('h1').text(), /\w/, what)
}

t.test('S-29 another user’s connection gets the same answer as an unknown one', async t => {
  const product = await startTestProduct(t)
  const victim = await createConnectedSeller(product, 'lossy-ids', '<script>')
  const thief = await createConnectedSeller(product, 'empty', 'Quiet Brand US')
  const ask = (id: string) =>
    Promise.all([
      thief.seller.get(`/dashboard/ads/?account=${id}`),
      thief.seller.get(`/dashboard/ads/?account=${id}&view=dashboard`),
      thief.seller.get(`/dashboard/ads/status?account=${id}`),
      thief.seller.post(`/dashboard/ads/connections/${id}/current`),
      thief.seller.post(`/dashboard/ads/connections/${id}/disconnect`),
    ])
  const [answers, unknown] = [await ask(victim.connection.id), await ask(randomUUID())]
  t.strictSame(
    answers.map(({ status, text }) => [status, text]),
    unknown.map(({ text }) => [404, text]),
  )
})

t.test('S-29 a form with another user’s profile, picker or connection changes nothing', async t => {
  const product = await startTestProduct(t)
  const victim = await createConnectedSeller(product, 'lossy-ids', '<script>')
  const victimPicker = await victim.seller.returnFromAmazon(await victim.seller.authorise('three-regions'))
  const { seller: thief, records } = await aSeller(product)
  const picker = await thief.returnFromAmazon(await thief.authorise('us-seller'))
  const ownProfile = picker.$('button[name=profile]').attr('value') ?? ''
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

const newPassword = 'a quiet river at dawn'

/** Forms without a session: what they answer without a token. */
const tokenless: Readonly<Record<string, number>> = {
  // The browser is sent to a fresh sign-in form.
  'POST /login': 303,
  'POST /admin/login': 303,
  // Signed, and sent by an email program: no session is involved.
  'POST /webhooks/subscriptions': 415,
  'POST /mail/opt-out': 400,
}

t.test('S-01 S-29 no form is accepted without its session’s CSRF token', async t => {
  const product = await startTestProduct(t)
  const { seller, id, connection, records } = await createConnectedSeller(product, 'empty', 'Quiet Brand US')
  const picker = await seller.returnFromAmazon(await seller.authorise('us-seller'))
  await enterConsole(seller, await newStaff(product, 'admin'))
  const visitor = new Caller(product.address)
  const otherCaller = new Caller(product.address)
  await otherCaller.signIn((await product.newUser()).email)
  const tokens = ['', 'abc', await visitor.csrfToken(), await otherCaller.csrfToken()]
  const ownTokens = { seller: await seller.csrfToken(), staff: await seller.csrfToken('/admin/') }
  const before = await records.everything()
  const { authorise } = product.sandbox.controls.calls()
  // Valid for every form: an invalid form is rejected before its token is checked.
  const fields: Fields = {
    ...{ profile: profileIdOn(picker, 'My Brand US'), pending: pendingIdOn(picker), replace: connection.id },
    ...{
      email: 'eve@example.test',
      name: 'Eve',
      password: newPassword,
      current: demoPassword,
      next: newPassword,
    },
    ...{ message: 'Why?', amazonEmail: '', marketplace: '', page: '', reference: '', form: randomUUID() },
    ...{ plan: 'none', until: '', shownPlan: 'monthly', shownEndsAt: '', role: 'admin', shownRole: 'seller' },
    ...{ reason: 'a good one', code: '123456', passkey: '{}', words: 'Because.', state: 'solved' },
  }

  const forms = (product.product.app?.registeredRoutes ?? []).filter(route => route.startsWith('POST '))
  t.ok(forms.length > 35, `${forms.length} forms`)
  for (const route of forms) {
    const path = route
      .slice('POST '.length)
      .replace('/people/:id', `/people/${id}`)
      .replace(':id', connection.id)
      .replace(':region', 'na')
      .replace(':token', 'x'.repeat(43))
      .replace(':action', 'disconnect')
    const tokenOfOtherFace = path.startsWith('/admin') ? ownTokens.seller : ownTokens.staff
    for (const tokenFields of [{}, ...[...tokens, tokenOfOtherFace].map(_csrf => ({ _csrf }))]) {
      const answer = await seller.postWithoutToken(path, { ...fields, ...tokenFields })
      t.equal(answer.status, tokenless[route] ?? 403, `${path} ${JSON.stringify(tokenFields)}`)
      if (answer.status === 403) t.match(answer.text, 'nothing was changed')
    }
  }
  t.strictSame(await records.everything(), before)
  t.strictSame(await product.query('select 1 from audit_entry'), [])
  t.equal(product.sandbox.controls.calls().authorise, authorise)
  t.equal((await seller.get('/dashboard/ads/')).status, 200, 'the seller is still signed in')
})
