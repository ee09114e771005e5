import t from 'tap'
import { startTestProduct, type TestProduct, type TestUser } from '../../support/product/test-product.ts'
import { type Answer, Caller } from '../caller.ts'
import { postponeSyncs, until } from '../user-records.ts'
import { anAgent, aSeller } from '../users.ts'

async function setUp(t: Parameters<typeof startTestProduct>[0]) {
  const product = await startTestProduct(t, { worker: true })
  const { console } = await anAgent(product)
  return { product, console }
}

async function connectSeller(
  product: TestProduct,
  seller: TestUser,
  user = 'us-seller',
  label = 'My Brand US',
) {
  const browser = new Caller(product.address)
  await browser.signIn(seller.email)
  await browser.connect(user, label)
  return browser
}

/** Searches until the case summary is up to date. */
async function findCases(console: Caller, q: string, isUpToDate: (page: Answer) => boolean): Promise<Answer> {
  const search = () => console.get(`/admin/cases?${new URLSearchParams({ q })}`)
  await until(`${q} is found`, async () => isUpToDate(await search()))
  return search()
}

const rows = ({ $ }: Answer): string[] =>
  $('tr[data-row]')
    .toArray()
    .map(row => $(row).text().replace(/\s+/g, ' ').trim())

const openFirst = (console: Caller, page: Answer) =>
  console.get(page.$('tr[data-row] a').first().attr('href') ?? 'nowhere')

t.test('S-40 a search by email address, id, reference, account or marketplace finds a seller', async t => {
  const { product, console } = await setUp(t)
  const seller = await product.newUser()
  const other = await product.newUser()
  await connectSeller(product, seller)
  await findCases(console, seller.email, page => rows(page)[0]?.includes('My Brand US') ?? false)
  const showsAmazonUser = (page: Answer) =>
    rows(page)[0]?.includes('at Amazon: us-seller@amazon.example') ?? false
  await findCases(console, seller.email, showsAmazonUser)

  const [connection] = await product.query<{
    id: string
    profile_id: string
    amazon_user: { userId: string }
  }>('select id, profile_id, amazon_user from connection')
  const [attempt] = await product.query<{ id: string }>('select id from authorisation_attempt')
  let report: { id: string; sync_run_id: string; amazon_report_id: string } | undefined
  await until('a report is requested from Amazon', async () => {
    const requestedReport =
      'select id, sync_run_id, amazon_report_id from report where amazon_report_id is not null limit 1'
    ;[report] = await product.query(requestedReport)
    return report !== undefined
  })
  const reference = (id = ''): string => `${id.slice(0, 4)}-${id.slice(4, 8)}`
  for (const q of [
    seller.email,
    seller.email.toUpperCase(),
    'us-seller@amazon.example',
    'US-SELLER@amazon',
    connection?.amazon_user.userId,
    connection?.profile_id,
    connection?.profile_id.slice(0, 8),
    connection?.id,
    reference(connection?.id),
    reference(attempt?.id).toUpperCase(),
    attempt?.id,
    seller.id,
    report?.id,
    report?.sync_run_id,
    report?.amazon_report_id,
    'my brand',
    'amazon.com',
    `amazon.com ${seller.email}`,
    'https://www.amazon.com/',
  ]) {
    const page = await console.get(`/admin/cases?${new URLSearchParams({ q: q ?? '' })}`)
    t.equal(rows(page).length, 1, `${q}`)
    t.match(rows(page)[0], `A seller ${seller.email}`, `${q}`)
  }
  for (const q of [
    'nobody@example.test',
    'amazon.de',
    '0000-0000',
    `amazon.de ${seller.email}`,
    '%',
    'a_seller',
  ]) {
    const page = await console.get(`/admin/cases?${new URLSearchParams({ q })}`)
    t.strictSame(rows(page), [], q)
    t.match(page.text, 'No matching cases', q)
  }
  const unconnected = await console.get(`/admin/cases?q=${other.email}`)
  t.match(rows(unconnected)[0], 'No account connected')
})

