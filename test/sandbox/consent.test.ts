import t from 'tap'
import { startSandbox } from '../../sandbox/sandbox.ts'
import { callback, decide, openConsent } from './amazon-client.ts'

const sandbox = await startSandbox()
t.teardown(() => sandbox.close())

t.test('the consent page shows the requested scopes and lists all test users', async t => {
  const response = await openConsent(sandbox)
  const html = await response.text()

  t.equal(response.status, 200)
  t.match(html, /Local Amazon sandbox/)
  t.match(html, /advertising::campaign_management/)
  t.equal(html.match(/type="radio" name="user"/g)?.length, 20)
})

t.test('a plain client can read and submit the consent form', async t => {
  const state = 'quotes " and & signs <b>'
  const html = await (await openConsent(sandbox, { state })).text()
  const hidden = [...html.matchAll(/type="hidden" name="([^"]+)" value="([^"]*)"/g)]
  const decoded = (text = '') => text.replace(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code)))
  const fields = Object.fromEntries(hidden.map(([, name, value]) => [name, decoded(value)]))

  const back = await decide(sandbox, { ...fields, user: 'us-seller', decision: 'allow' })

  t.equal(back.origin + back.pathname, callback)
  t.match(back.searchParams.get('code'), /^AN[A-Z0-9]{18}$/)
  t.equal(back.searchParams.get('state'), state)
})

t.test('consenting returns the code, the scope and the state', async t => {
  const back = await decide(sandbox, { user: 'us-seller', decision: 'allow' })

  t.strictSame([...back.searchParams.keys()].sort(), ['code', 'scope', 'state'])
  t.match(back.search, 'scope=advertising%3A%3Acampaign_management+profile')
})

t.test('Cancel returns access_denied in Amazon’s words', async t => {
  const back = await decide(sandbox, { user: 'us-seller', decision: 'cancel' })

  t.match(back.search, 'error_description=Access+not+permitted.')
  t.equal(back.searchParams.get('error'), 'access_denied')
  t.equal(back.searchParams.get('state'), 'a state')
  t.equal(back.searchParams.get('code'), null)
})

t.test('a redirect URI that is not allowed shows a page and never redirects', async t => {
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

t.test('an unknown client is shown a page and never redirected', async t => {
  const response = await openConsent(sandbox, { client_id: 'another client' })

  t.equal(response.status, 400)
  t.equal(response.headers.get('location'), null)
})

t.test('an unknown scope is returned as invalid_scope', async t => {
  const response = await openConsent(sandbox, { scope: 'advertising::campaign_management unheard-of' })
  const back = new URL(response.headers.get('location') ?? '')

  t.equal(back.searchParams.get('error'), 'invalid_scope')
  t.equal(back.searchParams.get('error_description'), 'An unknown scope was requested')
  t.equal(back.searchParams.get('state'), 'a state')
})

t.test('a switched-on consent error is returned instead of a code', async t => {
  sandbox.controls.set({ consentError: 'temporarily_unavailable' })
  const back = await decide(sandbox, { user: 'us-seller', decision: 'allow' })
  sandbox.controls.set({ consentError: null })

  t.equal(back.searchParams.get('error'), 'temporarily_unavailable')
  t.equal(back.searchParams.get('state'), 'a state')
  t.equal(back.searchParams.get('code'), null)
})
