import t from 'tap'
import { doesNotMatch } from '../../support/does-not-match.ts'
import { startTestProduct, type TestProduct } from '../../support/product/test-product.ts'
import { randomIntegerBelow, randomNumbers } from '../../support/seed.ts'
import { BillingSystem, newWebhookSecret, signatureOf } from '../../support/servers/billing-system.ts'
import { recordsOf, until } from '../user-records.ts'

const secret = newWebhookSecret()
const webhookEnabled = { env: { SUBSCRIPTION_WEBHOOK_SECRETS: secret } }
const minute = 60_000

interface Subscription {
  readonly plan: string
  readonly ends_at: Date | null
}

function scene(product: TestProduct) {
  const billing = new BillingSystem(product, secret)
  const subscriptions = () => product.query('select * from subscription order by user_id')
  const events = () =>
    product.query<{ id: string; outcome: string }>('select id, outcome from subscription_event')
  return {
    billing,
    events,
    plan: async (id: string): Promise<Subscription | null> => {
      const rows = await product.query<Subscription>(
        'select plan, ends_at from subscription where user_id = $1',
        [id],
      )
      return rows[0] ?? null
    },
    /** Everything that an event could change. */
    everything: async () => [
      await subscriptions(),
      await events(),
      await product.query('select id, role from app_user order by id'),
      await product.query('select kind, event from timeline_entry order by id'),
    ],
  }
}

t.test('S-03 a billing event changes the plan at once, by email address or by id', async t => {
  const product = await startTestProduct(t, webhookEnabled)
  const { billing, plan } = scene(product)
  const { id, email } = await product.newUser('seller', null)

  const created = await billing.sendEvent({ email: email.toUpperCase(), plan: 'monthly' }, { id: 'evt_1' })
  t.strictSame(created, { status: 204, type: '', text: '' })
  t.strictSame(await plan(id), { plan: 'monthly', ends_at: null })

  const endsAt = new Date('2026-09-30T22:00:00.000Z')
  const changed = {
    personId: id,
    plan: 'annual',
    endsAt: '2026-10-01T00:00:00+02:00',
    more: ['than', 'we', 'ask'],
  }
  t.equal((await billing.sendEvent(changed)).status, 204)
  t.strictSame(await plan(id), { plan: 'annual', ends_at: endsAt })

  t.equal((await billing.sendEvent({ personId: id, plan: null })).status, 204)
  t.equal(await plan(id), null)

  t.match(await recordsOf(product, id).events('plan_changed'), [
    { source: 'billing', eventId: 'evt_1', before: null, after: { plan: 'monthly', endsAt: null } },
    { before: { plan: 'monthly' }, after: { plan: 'annual', endsAt: endsAt.toISOString() } },
    { before: { plan: 'annual' }, after: null },
  ])
})

t.test('S-03 an event that is unsigned, forged or out of date changes nothing', async t => {
  const product = await startTestProduct(t, webhookEnabled)
  const { billing, everything } = scene(product)
  const { email } = await product.newUser('seller', null)
  const before = await everything()
  const now = product.clock.now()
  const body = JSON.stringify({
    type: 'subscription.changed',
    occurredAt: now.toISOString(),
    data: { email, plan: 'annual', endsAt: null },
  })
  const validSignature = signatureOf(secret, 'evt_1', String(Math.floor(now.getTime() / 1000)), body)
  const forged: Parameters<BillingSystem['send']>[1][] = [
    { secret: newWebhookSecret() },
    { at: new Date(now.getTime() - 5 * minute - 2000) },
    { at: new Date(now.getTime() + 5 * minute + 5000) },
    { headers: { 'webhook-signature': null } },
    { id: 'x'.repeat(201) },
  ]
  for (const delivery of forged) {
    const answer = await billing.send(body, delivery)
    t.equal(answer.status, 401, `with an invalid ${Object.keys(delivery ?? {}).join(' and ')}`)
    t.match(answer.type, 'application/json')
    t.strictSame(JSON.parse(answer.text), {
      error: 'signature_refused',
      sentence: 'Invalid signature or timestamp. Nothing was changed.',
    })
  }
  const tampered = body.replace('annual', 'monthly')
  const headers = { 'webhook-signature': validSignature }
  t.equal((await billing.send(tampered, { id: 'evt_1', at: now, headers })).status, 401, 'changed body')
  t.strictSame(await everything(), before)
  t.match(product.logged(), '"problem":"too_old"', 'the log contains the reason')
  t.match(product.logged(), '"problem":"too_new"')
})

