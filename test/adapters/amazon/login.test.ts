import t from 'tap'
import { startSandbox } from '../../../sandbox/sandbox.ts'
import { LoginWithAmazon, parseTokenResponse, parseUserProfile } from '../../../src/adapters/amazon/login.ts'
import { isAmazonFailure } from '../../../src/application/amazon-failure.ts'
import { Secret } from '../../../src/domain/secret.ts'
import { amazonSettingsAt, amazonSettingsOf } from '../../support/product/amazon-settings.ts'
import { respondWith, startTestServer } from '../../support/servers/answering-server.ts'

const state = new Secret('a-state-of-no-meaning')

t.test('S-06 the authorisation address has the exact scopes, the callback and a PKCE challenge', async t => {
  const login = new LoginWithAmazon(amazonSettingsAt('https://amazon.example'))

  const { url, verifier } = await login.authorisationUrl('eu', state)

  const { searchParams, origin, pathname } = new URL(url)
  t.equal(origin + pathname, 'https://amazon.example/ap/oa')
  t.equal(searchParams.get('scope'), 'advertising::campaign_management profile')
  t.equal(searchParams.get('redirect_uri'), 'http://localhost:3000/dashboard/ads/callback')
  t.equal(searchParams.get('state'), state.reveal())
  t.equal(searchParams.get('response_type'), 'code')
  t.equal(searchParams.get('code_challenge_method'), 'S256')
  t.ok((verifier?.reveal().length ?? 0) >= 43, 'RFC 7636 requires at least 43 characters')
  const second = await login.authorisationUrl('eu', state)
  t.not(second.verifier?.reveal(), verifier?.reveal(), 'each attempt has its own verifier')
})

t.test('S-06 PKCE can be switched off', async t => {
  const login = new LoginWithAmazon({ ...amazonSettingsAt('https://amazon.example'), pkce: 'off' })

  const { url, verifier } = await login.authorisationUrl('na', state)

  t.equal(verifier, null)
  t.notOk(new URL(url).searchParams.has('code_challenge'))
})

for (const pkce of ['S256', 'off'] as const) {
  t.test(`a code is exchanged and its token refreshed at a real token endpoint (PKCE ${pkce})`, async t => {
    const sandbox = await startSandbox()
    t.teardown(() => sandbox.close())
    const login = new LoginWithAmazon({ ...amazonSettingsOf(sandbox.settings), pkce })
    const { url, verifier } = await login.authorisationUrl('na', state)
    const consent = await fetch(url, {
      method: 'POST',
      body: new URLSearchParams({ user: 'us-seller', decision: 'allow' }),
      redirect: 'manual',
    })
    const code = new Secret(new URL(consent.headers.get('location') ?? '').searchParams.get('code') ?? '')

    const tokens = await login.exchangeCode('na', code, verifier)

    t.match(tokens.accessToken.reveal(), /^Atza\|/)
    t.match(tokens.refreshToken?.reveal(), /^Atzr\|/)
    t.equal(tokens.expiresInSeconds, 3600)
    const refreshed = await login.refresh('fe', tokens.refreshToken ?? state)
    t.equal(
      refreshed.refreshToken?.reveal(),
      tokens.refreshToken?.reveal(),
      'Amazon does not rotate the refresh token',
    )
    t.match(await login.fetchUserProfile('fe', refreshed.accessToken), {
      userId: /^amzn1\.account\./,
      email: /@/,
    })
    await t.rejects(login.exchangeCode('na', code, verifier), {
      name: 'AmazonFailure',
      kind: 'rejected',
      code: 'invalid_grant',
    })
  })
}

const responses: readonly [
  description: string,
  response: ReturnType<typeof respondWith>,
  expected: object,
][] = [
  [
    'invalid_grant',
    respondWith(400, '{"error":"invalid_grant","error_description":"gone","request_id":"r-1"}'),
    { code: 'invalid_grant', detail: 'gone', requestId: 'r-1', httpStatus: 400 },
  ],
  [
    'invalid_client',
    respondWith(401, '{"error":"invalid_client","error_description":"no"}'),
    { code: 'invalid_client', httpStatus: 401, call: 'token' },
  ],
  [
    'an error with its request id in a header',
    respondWith(400, '', { 'x-amzn-requestid': 'r-2' }),
    {
      name: 'AmazonFailure',
      kind: 'rejected',
      code: /^$/,
      requestId: 'r-2',
    },
  ],
  [
    '429 with a Retry-After delay',
    respondWith(429, '{"message":"slow down"}', { 'retry-after': '17' }),
    { retryAfterSeconds: 17 },
  ],
  [
    '429 with a Retry-After date',
    respondWith(429, '', {
      'retry-after': 'Tue, 24 Nov 2026 12:01:00 GMT',
      date: 'Tue, 24 Nov 2026 12:00:00 GMT',
    }),
    { name: 'AmazonFailure', kind: 'throttled', retryAfterSeconds: 60 },
  ],
  ['408', respondWith(408, ''), { name: 'AmazonFailure', kind: 'unreachable', httpStatus: 408 }],
  ['504', respondWith(504, ''), { name: 'AmazonFailure', kind: 'unreachable', httpStatus: 504 }],
  [
    '500',
    respondWith(500, '{"error":"server_error"}'),
    { name: 'AmazonFailure', kind: 'unreachable', httpStatus: 500 },
  ],
  [
    '503 in HTML',
    respondWith(503, '<html>busy</html>', { 'content-type': 'text/html' }),
    { name: 'AmazonFailure', kind: 'unreachable', httpStatus: 503 },
  ],
  ['a success without a token', respondWith(200, '{}'), { name: 'AmazonFailure', kind: 'unreadable' }],
  ['a success with an empty body', respondWith(200, ''), { name: 'AmazonFailure', kind: 'unreadable' }],
  [
    '425 for an early request',
    respondWith(425, ''),
    { name: 'AmazonFailure', kind: 'unreachable', httpStatus: 425 },
  ],
  [
    'a success with HTML',
    respondWith(200, '<html>hello</html>'),
    { name: 'AmazonFailure', kind: 'unreadable' },
  ],
]

