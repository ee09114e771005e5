import { randomUUID } from 'node:crypto'
import t from 'tap'
import { personNamed } from '../../sandbox/people/cast.ts'
import { Caller } from '../journeys/caller.ts'
import { recordsOf, until } from '../journeys/records.ts'
import { enterConsole, newStaff } from '../support/staff-journey.ts'
import { startTestProduct, type TestProduct } from '../support/test-product.ts'
import { counts } from './counts.ts'

const { count: facts } = counts(20_000, 1_000_000)

/** Every row of every table, jobs and sessions included, as whoever reads the disk sees it. */
async function everyRow({ query }: TestProduct): Promise<{ table: string; row: string }[]> {
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

/** All that Amazon, the seller and their campaigns are called by in what belongs to a connection. */
async function wordsOf(
  { query }: TestProduct,
  { connectionId, user, kept }: { connectionId: string; user: string; kept: string },
): Promise<string[]> {
  const person = personNamed(user)
  const account = person?.accounts[0]
  const names = await query<{ name: string }>(
    // The sandbox gives some campaigns of other accounts the same names.
    `select campaign_name as name from campaign_fact where connection_id = $1 and campaign_name is not null
     except select campaign_name from campaign_fact where connection_id = $2`,
    [connectionId, kept],
  )
  const reports = await query<{ id: string }>(
    'select amazon_report_id as id from report where connection_id = $1 and amazon_report_id is not null',
    [connectionId],
  )
  const told = await query<{ id: string }>(
    `select happening ->> 'amazonReportId' as id from timeline_entry
     where connection_id = $1 and happening ? 'amazonReportId'`,
    [connectionId],
  )
  const own = [person?.userId, person?.name, person?.email, account?.profileId, account?.accountId]
  const words = [
    ...own,
    'My Brand US',
    ...names.map(({ name }) => name),
    ...[...reports, ...told].map(({ id }) => id),
  ]
  return words.filter(word => typeof word === 'string' && word.length > 0) as string[]
}

/** Campaigns without end. */
const manyFacts = (product: TestProduct, connectionId: string) =>
  product.query(
    `insert into search_term_fact (connection_id, ad_product, day, campaign_id, campaign_name, ad_group_id,
       ad_group_name, target_id, targeting, match_type, target_type, search_term,
       impressions, clicks, cost, orders, sales, units, orders_14d, sales_14d)
     select $1, 'SP', date '2026-01-01' + (n % 60), 'c' || n % 1000, 'Campaign ' || n % 1000, 'g' || n % 5000, null,
       't' || n % 9000, 'shoes', 'EXACT', null, 'term ' || n, 1, 1, 1.25, 0, 0, 0, 0, 0
     from generate_series(1, $2::int) n`,
    [connectionId, facts],
  )

/** A mail of it was sent, another waits: its own is put by the loading. */
async function mailsOf(product: TestProduct, connectionId: string): Promise<void> {
  const mails = await product.query<{ account: string }>(
    `select content ->> 'account' as account from mail where connection_id = $1`,
    [connectionId],
  )
  if (mails[0]?.account !== 'My Brand US — Amazon.com') throw new Error('the loading told nothing')
  await product.query('delete from loading_look where connection_id = $1', [connectionId])
  product.clock.advance(10 * 60_000)
  await until('it is sent', async () => {
    const sent = await product.query(
      `select from mail where connection_id = $1 and body like '%My Brand US%' and sent_at is not null`,
      [connectionId],
    )
    return sent.length === 1
  })
  await product.query('insert into loading_look (connection_id, looked_at) values ($1, now())', [
    connectionId,
  ])
  await product.query(
    `insert into mail (id, episode, person_id, connection_id, kind, content, created_at, next_try_at)
     select gen_random_uuid(), episode || ' again', person_id, connection_id, kind, content, created_at,
       created_at + interval '1 year' from mail where connection_id = $1`,
    [connectionId],
  )
}

/** What its person has asked support: from its page, about no account in words that name it, and about another one. */
async function askAbout(
  { connectionId, keptId }: { connectionId: string; keptId: string },
  asker: Caller,
): Promise<void> {
  const ask = async (account: string, message: string, amazonEmail = '') => {
    const page = account ? `/dashboard/ads/connections/${account}` : '/dashboard/ads/'
    const words = { message, amazonEmail, marketplace: '', page, reference: '' }
    const { location } = await asker.post('/dashboard/help', { ...words, form: randomUUID(), account })
    if (!location?.includes('help_sent')) throw new Error('support was not asked')
  }
  const { name = '', email = '', userId = '' } = personNamed('us-seller') ?? {}
  await ask(connectionId, 'It stays at Processing', email)
  await ask('', `My Brand US is slow. Yours, ${name} (${userId})`)
  await ask('', 'I come from the picker', email.toUpperCase())
  await ask(keptId, 'This one is fine')
  await ask('', 'Something is slow')
}

/** What the staff wrote about each of it, naming the account, and what was mailed. */
async function answerAll(product: TestProduct, personId: string): Promise<void> {
  const agent = new Caller(product.address)
  await enterConsole(agent, await newStaff(product))
  const requests = await product.query<{ id: string; message: string }>(
    'select id, message from help_request where person_id = $1',
    [personId],
  )
  for (const { id, message } of requests) {
    const words = message === 'This one is fine' ? 'It is.' : 'My Brand US is read again tonight.'
    for (const way of ['note', 'answer'])
      await agent.post(`/admin/requests/${id}/${way}`, { form: randomUUID(), words })
  }
  await until('all of it is mailed', async () => {
    const sent = await product.query("select from mail where kind like 'help_%' and sent_at is not null")
    return sent.length === 2 * requests.length
  })
}

/** What belongs to these ids, but for what a worker does by itself meanwhile. */
async function belongingsOf(product: TestProduct, ids: readonly string[]): Promise<string[]> {
  const volatile =
    /"(next_at|leased_until|due_at|checked_at|token_version|refreshing_until|access_token\w*)":[^,}]*/g
  return (await everyRow(product))
    .filter(
      ({ table, row }) =>
        !/agenda|session|loading_look|case_digest|story_change/.test(table) &&
        ids.some(id => row.includes(id)),
    )
    .map(({ table, row }) => `${table} ${row.replace(volatile, '')}`)
    .sort()
}