t.test('S-03 fifty deliveries of one event to two processes have one effect', async t => {
  const product = await startTestProduct(t, webhookEnabled)
  const otherProcess = new BillingSystem(
    { address: await product.startAnotherWeb(), clock: product.clock },
    secret,
  )
  const { billing, events } = scene(product)
  for (const isKnown of [true, false]) {
    const { id, email } = isKnown
      ? await product.newUser('seller', null)
      : { id: '00000000-0000-4000-8000-000000000000', email: 'nobody@example.test' }
    const event = `evt_${isKnown}`
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        (index % 2 ? billing : otherProcess).sendEvent({ email, plan: 'monthly' }, { id: event }),
      ),
    )
    const statuses = answers.map(({ status }) => status).sort()
    t.strictSame(statuses, [isKnown ? 204 : 202, ...Array(49).fill(204)].sort())
    t.equal((await events()).filter(({ id }) => id === event).length, 1)
    t.equal((await recordsOf(product, id).events('plan_changed')).length, isKnown ? 1 : 0)
  }
})

t.test('S-03 the newest of twenty events wins, in any order or all at once', async t => {
  const product = await startTestProduct(t, webhookEnabled)
  const { billing, plan, events } = scene(product)
  const random = randomNumbers()
  const plans = ['monthly', 'quarterly', 'annual', 'listing_tools', null]
  for (let round = 0; round < 5; round += 1) {
    const { id, email } = await product.newUser('seller', null)
    const now = product.clock.now().getTime()
    const sentEvents = Array.from({ length: 20 }, (_, index) => ({
      id: `evt_${round}_${String(index).padStart(2, '0')}`,
      // Eight timestamps for twenty events: on a tie the id decides.
      occurredAt: new Date(now - randomIntegerBelow(8, random) * minute),
      plan: plans[randomIntegerBelow(plans.length, random)],
      sortKey: random(),
    }))
    const newest = sentEvents.reduce((one, other) => (other.occurredAt >= one.occurredAt ? other : one))
    const deliveries = [...sentEvents].sort((one, other) => one.sortKey - other.sortKey)

    // Half of the rounds one by one, the others concurrently.
    const send = ({ plan, ...delivery }: (typeof sentEvents)[number]) =>
      billing.sendEvent({ email, plan }, delivery)
    if (round % 2) for (const event of deliveries) t.equal((await send(event)).status, 204)
    else for (const { status } of await Promise.all(deliveries.map(send))) t.equal(status, 204)

    t.equal((await plan(id))?.plan ?? null, newest.plan, `round ${round}`)
    const stored = (await events()).filter(event => event.id.startsWith(`evt_${round}_`))
    t.equal(stored.length, 20, 'each event is stored')
  }
})

