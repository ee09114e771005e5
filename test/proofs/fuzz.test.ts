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
import { enterConsole, newStaff } from '../support/browser/staff-journey.ts'
import { startTestProduct, type TestProduct } from '../support/product/test-product.ts'
import { newWebhookSecret, signatureOf } from '../support/servers/billing-system.ts'
import { repetitions } from './repetitions.ts'

const { count: inputs, seed } = repetitions(1_500, 100_000)
const webhookSecret = newWebhookSecret()

const requestId = '7f3a12c0-6f0e-4b0e-9b61-0a6f6a6f4a10'

/** Must never appear unescaped in a response. */
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

type HostileRequest = Pick<InjectOptions, 'method' | 'url' | 'payload' | 'headers'> & {
  readonly asOwner: boolean
  readonly withCsrfToken: boolean
}

const queryString = (pairs: readonly (readonly [string, string])[]): string =>
  pairs.map(([name, value]) => `${encode(name)}=${encode(value)}`).join('&')

/** A lone surrogate can't be sent: browsers send the replacement character instead. */
const encode = (text: string): string => encodeURIComponent(text.toWellFormed())

const pageRequest: fc.Arbitrary<HostileRequest> = fc
  .tuple(
    fc.oneof(
      fc.constantFrom('/dashboard/ads/', '/dashboard/ads/callback', '/dashboard/ads/status', '/login', '/'),
      fc.constantFrom(...levels.flatMap(level => [`/dashboard/ads/${level}`, `/dashboard/ads/${level}.csv`])),
      fc.constantFrom('/dashboard/ads/accounts'),
      uuidLike.map(id => `/dashboard/ads/connections/${encode(id)}`),
      uuidLike.map(id => `/dashboard/ads/connections/${encode(id)}/erase`),
      fc.constantFrom('/dashboard/help', '/dashboard/help/waiting'),
      fc.constantFrom('/dashboard/settings', '/admin/', '/admin/login', '/password/forgot', '/mail/opt-out'),
      hostile.map(token => `/password/reset/${encode(token)}`),
      hostile.map(token => `/invitation/${encode(token)}`),
      hostile.map(token => `/connect/${encode(token)}`),
      uuidLike.map(id => `/admin/people/${encode(id)}`),
      fc.constantFrom('/admin/cases', '/admin/people/new'),
      uuidLike.map(id => `/admin/cases/${encode(id)}`),
      uuidLike.map(id => `/admin/people/${encode(id)}/view`),
      fc.constantFrom('/admin/audit'),
      fc.constantFrom('/admin/requests'),
      fc.oneof(uuidLike, fc.constant(requestId)).map(id => `/admin/requests/${encode(id)}`),
      hostile.map(path => `/${encode(path)}`),
    ),
    fields,
    fc.boolean(),
  )
  .map(([path, pairs, asOwner]) => ({
    method: 'GET',
    url: `${path}?${queryString(pairs)}`,
    asOwner,
    withCsrfToken: false,
  }))

/** Every known form field gets a wrong value, because a missing or empty one might be valid. */
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
const formRequest: fc.Arbitrary<HostileRequest> = fc
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
      uuidLike.map(id => `/dashboard/ads/connections/${encode(id)}/disconnect`),
      uuidLike.map(id => `/dashboard/ads/connections/${encode(id)}/renew`),
      uuidLike.map(id => `/dashboard/ads/connections/${encode(id)}/current`),
      hostile.map(region => `/dashboard/ads/regions/${encode(region)}/retry`),
      fc
        .tuple(
          uuidLike,
          fc.oneof(fc.constantFrom('sync_now', 'load_again', 'disconnect', 'test_live'), hostile),
        )
        .map(([id, action]) => `/admin/cases/${encode(id)}/${encode(action)}`),
      ...['plan', 'role', 'sign-out', 'second-factor', 'connect-link', 'view', 'view/end'].map(path =>
        uuidLike.map(id => `/admin/people/${encode(id)}/${path}`),
      ),
      ...['answer', 'note', 'state'].map(path =>
        fc.oneof(uuidLike, fc.constant(requestId)).map(id => `/admin/requests/${encode(id)}/${path}`),
      ),
      uuidLike.map(id => `/dashboard/settings/sessions/${encode(id)}/end`),
      hostile.map(token => `/password/reset/${encode(token)}`),
      hostile.map(token => `/invitation/${encode(token)}`),
      hostile.map(token => `/connect/${encode(token)}`),
      hostile.map(token => `/mail/opt-out?mails=ready&token=${encode(token)}`),
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
  .map(([url, values, extraFields, asOwner, withCsrfToken, type]) => {
    const pairs = [...wrongFields.map((name, at) => [name, values[at] ?? ''] as const), ...extraFields]
    const isJson = type === 'application/json'
    const payload = isJson ? JSON.stringify(Object.fromEntries(pairs)) : queryString(pairs)
    return { method: 'POST', url, payload, headers: { 'content-type': type }, asOwner, withCsrfToken }
  })

