import { randomUUID } from 'node:crypto'
import t from 'tap'
import { doesNotMatch } from '../../support/does-not-match.ts'
import { startTestProduct, type TestProduct } from '../../support/product/test-product.ts'
import type { Answer } from '../caller.ts'
import { anAgent, aSeller } from '../users.ts'

const supportEmail = 'desk@ads.example'
const start = (t: Parameters<typeof startTestProduct>[0]) =>
  startTestProduct(t, { worker: true, env: { SUPPORT_EMAIL: supportEmail } })
const helpForm = 'form[action="/dashboard/help"]'

/** The untouched form without its CSRF token. */
const formOn = ({ $ }: Answer): Record<string, string> =>
  Object.fromEntries(
    $(helpForm)
      .serializeArray()
      .filter(({ name }) => name !== '_csrf')
      .map(({ name, value }) => [name, value]),
  )

const requestsIn = (product: TestProduct) => product.query('select message from support_request')

/** True when the page links to the form and to an email address. */
const offersSupport = (page: Answer) =>
  page.$(`main a[href^="/dashboard/help?page="], dialog a[href^="/dashboard/help?page="]`).length > 0 &&
  page.$(`a[href^="mailto:${supportEmail}"]`).length > 0

t.test('S-30 the help widget is on every seller page and is prefilled', async t => {
  const product = await start(t)
  const { seller, records } = await aSeller(product)
  await seller.connect('us-seller', 'My Brand US')
  const [connection] = await records.connections()
  const account = `/dashboard/ads/connections/${connection?.id}`
  const pages = [
    '/dashboard/ads/',
    account,
    `${account}/disconnect`,
    '/dashboard/settings',
    '/dashboard/help/waiting',
    '/dashboard/nothing',
  ]
  for (const path of pages) {
    const page = await seller.get(path)
    t.equal(page.$(`header ${helpForm}`).length, 1, path)
    const { form, ...filled } = formOn(page)
    t.match(form, /^[0-9a-f-]{36}$/)
    t.strictSame(
      filled,
      {
        account: connection?.id,
        page: path,
        reference: path === account ? page.$('main .reference code').text() : '',
        message: '',
        amazonEmail: 'us-seller@amazon.example',
        marketplace: 'Amazon.com',
      },
      path,
    )
    t.ok(page.$(`header a[href="mailto:${supportEmail}"]`).length, `${path} shows the address`)
  }
  const forged = await seller.postWithoutToken(`${account}/disconnect`, {})
  t.equal(forged.status, 403)
  t.equal(formOn(forged)['amazonEmail'], 'us-seller@amazon.example', 'the form on an error page is prefilled')
  const help = await seller.get('/dashboard/help')
  t.equal(help.$(helpForm).length, 1, 'the help page has one form')
  t.equal(help.$('header [aria-current=page]').text().trim(), 'Help')
})

t.test('S-30 the console shows a support request word for word', async t => {
  const product = await start(t)
  const { seller, id, email } = await aSeller(product)
  product.sandbox.controls.set({ tokenEndpoint: 'invalid_client' })
  const errorPage = await seller.returnFromAmazon(await seller.authorise('us-seller'))
  const code = errorPage.$('.notice .reference code').text()
  t.equal(formOn(errorPage)['reference'], code, 'the error reference is prefilled')
  const message = 'It says “our fault”.\n\n  <b>Is it?</b> & when'
  const typed = {
    message: message.replaceAll('\n', '\r\n'),
    amazonEmail: 'jane@example.com',
    marketplace: 'Amazon.de',
  }
  const sent = await seller.post('/dashboard/help', { ...formOn(errorPage), ...typed })
  t.equal(sent.status, 303)
  const thanks = await seller.get(sent.location ?? '')
  t.match(thanks.text, /We’ve received your request.*reply to/)
  t.match(thanks.text, email)
  const reference = thanks.$('.notice .reference code').text()
  t.match(reference, /^[0-9A-F]{4}-[0-9A-F]{4}$/)
  t.equal(thanks.$(helpForm).length, 0, 'a reload sends no second request')

  await seller.post('/dashboard/help', {
    ...formOn(await seller.get('/dashboard/help')),
    message: 'And now?',
  })
  const { console: agent } = await anAgent(product)
  const user = await agent.get(`/admin/people/${id}`)
  const requests = user.$('.thread__item').toArray()
  t.equal(requests.length, 2)
  t.equal(user.$(requests[0]).find('.thread__text').text(), 'And now?', 'the newest request comes first')
  t.equal(user.$(requests[1]).find('.thread__text').text(), message, 'markup is shown as text')
  t.equal(user.$(requests[1]).find('code').first().text(), reference)
  const facts = user.$(requests[1]).find('.facts').text()
  for (const fact of ['jane@example.com', 'Amazon.de', '/dashboard/ads/', code]) t.match(facts, fact)
  t.match((await agent.get(`/admin/people/${(await product.newUser()).id}`)).text, 'No requests.')
  doesNotMatch(t, product.logged(), /our fault|jane@example/)
})