t.test('S-03 a hostile body changes nothing, and the answer names the invalid field', async t => {
  const product = await startTestProduct(t, webhookEnabled)
  const { billing, everything } = scene(product)
  const { email } = await product.newUser('seller', null)
  const before = await everything()
  const occurredAt = product.clock.now().toISOString()
  const validEvent = {
    type: 'subscription.changed',
    occurredAt,
    data: { email, plan: 'annual', endsAt: null },
  }
  const withData = (data: object) => ({ ...validEvent, data: { ...validEvent.data, ...data } })
  const marker = 'unmistakable-7'

  const invalidBodies: readonly (readonly [body: unknown, field: string | null])[] = [
    [null, null],
    [7, null],
    [[validEvent], null],
    [{}, 'type'],
    [{ ...validEvent, type: 'subscription.deleted' }, 'type'],
    [{ ...validEvent, occurredAt: 1_700_000_000 }, 'occurredAt'],
    [{ ...validEvent, occurredAt: marker }, 'occurredAt'],
    [{ ...validEvent, occurredAt: '2026-02-30T00:00:00Z' }, 'occurredAt'],
    [{ ...validEvent, occurredAt: '2026-01-01' }, 'occurredAt'],
    [{ ...validEvent, occurredAt: '2026-06-30T23:59:60Z' }, 'occurredAt'],
    [
      { ...validEvent, occurredAt: new Date(product.clock.now().getTime() + 6 * minute).toISOString() },
      'occurredAt',
    ],
    [{ ...validEvent, data: null }, 'data'],
    [withData({ plan: marker }), 'data.plan'],
    [withData({ plan: undefined }), 'data.plan'],
    [withData({ plan: { annual: true } }), 'data.plan'],
    [withData({ plan: 'constructor' }), 'data.plan'],
    [withData({ endsAt: 0 }), 'data.endsAt'],
    [withData({ endsAt: '+275760-09-13T00:00:00Z' }), 'data.endsAt'],
    [withData({ plan: null, endsAt: occurredAt }), 'data.endsAt'],
    [withData({ email: undefined }), 'data.email or data.personId'],
    [withData({ personId: '00000000-0000-4000-8000-000000000000' }), 'data.email or data.personId'],
    [withData({ email: undefined, personId: "' or 1=1 --" }), 'data.personId'],
    [withData({ email: 'nobody' }), 'data.email'],
    [withData({ email: `a@b${'\u0000'}c` }), 'data.email'],
    [withData({ email: `${'a'.repeat(320)}@example.test` }), 'data.email'],
    [withData({ email: { toString: marker } }), 'data.email'],
  ]
  for (const [body, field] of invalidBodies) {
    const answer = await billing.send(JSON.stringify(body))
    const payload = JSON.stringify(body)
    t.equal(answer.status, 400, payload)
    t.match(answer.type, 'application/json')
    t.match(JSON.parse(answer.text), { error: 'body_wrong', field }, payload)
    doesNotMatch(t, answer.text, marker, 'the answer does not repeat the value sent')
  }

  const json = JSON.stringify(validEvent)
  const poisoned = [
    json.replace('{', '{"__proto__":{"isAdmin":true},'),
    json.replace('"data":{', '"data":{"__proto__":{"plan":"annual"},'),
    json.replace('{', '{"constructor":{"prototype":{"isAdmin":true}},'),
  ]
  const broken = [
    '',
    '{',
    `${json}}`,
    '\ufeff',
    'NaN',
    '['.repeat(8000),
    Buffer.from([0xff, 0xfe, 0x00]),
    ...poisoned,
  ]
  for (const body of broken) {
    const answer = await billing.send(body)
    t.equal(answer.status, 400, String(body).slice(0, 60))
    t.match(JSON.parse(answer.text), { error: 'body_wrong', field: null })
  }

  for (const size of [16 * 1024 + 1, 5_000_000]) {
    const answer = await billing
      .send(JSON.stringify({ ...validEvent, padding: 'x'.repeat(size) }))
      .catch(() => null)
    // A client that is still sending may see a closed connection instead.
    t.ok(answer === null || answer.status === 413, `${size} bytes`)
  }

  const form = 'application/x-www-form-urlencoded'
  for (const contentType of [
    form,
    'text/plain',
    'text/json',
    'multipart/form-data; boundary=x',
    'application/xml',
    '*/*',
  ]) {
    const answer = await billing.send(json, { contentType })
    t.equal(answer.status, 415, contentType)
    t.match(JSON.parse(answer.text), { error: 'not_json' })
  }
  t.strictSame(await everything(), before)
  t.equal(({} as Record<string, unknown>)['isAdmin'], undefined)
  doesNotMatch(t, product.logged(), /"level":50/, 'no internal error is logged')

  const utf8 = await billing.send(json, { contentType: 'application/json; charset=utf-8' })
  t.equal(utf8.status, 204, 'a valid body is accepted')
})