const webhookEvent = fc.oneof(
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

/** Some are signed like the billing system's events, so that their content is what gets rejected. */
const webhookRequest: fc.Arbitrary<HostileRequest> = fc
  .tuple(webhookEvent, fc.boolean())
  .map(([content, isSigned]) => {
    const payload = JSON.stringify(content) ?? ''
    const id = `evt_${randomUUID()}`
    const timestamp = String(Math.floor(Date.now() / 1000))
    const signature = isSigned ? signatureOf(webhookSecret, id, timestamp, payload) : 'v1,AAAA'
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
      withCsrfToken: false,
    }
  })

async function anOwner(product: TestProduct) {
  const { email, id } = await product.newUser('manager')
  const owner = new Caller(product.address)
  await owner.signIn(email)
  await owner.connect('empty', 'Quiet Brand US')
  await owner.returnFromAmazon(await owner.authorise('three-regions'))
  const form = { message: 'Why?', amazonEmail: '', marketplace: '', page: '', reference: '' }
  await owner.post('/dashboard/help', { ...form, form: randomUUID() })
  await product.query('update support_request set id = $1', [requestId])
  const csrfToken = await owner.csrfToken()
  const staff = await newStaff(product, 'admin')
  await enterConsole(owner, staff)
  const cookie = await owner.cookies()
  const readEverything = async () => [
    await recordsOf(product, id).everything(),
    await product.query('select id, email, name, role, password_hash from app_user order by id'),
    await product.query('select * from subscription order by user_id'),
    await product.query('select id, user_id, outcome from subscription_event order by id'),
    // Reading a list adds an audit entry, which is right.
    await product.query("select id, action from audit_entry where action not like '%listed' order by id"),
    await product.query('select id, ended_at from view_as_session order by id'),
  ]
  return { cookie, csrfToken, readEverything }
}

t.test(
  `S-29 ${inputs} hostile inputs change nothing and are never reflected`,
  { timeout: 3_000_000 },
  async t => {
    const product = await startTestProduct(t, {
      env: { SUBSCRIPTION_WEBHOOK_SECRETS: webhookSecret },
    })
    const { app } = product.product
    if (!app) throw new Error('there is no web server')
    const { cookie, csrfToken, readEverything } = await anOwner(product)
    const before = await readEverything()
    const statuses = new Map<number, number>()
    let sentCount = 0

    const property = fc.asyncProperty(
      fc.oneof(pageRequest, formRequest, webhookRequest),
      async ({ asOwner, withCsrfToken, ...request }) => {
        sentCount += 1
        const payload =
          withCsrfToken && typeof request.payload === 'string'
            ? `_csrf=${encode(csrfToken)}&${request.payload}`
            : request.payload
        const response = await app.inject({
          ...request,
          ...(payload !== undefined && { payload }),
          headers: { ...request.headers, ...(asOwner && { cookie }) },
          // Each request has its own address, because rate limits are tested elsewhere.
          remoteAddress: `10.${sentCount >> 16}.${(sentCount >> 8) & 255}.${sentCount & 255}`,
        })
        statuses.set(response.statusCode, (statuses.get(response.statusCode) ?? 0) + 1)
        if (response.statusCode >= 500)
          throw new Error(`${response.statusCode} ${request.method} ${request.url}: ${response.body}`)
        if (response.body.includes('<zq7'))
          throw new Error(`input is reflected by ${request.method} ${request.url}`)
        if (JSON.stringify(response.headers).includes('evil=1'))
          throw new Error(`a header was injected by ${request.url}`)
        const { location } = response.headers
        if (typeof location === 'string' && !isInternal(location, product))
          throw new Error(`${request.method} ${request.url} leads to ${location}`)
      },
    )
    await fc.assert(property, { numRuns: inputs, seed, endOnFailure: true })

    t.strictSame(await readEverything(), before, 'all data is unchanged')
    t.comment(
      [...statuses]
        .sort()
        .map(([status, count]) => `${status}: ${count}`)
        .join(', '),
    )
    for (const status of [200, 303, 400, 401, 404])
      t.ok(statuses.get(status), `some responses have status ${status}`)
  },
)

const isInternal = (location: string, product: TestProduct): boolean =>
  /^\/(?![/\\])/.test(location) || location.startsWith(product.sandbox.url)
