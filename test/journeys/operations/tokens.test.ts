import t from 'tap'
import { doesNotMatch } from '../../support/does-not-match.ts'
import { startTestProduct, type TestProduct } from '../../support/product/test-product.ts'
import { Caller } from '../caller.ts'
import { recordsOf, until } from '../user-records.ts'

/** Amazon's tokens, plain or escaped. */
const token = /Atz[ar](\||%7C|\\u007c|&#(124|x7c);)/i

/** Returns the tables with the pattern in any column; binary columns are read as text. */
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

t.test('S-12 S-46 no token or authorisation code leaks while connections are made, fail and end', async t => {
  const product = await startTestProduct(t, { worker: true })
  const { controls } = product.sandbox
  const { email, id } = await product.newUser('manager')
  const seller = new Caller(product.address)
  const codes: string[] = []
  const allow = async (user: string): Promise<URL> => {
    const callback = await seller.authorise(user)
    codes.push(callback.searchParams.get('code') ?? '')
    return callback
  }
  await seller.get('/dashboard/ads/')
  await seller.signIn(email, 'wrong')
  await seller.signIn(email)

  // Everything that can go wrong while authorising.
  await seller.returnFromAmazon(await seller.decide(await seller.leaveForAmazon(), 'us-seller', 'cancel'))
  for (const tokenEndpoint of ['server_error', 'invalid_client'] as const) {
    controls.set({ tokenEndpoint })
    await seller.returnFromAmazon(await allow('us-seller'))
  }
  controls.set({ tokenEndpoint: 'ok', regionsDown: ['EU'], userProfileDown: true })
  const usedCallback = await allow('three-regions')
  await seller.returnFromAmazon(usedCallback)
  await seller.returnFromAmazon(usedCallback)
  await seller.post('/dashboard/ads/regions/eu/retry')
  controls.set({ regionsDown: [], userProfileDown: false })
  await seller.post('/dashboard/ads/regions/eu/retry')
  const elsewhere = new Caller(product.address)
  await elsewhere.get(usedCallback.pathname + usedCallback.search)

  // Connect, load with errors, reauthorise, replace, disconnect.
  controls.set({ failReports: { sbCampaigns: 1 }, download: { times: 1, fault: 'corrupt' } })
  await seller.choose(await seller.get('/dashboard/ads/'), 'My Store CA')
  await seller.get('/dashboard/ads/')
  controls.expireAccessTokens()
  await seller.connect('lossy-ids', '<script>')
  await seller.connect('three-regions', 'My Store CA')
  await seller.returnFromAmazon(await allow('none'))
  await seller.returnFromAmazon(await allow('us-seller'))
  await until(
    'a report is loaded',
    async () => {
      const rows = await product.query("select 1 from report where status = 'loaded' limit 1")
      return rows.length > 0
    },
    60,
  )
  t.strictSame(await tablesWith(product, '"?refresh_token'), [], 'no column holds Amazon’s raw response')
  const pending = await recordsOf(product, id).pending()
  t.equal(pending.length, 1, 'one pending token is stored')
  t.equal((await recordsOf(product, id).grants()).length, 2, 'two grants are stored')
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

  await t.test('no page, JSON, header or cookie contains a token', async t => {
    t.ok(seller.received.length > 40)
    doesNotMatch(t, received, token)
  })
  await t.test('no log line contains a token', async t => {
    t.match(logged, '/dashboard/ads/callback')
    doesNotMatch(t, logged, token)
  })
  await t.test('no table contains a token', async t => {
    t.not(
      (await product.query('select 1 from agenda.agenda_jobs limit 1')).length,
      0,
      'the tables include jobs',
    )
    t.strictSame(await tablesWith(product, 'Atz[ar](\\||%7C)'), [])
    const [{ encrypted } = { encrypted: 0 }] = await product.query<{ encrypted: number }>(
      // Only a pending token is certain: revoking or disconnecting may have erased the grants.
      "select count(*)::int as encrypted from pending_connection where refresh_token ~ '^2\\.[0-9a-f]{8}\\.'",
    )
    t.ok(encrypted > 0)
  })
  await t.test('no page, log line or table contains an authorisation code', async t => {
    t.ok(codes.length > 3)
    for (const code of codes) {
      t.equal(received.includes(code), false, 'the responses do not contain the code')
      t.equal(logged.includes(code), false, 'the log does not contain the code')
      t.strictSame(await tablesWith(product, code), [])
    }
  })
  await t.test('the search finds a planted token', async t => {
    const { refreshToken } = controls.grant('us-seller')
    t.match(refreshToken, token)
    t.match(encodeURIComponent(refreshToken), token)
    await product.query('update app_user set name = $2 where id = $1', [id, refreshToken])
    await product.query(
      "insert into timeline_entry (at, kind, severity, user_id, event) values (now(), 'authorised', 'info', $1, $2)",
      [id, JSON.stringify({ deep: [{ token: encodeURIComponent(refreshToken) }] })],
    )
    // The worker copies the name to the case summary.
    const found = (await tablesWith(product, 'Atz[ar](\\||%7C)')).filter(
      table => table !== 'public.case_summary',
    )
    t.strictSame(found, ['public.app_user', 'public.timeline_entry'])
    await product.query("update app_user set name = 'A manager' where id = $1", [id])
    await product.query("delete from timeline_entry where event ? 'deep'")
    await until('the case summary no longer has the planted name', async () => {
      const tables = await tablesWith(product, 'Atz[ar](\\||%7C)')
      return tables.length === 0
    })
  })
})
