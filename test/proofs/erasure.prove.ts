import { randomUUID } from 'node:crypto'
import t from 'tap'
import { userNamed } from '../../sandbox/users/test-users.ts'
import { Caller } from '../journeys/caller.ts'
import { recordsOf, until } from '../journeys/user-records.ts'
import { enterConsole, newStaff } from '../support/browser/staff-journey.ts'
import { startTestProduct, type TestProduct } from '../support/product/test-product.ts'
import { repetitions } from './repetitions.ts'

const { count: facts } = repetitions(20_000, 1_000_000)

/** Reads every row of every table, jobs and sessions included. */
async function readAllRows({ query }: TestProduct): Promise<{ table: string; row: string }[]> {
  const tables = await query<{ name: string }>(
    `select quote_ident(table_schema) || '.' || quote_ident(table_name) as name from information_schema.tables
     where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema')`,
  )
  const rows = tables.map(async ({ name }) => {
    const found = await query<{ row: string }>(`select row_to_json(t)::text as row from ${name} t`)
    return found.map(({ row }) => ({ table: name, row }))
  })
  return (await Promise.all(rows)).flat()
}

async function identifyingTexts(
  { query }: TestProduct,
  { connectionId, user, remainingId }: { connectionId: string; user: string; remainingId: string },
): Promise<string[]> {
  const amazonUser = userNamed(user)
  const account = amazonUser?.accounts[0]
  const names = await query<{ name: string }>(
    // The sandbox gives campaigns of other accounts some of the same names.
    `select campaign_name as name from campaign_fact where connection_id = $1 and campaign_name is not null
     except select campaign_name from campaign_fact where connection_id = $2`,
    [connectionId, remainingId],
  )
  const reports = await query<{ id: string }>(
    'select amazon_report_id as id from report where connection_id = $1 and amazon_report_id is not null',
    [connectionId],
  )
  const events = await query<{ id: string }>(
    `select event ->> 'amazonReportId' as id from timeline_entry
     where connection_id = $1 and event ? 'amazonReportId'`,
    [connectionId],
  )
  const amazonUserTexts = [
    amazonUser?.userId,
    amazonUser?.name,
    amazonUser?.email,
    account?.profileId,
    account?.accountId,
  ]
  const texts = [
    ...amazonUserTexts,
    'My Brand US',
    ...names.map(({ name }) => name),
    ...[...reports, ...events].map(({ id }) => id),
  ]
  return texts.filter(text => typeof text === 'string' && text.length > 0) as string[]
}

const insertFacts = (product: TestProduct, connectionId: string) =>
  product.query(
    `insert into search_term_fact (connection_id, ad_product, day, campaign_id, campaign_name, ad_group_id,
       ad_group_name, target_id, targeting, match_type, target_type, search_term,
       impressions, clicks, cost, orders, sales, units, orders_14d, sales_14d)
     select $1, 'SP', date '2026-01-01' + (n % 60), 'c' || n % 1000, 'Campaign ' || n % 1000, 'g' || n % 5000, null,
       't' || n % 9000, 'shoes', 'EXACT', null, 'term ' || n, 1, 1, 1.25, 0, 0, 0, 0, 0
     from generate_series(1, $2::int) n`,
    [connectionId, facts],
  )

/** Waits until the load's email is sent, and enqueues another that stays unsent. */
async function prepareEmails(product: TestProduct, connectionId: string): Promise<void> {
  const emails = await product.query<{ account: string }>(
    `select content ->> 'account' as account from email_message where connection_id = $1`,
    [connectionId],
  )
  if (emails[0]?.account !== 'My Brand US — Amazon.com') throw new Error('the load enqueued no email')
  await product.query('delete from progress_view where connection_id = $1', [connectionId])
  product.clock.advance(10 * 60_000)
  await until('the email is sent', async () => {
    const sent = await product.query(
      `select from email_message where connection_id = $1 and body like '%My Brand US%' and sent_at is not null`,
      [connectionId],
    )
    return sent.length === 1
  })
  await product.query('insert into progress_view (connection_id, viewed_at) values ($1, now())', [
    connectionId,
  ])
  await product.query(
    `insert into email_message (id, idempotency_key, user_id, connection_id, kind, content, created_at, due_at)
     select gen_random_uuid(), idempotency_key || ' again', user_id, connection_id, kind, content, created_at,
       created_at + interval '1 year' from email_message where connection_id = $1`,
    [connectionId],
  )
}

