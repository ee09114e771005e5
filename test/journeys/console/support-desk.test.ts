import { randomUUID } from 'node:crypto'
import t from 'tap'
import { demoPassword } from '../../../src/commands/start/demo-users.ts'
import { browserTest, openWindow } from '../../support/browser/chromium-browser.ts'
import { enterConsole, newStaff } from '../../support/browser/staff-journey.ts'
import { doesNotMatch } from '../../support/does-not-match.ts'
import { startTestProduct, type TestProduct } from '../../support/product/test-product.ts'
import { assertAccessible } from '../accessibility/accessibility.ts'
import { type Answer, Caller } from '../caller.ts'
import { startProductWithMailServer } from '../email/email-product.ts'
import { recordsOf, until } from '../user-records.ts'

const desk = 'desk@ads.example'
const env = { SUPPORT_EMAIL: desk }

async function createSeller(product: TestProduct, role: 'seller' | 'admin' = 'seller') {
  const { email, id } = await product.newUser(role)
  const seller = new Caller(product.address)
  await seller.signIn(email)
  return {
    seller,
    email,
    id,
    /** @returns the request's id. */
    ask: async (message: string, account = '') => {
      const fields = { message, amazonEmail: '', marketplace: '', page: '', reference: '' }
      const { location } = await seller.post('/dashboard/help', { ...fields, form: randomUUID(), account })
      if (!location?.includes('support_request_sent')) throw new Error('the support request was not sent')
      const [newest] = await product.query<{ id: string }>(
        'select id from support_request where user_id = $1 order by requested_at desc, id limit 1',
        [id],
      )
      return newest?.id ?? ''
    },
    ownRequests: async () => {
      const { $ } = await seller.get('/dashboard/help')
      return $('.help-page__own .thread__item')
        .toArray()
        .map(one => $(one).text().replace(/\s+/g, ' ').trim())
    },
  }
}

async function createAgent(product: TestProduct, role: 'support' | 'admin' = 'support') {
  const agent = new Caller(product.address)
  const staff = await newStaff(product, role)
  await enterConsole(agent, staff)
  return { agent, staff }
}

/** The fields of an unsubmitted form, without the CSRF token and the text. */
const formFor = (page: Answer, kind: 'answer' | 'note'): Record<string, string> => ({
  form: page.$(`form[action$="/${kind}"] input[name=form]`).attr('value') ?? '',
})

const commentsOn = (product: TestProduct, id: string) =>
  product.query<{ kind: string; body: string }>(
    'select kind, body from support_request_comment where request_id = $1 order by commented_at, id',
    [id],
  )