t.test('S-29 S-30 a rejected support request shows the reason and keeps the input', async t => {
  const product = await start(t)
  const { seller } = await aSeller(product)
  const other = await aSeller(product)
  await other.seller.connect('us-seller', 'My Brand US')
  const [otherConnection] = await other.records.connections()
  const valid = {
    ...formOn(await seller.get('/dashboard/ads/')),
    message: 'Hello',
    amazonEmail: 'jane@example.com',
  }
  for (const [overrides, status, text] of [
    [{ message: ' \n ' }, 422, 'Tell us what we can help with'],
    [{ message: 'x'.repeat(4001) }, 422, 'Use 4,000 characters or fewer'],
    [{ form: 'mine' }, 400, 'couldn’t process this request'],
    [{ account: 'theirs' }, 400, 'couldn’t process this request'],
    [{ account: otherConnection?.id ?? '' }, 404, 'Account not found'],
  ] as const) {
    const answer = await seller.post('/dashboard/help', { ...valid, ...overrides })
    t.equal(answer.status, status, JSON.stringify(overrides).slice(0, 40))
    t.match(answer.text, text)
    if (status !== 422) continue
    const [field = ''] = Object.keys(overrides)
    t.equal(answer.$('[aria-invalid=true]').attr('name'), field, 'the invalid field is marked')
    t.match(answer.$('[aria-invalid=true]').attr('aria-describedby'), /problem$/)
    t.strictSame(
      formOn(answer),
      { ...valid, ...overrides, message: formOn(answer)['message'] },
      'the typed text is kept',
    )
    t.equal(formOn(answer)['message']?.trim(), { ...valid, ...overrides }.message.trim())
  }
  t.strictSame(await requestsIn(product), [])
  t.strictSame(
    await product.query("select 1 from timeline_entry where kind = 'support_request_submitted'"),
    [],
  )
})

t.test('S-30 after too many support requests the form keeps the message', async t => {
  const product = await start(t)
  const { seller } = await aSeller(product)
  const form = { ...formOn(await seller.get('/dashboard/ads/')), message: 'Hello' }
  const send = () => seller.post('/dashboard/help', { ...form, form: randomUUID() })
  for (let sent = 0; sent < 10; sent += 1) t.equal((await send()).status, 303)

  const rejected = await send()

  t.equal(rejected.status, 429)
  t.match(rejected.$('[role=alert]').text(), /Too many requests in one hour.*desk@ads\.example/)
  t.equal(formOn(rejected)['message']?.trim(), 'Hello')
})

t.test('S-30 every page that says to contact support links to the form and shows the address', async t => {
  const product = await start(t)
  const { controls } = product.sandbox
  const { seller } = await aSeller(product)
  controls.set({ tokenEndpoint: 'invalid_client' })
  const errorPage = await seller.returnFromAmazon(await seller.authorise('us-seller'))
  t.match(errorPage.text, 'please contact support')
  t.ok(offersSupport(errorPage), 'an error page links to support')
  controls.set({ tokenEndpoint: 'ok' })

  const picker = await seller.returnFromAmazon(await seller.authorise('three-regions'))
  t.ok(offersSupport(picker), 'the picker links to support')
  await seller.choose(picker, 'My Store DE')
  t.ok(offersSupport(await seller.get('/dashboard/ads/')), 'the waiting screen links to support')
  const second = await seller.returnFromAmazon(await seller.authorise('us-seller'))
  const blocked = await seller.get((await seller.choose(second, 'My Brand US')).location ?? '')
  t.match(blocked.$('.blocked').text(), 'Contact support')
  t.ok(offersSupport(blocked), 'the one-account limit links to support')
  t.ok(
    offersSupport(await seller.get('/dashboard/ads/?account=00000000-0000-4000-8000-000000000000')),
    'an unknown account links to support',
  )
  t.ok(offersSupport(await seller.get('/dashboard/nothing')), 'a page that does not exist links to support')

  for (const plan of [null, { plan: 'listing_tools' as const }]) {
    const { seller: visitor } = await aSeller(product, 'seller', plan)
    t.ok(offersSupport(await visitor.get('/dashboard/ads/')), 'a plan that cannot connect links to support')
  }
  const link = blocked.$('.blocked a[href^="/dashboard/help?page="]').attr('href') ?? ''
  t.match(
    formOn(await seller.get(link)),
    { page: '/dashboard/ads/', marketplace: 'Amazon.com' },
    'the link leads to the prefilled form',
  )
})

t.test('S-30 each common problem links to its help article', async t => {
  const product = await start(t)
  const { seller } = await aSeller(product)
  const assertLinksTo = async (page: Answer, address: string) => {
    const [path = '', fragment] = address.split('#')
    t.ok(page.$(`main a[href="${address}"], dialog a[href="${address}"]`).length > 0, address)
    const article = await seller.get(path)
    t.equal(article.status, 200, path)
    t.ok(!fragment || article.$(`#${fragment}`).length === 1, `${address} has its section`)
  }
  await assertLinksTo(await seller.get('/dashboard/ads/'), '/dashboard/help/connecting')
  const consent = await seller.leaveForAmazon()
  const denied = await seller.returnFromAmazon(await seller.decide(consent, 'us-seller', 'cancel'))
  await assertLinksTo(denied, '/dashboard/help/troubleshooting#oauth')
  const none = await seller.returnFromAmazon(await seller.authorise('none'))
  t.match(none.text, 'No profiles available')
  await assertLinksTo(none, '/dashboard/help/troubleshooting#no-profiles')
  await seller.returnFromAmazon(await seller.authorise('us-seller'))
  product.clock.advance(60 * 60_000)
  await assertLinksTo(await seller.get('/dashboard/ads/'), '/dashboard/help/connecting#pending')

  product.sandbox.controls.set({ generationSeconds: { min: 3600, max: 3600 } })
  await seller.connect('us-seller', 'My Brand US')
  await assertLinksTo(await seller.get('/dashboard/ads/'), '/dashboard/help/waiting')
  const second = await seller.returnFromAmazon(await seller.authorise('three-regions'))
  const blocked = await seller.get((await seller.choose(second, 'My Store DE')).location ?? '')
  await assertLinksTo(blocked, '/dashboard/help/one-account')
})
