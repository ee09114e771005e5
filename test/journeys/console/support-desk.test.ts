import { randomUUID } from 'node:crypto'
import t from 'tap'
import { enterConsole, newStaff } from '../../support/browser/staff-journey.ts'
import { doesNotMatch } from '../../support/does-not-match.ts'
import { startTestProduct, type TestProduct } from '../../support/product/test-product.ts'
import { type Answer, Caller } from '../caller.ts'
import { startProductWithMailServer } from '../email/email-product.ts'
import { recordsOf, until } from '../user-records.ts'
import { aSeller } from '../users.ts'

const desk = 'desk@ads.example'
const env = { SUPPORT_EMAIL: desk }

async function createSeller(product: TestProduct, role: 'seller' | 'admin' = 'seller') {
  const { seller, email, id } = await aSeller(product, role)
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
    const { product, server, waitForEmails, dropSignInNotice } = await startProductWithMailServer(t, {
      env,
    })
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
    await dropSignInNotice()
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
    [{ form: 'mine' }, 400, 'couldn’t process this request'],
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