t.test(
  'S-30 a support request reaches support by email, and the reply reaches the seller by email',
  async t => {
    const { product, server, waitForEmails } = await startProductWithMailServer(t, { env })
    const { seller, email, id: userId, ask, ownRequests } = await createSeller(product)
    await seller.connect('us-seller', 'My Brand US')
    const [connection] = await recordsOf(product, userId).connections()
    await until(
      'the account is loaded',
      async () => (await product.query('select from sync_run where finished_at is null')).length === 0,
      90,
    )
    const message = 'Figures of Tuesday are missing.\nWhy?'
    const id = await ask(message, connection?.id)
    await waitForEmails(1)

    const [notification] = server.received
    t.strictSame(notification?.to, [desk], 'support is notified')
    const reference = `${id.slice(0, 4)}-${id.slice(4, 8)}`.toUpperCase()
    t.match(notification?.head('Subject'), reference)
    const requestUrl = new RegExp(`/admin/requests/${id}`)
    t.match(notification?.text, requestUrl)
    for (const word of ['Tuesday', email, 'us-seller', 'My Brand'])
      doesNotMatch(
        t,
        `${notification?.text}${notification?.html}`,
        word,
        'the email to support contains no seller data',
      )

    const { agent, staff } = await createAgent(product)
    const inbox = await agent.get('/admin/requests')
    t.match(inbox.$('.inbox__item').text(), reference)
    t.match(inbox.$('.inbox__text').text(), 'Figures of Tuesday are missing. Why?')
    t.match(inbox.$('nav[aria-label=Status]').text(), /Open 1.*Waiting for customer 0.*Solved 0/s)
    doesNotMatch(t, inbox.text, email, 'the inbox shows no address')
    const page = await agent.get(inbox.$('.inbox__link').attr('href') ?? '')
    t.equal(page.$('.thread__text').first().text(), message, 'line breaks are kept')
    for (const fact of [email, 'My Brand US', 'Amazon.com', 'Connected since', 'About this account'])
      t.match(page.text, fact)
    t.equal(page.$(`a[href="/admin/people/${userId}"]`).length, 1)
    t.match(
      (await seller.get('/dashboard/settings')).text,
      'A support',
      'the seller sees that support viewed the account',
    )

    const noted = await agent.post(`/admin/requests/${id}/note`, {
      ...formFor(page, 'note'),
      words: 'Amazon was down on Tuesday.',
    })
    t.equal(noted.location, `/admin/requests/${id}?notice=request_note_added`)
    const answered = await agent.post(`/admin/requests/${id}/answer`, {
      ...formFor(page, 'answer'),
      words: 'They follow tonight.\r\n\r\n<b>Sol</b>',
    })
    t.equal(answered.location, `/admin/requests/${id}?notice=request_answered`)
    const after = await agent.get(answered.location ?? '')
    t.match(after.text, /Waiting for customer since .*, by A support/)
    t.match(
      after.text,
      /Note by A support.*Amazon was down on Tuesday\..*Reply by A support.*They follow tonight/,
    )

    await waitForEmails(2)
    const reply = server.received[1]
    t.strictSame(reply?.to, [email])
    t.equal(reply?.head('Reply-To'), desk)
    t.match(reply?.head('Subject'), reference)
    t.match(reply?.text, /They follow tonight\.\r?\n\r?\n<b>Sol<\/b>/)
    t.match(reply?.html, '&lt;b&gt;Sol&lt;/b&gt;')
    doesNotMatch(t, `${reply?.text}${reply?.html}`, 'Amazon was down', 'a note is visible to staff only')
    t.equal(reply?.head('List-Unsubscribe'), null)
    const [own = ''] = await ownRequests()
    t.match(
      own,
      /Answered Figures of Tuesday are missing\. Why\? Support replied .* They follow tonight\. <b>Sol<\/b>/,
    )
    doesNotMatch(t, own, /Amazon was down|A support/)

    const solved = await agent.post(`/admin/requests/${id}/state`, { state: 'solved' })
    t.equal(solved.location, `/admin/requests/${id}?notice=request_status_changed`)
    t.match(await ownRequests(), [/Solved/])
    t.match((await agent.get('/admin/requests')).text, 'No open requests')
    t.equal((await agent.get('/admin/requests?state=solved')).$('.inbox__item').length, 1)
    const user = await agent.get(`/admin/people/${userId}`)
    t.match(user.$(`a[href="/admin/requests/${id}"]`).parent().text(), /Solved/)
    const records = recordsOf(product, userId)
    t.strictSame(await records.events('support_request_replied'), [
      { kind: 'support_request_replied', requestId: id, by: staff.id },
    ])
    t.strictSame(await records.events('support_request_solved'), [
      { kind: 'support_request_solved', requestId: id, by: staff.id },
    ])
    t.match(await records.events('email_sent'), [
      { message: 'help_requested' },
      { message: 'support_request_replied' },
    ])
    doesNotMatch(t, product.logged(), /Tuesday|follow tonight/)
  },
)

t.test('S-30 a reply that is sent twice, from any process, is stored and emailed once', async t => {
  const product = await startTestProduct(t, { env })
  const { ask, id: userId, ownRequests } = await createSeller(product)
  const id = await ask('Once?')
  const { agent } = await createAgent(product)
  const page = await agent.get(`/admin/requests/${id}`)
  const elsewhere = await agent.copy(await product.startAnotherWeb())
  for (const kind of ['answer', 'note'] as const) {
    const fields = { ...formFor(page, kind), words: `Once, as ${kind}.` }
    const send = (caller: Caller) => caller.post(`/admin/requests/${id}/${kind}`, fields)

    const answers = await Promise.all([send(agent), send(elsewhere), send(agent)])
    answers.push(await agent.post(`/admin/requests/${id}/${kind}`, { ...fields, words: 'Twice.' }))

    t.equal(
      new Set(answers.map(({ location }) => location)).size,
      1,
      'every submission gets the same confirmation',
    )
    t.match(answers[0]?.location, /notice=request_(answered|note_added)$/)
  }
  t.strictSame(await commentsOn(product, id), [
    { kind: 'reply', body: 'Once, as answer.' },
    { kind: 'internal_note', body: 'Once, as note.' },
  ])
  const emails = await product.query(
    "select from email_message where kind = 'support_request_replied' and user_id = $1",
    [userId],
  )
  t.equal(emails.length, 1)
  t.equal((await recordsOf(product, userId).events('support_request_replied')).length, 1)
  t.match(await ownRequests(), [/Once, as answer/])
})

