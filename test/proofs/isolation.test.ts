/**
 * S-29: every registered address, requested by each kind of user with another user's ids. The test fails for an address
 * without a row, and for a row without an address.
 */
import { randomUUID } from 'node:crypto'
import t from 'tap'
import { helpTopics } from '../../src/adapters/fastify/seller/page-models/help.ts'
import { Passkeys } from '../../src/application/access/second-factor/ports.ts'
import { levels } from '../../src/domain/performance/level.ts'
import { type Answer, Caller, profileIdOn } from '../journeys/caller.ts'
import { recordsOf } from '../journeys/user-records.ts'
import { enterConsole, newStaff } from '../support/browser/staff-journey.ts'
import { doesNotMatch } from '../support/does-not-match.ts'
import { aPasskey } from '../support/fakes/access/passkeys.ts'
import { startTestProduct, type TestProduct } from '../support/product/test-product.ts'

/** `nobody` has no session; a support agent's session is not valid on these pages. */
const users = ['nobody', 'seller', 'manager', 'admin', 'support'] as const
type User = (typeof users)[number]

const names: Readonly<Record<User, string>> = {
  nobody: 'a signed-out visitor',
  seller: 'a seller',
  manager: 'a manager',
  admin: 'an admin',
  support: 'a support agent',
}

interface OwnerIds {
  readonly live: string
  readonly closed: string
  readonly pending: string
  readonly profile: string
  readonly state: string
  readonly session: string
  readonly owner: string
  /** The owner's support request. */
  readonly request: string
  readonly passkey: string
}

interface Row {
  readonly tries: (
    ids: OwnerIds,
  ) => readonly { readonly path: string; readonly fields?: Record<string, string> }[]
  /** The expected answer to each kind of user; a string applies to all. */
  readonly answers: Readonly<Record<User, string>> | string
}

const signedIn = (answer: string): Row['answers'] => ({
  nobody: 'login',
  seller: answer,
  manager: answer,
  admin: answer,
  support: 'login',
})
/** An admin needs a link for the first one. */
const secondFactor = (answer: string): Row['answers'] => ({
  ...(signedIn(answer) as Record<User, string>),
  admin: '410',
})
const enrolmentPath = `/admin/enrol/${'x'.repeat(43)}`
const at =
  (path: string): Row['tries'] =>
  () => [{ path }]
const onConnections =
  (suffix = '', fields?: Record<string, string>): Row['tries'] =>
  ({ live, closed }) =>
    [live, closed].map(id => ({
      path: `/dashboard/ads/connections/${id}${suffix}`,
      ...(fields && { fields }),
    }))

const toAds = '303 /dashboard/ads/'
const requestFields = { message: 'Mine?', amazonEmail: '', marketplace: '', page: '', reference: '' }
const planRemoval = { plan: 'none', until: '', reason: 'a good one', shownPlan: 'monthly', shownEndsAt: '' }

