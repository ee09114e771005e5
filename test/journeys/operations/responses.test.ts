import { once } from 'node:events'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import t from 'tap'
import { enterConsole, newStaff } from '../../support/browser/staff-journey.ts'
import { doesNotMatch } from '../../support/does-not-match.ts'
import { startTestProduct, type TestProduct } from '../../support/product/test-product.ts'
import { Caller } from '../caller.ts'
import { aSeller } from '../users.ts'

const otherSite = { origin: 'https://evil.example' }

t.test('S-01 each response names its type and charset, and no other site can read or embed it', async t => {
  const product = await startTestProduct(t, { env: { PUBLIC_URL: 'https://ads.example.test' } })
  const visitor = new Caller(product.address)
  const types = {
    '/login': 'text/html; charset=utf-8',
    '/nothing': 'text/html; charset=utf-8',
    '/dashboard/ads/status': 'application/json; charset=utf-8',
    '/assets/styles/app.css': 'text/css; charset=utf-8',
    '/assets/menus.js': 'application/javascript; charset=utf-8',
    '/healthz': 'application/json; charset=utf-8',
  }
  for (const [path, type] of Object.entries(types)) {
    const { headers } = await visitor.get(path, otherSite)
    t.equal(headers.get('content-type'), type, path)
    t.equal(headers.get('x-content-type-options'), 'nosniff', path)
    t.equal(headers.get('access-control-allow-origin'), null, path)
    t.equal(headers.get('cross-origin-resource-policy'), 'same-origin', path)
    t.equal(headers.get('strict-transport-security'), 'max-age=31536000; includeSubDomains', path)
    const policy = headers.get('content-security-policy')
    for (const directive of ["default-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"])
      t.match(policy, directive, path)
  }
})

/** Sends bytes that `fetch` would not. @returns the first line of the answer. */
async function answerTo(address: string, request: string): Promise<string | undefined> {
  const socket = connect(Number(new URL(address).port), '127.0.0.1')
  await once(socket, 'connect')
  socket.end(request)
  return (await text(socket)).split('\r\n', 1)[0]
}

t.test('a request with an ambiguous length is rejected', async t => {
  const { address } = await startTestProduct(t)
  const start = 'POST /login HTTP/1.1\r\nHost: localhost\r\n'
  const ambiguous = {
    'two kinds of length': 'Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    'two lengths': 'Content-Length: 4\r\nContent-Length: 5\r\n\r\nabcde',
    'a negative length': 'Content-Length: -1\r\n\r\n',
    'an unknown encoding': 'Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n',
    'a bare line feed': 'Content-Length: 1\nX-Other: 1\r\n\r\na',
  }
  for (const [name, rest] of Object.entries(ambiguous))
    t.equal(await answerTo(address, start + rest), 'HTTP/1.1 400 Bad Request', name)
})

t.test('S-01 a folder is not listed, TRACE is not answered, and no source or debug page exists', async t => {
  const { address } = await startTestProduct(t)
  const visitor = new Caller(address)
  for (const path of [
    '/assets/',
    '/assets/styles/',
    '/assets/flags/',
    '/.git/config',
    '/.env',
    '/documentation',
  ])
    t.equal((await visitor.get(path)).status, 404, path)
  for (const path of ['/assets/..%2f..%2fpackage.json', '/assets/%2e%2e/%2e%2e/package.json'])
    t.ok([403, 404].includes((await visitor.get(path)).status), path)
  t.equal(await answerTo(address, 'TRACE / HTTP/1.1\r\nHost: localhost\r\n\r\n'), 'HTTP/1.1 404 Not Found')
})

/** Lines of the log with this message. */
const linesOf = (product: TestProduct, message: string): { error?: string; userId?: string }[] =>
  product
    .logged()
    .split('\n')
    .flatMap(line => (line.includes(`"msg":"${message}"`) ? [JSON.parse(line)] : []))

