/**
 * Hostile input: no 5xx, no unescaped echo, and no change to stored data. Each input is hostile in at least one field,
 * so none may be accepted.
 */
import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import type { InjectOptions } from 'fastify'
import t from 'tap'
import { levels } from '../../src/domain/performance/level.ts'
import { Caller } from '../journeys/caller.ts'
import { recordsOf } from '../journeys/user-records.ts'
import { newWebhookSecret, signatureOf } from '../support/billing-system.ts'
import { enterConsole, newStaff } from '../support/staff-journey.ts'
import { startTestProduct, type TestProduct } from '../support/test-product.ts'
import { counts } from './counts.ts'

const { count: inputs, seed } = counts(1_500, 100_000)
const secret = newWebhookSecret()

const requestId = '7f3a12c0-6f0e-4b0e-9b61-0a6f6a6f4a10'

/** Must never come back unescaped. */
const marker = '<zq7 onerror=alert(7)>'

const hostile = fc.oneof(
  { weight: 3, arbitrary: fc.string({ unit: 'grapheme', maxLength: 60 }) },
  { weight: 3, arbitrary: fc.string({ unit: 'binary', maxLength: 40 }) },
  {
    weight: 4,
    arbitrary: fc.constantFrom(
      marker,
      `"${marker}`,
      `'>${marker}`,
      `javascript:alert('${marker}')`,
      '\u0000',
      '\r\nset-cookie: evil=1',
      "' or 1=1; drop table app_user; --",
      '{{csrf}}{{{body}}}',
      '#{7*7}',
      '../../../etc/passwd',
      '//evil.example/',
      '\\\\evil.example',
      '__proto__',
      'constructor',
      '-1',
      '99999999999999999999999999',
      'NaN',
      '\ud800',
      '🧘‍♀️'.repeat(30),
      'a'.repeat(5000),
      '0'.repeat(21),
      '%00%ff%zz',
      '=cmd|calc',
      '0000-01-01T00:00',
      '2026-02-30T00:00:00.000Z',
    ),
  },
)

const uuidLike = fc.oneof(
  { weight: 2, arbitrary: fc.uuid() },
  { weight: 1, arbitrary: hostile },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      '00000000-0000-0000-0000-000000000000',
      'ffffffff-ffff-ffff-ffff-ffffffffffff',
    ),
  },
)
const fieldNames = fc.constantFrom(
  'about',
  'account',
  'after',
  'at',
  'before',
  'amazonUser',
  'campaign',
  'cause',
  'column',
  'group',
  'health',
  'least_clicks',
  'least_spend',
  'level',
  'most_acos',
  'most_ctr',
  'renews',
  'choose',
  'columns',
  'code',
  'confirm',
  'data',
  'email',
  'error',
  'error_description',
  'form',
  'from',
  'line',
  'message',
  'next',
  'notice',
  'page',
  'password',
  'pending',
  'period',
  'plan',
  'person',
  'order',
  'profile',
  'q',
  'ref',
  'refresh',
  'region',
  'replace',
  'sort',
  'stage',
  'staff',
  'state',
  'to',
  'view',
  'wasted',
  '_csrf',
  '__proto__',
)
const fields = fc.array(fc.tuple(fc.oneof(fieldNames, hostile), hostile), { maxLength: 8 })

type Sent = Pick<InjectOptions, 'method' | 'url' | 'payload' | 'headers'> & {
  readonly asOwner: boolean
  readonly withToken: boolean
}

const search = (pairs: readonly (readonly [string, string])[]): string =>
  pairs.map(([name, value]) => `${safe(name)}=${safe(value)}`).join('&')

/** A lone surrogate can't be sent: a browser sends the replacement character. */
const safe = (text: string): string => encodeURIComponent(text.toWellFormed())

