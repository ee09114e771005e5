import { once } from 'node:events'
import { connect } from 'node:net'
import t from 'tap'
import { DatabaseHealth } from '../../../src/admin/ports.ts'
import { Sessions } from '../../../src/application/access/ports.ts'
import { authorise, choose, signIn, waitForSync } from '../../support/browser/sellers-journey.ts'
import { doesNotMatch } from '../../support/does-not-match.ts'
import { startTestProduct } from '../../support/product/test-product.ts'
import { aSeller } from '../users.ts'

t.test('stopping does not wait for a half-sent request', { timeout: 60_000 }, async t => {
  const product = await startTestProduct(t)
  const socket = connect(Number(new URL(product.address).port), '127.0.0.1')
  await once(socket, 'connect')
  socket.on('error', () => undefined)
  socket.write('POST /login HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nabc')
  const start = Date.now()

  await product.product.stop()

  t.ok(Date.now() - start < 20_000, `${Date.now() - start} ms`)
  socket.destroy()
})

t.test('without the database, static files and the health route still work and readiness fails', async t => {
  const product = await startTestProduct(t)
  const { email } = await product.newUser()
  const browser = product.browser()
  await signIn(browser, email)
  t.equal((await browser.request('/readyz')).status, 200)
  const { container } = product.product

  const gone = () => Promise.reject(new Error('gone'))
  Object.assign(container.get(DatabaseHealth), { check: gone })
  Object.assign(container.get(Sessions), { find: gone })

  t.equal((await browser.request('/readyz')).status, 503)
  t.equal((await browser.request('/healthz')).status, 200)
  for (const asset of ['styles/app.css', 'flags/US.svg'])
    t.equal((await browser.request(`/assets/${asset}`)).status, 200, 'a signed-in user gets the file')
})

t.test('S-21 the page says when no campaign report could be loaded', async t => {
  const product = await startTestProduct(t, { worker: true })
  const { email } = await product.newUser()
  product.sandbox.controls.set({ failReports: { spCampaigns: 99, sbCampaigns: 9, sdCampaigns: 9 } })
  const browser = product.browser()
  await signIn(browser, email)
  await authorise(browser, 'us-seller')
  await choose(browser, 'My Brand US')
  await product.query(`update report set request_count = 9 where type like '%campaigns'`)
  const deadline = Date.now() + 60_000
  while (Date.now() < deadline) {
    product.clock.advance(120_000)
    const { stage } = (await (await browser.request('/dashboard/ads/status')).json()) as { stage: string }
    if (stage === 'ready' || stage === 'failed') break
    await new Promise(resolve => setTimeout(resolve, 300))
  }
  t.equal((await waitForSync(browser)).stage, 'ready')

  await browser.open('/dashboard/ads/')

  t.equal(browser.heading, 'We couldn’t load your data')
  t.match(browser.text, 'Amazon couldn’t create your campaign reports, so there are no totals to show.')
  doesNotMatch(t, browser.text, /four minutes|safely leave/)
})

t.test('S-06 a seller who last connected through Europe is sent to Europe again', async t => {
  const product = await startTestProduct(t)
  const { email } = await product.newUser()
  const browser = product.browser()
  await signIn(browser, email)
  await browser.submit('main form:has(input[name=region][value=eu])')
  t.match(browser.page.url.pathname, '/eu/ap/oa')
  await browser.submit('form:has(input[name=user])', {
    fields: { user: 'us-seller' },
    button: 'button[value=cancel]',
  })
  t.match(browser.text, 'You didn’t allow access at Amazon')

  await browser.submit('main form[action="/dashboard/ads/connect"]:not(:has(input[name=region][value!=""]))')

  t.match(browser.page.url.pathname, '/eu/ap/oa')
})

t.test('S-01 one IP address cannot try a list of email addresses or links', async t => {
  const product = await startTestProduct(t)
  const { seller } = await aSeller(product)
  const _csrf = await seller.csrfToken()
  for (const path of ['/login', '/admin/login', '/invitation', '/password/reset', '/connect']) {
    const isSignIn = path.endsWith('login')
    const attempt = async (count: number) => {
      const fields = { email: `nobody-${count}@example.test`, password: 'x', _csrf }
      const answer = await (isSignIn ? seller.post(path, fields) : seller.get(`${path}/${count}`))
      return answer.status
    }
    let allowed = 0
    while (allowed <= 100 && (await attempt(allowed)) !== 429) allowed += 1
    // Another page may share the count.
    t.ok(allowed <= 100, `${path}: ${allowed} tries`)
  }
})

t.test('an address that cannot be decoded gets an error page', async t => {
  const product = await startTestProduct(t)
  for (const path of ['/dashboard/ads/%zz', '/%E0%A4%A', '/assets/%']) {
    const answer = await fetch(`${product.address}${path}?code=secret`)
    const body = await answer.text()

    t.equal(answer.status, 400, path)
    t.match(answer.headers.get('content-type'), 'text/html')
    t.match(answer.headers.get('content-security-policy'), "default-src 'none'")
    t.match(body, 'We couldn’t process this request')
    doesNotMatch(t, body, 'secret')
  }
})