t.test('S-46 a request that a safeguard rejects is logged with the reason, without its content', async t => {
  const product = await startTestProduct(t)
  const { seller, id } = await aSeller(product)
  const reasons = () => linesOf(product, 'request rejected').map(({ error }) => error)

  await seller.postWithoutToken('/dashboard/ads/connect', { _csrf: 'a-planted-text' })
  t.match(reasons(), ['invalid_csrf_token'])
  await seller.post('/dashboard/ads/connect', { region: 'a-planted-text' })
  t.equal(reasons().at(-1), 'FST_ERR_VALIDATION')
  t.ok(linesOf(product, 'request rejected').every(({ userId }) => userId === id))
  const guesser = new Caller(product.address)
  const form = { email: 'sam@example.test', password: 'a-planted-text', _csrf: await guesser.csrfToken() }
  for (let count = 0; count < 11; count += 1) await guesser.post('/login', form)
  t.equal(reasons().at(-1), '429')
  doesNotMatch(t, product.logged(), 'a-planted-text')
})

t.test('S-29 S-46 access that is refused is logged with the reason and the user', async t => {
  const product = await startTestProduct(t)
  const { seller, id } = await aSeller(product)
  const foreign = '0f9d3f6e-2a34-4c55-9a0e-0d5f4b1c7e21'
  t.equal((await seller.get(`/dashboard/ads/connections/${foreign}`)).status, 404)
  const staff = await newStaff(product, 'support')
  const agent = new Caller(product.address)
  await enterConsole(agent, staff)
  const { $ } = await agent.get('/admin/people')
  const _csrf = $('input[name=_csrf]').first().attr('value') ?? ''
  const fields = { role: 'admin', shownRole: 'seller', reason: 'a good one', _csrf }
  t.equal((await agent.post(`/admin/people/${id}/role`, fields)).status, 403)
  t.match(linesOf(product, 'domain error'), [
    { error: 'connection_not_found', userId: id },
    { error: 'admins_only', userId: staff.id },
  ])
})

t.test('S-46 an internal error shows only a reference, and the log has its cause', async t => {
  const product = await startTestProduct(t)
  const { seller } = await aSeller(product)
  await product.query('alter table email_preferences rename to email_preferences_renamed')
  const { status, text } = await seller.get('/dashboard/settings')
  t.equal(status, 500)
  t.match(text, /[0-9A-F]{4}-[0-9A-F]{4}/)
  doesNotMatch(t, text, /email_preferences|select |stack|\.ts\b|node_modules/)
  const [line] = linesOf(product, 'internal error')
  t.match(JSON.stringify(line), /email_preferences.*\.ts:\d+/)
})

t.test('S-29 fields that a form does not have change nothing', async t => {
  const product = await startTestProduct(t)
  const { seller, email } = await aSeller(product)
  const user = () => product.query('select * from app_user where email = $1', [email])
  const before = await user()
  const planted = {
    role: 'admin',
    plan: 'annual',
    id: 'x',
    user_id: 'x',
    userId: 'x',
    '__proto__[role]': 'admin',
  }
  for (const [path, fields] of [
    ['/dashboard/settings/mail', { mail: 'ready' }],
    ['/dashboard/settings/sessions/end-others', {}],
  ] as const)
    t.ok((await seller.post(path, { ...fields, ...planted })).status < 500, path)
  t.strictSame(await user(), before)
  t.equal(({} as { role?: string }).role, undefined)
})

t.test('only a trusted proxy can name the client’s address', async t => {
  for (const [trusted, expected] of [
    ['loopback', '203.0.113.9'],
    ['192.0.2.1', '127.0.0.1'],
  ] as const) {
    const product = await startTestProduct(t, { env: { TRUSTED_PROXIES: trusted } })
    // A client can send the header too: the proxy appends the real address.
    await new Caller(product.address).get('/login', { 'x-forwarded-for': '198.51.100.1, 203.0.113.9' })
    const addresses = [...product.logged().matchAll(/"remoteAddress":"([^"]+)"/g)].map(
      ([, address]) => address,
    )
    t.strictSame([...new Set(addresses)], [expected], trusted)
  }
})