const pageRequest: fc.Arbitrary<Sent> = fc
  .tuple(
    fc.oneof(
      fc.constantFrom('/dashboard/ads/', '/dashboard/ads/callback', '/dashboard/ads/status', '/login', '/'),
      fc.constantFrom(...levels.flatMap(level => [`/dashboard/ads/${level}`, `/dashboard/ads/${level}.csv`])),
      fc.constantFrom('/dashboard/ads/accounts'),
      uuidLike.map(id => `/dashboard/ads/connections/${safe(id)}`),
      uuidLike.map(id => `/dashboard/ads/connections/${safe(id)}/erase`),
      fc.constantFrom('/dashboard/help', '/dashboard/help/waiting'),
      fc.constantFrom('/dashboard/settings', '/admin/', '/admin/login', '/password/forgot', '/mail/opt-out'),
      hostile.map(token => `/password/reset/${safe(token)}`),
      hostile.map(token => `/invitation/${safe(token)}`),
      hostile.map(token => `/connect/${safe(token)}`),
      uuidLike.map(id => `/admin/people/${safe(id)}`),
      fc.constantFrom('/admin/cases', '/admin/people/new'),
      uuidLike.map(id => `/admin/cases/${safe(id)}`),
      uuidLike.map(id => `/admin/people/${safe(id)}/view`),
      fc.constantFrom('/admin/audit'),
      fc.constantFrom('/admin/requests'),
      fc.oneof(uuidLike, fc.constant(requestId)).map(id => `/admin/requests/${safe(id)}`),
      hostile.map(path => `/${safe(path)}`),
    ),
    fields,
    fc.boolean(),
  )
  .map(([path, pairs, asOwner]) => ({
    method: 'GET',
    url: `${path}?${search(pairs)}`,
    asOwner,
    withToken: false,
  }))

/** A form with every known field wrong: a missing or empty field might be right. */
const wrongFields: readonly string[] = [
  'region',
  'profile',
  'replace',
  'pending',
  'data',
  'amazonUser',
  'renews',
  'email',
  'password',
  'current',
  'next',
  'mail',
  'code',
  'plan',
  'until',
  'reason',
  'shownPlan',
  'shownEndsAt',
  'role',
  'shownRole',
  'name',
  'form',
  'account',
  'message',
  'amazonEmail',
  'marketplace',
  'page',
  'reference',
  'state',
  'words',
]
const posted: fc.Arbitrary<Sent> = fc
  .tuple(
    fc.oneof(
      fc.constantFrom(
        '/dashboard/ads/connect',
        '/dashboard/ads/choose',
        '/dashboard/ads/pending/discard',
        '/dashboard/settings/password',
        '/dashboard/settings/mail',
        '/dashboard/help',
        '/login',
        '/password/forgot',
        '/admin/login',
        '/admin/login/code',
        '/admin/people',
        '/admin/people/new',
      ),
      uuidLike.map(id => `/dashboard/ads/connections/${safe(id)}/disconnect`),
      uuidLike.map(id => `/dashboard/ads/connections/${safe(id)}/renew`),
      uuidLike.map(id => `/dashboard/ads/connections/${safe(id)}/current`),
      hostile.map(region => `/dashboard/ads/regions/${safe(region)}/retry`),
      fc
        .tuple(
          uuidLike,
          fc.oneof(fc.constantFrom('sync_now', 'load_again', 'disconnect', 'test_live'), hostile),
        )
        .map(([id, action]) => `/admin/cases/${safe(id)}/${safe(action)}`),
      ...['plan', 'role', 'sign-out', 'second-factor', 'connect-link', 'view', 'view/end'].map(path =>
        uuidLike.map(id => `/admin/people/${safe(id)}/${path}`),
      ),
      ...['answer', 'note', 'state'].map(path =>
        fc.oneof(uuidLike, fc.constant(requestId)).map(id => `/admin/requests/${safe(id)}/${path}`),
      ),
      uuidLike.map(id => `/dashboard/settings/sessions/${safe(id)}/end`),
      hostile.map(token => `/password/reset/${safe(token)}`),
      hostile.map(token => `/invitation/${safe(token)}`),
      hostile.map(token => `/connect/${safe(token)}`),
      hostile.map(token => `/mail/opt-out?mails=ready&token=${safe(token)}`),
    ),
    fc.tuple(
      ...wrongFields.map(() =>
        hostile.filter(text => text.trim() !== '' && !/^(na|eu|fe|keep|erase)$/.test(text)),
      ),
    ),
    fields,
    fc.boolean(),
    fc.boolean(),
    fc.constantFrom(
      'application/x-www-form-urlencoded',
      'application/json',
      'multipart/form-data; boundary=x',
      'text/plain',
      'application/x-www-form-urlencoded; charset=utf-16',
    ),
  )
  .map(([url, values, more, asOwner, withToken, type]) => {
    const pairs = [...wrongFields.map((name, at) => [name, values[at] ?? ''] as const), ...more]
    const isJson = type === 'application/json'
    const payload = isJson ? JSON.stringify(Object.fromEntries(pairs)) : search(pairs)
    return { method: 'POST', url, payload, headers: { 'content-type': type }, asOwner, withToken }
  })

