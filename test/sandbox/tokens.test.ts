import { createHash } from 'node:crypto'
import t from 'tap'
import { startSandbox } from '../../sandbox/sandbox.ts'
import {
  type AmazonError,
  client,
  codeFor,
  exchange,
  type Fields,
  headersFor,
  json,
  noon,
  postToken,
  refresh,
  setting,
  type Tokens,
} from './amazon-client.ts'

let now = noon
const sandbox = await startSandbox({ now: () => now })
t.teardown(() => sandbox.close())
t.afterEach(() => {
  now = noon
})

async function errorOf(
  response: Response,
): Promise<{ status: number; error?: string | undefined; text?: string | undefined }> {
  const body = await json<AmazonError>(response)
  return { status: response.status, error: body.error, text: body.error_description }
}

t.test('a code is exchanged for exactly Amazon’s four fields', async t => {
  const response = await exchange(sandbox, await codeFor(sandbox, 'us-seller'))
  const body = await json<Tokens>(response)

  t.equal(response.status, 200)
  t.equal(response.headers.get('content-type'), 'application/json;charset=UTF-8')
  t.match(response.headers.get('cache-control'), 'no-store')
  t.match(response.headers.get('x-amzn-requestid'), /^[0-9a-f-]{36}$/)
  t.strictSame(Object.keys(body).sort(), ['access_token', 'expires_in', 'refresh_token', 'token_type'])
  t.equal(body.token_type, 'bearer')
  t.equal(body.expires_in, 3600)
  t.match(body.access_token, /^Atza\|.{345,2043}$/)
  t.match(body.refresh_token, /^Atzr\|.{345,2043}$/)
})

t.test('a code from one region’s page is valid at another region’s token endpoint', async t => {
  const response = await exchange(sandbox, await codeFor(sandbox, 'us-seller'), {}, 'FE')
  t.equal(response.status, 200)
})

t.test('a code can be used once', async t => {
  const code = await codeFor(sandbox, 'us-seller')
  await exchange(sandbox, code)

  t.strictSame(await errorOf(await exchange(sandbox, code)), {
    status: 400,
    error: 'invalid_grant',
    text: 'The request has an invalid grant parameter : code',
  })
})

t.test('only one of two concurrent exchanges of a code returns tokens', async t => {
  const code = await codeFor(sandbox, 'us-seller')
  const responses = await Promise.all([1, 2, 3, 4].map(() => exchange(sandbox, code)))

  t.strictSame(responses.map(response => response.status).sort(), [200, 400, 400, 400])
})

t.test('a code expires after five minutes', async t => {
  const code = await codeFor(sandbox, 'us-seller')
  now += 5 * 60_000

  t.match(await errorOf(await exchange(sandbox, code)), { status: 400, error: 'invalid_grant' })
})

t.test('a code is rejected with another redirect URI', async t => {
  const code = await codeFor(sandbox, 'us-seller')
  const other = { redirect_uri: 'http://localhost:4000/dashboard/ads/callback' }

  t.match(await errorOf(await exchange(sandbox, code, other)), { status: 400, error: 'invalid_grant' })
})

t.test('a PKCE challenge is checked if one was sent', async t => {
  const verifier = 'a verifier of at least forty-three characters, as it ought to be'
  const challenge = createHash('sha256').update(verifier).digest('base64url')
  const pkce = { code_challenge: challenge, code_challenge_method: 'S256' }

  const without = await exchange(sandbox, await codeFor(sandbox, 'us-seller', pkce))
  const wrong = await exchange(sandbox, await codeFor(sandbox, 'us-seller', pkce), { code_verifier: 'wrong' })
  const right = await exchange(sandbox, await codeFor(sandbox, 'us-seller', pkce), {
    code_verifier: verifier,
  })
  const plain = { code_challenge: verifier }
  const rightPlain = await exchange(sandbox, await codeFor(sandbox, 'us-seller', plain), {
    code_verifier: verifier,
  })

  t.match(await errorOf(without), { status: 400, error: 'invalid_grant' })
  t.match(await errorOf(wrong), { status: 400, error: 'invalid_grant' })
  t.equal(right.status, 200)
  t.equal(rightPlain.status, 200)
})

t.test('a refresh gives a new access token and the same refresh token', async t => {
  const first = await json<Tokens>(exchange(sandbox, await codeFor(sandbox, 'us-seller')))
  now += 60_000
  const second = await json<Tokens>(refresh(sandbox, first.refresh_token))

  t.equal(second.refresh_token, first.refresh_token)
  t.not(second.access_token, first.access_token)
})