const table: Readonly<Record<string, Row>> = {
  'GET /': { tries: at('/'), answers: toAds },
  'GET /dashboard': { tries: at('/dashboard'), answers: toAds },
  'GET /dashboard/': { tries: at('/dashboard/'), answers: toAds },
  'GET /dashboard/ads': { tries: at('/dashboard/ads'), answers: toAds },
  'GET /healthz': { tries: at('/healthz'), answers: '200' },
  'GET /readyz': { tries: at('/readyz'), answers: '200' },
  'GET /readyz/process': { tries: at('/readyz/process'), answers: '200' },
  // Not reachable through a proxy: test/journeys/operations/observability.test.ts.
  'GET /metrics': { tries: at('/metrics'), answers: '200' },
  'ALL /undecodable': { tries: at('/%zz'), answers: '400' },
  'GET /assets/*': { tries: at('/assets/styles/app.css'), answers: '200' },
  'GET /assets/flags/*': { tries: at('/assets/flags/US.svg'), answers: '200' },
  'POST /webhooks/subscriptions': {
    tries: () => [{ path: '/webhooks/subscriptions', fields: { plan: 'annual' } }],
    // A form is never accepted as an event.
    answers: '415',
  },
  'GET /login': {
    tries: at('/login'),
    answers: { nobody: '200', seller: toAds, manager: toAds, admin: toAds, support: '200' },
  },
  'POST /login': {
    tries: () => [{ path: '/login', fields: { email: 'owner@example.test', password: 'not this one' } }],
    answers: '401',
  },
  'POST /logout': { tries: () => [{ path: '/logout', fields: {} }], answers: 'login' },
  'GET /login/code': { tries: at('/login/code'), answers: 'login' },
  'POST /login/code': {
    tries: () => [{ path: '/login/code', fields: { code: '123456' } }],
    answers: 'login',
  },
  'POST /login/passkey-options': {
    tries: () => [{ path: '/login/passkey-options', fields: {} }],
    answers: { nobody: '401', seller: '200', manager: '200', admin: '200', support: '401' },
  },
  'GET /password/forgot': { tries: at('/password/forgot'), answers: '200' },
  'POST /password/forgot': {
    tries: () => [{ path: '/password/forgot', fields: { email: 'owner@example.test' } }],
    answers: '200',
  },
  'GET /invitation/:token': { tries: at(`/invitation/${'x'.repeat(43)}`), answers: '410' },
  'POST /invitation/:token': {
    tries: () => [{ path: `/invitation/${'x'.repeat(43)}`, fields: { password: 'a long enough password' } }],
    answers: '410',
  },
  'GET /password/reset/:token': { tries: at(`/password/reset/${'x'.repeat(43)}`), answers: '410' },
  'POST /password/reset/:token': {
    tries: () => [
      { path: `/password/reset/${'x'.repeat(43)}`, fields: { password: 'a long enough password' } },
    ],
    answers: '410',
  },
  'GET /connect/:token': {
    tries: at(`/connect/${'x'.repeat(43)}`),
    answers: signedIn('410'),
  },
  'POST /connect/:token': {
    tries: () => [{ path: `/connect/${'x'.repeat(43)}`, fields: {} }],
    answers: signedIn('410'),
  },
  'GET /mail/opt-out': {
    tries: at(`/mail/opt-out?mails=ready&token=${'x'.repeat(43)}`),
    answers: '404',
  },
  'POST /mail/opt-out': {
    tries: () => [{ path: `/mail/opt-out?mails=ready&token=${'x'.repeat(43)}`, fields: {} }],
    answers: '404',
  },
  'GET /dashboard/settings': { tries: at('/dashboard/settings'), answers: signedIn('200') },
  'POST /dashboard/settings/password': {
    tries: () => [
      {
        path: '/dashboard/settings/password',
        fields: { current: 'not this one', next: 'a long enough password' },
      },
    ],
    answers: signedIn('422'),
  },
  'POST /dashboard/settings/mail': {
    tries: () => [{ path: '/dashboard/settings/mail', fields: { mail: 'everything' } }],
    answers: signedIn('400'),
  },
  'POST /dashboard/settings/sessions/:id/end': {
    tries: ({ session }) => [{ path: `/dashboard/settings/sessions/${session}/end`, fields: {} }],
    answers: signedIn('303 /dashboard/settings?notice=session_ended'),
  },
  'POST /dashboard/settings/sessions/end-others': {
    tries: () => [{ path: '/dashboard/settings/sessions/end-others', fields: {} }],
    answers: signedIn('303 /dashboard/settings?notice=other_sessions_ended'),
  },
  'POST /dashboard/settings/sessions/end-all': {
    tries: () => [{ path: '/dashboard/settings/sessions/end-all', fields: {} }],
    answers: 'login',
  },
  'POST /dashboard/settings/verify': {
    tries: () => [{ path: '/dashboard/settings/verify', fields: { ownPassword: 'not this one' } }],
    answers: signedIn('422'),
  },
  'POST /dashboard/settings/app': {
    tries: () => [{ path: '/dashboard/settings/app', fields: {} }],
    answers: secondFactor('200'),
  },
  'POST /dashboard/settings/app/confirm': {
    tries: () => [{ path: '/dashboard/settings/app/confirm', fields: { code: '123456' } }],
    answers: secondFactor('401'),
  },
  'POST /dashboard/settings/app/remove': {
    tries: () => [{ path: '/dashboard/settings/app/remove', fields: {} }],
    answers: 'login',
  },
  'POST /dashboard/settings/passkeys': {
    tries: () => [{ path: '/dashboard/settings/passkeys', fields: { passkey: '{}' } }],
    answers: secondFactor('422'),
  },
  'POST /dashboard/settings/passkeys/options': {
    tries: () => [{ path: '/dashboard/settings/passkeys/options', fields: {} }],
    answers: secondFactor('200'),
  },
  'POST /dashboard/settings/passkeys/:id/remove': {
    tries: ({ passkey }) => [{ path: `/dashboard/settings/passkeys/${passkey}/remove`, fields: {} }],
    answers: 'login',
  },
  'POST /dashboard/settings/recovery-codes': {
    tries: () => [{ path: '/dashboard/settings/recovery-codes', fields: {} }],
    answers: signedIn('200'),
  },
  'GET /dashboard/help': {
    tries: ({ live, closed }) =>
      [live, closed].map(id => ({
        path: `/dashboard/help?account=${id}&page=/dashboard/ads/connections/${id}`,
      })),
    // Help is available to every user; the named account is ignored.
    answers: signedIn('200'),
  },
  ...Object.fromEntries(
    helpTopics.map(topic => [
      `GET /dashboard/help/${topic}`,
      {
        tries: ({ live }: OwnerIds) => [{ path: `/dashboard/help/${topic}?account=${live}` }],
        answers: signedIn('200'),
      },
    ]),
  ),
  'POST /dashboard/help': {
    tries: ({ live, closed, session }) =>
      [live, closed].map(account => ({
        path: '/dashboard/help',
        fields: { ...requestFields, form: session, account },
      })),
    answers: signedIn('404'),
  },
  'GET /admin': { tries: at('/admin'), answers: '303 /admin/' },
  'GET /admin/': { tries: at('/admin/'), answers: '303 /admin/login' },
  'GET /admin/login': { tries: at('/admin/login'), answers: '200' },
  'POST /admin/login': {
    tries: () => [
      { path: '/admin/login', fields: { email: 'owner@example.test', password: 'not this one' } },
    ],
    answers: '401',
  },
  'GET /admin/login/code': { tries: at('/admin/login/code'), answers: '303 /admin/login' },
  'POST /admin/login/code': {
    tries: () => [{ path: '/admin/login/code', fields: { code: '123456' } }],
    answers: '303 /admin/login',
  },
  'POST /admin/login/passkey-options': {
    tries: () => [{ path: '/admin/login/passkey-options', fields: {} }],
    answers: '401',
  },
  'GET /admin/enrol/:token': { tries: at(enrolmentPath), answers: '303 /admin/login' },
  ...Object.fromEntries(
    ['/app', '/app/confirm', '/passkeys', '/passkeys/options'].map(form => [
      `POST /admin/enrol/:token${form}`,
      {
        tries: () => [{ path: enrolmentPath + form, fields: { code: '123456', passkey: '{}' } }],
        answers: '303 /admin/login',
      },
    ]),
  ),
  'GET /admin/account': { tries: at('/admin/account'), answers: '303 /admin/login' },
  ...Object.fromEntries(
    [
      ...['/password', '/verify', '/app', '/app/confirm', '/app/remove', '/recovery-codes', '/passkeys'],
      ...[
        '/passkeys/options',
        '/passkeys/:id/remove',
        '/sessions/:id/end',
        '/sessions/end-others',
        '/sessions/end-all',
      ],
    ].map(form => [
      `POST /admin/account${form}`,
      {
        tries: ({ session, passkey }: OwnerIds) => [
          {
            path: `/admin/account${form}`.replace(':id', form.startsWith('/passkeys/') ? passkey : session),
            fields: { current: 'x', next: 'x', code: '123456', passkey: '{}' },
          },
        ],
        answers: '303 /admin/login',
      },
    ]),
  ),
  'GET /admin/authorise-again': { tries: at('/admin/authorise-again'), answers: '303 /admin/login' },
  'POST /admin/authorise-again': {
    tries: () => [{ path: '/admin/authorise-again', fields: { reason: 'a good one' } }],
    answers: '303 /admin/login',
  },
  'GET /admin/people': { tries: at('/admin/people'), answers: '303 /admin/login' },
  'POST /admin/people': {
    tries: () => [{ path: '/admin/people', fields: { email: 'owner@example.test' } }],
    answers: '303 /admin/login',
  },
  'GET /admin/people/:id': {
    tries: ({ owner }) => [{ path: `/admin/people/${owner}` }],
    answers: '303 /admin/login',
  },
  'GET /admin/cases': { tries: at('/admin/cases?q=owner@example.test'), answers: '303 /admin/login' },
  'GET /admin/cases/:id': {
    tries: ({ owner, live, closed }) => [owner, live, closed].map(id => ({ path: `/admin/cases/${id}` })),
    answers: '303 /admin/login',
  },
  'POST /admin/cases/:id/:action': {
    tries: ({ owner, live }) =>
      ['test_live', 'sync_now', 'disconnect', 'discard_pending'].flatMap(action =>
        [owner, live].map(id => ({ path: `/admin/cases/${id}/${action}`, fields: { reason: 'a good one' } })),
      ),
    answers: '303 /admin/login',
  },
  'POST /admin/people/:id/plan': {
    tries: ({ owner }) => [{ path: `/admin/people/${owner}/plan`, fields: planRemoval }],
    answers: '303 /admin/login',
  },
  'POST /admin/people/:id/role': {
    tries: ({ owner }) => [
      {
        path: `/admin/people/${owner}/role`,
        fields: { role: 'admin', shownRole: 'seller', reason: 'a good one' },
      },
    ],
    answers: '303 /admin/login',
  },
  'POST /admin/people/:id/sign-out': {
    tries: ({ owner }) => [{ path: `/admin/people/${owner}/sign-out`, fields: { reason: 'a good one' } }],
    answers: '303 /admin/login',
  },
  ...Object.fromEntries(
    ['disable', 'enable', 'enrolment-link'].map(form => [
      `POST /admin/people/:id/${form}`,
      {
        tries: ({ owner }: OwnerIds) => [
          { path: `/admin/people/${owner}/${form}`, fields: { reason: 'a good one' } },
        ],
        answers: '303 /admin/login',
      },
    ]),
  ),
  'POST /admin/people/:id/second-factor': {
    tries: ({ owner }) => [
      { path: `/admin/people/${owner}/second-factor`, fields: { reason: 'a good one' } },
    ],
    answers: '303 /admin/login',
  },
  'GET /admin/people/new': { tries: at('/admin/people/new'), answers: '303 /admin/login' },
  'POST /admin/people/new': {
    tries: () => [
      {
        path: '/admin/people/new',
        fields: { name: 'Eve', email: 'eve@example.test', role: 'admin', reason: 'a good one' },
      },
    ],
    answers: '303 /admin/login',
  },
  'POST /admin/people/:id/connect-link': {
    tries: ({ owner }) => [{ path: `/admin/people/${owner}/connect-link`, fields: { reason: 'a good one' } }],
    answers: '303 /admin/login',
  },
  'GET /admin/people/:id/view': {
    tries: ({ owner }) => [{ path: `/admin/people/${owner}/view` }],
    answers: '303 /admin/login',
  },
  'POST /admin/people/:id/view': {
    tries: ({ owner }) => [
      { path: `/admin/people/${owner}/view`, fields: { reason: 'a good one', code: '123456' } },
    ],
    answers: '303 /admin/login',
  },
  'POST /admin/people/:id/view/end': {
    tries: ({ owner }) => [{ path: `/admin/people/${owner}/view/end`, fields: {} }],
    answers: '303 /admin/login',
  },
  'GET /admin/audit': {
    tries: ({ owner }) => [{ path: '/admin/audit' }, { path: `/admin/audit?person=${owner}` }],
    answers: '303 /admin/login',
  },
  'GET /admin/requests': { tries: at('/admin/requests'), answers: '303 /admin/login' },
  'GET /admin/requests/:id': {
    tries: ({ request }) => [{ path: `/admin/requests/${request}` }],
    answers: '303 /admin/login',
  },
  'POST /admin/requests/:id/answer': {
    tries: ({ request, session }) => [
      { path: `/admin/requests/${request}/answer`, fields: { form: session, words: 'Mine!' } },
    ],
    answers: '303 /admin/login',
  },
  'POST /admin/requests/:id/note': {
    tries: ({ request, session }) => [
      { path: `/admin/requests/${request}/note`, fields: { form: session, words: 'Mine!' } },
    ],
    answers: '303 /admin/login',
  },
  'POST /admin/requests/:id/state': {
    tries: ({ request }) => [{ path: `/admin/requests/${request}/state`, fields: { state: 'solved' } }],
    answers: '303 /admin/login',
  },
  'POST /admin/logout': { tries: () => [{ path: '/admin/logout', fields: {} }], answers: '303 /admin/login' },
  'GET /dashboard/ads/': {
    tries: ({ live, closed, profile }) => [
      { path: `/dashboard/ads/?account=${live}` },
      { path: `/dashboard/ads/?account=${closed}` },
      { path: `/dashboard/ads/?account=${live}&view=dashboard&choose=${profile}&confirm=${profile}` },
    ],
    answers: signedIn('404'),
  },
  'GET /dashboard/ads/status': {
    tries: ({ live, closed }) => [live, closed].map(id => ({ path: `/dashboard/ads/status?account=${id}` })),
    answers: { ...(signedIn('404') as Record<User, string>), nobody: '401', support: '401' },
  },
  ...Object.fromEntries(
    levels
      .flatMap(level => [level, `${level}.csv`])
      .map(page => [
        `GET /dashboard/ads/${page}`,
        {
          tries: ({ live, closed }: OwnerIds) =>
            [live, closed].map(id => ({ path: `/dashboard/ads/${page}?account=${id}` })),
          answers: signedIn('404'),
        },
      ]),
  ),
  'GET /dashboard/ads/accounts': {
    tries: at('/dashboard/ads/accounts'),
    answers: signedIn('200'),
  },
  'GET /dashboard/ads/callback': {
    tries: ({ state }) => [
      { path: `/dashboard/ads/callback?state=${state}&code=ANx` },
      { path: `/dashboard/ads/callback?state=${state}&error=access_denied` },
    ],
    answers: signedIn('303 /dashboard/ads/?notice=state_mismatch'),
  },
  'POST /dashboard/ads/connect': {
    tries: () => [{ path: '/dashboard/ads/connect', fields: { region: 'mars' } }],
    answers: signedIn('400'),
  },
  'POST /dashboard/ads/choose': {
    tries: ({ profile, pending, live }) => [
      { path: '/dashboard/ads/choose', fields: { profile, pending } },
      { path: '/dashboard/ads/choose', fields: { profile, pending, replace: live } },
      { path: '/dashboard/ads/choose', fields: { profile, amazonUser: 'amzn1.account.X' } },
    ],
    answers: signedIn('409'),
  },
  'POST /dashboard/ads/pending/discard': {
    tries: ({ pending }) => [{ path: '/dashboard/ads/pending/discard', fields: { pending } }],
    answers: signedIn('303 /dashboard/ads/?notice=discarded'),
  },
  'POST /dashboard/ads/regions/:region/retry': {
    tries: ({ pending }) => [{ path: '/dashboard/ads/regions/na/retry', fields: { pending } }],
    answers: signedIn('409'),
  },
  'GET /dashboard/ads/connections/:id': { tries: onConnections(), answers: signedIn('404') },
  'POST /dashboard/ads/connections/:id/current': {
    tries: onConnections('/current', {}),
    answers: signedIn('404'),
  },
  'GET /dashboard/ads/connections/:id/disconnect': {
    tries: onConnections('/disconnect'),
    answers: signedIn('404'),
  },
  'POST /dashboard/ads/connections/:id/disconnect': {
    tries: onConnections('/disconnect', { data: 'erase' }),
    answers: signedIn('404'),
  },
  'GET /dashboard/ads/connections/:id/erase': { tries: onConnections('/erase'), answers: signedIn('404') },
  'POST /dashboard/ads/connections/:id/erase': {
    tries: onConnections('/erase', {}),
    answers: signedIn('404'),
  },
  'POST /dashboard/ads/connections/:id/renew': {
    tries: onConnections('/renew', {}),
    answers: signedIn('404'),
  },
}

