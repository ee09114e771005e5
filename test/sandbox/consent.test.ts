import t from 'tap'
import { startSandbox } from '../../sandbox/sandbox.ts'
import {
  callback,
  codeFor,
  decide,
  exchange,
  json,
  openConsent,
  refresh,
  type Tokens,
} from './amazon-client.ts'

const sandbox = await startSandbox()
t.teardown(() => sandbox.close())

t.test('the consent page shows the requested scopes and lists all test users', async t => {
  const response = await openConsent(sandbox)
  const html = await response.text()

  t.equal(response.status, 200)
  t.match(html, /Local Amazon sandbox/)
  t.match(html, /advertising::campaign_management/)
  t.equal(html.match(/type="radio" name="user"/g)?.length, 25)
})

t.test('a client without a browser can read and submit the consent form', async t => {
  const state = 'quotes " and & signs <b>'
  const html = await (await openConsent(sandbox, { state })).text()
  const hidden = [...html.matchAll(/type="hidden" name="([^"]+)" value="([^"]*)"/g)]
  const decode = (text = '') => text.replace(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code)))
  const fields = Object.fromEntries(hidden.map(([, name, value]) => [name, decode(value)]))

  const callbackUrl = await decide(sandbox, { ...fields, user: 'us-seller', decision: 'allow' })

  t.equal(callbackUrl.origin + callbackUrl.pathname, callback)
  t.match(callbackUrl.searchParams.get('code'), /^AN[A-Z0-9]{18}$/)
  t.equal(callbackUrl.searchParams.get('state'), state)
})

t.test('consenting returns the code, the scope and the state', async t => {
  const callbackUrl = await decide(sandbox, { user: 'us-seller', decision: 'allow' })

  t.strictSame([...callbackUrl.searchParams.keys()].sort(), ['code', 'scope', 'state'])
  t.match(callbackUrl.search, 'scope=advertising%3A%3Acampaign_management+profile')
})

t.test('Cancel returns access_denied in Amazon’s words', async t => {
  const callbackUrl = await decide(sandbox, { user: 'us-seller', decision: 'cancel' })

  t.match(callbackUrl.search, 'error_description=Access+not+permitted.')
  t.equal(callbackUrl.searchParams.get('error'), 'access_denied')
  t.equal(callbackUrl.searchParams.get('state'), 'a state')
  t.equal(callbackUrl.searchParams.get('code'), null)
})

t.test('a redirect URI that is not allowed shows an error page and never redirects', async t => {
  for (const redirect_uri of [
    'http://evil.example/dashboard/ads/callback',
    'https://shop.example/elsewhere',
    'javascript:alert(1)',
    '',
  ]) {
    const response = await openConsent(sandbox, { redirect_uri })
    t.equal(response.status, 400)
    t.equal(response.headers.get('location'), null)
    t.match(await response.text(), 'lwa-invalid-parameter-bad-redirect-uri-vendor')
  }
})

t.test('a redirect URI on a local machine or with https is allowed', async t => {
  for (const origin of ['http://localhost:5555', 'http://127.0.0.1:81', 'https://app.example']) {
    const response = await openConsent(sandbox, { redirect_uri: `${origin}/dashboard/ads/callback` })
    t.equal(response.status, 200, origin)
  }
})

t.test('an unknown client shows an error page and never redirects', async t => {
  const response = await openConsent(sandbox, { client_id: 'another client' })

  t.equal(response.status, 400)
  t.equal(response.headers.get('location'), null)
})

t.test('an unknown scope is returned as invalid_scope', async t => {
  const response = await openConsent(sandbox, { scope: 'advertising::campaign_management unheard-of' })
  const callbackUrl = new URL(response.headers.get('location') ?? '')

  t.equal(callbackUrl.searchParams.get('error'), 'invalid_scope')
  t.equal(callbackUrl.searchParams.get('error_description'), 'An unknown scope was requested')
  t.equal(callbackUrl.searchParams.get('state'), 'a state')
})

t.test('a configured consent error is returned instead of a code', async t => {
  sandbox.controls.set({ consentError: 'temporarily_unavailable' })
  const callbackUrl = await decide(sandbox, { user: 'us-seller', decision: 'allow' })
  sandbox.controls.set({ consentError: null })

  t.equal(callbackUrl.searchParams.get('error'), 'temporarily_unavailable')
  t.equal(callbackUrl.searchParams.get('state'), 'a state')
  t.equal(callbackUrl.searchParams.get('code'), null)
})

t.test('while a consent applies, Amazon can skip its page; the old year continues', async t => {
  const daySeconds = 86_400
  const skipsPage = async () => (await openConsent(sandbox)).status === 302
  t.teardown(() => sandbox.controls.set({ silentConsent: null, clockOffsetSeconds: 0 }))
  sandbox.controls.set({ silentConsent: 'none' })
  t.equal(await skipsPage(), false, 'the first consent')
  await exchange(sandbox, await codeFor(sandbox, 'none'))
  sandbox.controls.set({ clockOffsetSeconds: 300 * daySeconds })

  const response = await openConsent(sandbox)
  const { searchParams } = new URL(response.headers.get('location') ?? '')
  t.equal(searchParams.get('state'), 'a state')
  const tokens = await json<Tokens>(exchange(sandbox, searchParams.get('code') ?? ''))

  t.equal((await refresh(sandbox, tokens.refresh_token)).status, 200)
  sandbox.controls.set({ clockOffsetSeconds: 366 * daySeconds })
  t.equal((await refresh(sandbox, tokens.refresh_token)).status, 400, 'the year began with the first consent')
  t.equal(await skipsPage(), false, 'after the year')

  sandbox.controls.set({ clockOffsetSeconds: 0 })
  t.equal(await skipsPage(), true)
  sandbox.controls.revoke('none')
  t.equal(await skipsPage(), false, 'after a revocation')
})