const event = fc.oneof(
  fc.jsonValue(),
  fc.record(
    {
      type: fc.oneof(fc.constant('subscription.changed'), hostile),
      occurredAt: fc.oneof(hostile, fc.jsonValue(), fc.constant('2026-02-30T25:61:61Z')),
      data: fc.oneof(
        fc.jsonValue(),
        fc.record(
          { email: hostile, plan: hostile, endsAt: fc.jsonValue(), userId: uuidLike },
          { requiredKeys: [] },
        ),
      ),
    },
    { requiredKeys: [] },
  ),
)

/** Signed as by the billing system, so that the content is what gets rejected. */
const webhookRequest: fc.Arbitrary<Sent> = fc.tuple(event, fc.boolean()).map(([content, isSigned]) => {
  const payload = JSON.stringify(content) ?? ''
  const id = `evt_${randomUUID()}`
  const timestamp = String(Math.floor(Date.now() / 1000))
  const signature = isSigned ? signatureOf(secret, id, timestamp, payload) : 'v1,AAAA'
  const headers = {
    'content-type': 'application/json',
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': signature,
  }
  return {
    method: 'POST',
    url: '/webhooks/subscriptions',
    payload,
    headers,
    asOwner: false,
    withToken: false,
  }
})

async function anOwner(product: TestProduct) {
  const { email, id } = await product.newUser('manager')
  const owner = new Caller(product.address)
  await owner.signIn(email)
  await owner.connect('empty', 'Quiet Brand US')
  await owner.comeBack(await owner.authorise('three-regions'))
  const form = { message: 'Why?', amazonEmail: '', marketplace: '', page: '', reference: '' }
  await owner.post('/dashboard/help', { ...form, form: randomUUID() })
  await product.query('update support_request set id = $1', [requestId])
  const token = await owner.token()
  const staff = await newStaff(product, 'admin')
  await enterConsole(owner, staff)
  const cookie = await owner.cookies()
  const everything = async () => [
    await recordsOf(product, id).everything(),
    await product.query('select id, email, name, role, password_hash from app_user order by id'),
    await product.query('select * from subscription order by user_id'),
    await product.query('select id, user_id, outcome from subscription_event order by id'),
    // Reading a list is audited, rightly.
    await product.query("select id, action from audit_entry where action not like '%listed' order by id"),
    await product.query('select id, ended_at from view_as_session order by id'),
  ]
  return { cookie, token, everything }
}

t.test(
  `S-29 ${inputs} hostile inputs change nothing and are never reflected`,
  { timeout: 3_000_000 },
  async t => {
    const product = await startTestProduct(t, {
      env: { SUBSCRIPTION_WEBHOOK_SECRETS: secret },
    })
    const { app } = product.product
    if (!app) throw new Error('there is no web server')
    const { cookie, token, everything } = await anOwner(product)
    const before = await everything()
    const statuses = new Map<number, number>()
    let sentCount = 0

    const property = fc.asyncProperty(
      fc.oneof(pageRequest, posted, webhookRequest),
      async ({ asOwner, withToken, ...sent }) => {
        sentCount += 1
        const payload =
          withToken && typeof sent.payload === 'string'
            ? `_csrf=${safe(token)}&${sent.payload}`
            : sent.payload
        const answer = await app.inject({
          ...sent,
          ...(payload !== undefined && { payload }),
          headers: { ...sent.headers, ...(asOwner && { cookie }) },
          // A separate address for each request: rate limits are tested elsewhere.
          remoteAddress: `10.${sentCount >> 16}.${(sentCount >> 8) & 255}.${sentCount & 255}`,
        })
        statuses.set(answer.statusCode, (statuses.get(answer.statusCode) ?? 0) + 1)
        if (answer.statusCode >= 500)
          throw new Error(`${answer.statusCode} ${sent.method} ${sent.url}: ${answer.body}`)
        if (answer.body.includes('<zq7')) throw new Error(`reflected by ${sent.method} ${sent.url}`)
        if (JSON.stringify(answer.headers).includes('evil=1')) throw new Error(`a header from ${sent.url}`)
        const { location } = answer.headers
        if (typeof location === 'string' && !isInternal(location, product))
          throw new Error(`${sent.method} ${sent.url} leads to ${location}`)
      },
    )
    await fc.assert(property, { numRuns: inputs, seed, endOnFailure: true })

    t.strictSame(await everything(), before, 'all data is unchanged')
    t.comment(
      [...statuses]
        .sort()
        .map(([status, count]) => `${status}: ${count}`)
        .join(', '),
    )
    for (const status of [200, 303, 400, 401, 404])
      t.ok(statuses.get(status), `some are answered with ${status}`)
  },
)

const isInternal = (location: string, product: TestProduct): boolean =>
  /^\/(?![/\\])/.test(location) || location.startsWith(product.sandbox.url)