t.test('client credentials are also accepted in HTTP Basic', async t => {
  const [id, secret] = [setting(sandbox, 'LWA_CLIENT_ID'), setting(sandbox, 'LWA_CLIENT_SECRET')]
  const { refreshToken } = sandbox.controls.grant('us-seller')
  const basic = { authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}` }
  const fields = { grant_type: 'refresh_token', refresh_token: refreshToken }

  t.equal((await postToken(sandbox, fields, 'NA', basic)).status, 200)
})

t.test('bad requests are rejected in Amazon’s words', async t => {
  const { refreshToken } = sandbox.controls.grant('us-seller')
  const wrongSecret = { ...client(sandbox), client_secret: 'wrong', grant_type: 'refresh_token' }

  t.strictSame(await errorOf(await postToken(sandbox, { ...wrongSecret, refresh_token: refreshToken })), {
    status: 401,
    error: 'invalid_client',
    text: 'Client authentication failed',
  })
  t.strictSame(await errorOf(await postToken(sandbox, { ...client(sandbox), grant_type: 'refresh_token' })), {
    status: 400,
    error: 'invalid_request',
    text: 'The request is missing a required parameter : refresh_token',
  })
  t.strictSame(await errorOf(await postToken(sandbox, { ...client(sandbox), grant_type: 'password' })), {
    status: 400,
    error: 'unsupported_grant_type',
    text: 'The authorization grant type is not supported by the authorization server',
  })
  t.strictSame(await errorOf(await refresh(sandbox, `${refreshToken}x`)), {
    status: 400,
    error: 'invalid_grant',
    text: "The request has an invalid grant parameter : refresh_token. User may have revoked or didn't grant the permission.",
  })
})

t.test('a consent expires after 365 days, however often its token was refreshed', async t => {
  const { refreshToken } = sandbox.controls.grant('us-seller')
  now += 364 * 86_400_000
  t.equal((await refresh(sandbox, refreshToken)).status, 200)
  now += 86_400_000
  t.match(await errorOf(await refresh(sandbox, refreshToken)), { status: 400, error: 'invalid_grant' })
})

t.test('a revoked consent is rejected at the next refresh, and a new consent is valid', async t => {
  const before = sandbox.controls.grant('view-only')
  sandbox.controls.revoke('view-only')
  const after = sandbox.controls.grant('view-only')
  const fetchProfile = (token: string) =>
    fetch(setting(sandbox, 'AMAZON_USER_PROFILE_URL_NA'), { headers: headersFor(sandbox, token) })

  t.match(await errorOf(await refresh(sandbox, before.refreshToken)), {
    status: 400,
    error: 'invalid_grant',
  })
  t.equal((await fetchProfile(before.accessToken)).status, 200, 'the old access token stays valid')
  t.equal((await refresh(sandbox, after.refreshToken)).status, 200)

  sandbox.controls.revoke('view-only', { accessTokensToo: true })
  t.equal((await fetchProfile(after.accessToken)).status, 400, 'an access token can be revoked too')
})

t.test('the user profile endpoint returns what the scopes allow', async t => {
  const fetchProfileWith = async (scope: string) => {
    const { accessToken } = sandbox.controls.grant('us-seller', scope)
    const response = await fetch(setting(sandbox, 'AMAZON_USER_PROFILE_URL_NA'), {
      headers: { authorization: `Bearer ${accessToken}` },
    })
    return { status: response.status, body: await json<Fields>(response) }
  }

  t.match(await fetchProfileWith('advertising::campaign_management profile'), {
    status: 200,
    body: {
      user_id: /^amzn1\.account\.[A-Z0-9]{28}$/,
      name: 'Sam Seller',
      email: 'us-seller@amazon.example',
    },
  })
  t.strictSame(Object.keys((await fetchProfileWith('profile:user_id')).body), ['user_id'])
  t.match(await fetchProfileWith('advertising::campaign_management'), {
    status: 403,
    body: { error: 'insufficient_scope' },
  })
})

t.test('the user profile endpoint also accepts the token in x-amz-access-token or the query', async t => {
  const address = setting(sandbox, 'AMAZON_USER_PROFILE_URL_NA')
  const { accessToken } = sandbox.controls.grant('us-seller')

  t.equal((await fetch(address, { headers: { 'x-amz-access-token': accessToken } })).status, 200)
  t.equal((await fetch(`${address}?${new URLSearchParams({ access_token: accessToken })}`)).status, 200)
  t.match(await errorOf(await fetch(address)), { status: 400, error: 'invalid_token' })
})

t.test('a changed client secret invalidates the old secret and every earlier refresh token', async t => {
  const rotated = await startSandbox()
  t.teardown(() => rotated.close())
  const before = rotated.controls.grant('us-seller')
  const refreshWith = (client_secret: string, { refreshToken }: { refreshToken: string }) =>
    postToken(rotated, {
      grant_type: 'refresh_token',
      refresh_token: refreshToken,
      ...client(rotated),
      client_secret,
    })

  rotated.controls.changeClientSecret('the new secret')

  t.match(await errorOf(await refresh(rotated, before.refreshToken)), {
    status: 401,
    error: 'invalid_client',
  })
  t.match(await errorOf(await refreshWith('the new secret', before)), { status: 400, error: 'invalid_grant' })
  const after = rotated.controls.grant('us-seller')
  t.equal((await refreshWith('the new secret', after)).status, 200)
})