/** The owner's support request. */
const question = 'Why are Tuesdays so slow?'
const reply = 'Because of the markets in Utrecht.'
const note = 'Their colleague asked the same in Gouda.'

/** A manager with an account, a disconnected one, a pending connection and an open attempt. */
async function anOwner(product: TestProduct) {
  const { email, id } = await product.newUser('manager')
  const owner = new Caller(product.address)
  await owner.signIn(email)
  await owner.connect('us-seller', 'My Brand US')
  await owner.connect('three-regions', 'My Store DE')
  const records = recordsOf(product, id)
  const [live, closed] = await records.connections()
  await owner.post(`/dashboard/ads/connections/${closed?.id}/disconnect`)
  await owner.post('/dashboard/help', {
    ...requestFields,
    form: randomUUID(),
    account: live?.id ?? '',
    message: question,
  })
  const picker = await owner.returnFromAmazon(await owner.authorise('three-regions'))
  const state = (await owner.leaveForAmazon()).searchParams.get('state') ?? ''
  const [pending] = await records.pending()
  const [session] = await product.query<{ id: string }>('select id from session where user_id = $1', [id])
  const [request] = await product.query<{ id: string }>('select id from support_request where user_id = $1', [
    id,
  ])
  const agent = new Caller(product.address)
  await enterConsole(agent, await newStaff(product))
  for (const [kind, text] of [
    ['note', note],
    ['answer', reply],
  ])
    await agent.post(`/admin/requests/${request?.id}/${kind}`, { form: randomUUID(), words: text ?? '' })
  const { text: helpPage } = await owner.get('/dashboard/help')
  if (!helpPage.includes(reply) || helpPage.includes(note))
    throw new Error('the owner must see the reply, not the note')
  const passkey = aPasskey({ userId: id })
  await product.product.container.get(Passkeys).add(passkey)
  const ids: OwnerIds = {
    live: live?.id ?? '',
    closed: closed?.id ?? '',
    pending: pending?.id ?? '',
    profile: profileIdOn(picker, 'My Store UK'),
    state: encodeURIComponent(state),
    session: session?.id ?? '',
    owner: id,
    request: request?.id ?? '',
    passkey: passkey.id,
  }
  return { ids, email, records }
}