/** Sends support requests: from the account's page, without an account but naming it, and about another account. */
async function sendSupportRequests(
  { connectionId, remainingId }: { connectionId: string; remainingId: string },
  caller: Caller,
): Promise<void> {
  const send = async (account: string, message: string, amazonEmail = '') => {
    const page = account ? `/dashboard/ads/connections/${account}` : '/dashboard/ads/'
    const fields = { message, amazonEmail, marketplace: '', page, reference: '' }
    const { location } = await caller.post('/dashboard/help', { ...fields, form: randomUUID(), account })
    if (!location?.includes('support_request_sent')) throw new Error('the support request was not sent')
  }
  const { name = '', email = '', userId = '' } = userNamed('us-seller') ?? {}
  await send(connectionId, 'It stays at Processing', email)
  await send('', `My Brand US is slow. Yours, ${name} (${userId})`)
  await send('', 'I come from the picker', email.toUpperCase())
  await send(remainingId, 'This one is fine')
  await send('', 'Something is slow')
}

/** Adds a note and a reply to each request, and waits until all emails about them are sent. */
async function answerRequests(product: TestProduct, userId: string): Promise<void> {
  const agent = new Caller(product.address)
  await enterConsole(agent, await newStaff(product))
  const requests = await product.query<{ id: string; message: string }>(
    'select id, message from support_request where user_id = $1',
    [userId],
  )
  for (const { id, message } of requests) {
    const body = message === 'This one is fine' ? 'It is.' : 'My Brand US loads again tonight.'
    for (const kind of ['note', 'answer'])
      await agent.post(`/admin/requests/${id}/${kind}`, { form: randomUUID(), words: body })
  }
  await until('all support emails are sent', async () => {
    const sent = await product.query(
      "select from email_message where kind in ('help_requested', 'support_request_replied') and sent_at is not null",
    )
    return sent.length === 2 * requests.length
  })
}

/** Returns the rows that contain these ids, without the columns that a worker changes in the background. */
async function rowsWith(product: TestProduct, ids: readonly string[]): Promise<string[]> {
  const volatile =
    /"(due_at|leased_until|due_at|checked_at|token_version|refreshing_until|access_token\w*)":[^,}]*/g
  return (await readAllRows(product))
    .filter(
      ({ table, row }) =>
        !/agenda|session|progress_view|case_summary|case_change/.test(table) &&
        ids.some(id => row.includes(id)),
    )
    .map(({ table, row }) => `${table} ${row.replace(volatile, '')}`)
    .sort()
}