t.test(
  `S-27 of an erased connection with ${facts} facts nothing is left anywhere but its times and kinds`,
  { timeout: 300_000 },
  async t => {
    const product = await startTestProduct(t, { worker: true })
    const { email, id: personId } = await product.newPerson('manager')
    const records = recordsOf(product, personId)
    const manager = new Caller(product.address)
    await manager.signIn(email)
    // An attempt that came to nothing, and is told of all the same.
    const abandoned = await manager.comeBack(await manager.authorise('us-seller'))
    await manager.post('/dashboard/ads/pending/discard', {
      pending: abandoned.$('input[name=pending]').first().attr('value') ?? '',
    })
    await manager.connect('us-seller', 'My Brand US')
    await manager.connect('three-regions', 'My Store DE')
    const [erased, kept] = await records.connections()
    const other = await product.newPerson()
    const colleague = new Caller(product.address)
    await colleague.signIn(other.email)
    await colleague.connect('us-colleague', 'My Brand US')
    const [others] = await recordsOf(product, other.id).connections()
    const [connectionId, keptId, othersId] = [erased, kept, others].map(
      connection => connection?.id ?? '',
    ) as [string, string, string]
    await until(
      'all of it is loaded and checked',
      async () => {
        const [open] = await product.query<{ count: number }>(
          `select (select count(*) from ingestion_run where settled_at is null)::int
             + (select count(*) from reconciliation where due_at is not null)::int as count`,
        )
        return open?.count === 0
      },
      120,
    )
    await manyFacts(product, connectionId)
    await mailsOf(product, connectionId)
    await askAbout({ connectionId, keptId }, manager)
    await answerAll(product, personId)
    const words = await wordsOf(product, { connectionId, user: 'us-seller', kept: keptId })
    const untouched = [keptId, othersId, other.id]
    const before = await belongingsOf(product, untouched)
    const story = () =>
      product.query<{ at: Date; kind: string }>(
        'select at, kind from timeline_entry where connection_id = $1 order by id',
        [connectionId],
      )
    const told = await story()

    const startedAt = Date.now()
    await manager.post(`/dashboard/ads/connections/${connectionId}/disconnect`, { data: 'erase' })
    await until(
      'it is erased',
      async () => (await records.connections()).some(({ status }) => status === 'erased'),
      200,
    )
    t.comment(
      `${facts} facts were erased within ${((Date.now() - startedAt) / 1000).toFixed(1)} s of the click`,
    )

    await until('lists have heard of it', async () => {
      const [waiting] = await product.query<{ count: string }>('select count(*) from story_change')
      return waiting?.count === '0'
    })
    const left = (await everyRow(product)).filter(
      ({ row }) => ![othersId, other.id].some(id => row.includes(id)),
    )
    t.ok(words.length > 40, `${words.length} words are looked for`)
    for (const word of words) {
      // Lists keep their words in small letters.
      const isIn = (row: string) => row.includes(word) || row.includes(word.toLowerCase())
      const found = left.filter(({ row }) => isIn(row)).map(({ table }) => table)
      t.strictSame(found, [], `${word} is nowhere`)
    }
    t.match(
      left.filter(({ table }) => /help_remark$/.test(table)).map(({ row }) => JSON.parse(row).words),
      ['It is.', 'It is.'],
      'what was said about the other account stays',
    )
    t.strictSame(
      [...new Set(left.filter(({ row }) => row.includes(connectionId)).map(({ table }) => table))].sort(),
      ['public.connection', 'public.timeline_entry'],
      'its id is where it tells that there was one',
    )
    const [tombstone] = await product.query<Record<string, unknown>>(
      'select * from connection where id = $1',
      [connectionId],
    )
    t.match(tombstone, {
      id: connectionId,
      person_id: personId,
      status: 'erased',
      close_reason: 'disconnected',
    })
    t.ok(tombstone?.['connected_at'] && tombstone['closed_at'])
    t.strictSame((await story()).slice(0, told.length), told, 'every entry keeps its time and kind')
    const mails = await product.query<{ kind: string; said: string }>(
      `select kind, body as said from mail where person_id = $1 and sent_at is not null and connection_id is null`,
      [personId],
    )
    t.match(
      mails,
      [{ kind: 'connection_erased', said: 'cannot' }],
      'the farewell was sent, and names nothing',
    )
    t.strictSame(
      (await story()).slice(told.length).map(({ kind }) => kind),
      ['closed', 'erasure_asked', 'erasure_begun', 'erased'],
    )

    t.strictSame(await belongingsOf(product, untouched), before, 'what is others’ is as it was')
    t.ok(
      before.some(row => row.includes('My Brand US')),
      'the other person’s connection to the same profile',
    )

    const isLogged = (word: string) => product.logged().includes(word)
    t.strictSame(words.filter(isLogged), [], 'the log never had any of it')
  },
)