t.test('S-30 hostile text is shown as text, and a rejected form keeps its input', async t => {
  const product = await startTestProduct(t, { env })
  const { ask, ownRequests } = await createSeller(product)
  const hostile = `"><script>alert(1)</script><img src=x onerror=alert(2)> {{csrf}} \u202Eelgoog`
  const id = await ask(hostile)
  const { agent } = await createAgent(product)
  const path = `/admin/requests/${id}`
  const page = await agent.get(path)
  for (const kind of ['answer', 'note'] as const)
    await agent.post(`${path}/${kind}`, { ...formFor(page, kind), words: `${hostile} ${kind}` })

  for (const shown of [await agent.get(path), await agent.get('/admin/requests?state=waiting_on_customer')]) {
    t.equal(shown.$('main script:not([src]), main img[src=x]').length, 0)
    t.match(shown.text, '<script>alert(1)</script>')
    t.match(shown.text, '{{csrf}}')
  }
  t.match(await ownRequests(), [/<script>alert\(1\)<\/script>.*answer/])
  const form = formFor(await agent.get(path), 'answer')
  for (const [fields, status, text] of [
    [{ words: ' \n ' }, 422, 'Enter a message'],
    [{ words: 'x'.repeat(4001) }, 422, 'Use 4,000 characters or fewer'],
    [{ words: 'x'.repeat(20_001) }, 400, 'couldn’t process this request'],
    [{ form: 'mine' }, 400, 'couldn’t process this request'],
    [{ _csrf: 'forged' }, 403, 'open too long'],
  ] as const) {
    const answer = await agent.post(`${path}/answer`, { ...form, words: 'Right.', ...fields })
    t.equal(answer.status, status, JSON.stringify(fields).slice(0, 40))
    t.match(answer.text, text)
    if (status !== 422) continue
    t.equal(answer.$('[aria-invalid=true]').attr('id'), 'answer-text')
    t.match(answer.$('[aria-invalid=true]').attr('aria-describedby'), / answer-problem$/)
    t.equal(answer.$('#answer-text').text().trim(), fields.words.trim(), 'the typed text is kept')
    t.equal(formFor(answer, 'answer')['form'], form['form'], 'the form submission id is unchanged')
  }
  for (const state of ['', 'closed', 'open\u0000', '<b>'])
    t.equal((await agent.post(`${path}/state`, { state })).status, 400, JSON.stringify(state))
  for (const query of ['state=closed', 'order=up', 'after=now', `after=99999999999999999.${id}`, 'after=1.x'])
    t.equal((await agent.get(`/admin/requests?${query}`)).status, 400, query)
  t.equal(
    (await agent.get(`/admin/requests?after=99999999999999.${id}`)).status,
    200,
    'a cursor in the far future is accepted',
  )
  const unknownRequest = '/admin/requests/00000000-0000-4000-8000-000000000000'
  for (const answer of [
    await agent.get(unknownRequest),
    await agent.post(`${unknownRequest}/answer`, { ...form, words: 'Right.' }),
    await agent.post(`${unknownRequest}/note`, { ...form, words: 'Right.' }),
    await agent.post(`${unknownRequest}/state`, { state: 'solved' }),
  ]) {
    t.equal(answer.status, 404)
    t.match(answer.text, /Request not found.*Back to the requests/)
  }
  t.equal((await commentsOn(product, id)).length, 2)
})

