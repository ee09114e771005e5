import t from 'tap'
import { doesNotMatch } from '../../support/does-not-match.ts'
import { startTestProduct } from '../../support/product/test-product.ts'
import { type Answer, Caller } from '../caller.ts'
import { recordsOf } from '../user-records.ts'
import { anAgent } from '../users.ts'

async function setUp(t: Parameters<typeof startTestProduct>[0], role: 'support' | 'admin') {
  const product = await startTestProduct(t, { worker: true })
  const { console, staff } = await anAgent(product, role)
  return { product, staff, console, seller: await product.newUser('seller', null) }
}

/** The untouched form without its CSRF token. */
const planFormOn = (page: Answer): Record<string, string> =>
  Object.fromEntries(
    page
      .$('form[action$="/plan"]')
      .serializeArray()
      .filter(({ name }) => name !== '_csrf')
      .map(({ name, value }) => [name, value]),
  )

t.test('S-03 S-43 an admin gives a seller a plan in the console, and the seller can connect', async t => {
  const { product, staff, console, seller } = await setUp(t, 'admin')
  const browser = new Caller(product.address)
  await browser.signIn(seller.email)
  doesNotMatch(t, (await browser.get('/dashboard/ads/')).text, 'Connect Amazon Ads Account')

  const found = await console.post('/admin/people', { email: ` ${seller.email.toUpperCase()} ` })
  t.equal(found.location, `/admin/people/${seller.id}`)
  const page = await console.get(found.location ?? '')
  t.match(page.text, 'No plan')
  const changed = await console.post(`${found.location}/plan`, {
    ...planFormOn(page),
    plan: 'annual',
    until: '2099-01-31T00:00',
    reason: 'Paid by bank transfer',
  })
  t.equal(changed.location, `${found.location}?notice=plan_changed`)
  t.match((await console.get(changed.location ?? '')).text, 'Annual until 31 January 2099, 00:00 UTC')

  const outdated = { ...planFormOn(page), plan: 'monthly', reason: 'A month of grace' }
  const late = await console.post(`${found.location}/plan`, outdated)
  t.equal(late.location, `${found.location}?notice=plan_conflict`)

  t.match((await browser.get('/dashboard/ads/')).text, 'Connect Amazon Ads Account')
  t.match(await recordsOf(product, seller.id).events('plan_changed'), [
    {
      source: 'console',
      before: null,
      after: { plan: 'annual', endsAt: '2099-01-31T00:00:00.000Z' },
      by: { userId: staff.id, reason: 'Paid by bank transfer' },
    },
  ])
  t.match(
    (await browser.get('/dashboard/settings')).text,
    'A admin viewed your sign-in and plan',
    'the access log names the admin',
  )
})

t.test('S-43 a rejected plan change shows the reason, keeps the input and changes nothing', async t => {
  const { product, console, seller } = await setUp(t, 'admin')
  const path = `/admin/people/${seller.id}`
  const originalForm = planFormOn(await console.get(path))
  const valid = { ...originalForm, plan: 'annual', until: '', reason: 'Paid by bank transfer' }
  for (const [overrides, status, text] of [
    [{ until: '2099-02-31T00:00' }, 422, 'That date doesn’t exist'],
    [{ until: '0000-01-01T00:00' }, 422, 'End date is in the past'],
    [{ until: '0026-01-31T00:00' }, 422, 'End date is in the past'],
    [{ shownPlan: 'gold' }, 400, 'We couldn’t process this request'],
    [{ until: 'tomorrow' }, 400, 'We couldn’t process this request'],
    [{ plan: 'gold' }, 400, 'We couldn’t process this request'],
  ] as const) {
    const answer = await console.post(`${path}/plan`, { ...valid, ...overrides })
    t.equal(answer.status, status, JSON.stringify(overrides))
    t.match(answer.text, text)
    if (status !== 422) continue
    t.equal(answer.$('option[selected]').attr('value'), 'annual')
    const wrong = answer.$('[aria-invalid=true]')
    t.equal(wrong.attr('id'), 'until', 'the invalid field is marked')
  }
  const notFound = await console.get('/admin/nothing')
  t.equal(notFound.status, 404)
  t.match(
    notFound.text,
    /Support console.*A admin.*Back to the console/,
    'the error page stays in the console',
  )
  const nobody = '00000000-0000-4000-8000-000000000000'
  t.equal((await console.get(`/admin/people/${nobody}`)).status, 404)
  for (const email of ['nobody@example.test', 'sam\u0000@example.test', '']) {
    const unknown = await console.post('/admin/people', { email })
    t.equal(unknown.status, 404)
    t.match(unknown.$('[role=alert]').text(), 'User not found')
  }
  const jsonResponse = await fetch(new URL(`${path}/plan`, product.address), {
    method: 'POST',
    headers: { cookie: await console.cookies(), 'content-type': 'application/json' },
    body: JSON.stringify({ ...valid, _csrf: await console.csrfToken('/admin') }),
  })
  t.equal(jsonResponse.status, 415, 'only form requests are accepted')
  t.strictSame(await product.query('select 1 from subscription where user_id = $1', [seller.id]), [])
  doesNotMatch(t, product.logged(), seller.email)
})

t.test('S-43 an unedited plan end is kept to the second, and a past end is rejected', async t => {
  const { product, console, seller } = await setUp(t, 'admin')
  const path = `/admin/people/${seller.id}`
  const readEndsAt = async () => {
    const [row] = await product.query<{ ends_at: Date }>(
      'select ends_at from subscription where user_id = $1',
      [seller.id],
    )
    return row?.ends_at.toISOString()
  }
  await product.query(
    "insert into subscription (user_id, plan, ends_at) values ($1, 'annual', '2099-01-31T23:59:59Z')",
    [seller.id],
  )
  const originalForm = planFormOn(await console.get(path))
  const reason = 'Unchanged form'
  t.match((await console.post(`${path}/plan`, { ...originalForm, reason })).location, 'notice=plan_unchanged')
  t.match(
    (await console.post(`${path}/plan`, { ...originalForm, plan: 'quarterly', reason })).location,
    'plan_changed',
  )
  t.equal(await readEndsAt(), '2099-01-31T23:59:59.000Z')

  await product.query("update subscription set ends_at = '2025-01-31T00:00:00Z'")
  const lapsed = await console.get(path)
  t.match(lapsed.text, 'Quarterly, lapsed on 31 January 2025, 00:00 UTC')
  const renewal = await console.post(`${path}/plan`, {
    ...planFormOn(lapsed),
    plan: 'annual',
    reason,
  })
  t.equal(renewal.status, 422)
  t.match(renewal.text, 'End date is in the past')
})