for (const [description, response, expected] of responses) {
  t.test(`the token endpoint returns ${description}`, async t => {
    const url = await startTestServer(t, response)
    const login = new LoginWithAmazon(amazonSettingsAt(url))

    const errors = await Promise.all([
      login.exchangeCode('na', new Secret('the-code'), new Secret('the-verifier')).catch(error => error),
      login.refresh('na', new Secret('Atzr|the-refresh-token')).catch(error => error),
    ])

    for (const error of errors) {
      t.match(error, expected)
      t.ok(isAmazonFailure(error), String(error))
      const errorText = `${error.stack} ${JSON.stringify(error)} ${String(error.cause)}`
      t.notMatch(
        errorText,
        /the-secret|the-code|the-refresh-token|the-verifier/,
        'the error contains no secret',
      )
    }
  })
}

t.test(
  'S-09 the user profile is read in the login’s region, and in the others only if that fails',
  async t => {
    const sandbox = await startSandbox()
    t.teardown(() => sandbox.close())
    const login = new LoginWithAmazon(amazonSettingsOf(sandbox.settings))
    const token = new Secret(sandbox.controls.grant('us-seller').accessToken)
    t.match(await login.fetchUserProfile('eu', token), { name: 'Sam Seller' })
    t.equal(sandbox.controls.calls().userProfile, 1)

    const down = (region: 'NA' | 'EU' | 'FE', fault: '500' | '503') =>
      ({ call: 'userProfile', region, fault, times: null }) as const
    sandbox.controls.set({ faults: [down('EU', '503'), down('FE', '500')] })
    t.match(await login.fetchUserProfile('eu', token), { name: 'Sam Seller' })

    sandbox.controls.set({ faults: [down('NA', '500'), down('EU', '503'), down('FE', '500')] })
    await t.rejects(login.fetchUserProfile('eu', token), {
      name: 'AmazonFailure',
      kind: 'unreachable',
      httpStatus: 503,
    })
  },
)

t.test('a refused connection to the token endpoint is reported as unreachable', async t => {
  const login = new LoginWithAmazon(amazonSettingsAt('http://127.0.0.1:9'))

  await t.rejects(login.refresh('na', new Secret('x')), { name: 'AmazonFailure', kind: 'unreachable' })
  await t.rejects(login.fetchUserProfile('na', new Secret('x')), {
    name: 'AmazonFailure',
    kind: 'unreachable',
  })
})

t.test('S-07 a token response that stalls midway times out', async t => {
  const url = await startTestServer(t, (_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).write('{"access_token":')
  })
  const login = new LoginWithAmazon(amazonSettingsAt(url), 500)

  await t.rejects(login.refresh('na', new Secret('x')), { name: 'AmazonFailure', kind: 'timeout' })
})

t.test('S-07 an access token without a lifetime lasts an hour', async t => {
  for (const [expires_in, seconds] of [
    [1800, 1800],
    [undefined, 3600],
    [null, 3600],
    [0, 3600],
    [-5, 3600],
    ['1800', 3600],
  ] as const)
    t.equal(
      parseTokenResponse({ access_token: 'a', expires_in }).expiresInSeconds,
      seconds,
      String(expires_in),
    )
  for (const [refresh_token, expected] of [
    ['a-token', 'a-token'],
    [undefined, undefined],
    [null, undefined],
    ['', undefined],
    [7, undefined],
  ] as const)
    t.equal(
      parseTokenResponse({ access_token: 'a', refresh_token }).refreshToken?.reveal(),
      expected,
      String(refresh_token),
    )
  for (const body of [{ access_token: '' }, { access_token: 7 }, [], null])
    t.throws(
      () => parseTokenResponse(body),
      { name: 'AmazonFailure', kind: 'unreadable' },
      JSON.stringify(body),
    )
})

t.test('S-06 an Amazon user has an id, and a name and email if Amazon returns them', async t => {
  for (const [body, user] of [
    [{ user_id: 'u' }, { userId: 'u', name: null, email: null }],
    [
      { user_id: 'u', name: 'Sam\u202e', email: 'sam@example.test' },
      { userId: 'u', name: 'Sam ', email: 'sam@example.test' },
    ],
    [
      { user_id: 'u', name: 7, email: {} },
      { userId: 'u', name: null, email: null },
    ],
  ] as const)
    t.strictSame(parseUserProfile(body), user)
  for (const body of [{}, { user_id: '' }, { user_id: 7 }, [], null])
    t.throws(
      () => parseUserProfile(body),
      { name: 'AmazonFailure', kind: 'unreadable' },
      JSON.stringify(body),
    )
})

t.test('S-07 a token endpoint that hangs times out after five seconds', async t => {
  const url = await startTestServer(t, () => undefined)
  const login = new LoginWithAmazon(amazonSettingsAt(url))
  const start = Date.now()

  await Promise.all([
    t.rejects(login.exchangeCode('na', new Secret('x'), null), { name: 'AmazonFailure', kind: 'timeout' }),
    t.rejects(login.fetchUserProfile('na', new Secret('x')), { name: 'AmazonFailure', kind: 'timeout' }),
  ])

  t.ok(Date.now() - start < 15_000, 'in less than 15 seconds')
})
