import t from 'tap'
import { doesNotMatch } from '../../support/does-not-match.ts'
import { startTestProduct } from '../../support/product/test-product.ts'
import { Caller } from '../caller.ts'
import { aSeller } from '../users.ts'

const paths = [
  '/login',
  '/admin/login',
  '/admin/',
  '/password/forgot',
  '/invitation/unknown',
  '/dashboard/ads/',
  '/dashboard/settings',
  '/dashboard/help',
  '/dashboard/nothing',
  '/dashboard/ads/status',
  '/dashboard/ads/callback?error=access_denied',
]

t.test('S-01 S-46 every kind of page sends its security headers', async t => {
  const product = await startTestProduct(t, { env: { PUBLIC_URL: 'https://ads.example.test' } })
  const visitor = new Caller(product.address)
  for (const path of paths) {
    const { headers } = await visitor.get(path)
    const policy = headers.get('content-security-policy') ?? ''
    t.match(policy, "default-src 'none'", path)
    t.match(policy, "script-src 'self';", path)
    t.match(policy, "style-src 'self';", path)
    t.match(policy, "frame-ancestors 'none'", path)
    doesNotMatch(t, policy, /unsafe|\*/, path)
    t.equal(headers.get('x-frame-options'), 'DENY', path)
    const permissions = headers.get('permissions-policy')
    t.match(permissions, /camera=\(\), .*geolocation=\(\)/, path)
    t.match(permissions, 'publickey-credentials-create=(self), publickey-credentials-get=(self)', path)
    t.equal(headers.get('strict-transport-security'), 'max-age=31536000; includeSubDomains', path)
    t.equal(headers.get('x-content-type-options'), 'nosniff', path)
    t.equal(headers.get('cache-control'), 'no-store', path)
    const hidesAddress = /callback|invitation/.test(path)
    t.equal(headers.get('referrer-policy'), hidesAddress ? 'no-referrer' : 'same-origin', path)
  }
  const { headers } = await new Caller(product.address).get('/login')
  t.match(headers.get('set-cookie'), /^__Host-session=.*Path=\/; HttpOnly; Secure; SameSite=Lax/)
})

t.test('S-01 a plain HTTP response has no HTTPS headers', async t => {
  const product = await startTestProduct(t)
  const { headers } = await new Caller(product.address).get('/login')
  t.equal(headers.get('strict-transport-security'), null)
  t.match(headers.get('set-cookie'), /^session=/)
})

/** Redirect targets that an attacker would try. */
const hostileTargets = [
  'https://evil.example/',
  'http://evil.example',
  'HTTPS://EVIL.EXAMPLE',
  '//evil.example/',
  '///evil.example/',
  '////evil.example/',
  '/\\evil.example',
  '/\\/evil.example',
  '\\\\evil.example',
  '\\/evil.example',
  '/%5Cevil.example\\',
  '/\t/evil.example',
  '/\n/evil.example',
  '/\r/evil.example',
  '\t//evil.example',
  ' //evil.example',
  '/\u0000/evil.example',
  '/\u2028/evil.example',
  '/\u3000/evil.example',
  '／／evil.example',
  'javascript:alert(1)',
  'JaVaScRiPt:alert(1)',
  'data:text/html,<script>alert(1)</script>',
  'evil.example',
  '@evil.example',
  '.evil.example',
  ':80@evil.example',
  '/dashboard/ads/\r\nset-cookie: a=b',
  'https:/evil.example',
  'https:evil.example',
  '/\\\t/evil.example',
  '',
]

t.test('S-01 sign-in never redirects to another site', async t => {
  const product = await startTestProduct(t)
  const { origin } = new URL(product.address)
  const { seller, email } = await aSeller(product)
  const visitor = new Caller(product.address)
  t.ok(hostileTargets.length >= 30)
  for (const next of hostileTargets) {
    const query = `?next=${encodeURIComponent(next)}`
    const { location } = await seller.get(`/login${query}`)
    t.equal(new URL(location ?? '', product.address).origin, origin, encodeURIComponent(next))
    for (const [page, home] of [
      ['/login', '/dashboard/ads/'],
      ['/admin/login', '/admin/'],
    ] as const) {
      const form = await visitor.get(`${page}${query}`)
      t.equal(form.$('input[name=next]').attr('value'), home, `${page} ${encodeURIComponent(next)}`)
    }
  }
  const byForm = await visitor.post('/login', { email, password: 'demo-password', next: '//evil.example/' })
  t.equal(byForm.location, '/dashboard/ads/')
  t.equal((await visitor.get('/login?next=/a&next=//evil.example')).status, 400)
  const staff = await visitor.get('/admin/login?next=%2Fdashboard%2Fads%2F')
  t.equal(
    staff.$('input[name=next]').attr('value'),
    '/admin/',
    'staff sign-in does not lead to a seller page',
  )
})