/** A caller. Their session and data are unchanged until a form signs them out or closes their connection. */
interface Requester {
  readonly caller: Caller
  hasSameRows(): Promise<boolean>
}

/** Creates and signs in a user of this kind. Sellers, managers and admins also get a connection. */
async function createRequester(product: TestProduct, user: User): Promise<Requester> {
  const caller = new Caller(product.address)
  if (user === 'nobody') return { caller, hasSameRows: async () => false }
  const { email, id } = await product.newUser(user)
  await caller.signIn(email)
  if (user === 'support') return { caller, hasSameRows: async () => false }
  await caller.connect('empty', 'Quiet Brand US')
  const readState = async () => {
    const { status } = await caller.get('/dashboard/settings')
    const rights = await product.query(
      `select role, plan, ends_at, connection.id, status
       from app_user left join subscription on user_id = app_user.id left join connection on connection.user_id = app_user.id
       where app_user.id = $1 order by connection.id`,
      [id],
    )
    return JSON.stringify({ status, rights })
  }
  const initialState = await readState()
  return { caller, hasSameRows: async () => (await readState()) === initialState }
}

function summarise({ status, location }: Answer): string {
  if (location === null) return String(status)
  const { pathname, searchParams } = new URL(location, 'http://here')
  if (pathname === '/login') return 'login'
  const notice = searchParams.get('notice')
  return `${status} ${pathname}${notice ? `?notice=${notice}` : ''}`
}