t.test('S-41 S-42 two clicks lead from an email address to the diagnosis and a reply', async t => {
  const { product, console } = await setUp(t)
  const { seller: browser, email } = await aSeller(product)
  const callbackUrl = await browser.decide(await browser.leaveForAmazon(), 'us-seller', 'cancel')
  await browser.get(callbackUrl.pathname + callbackUrl.search)

  const list = await findCases(console, email, page => rows(page)[0]?.includes('Consent denied') ?? false)
  const page = await openFirst(console, list)
  t.equal(page.$('[data-cause]').first().attr('data-cause'), 'consent_cancelled')
  t.match(page.text, 'User chose Cancel on Amazon’s consent page.')
  t.match(page.text, 'Seller must fix Certain, since')
  t.match(page.$('.seller-message').first().text(), 'then Allow on Amazon’s page')
  const evidence = page.$('.evidence a').first()
  t.match(evidence.text(), 'Consent denied at Amazon')
  t.equal(page.$(evidence.attr('href') ?? '').length, 1, 'the evidence links to its timeline entry')
  const timeline = page
    .$('.timeline__entry')
    .toArray()
    .map(entry => page.$(entry).text().replace(/\s+/g, ' '))
  t.match(timeline[0] ?? '', /Consent denied at Amazon.*Seller saw: You didn’t allow access at Amazon/)
  t.match(timeline[1], 'Sent to Amazon’s consent page for North America.')
})

t.test('S-43 an agent’s actions obey the seller’s rules, need a reason and are audited', async t => {
  const { product, console } = await setUp(t)
  const seller = await product.newUser()
  await connectSeller(product, seller)
  const [{ id } = { id: '' }] = await product.query<{ id: string }>('select id from connection')
  const countOpenReports = async () =>
    (await product.query('select from report where status not in ($1, $2)', ['loaded', 'failed'])).length
  const runAction = (action: string, fields = {}) =>
    console.post(`/admin/cases/${id}/${action}`, { reason: 'the seller asked for it', ...fields })
  await postponeSyncs(product)
  await until('the account is loaded', async () => (await countOpenReports()) === 0)

  const page = await console.get(`/admin/cases/${id}`)
  t.strictSame(
    page
      .$('details.action')
      .toArray()
      .map(action => page.$(action).attr('id')),
    ['test_live', 'sync_now', 'load_again', 'mark_unauthorised', 'disconnect'],
    'the page lists the actions that are possible now',
  )

  for (const [fields, text] of [
    [{ reason: 'no' }, 'Reason too short'],
    [{ reason: 'x'.repeat(501) }, 'Reason too long'],
  ] as const) {
    const rejected = await runAction('sync_now', fields)
    t.equal(rejected.status, 422)
    t.match(rejected.text, text)
    t.ok(rejected.$('#sync_now').is('[open]'), 'the form is open with the typed text')
    t.equal(rejected.$('#sync_now-reason').attr('value'), fields.reason)
  }
  t.equal((await runAction('retry_failed')).status, 409)
  t.match((await runAction('cancel_run')).text, 'No sync is running.')
  t.match(
    (await runAction('load_again', { from: '2026-02-31', to: '2026-03-01' })).text,
    'One of the dates is invalid.',
  )
  t.equal((await runAction('erase')).status, 400)
  t.strictSame(await product.query('select from audit_entry'), [], 'rejected actions change nothing')

  const tested = await runAction('test_live')
  t.equal(tested.location, `/admin/cases/${id}?notice=tested_live#timeline`)
  t.match(
    (await console.get(`/admin/cases/${id}`)).text,
    /Connection tested: access token OK \(refreshed\); profiles in North America OK \(1, including this one\); profiles in Europe OK \(0\); profiles in Far East OK \(0\); report status OK \(completed\)/,
  )
  t.equal((await runAction('sync_now')).location, `/admin/cases/${id}?notice=done_sync_now`)
  await until(
    'the sync has started',
    async () => (await product.query(`select from sync_run where kind = 'daily'`)).length === 1,
  )
  const [{ interactive } = { interactive: null }] = await product.query<{ interactive: boolean }>(
    `select bool_and(is_interactive) as interactive from report join sync_run run on run.id = sync_run_id where kind = 'daily'`,
  )
  t.equal(interactive, true, 'the agent’s sync goes before the daily syncs')
  await until('the sync has finished', async () => (await countOpenReports()) === 0)
  const yesterday = page.$('#load_again-to').attr('value') ?? ''
  t.equal((await runAction('load_again', { from: yesterday, to: yesterday })).status, 303)
  await until('the days are loaded again', async () => (await countOpenReports()) === 0)
  t.equal((await product.query(`select from sync_run where kind = 'backfill'`)).length, 1)
  t.equal((await runAction('mark_unauthorised')).status, 303)
  const marked = await console.get(`/admin/cases/${id}`)
  t.equal(marked.$('[data-cause]').first().attr('data-cause'), 'marked_unauthorised')
  t.equal((await runAction('disconnect')).status, 303)
  t.equal(
    (await console.get(`/admin/cases/${id}`)).$('[data-cause]').first().attr('data-cause'),
    'disconnected',
  )
  const audit = await product.query<{ action: string; reason: string; before: object; after: object }>(
    'select action, reason, before, after from audit_entry order by id',
  )
  t.strictSame(
    audit.map(({ action }) => action),
    ['test_live', 'sync_now', 'load_again', 'mark_unauthorised', 'disconnect'],
  )
  t.match(audit.at(-1), {
    reason: 'the seller asked for it',
    before: { status: 'needs_authorisation' },
    after: { status: 'closed', loading: 0 },
  })
  t.equal((await product.query(`select from timeline_entry where kind = 'staff_action'`)).length, 4)
})

