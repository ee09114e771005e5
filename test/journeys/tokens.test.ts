import t from 'tap'
import { lacks } from '../support/lacks.ts'
import { startTestProduct, type TestProduct } from '../support/test-product.ts'
import { Caller } from './caller.ts'
import { recordsOf, until } from './records.ts'

/** Amazon's tokens, as they are or as an address would carry them. */
const token = /Atz[ar](\||%7C|\\u007c|&#(124|x7c);)/i

/** Every table that holds the pattern in any column; binary columns are read as text. */
async function tablesWith(product: TestProduct, pattern: string): Promise<string[]> {
  const columns = await product.query<{ place: string; name: string; type: string }>(
    `select format('%I.%I', table_schema, table_name) as place, format('%I', column_name) as name, data_type as type
     from information_schema.columns join pg_tables on schemaname = table_schema and tablename = table_name
     where table_schema not in ('pg_catalog', 'information_schema')`,
  )
  const found = new Set<string>()
  for (const { place, name, type } of columns) {
    const text = type === 'bytea' ? `encode(${name}, 'escape')` : `${name}::text`
    const rows = await product.query(`select 1 from ${place} where ${text} ~* $1 limit 1`, [pattern])
    if (rows.length > 0) found.add(place)
  }
  return [...found].sort()
}

t.test('S-12 S-46 a busy day leaves no token and no code anywhere', async t => {
  const product = await startTestProduct(t, { worker: true })
  const { controls } = product.sandbox
  const { email, id } = await product.newPerson('manager')
  const seller = new Caller(product.address)
  const codes: string[] = []
  const allow = async (user: string): Promise<URL> => {
    const wayBack = await seller.authorise(user)
    codes.push(wayBack.searchParams.get('code') ?? '')
    return wayBack
  }
  await seller.get('/dashboard/ads/')
  await seller.signIn(email, 'wrong')
  await seller.signIn(email)

  // Everything that can go wrong on the way.
  await seller.comeBack(await seller.decide(await seller.leaveForAmazon(), 'us-seller', 'cancel'))
  for (const tokenEndpoint of ['server_error', 'invalid_client'] as const) {
    controls.set({ tokenEndpoint })
    await seller.comeBack(await allow('us-seller'))
  }
  controls.set({ tokenEndpoint: 'ok', regionsDown: ['EU'], userProfileDown: true })
  const used = await allow('three-regions')
  await seller.comeBack(used)
  await seller.comeBack(used)
  await seller.post('/dashboard/ads/regions/eu/retry')
  controls.set({ regionsDown: [], userProfileDown: false })
  await seller.post('/dashboard/ads/regions/eu/retry')
  const elsewhere = new Caller(product.address)
  await elsewhere.get(used.pathname + used.search)

  // Connecting, loading with trouble, renewing, replacing, disconnecting.
  controls.set({ failReports: { sbCampaigns: 1 }, download: { times: 1, fault: 'corrupt' } })
  await seller.choose(await seller.get('/dashboard/ads/'), 'My Store CA')
  await seller.get('/dashboard/ads/')
  controls.expireAccessTokens()
  await seller.connect('lossy-ids', '<script>')
  await seller.connect('three-regions', 'My Store CA')
  await seller.comeBack(await allow('none'))
  await seller.comeBack(await allow('us-seller'))
  await until(
    'something is loaded',
    async () => {
      const rows = await product.query("select 1 from report where status = 'loaded' limit 1")
      return rows.length > 0
    },
    60,
  )
  t.strictSame(
    await tablesWith(product, '"?refresh_token'),
    [],
    'no column holds an answer of Amazon as it came',
  )
  const pending = await recordsOf(product, id).pending()
  t.equal(pending.length, 1, 'a token is stored at this moment')
  t.equal((await recordsOf(product, id).grants()).length, 2, 'and two others')
  for (const path of [
    '/dashboard/ads/?account=x',
    '/dashboard/ads/status',
    '/nowhere',
    '/dashboard/ads/?view=x',
    '/login',
  ])
    await seller.get(path)
  await seller.post('/dashboard/ads/choose', { profile: 'x' })
  const [connection] = await recordsOf(product, id).connections()
  controls.revoke('lossy-ids', { accessTokensToo: true })
  await seller.post(`/dashboard/ads/connections/${connection?.id}/disconnect`)
  const received = [...seller.received, ...elsewhere.received].join('\n')
  const logged = product.logged()

  await t.test('in no page, JSON, header or cookie', async t => {
    t.ok(seller.received.length > 40)
    lacks(t, received, token)
  })
  await t.test('in no log line', async t => {
    t.match(logged, '/dashboard/ads/callback')
    lacks(t, logged, token)
  })
  await t.test('in no table', async t => {
    t.not((await product.query('select 1 from agenda_jobs limit 1')).length, 0, 'jobs are among them')
    t.strictSame(await tablesWith(product, 'Atz[ar](\\||%7C)'), [])
    const [{ sealed } = { sealed: 0 }] = await product.query<{ sealed: number }>(
      // The pending one: those of the connections may be gone by now, as they were revoked and disconnected.
      "select count(*)::int as sealed from pending_connection where refresh_token ~ '^2\\.[0-9a-f]{8}\\.'",
    )
    t.ok(sealed > 0)
  })
  await t.test('nor does an authorisation code', async t => {
    t.ok(codes.length > 3)
    for (const code of codes) {
      t.equal(received.includes(code), false, 'received')
      t.equal(logged.includes(code), false, 'logged')
      t.strictSame(await tablesWith(product, code), [])
    }
  })
  await t.test('and these eyes are open', async t => {
    const { refreshToken } = controls.grant('us-seller')
    t.match(refreshToken, token)
    t.match(encodeURIComponent(refreshToken), token)
    await product.query('update person set name = $2 where id = $1', [id, refreshToken])
    await product.query(
      "insert into timeline_entry (at, kind, level, person_id, happening) values (now(), 'authorised', 'info', $1, $2)",
      [id, JSON.stringify({ deep: [{ token: encodeURIComponent(refreshToken) }] })],
    )
    // The digest repeats the name as soon as the worker comes to it.
    const found = (await tablesWith(product, 'Atz[ar](\\||%7C)')).filter(
      table => table !== 'public.case_digest',
    )
    t.strictSame(found, ['public.person', 'public.timeline_entry'])
    await product.query("update person set name = 'A manager' where id = $1", [id])
    await product.query("delete from timeline_entry where happening ? 'deep'")
    await until('the digest has forgotten the planted name', async () => {
      const tables = await tablesWith(product, 'Atz[ar](\\||%7C)')
      return tables.length === 0
    })
  })
})