t.test('S-29 the table covers exactly the registered addresses', async t => {
  const product = await startTestProduct(t)
  const registered = product.product.app?.registeredRoutes ?? []

  t.ok(registered.length > 20, `${registered.length} addresses`)
  t.strictSame([...registered].sort(), Object.keys(table).sort())
})

for (const user of users) {
  t.test(`S-29 ${names[user]} cannot reach another user’s data`, async t => {
    const product = await startTestProduct(t, { worker: true })
    const { ids, records } = await anOwner(product)
    const before = await records.everything()

    const reader = await createRequester(product, user)
    let sender = await createRequester(product, user)

    for (const [address, { tries, answers }] of Object.entries(table)) {
      // The console's forms change nothing, because none of these users may use them.
      const isSellerForm = /^POST (?!\/admin\/)/.test(address)
      if (isSellerForm && !(await sender.hasSameRows())) sender = await createRequester(product, user)
      const { caller } = isSellerForm ? sender : reader
      const expected = typeof answers === 'string' ? answers : answers[user]
      for (const { path, fields } of tries(ids)) {
        const [method] = address.split(' ')
        const answer = method !== 'POST' ? await caller.get(path) : await caller.post(path, fields)
        t.equal(summarise(answer), expected, `${address} at ${path}`)
        for (const name of ['My Brand US', 'My Store', 'us-seller@amazon.example', question, reply, note])
          doesNotMatch(t, answer.body, name, `${address} shows none of the owner’s data`)
      }
    }

    t.strictSame(await records.everything(), before, 'the owner’s data is unchanged')
  })
}