t.test('S-01 S-29 S-30 only support agents and admins can read and answer support requests', async t => {
  const product = await startTestProduct(t, { env })
  const [requester, other] = [await createSeller(product), await createSeller(product, 'admin')]
  const id = await requester.ask('Mine alone')
  const path = `/admin/requests/${id}`
  const tryEachRoute = (caller: Caller) =>
    Promise.all([
      caller.get('/admin/requests'),
      caller.get(path),
      caller.post(`${path}/answer`, { form: randomUUID(), words: 'Hello' }),
      caller.post(`${path}/note`, { form: randomUUID(), words: 'Hello' }),
      caller.post(`${path}/state`, { state: 'solved' }),
    ])
  for (const caller of [requester.seller, other.seller, new Caller(product.address)])
    for (const answer of await tryEachRoute(caller)) t.match(answer.location, /^\/admin\/login/)
  t.strictSame(await commentsOn(product, id), [])
  t.strictSame(await other.ownRequests(), [])

  for (const role of ['support', 'admin'] as const) {
    const { agent } = await createAgent(product, role)
    const answers = await tryEachRoute(agent)
    t.strictSame(
      answers.map(({ status }) => status),
      [200, 200, 303, 303, 303],
      role,
    )
    t.match((await agent.get('/admin/')).$('nav').text(), /Requests.*Users/s)
  }
  t.equal((await commentsOn(product, id)).length, 4)
  t.strictSame(await other.ownRequests(), [], 'an admin’s own help page shows only their requests')
  t.equal((await requester.ownRequests()).length, 1)
})

t.test('S-30 the inbox can be paged in both sort orders', async t => {
  const product = await startTestProduct(t, { env })
  const { id: userId } = await createSeller(product)
  await product.query(
    `insert into support_request (id, user_id, idempotency_key, requested_at, amazon_email, marketplace, message, state, since)
     select gen_random_uuid(), $1, gen_random_uuid(), moment, '', '', 'Number ' || n, 'open', moment
     from generate_series(1, 60) n, lateral (select $2::timestamptz + (n / 3) * interval '1 minute' as moment) at`,
    [userId, product.clock.now()],
  )
  const { agent } = await createAgent(product)
  const readAllPages = async (address: string) => {
    const seen: string[] = []
    for (let next: string | undefined = address, pages = 0; next && pages < 9; pages += 1) {
      const page: Answer = await agent.get(next)
      seen.push(
        ...page
          .$('.inbox__text')
          .toArray()
          .map(one => page.$(one).text()),
      )
      t.equal(page.$('.pager a:not([rel])').length, pages > 0 ? 1 : 0, 'the link to the first page')
      next = page.$('a[rel=next]').attr('href')
    }
    return seen
  }
  const oldest = await readAllPages('/admin/requests')
  t.equal(oldest.length, 60)
  t.equal(new Set(oldest).size, 60, 'each request is listed once')
  t.ok(['Number 1', 'Number 2'].includes(oldest[0] ?? ''))
  t.strictSame(await readAllPages('/admin/requests?state=open&order=newest'), [...oldest].reverse())
  t.match((await agent.get('/admin/requests')).$('nav[aria-label=Status]').text(), 'Open 60')
})

browserTest(t, 'S-30 the inbox is accessible, and a request can be answered in a browser', async t => {
  const product = await startTestProduct(t, { env })
  const { ask, ownRequests } = await createSeller(product)
  const id = await ask('Where are my figures?')
  const staff = await newStaff(product)
  const window = await openWindow(t, product.address)
  const { page } = window
  await signInStaff(window, staff)
  await page.click('nav >> text=Requests')
  await page.waitForURL('**/admin/requests')
  await assertAccessible(t, window, 'the inbox')
  await page.click('.inbox__link')
  await page.waitForURL(`**/admin/requests/${id}`)
  await assertAccessible(t, window, 'a request')
  await page.fill('#note-text', 'Checked the sync.')
  await page.click('text="Save note"')
  await page.waitForSelector('.notice--success')
  await page.fill('#answer-text', 'First line\nsecond line')
  await page.click('text="Send reply"')
  await page.waitForSelector('text="Reply sent"')
  await assertAccessible(t, window, 'an answered request')
  await page.click('text="Mark as solved"')
  await page.waitForSelector('.tag--solved')
  t.match(await ownRequests(), [/Solved.*First line second line/])
  t.strictSame(window.browserErrors, [])
})

async function signInStaff(
  window: Awaited<ReturnType<typeof openWindow>>,
  { email, code }: Awaited<ReturnType<typeof newStaff>>,
): Promise<void> {
  const { page } = window
  await window.open('/admin/')
  await page.fill('#email', email)
  await page.fill('#password', demoPassword)
  await page.keyboard.press('Enter')
  await page.waitForSelector('#code')
  await page.fill('#code', code(1))
  await page.keyboard.press('Enter')
  await page.waitForURL('**/admin/')
}