t.test('S-03 an event for an unknown user is kept and applied once the user exists', async t => {
  const product = await startTestProduct(t, { ...webhookEnabled, worker: true })
  const { billing, plan, events } = scene(product)
  const email = 'newcomer@example.test'
  const occurredAt = new Date(product.clock.now().getTime() - minute)
  t.equal((await billing.sendEvent({ email, plan: 'monthly' }, { id: 'evt_2' })).status, 202)
  t.equal((await billing.sendEvent({ email, plan: null }, { id: 'evt_1', occurredAt })).status, 202)
  t.strictSame(await events(), [
    { id: 'evt_2', outcome: 'waiting' },
    { id: 'evt_1', outcome: 'waiting' },
  ])

  const { id } = await product.newUser('seller', null)
  await product.query('update app_user set email = $2 where id = $1', [id, email])
  await until('the event is applied', async () => (await plan(id))?.plan === 'monthly')

  t.strictSame(
    (await events()).map(({ outcome }) => outcome).filter(outcome => outcome === 'waiting'),
    [],
  )
  t.match(await recordsOf(product, id).events('plan_changed'), [
    { eventId: 'evt_2', after: { plan: 'monthly' } },
  ])
})

t.test('S-03 an event that failed with an internal error is applied when it is sent again', async t => {
  const product = await startTestProduct(t, { ...webhookEnabled })
  const { billing, plan } = scene(product)
  const { id, email } = await product.newUser('seller', null)
  const event = { email, plan: 'monthly' }
  await product.query('alter table timeline_entry rename to elsewhere')

  const failed = await billing.sendEvent(event, { id: 'evt_1' })
  t.equal(failed.status, 500)
  t.match(failed.type, 'application/json')
  doesNotMatch(t, failed.text, /timeline_entry|select|insert/i, 'the answer reveals no internals')
  t.equal(await plan(id), null, 'the plan is unchanged')

  await product.query('alter table elsewhere rename to timeline_entry')
  t.equal((await billing.sendEvent(event, { id: 'evt_1' })).status, 204)
  t.match(await plan(id), { plan: 'monthly' })
})

t.test('S-03 without a webhook secret every event is rejected, and both sides see why', async t => {
  const product = await startTestProduct(t)
  const { billing, everything } = scene(product)
  const before = await everything()

  const answer = await billing.sendEvent({ email: 'a@example.test', plan: 'monthly' })

  t.equal(answer.status, 503)
  t.match(JSON.parse(answer.text), { error: 'not_configured', sentence: /SUBSCRIPTION_WEBHOOK_SECRETS/ })
  t.match(product.logged(), 'SUBSCRIPTION_WEBHOOK_SECRETS is not set')
  t.strictSame(await everything(), before)
})

t.test('S-03 a flood of requests from one address is limited', async t => {
  const product = await startTestProduct(t, webhookEnabled)
  const { billing } = scene(product)
  const { email } = await product.newUser('seller', null)
  const statuses = new Set<number>()
  for (let round = 0; round < 80 && !statuses.has(429); round += 1) {
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => billing.send('{}', { secret: newWebhookSecret() })),
    )
    for (const { status } of answers) statuses.add(status)
  }
  t.strictSame(statuses, new Set([401, 429]))
  const answer = await billing.sendEvent({ email, plan: 'monthly' })
  t.match(JSON.parse(answer.text), { error: 'too_many' })
})