t.test(
  'S-43 an agent discards a pending connection, and tests our Amazon client without a token',
  async t => {
    const { product, console } = await setUp(t)
    const { seller: browser, id } = await aSeller(product)
    const runAction = (action: string) =>
      console.post(`/admin/cases/${id}/${action}`, { reason: 'the seller asked for it' })
    const timeline = async () => (await console.get(`/admin/cases/${id}`)).text

    t.match((await runAction('discard_pending')).text, 'No pending connection.')
    await runAction('test_live')
    t.match(await timeline(), 'our Amazon client OK (known to Amazon)')
    product.sandbox.controls.set({ tokenEndpoint: 'invalid_client' })
    await runAction('test_live')
    t.match(await timeline(), 'our Amazon client failed (401 invalid_client Client authentication failed)')
    product.sandbox.controls.set({ tokenEndpoint: 'ok' })

    await browser.returnFromAmazon(await browser.authorise('three-regions'))
    await runAction('test_live')
    t.match(await timeline(), 'profiles in Europe OK (7)')
    t.equal((await runAction('discard_pending')).location, `/admin/cases/${id}?notice=done_discard_pending`)
    t.strictSame(await product.query('select from pending_connection'), [])
  },
)

t.test('S-40 S-42 a search by the reference on an error page finds the failed page', async t => {
  const { product, console } = await setUp(t)
  const { seller: browser } = await aSeller(product)
  await product.query('alter table email_preferences rename to email_preferences_renamed')
  const failed = await browser.get('/dashboard/settings')
  await product.query('alter table email_preferences_renamed rename to email_preferences')
  t.equal(failed.status, 500)
  const [, reference = ''] = /([0-9A-F]{4}-[0-9A-F]{4})/.exec(failed.text) ?? []

  const list = await findCases(
    console,
    reference,
    page => rows(page)[0]?.includes('Page failed on our side') ?? false,
  )
  const page = await openFirst(console, list)
  t.equal(page.$('[data-cause]').first().attr('data-cause'), 'page_failed')
  t.match(page.text, `Page failed on our side (GET /dashboard/settings). See the log: correlation id`)
  t.match(page.text, `reference ${reference}`)
})