t.test(
  `S-27 erasing a connection with ${facts} facts keeps only its dates and event kinds`,
  { timeout: 300_000 },
  async t => {
    const product = await startTestProduct(t, { worker: true })
    const { email, id: userId } = await product.newUser('manager')
    const records = recordsOf(product, userId)
    const manager = new Caller(product.address)
    await manager.signIn(email)
    // An attempt that ends without a connection; the timeline records it, too.
    const abandoned = await manager.returnFromAmazon(await manager.authorise('us-seller'))
    await manager.post('/dashboard/ads/pending/discard', {
      pending: abandoned.$('input[name=pending]').first().attr('value') ?? '',
    })
    await manager.connect('us-seller', 'My Brand US')
    await manager.connect('three-regions', 'My Store DE')
    const [erased, remaining] = await records.connections()
    const other = await product.newUser()
    const colleague = new Caller(product.address)
    await colleague.signIn(other.email)
    await colleague.connect('us-colleague', 'My Brand US')
    const [colleagueConnection] = await recordsOf(product, other.id).connections()
    const [connectionId, remainingId, colleagueConnectionId] = [erased, remaining, colleagueConnection].map(
      connection => connection?.id ?? '',
    ) as [string, string, string]
    await until(
      'all accounts are loaded and reconciled',
      async () => {
        const [open] = await product.query<{ count: number }>(
          `select (select count(*) from sync_run where finished_at is null)::int
             + (select count(*) from reconciliation where due_at is not null)::int as count`,
        )
        return open?.count === 0
      },
      120,
    )
    await insertFacts(product, connectionId)
    await prepareEmails(product, connectionId)
    await sendSupportRequests({ connectionId, remainingId }, manager)
    await answerRequests(product, userId)
    const texts = await identifyingTexts(product, { connectionId, user: 'us-seller', remainingId })
    const otherIds = [remainingId, colleagueConnectionId, other.id]
    const before = await rowsWith(product, otherIds)
    const timeline = () =>
      product.query<{ at: Date; kind: string }>(
        'select at, kind from timeline_entry where connection_id = $1 order by id',
        [connectionId],
      )
    const entries = await timeline()

    const startedAt = Date.now()
    await manager.post(`/dashboard/ads/connections/${connectionId}/disconnect`, { data: 'erase' })
    await until(
      'the connection is erased',
      async () => (await records.connections()).some(({ status }) => status === 'erased'),
      200,
    )
    t.comment(
      `${facts} facts were erased within ${((Date.now() - startedAt) / 1000).toFixed(1)} s of the click`,
    )

    await until('the case lists are up to date', async () => {
      const [pending] = await product.query<{ count: string }>('select count(*) from case_change')
      return pending?.count === '0'
    })
    const remainingRows = (await readAllRows(product)).filter(
      ({ row }) => ![colleagueConnectionId, other.id].some(id => row.includes(id)),
    )
    t.ok(texts.length > 40, `${texts.length} texts are searched`)
    for (const text of texts) {
      // The case list stores its search text in lower case.
      const occursIn = (row: string) => row.includes(text) || row.includes(text.toLowerCase())
      const found = remainingRows.filter(({ row }) => occursIn(row)).map(({ table }) => table)
      t.strictSame(found, [], `no table contains ${text}`)
    }
    t.match(
      remainingRows
        .filter(({ table }) => /support_request_comment$/.test(table))
        .map(({ row }) => JSON.parse(row).body),
      ['It is.', 'It is.'],
      'comments about the other account are kept',
    )
    t.strictSame(
      [
        ...new Set(remainingRows.filter(({ row }) => row.includes(connectionId)).map(({ table }) => table)),
      ].sort(),
      ['public.connection', 'public.timeline_entry'],
      'the connection id remains only in its record and timeline',
    )
    const [tombstone] = await product.query<Record<string, unknown>>(
      'select * from connection where id = $1',
      [connectionId],
    )
    t.match(tombstone, {
      id: connectionId,
      user_id: userId,
      status: 'erased',
      close_reason: 'disconnected',
    })
    t.ok(tombstone?.['connected_at'] && tombstone['closed_at'])
    t.strictSame(
      (await timeline()).slice(0, entries.length),
      entries,
      'every timeline entry keeps its time and kind',
    )
    const emails = await product.query<{ kind: string; body: string }>(
      `select kind, body from email_message where user_id = $1 and sent_at is not null and connection_id is null`,
      [userId],
    )
    t.match(
      emails,
      [{ kind: 'connection_erased', body: 'can’t name the account' }],
      'the closing email is sent and names no account',
    )
    t.strictSame(
      (await timeline()).slice(entries.length).map(({ kind }) => kind),
      ['closed', 'erasure_requested', 'erasure_started', 'erased'],
    )

    t.strictSame(await rowsWith(product, otherIds), before, 'the data of other accounts is unchanged')
    t.ok(
      before.some(row => row.includes('My Brand US')),
      'the other user’s connection to the same profile is included',
    )

    const isLogged = (text: string) => product.logged().includes(text)
    t.strictSame(texts.filter(isLogged), [], 'the log contains none of the texts')
  },
)
