import pg from 'pg'
import t from 'tap'
import { dueReports, dueTimes } from '../../../src/adapters/postgres/ingestions.ts'
import { cloneDatabase } from '../../support/cluster.ts'

const statement = dueReports(20)

/** Pages of 8 kB that the statement reads, whether PostgreSQL plans it for what is asked or once for all. */
async function pagesRead(client: pg.Client): Promise<number[]> {
  const values = Array(dueTimes).fill('now()')
  const read: number[] = []
  for (const mode of ['force_custom_plan', 'force_generic_plan']) {
    await client.query(`set plan_cache_mode = ${mode}`)
    await client.query(`prepare due as ${statement.text}`)
    const { rows } = await client.query(
      `explain (analyze, buffers, format json) execute due(${values.join(', ')})`,
    )
    const { Plan: plan } = rows[0]['QUERY PLAN'][0]
    read.push(plan['Shared Hit Blocks'] + plan['Shared Read Blocks'])
    await client.query('deallocate due')
  }
  return read
}

t.test('S-20 a sweep reads what is due, however much waits and however old the statistics are', async t => {
  const { url, drop } = await cloneDatabase()
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  t.teardown(async () => {
    await client.end()
    await drop()
  })
  await client.query("set session_replication_role = 'replica'")
  await client.query('alter table report set (autovacuum_enabled = off)')
  const insert = (count: number, status: string, nextTryAt: string, waitsSince = 'now()') =>
    client.query(
      `insert into report (id, run_id, connection_id, position, type, status, day_from, day_to, orders, troubles,
         next_try_at, is_awaited, waits_since)
       select gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), place % 15, 'sp_campaigns', $2, '2026-01-01',
         '2026-01-14', 0, 0, ${nextTryAt}, false, case when $2 = 'loaded' then null else ${waitsSince} end
       from generate_series(1, $1::int) as place`,
      [count, status],
    )
  await insert(40_000, 'loaded', 'null')
  await insert(20_000, 'requested', "now() - (1 + random() * 299) * interval '1 second'")
  await client.query('vacuum analyze report')
  const most = async () => Math.max(...(await pagesRead(client)))
  t.ok((await most()) < 200, 'thousands are due')

  // A region's queue: what was due a moment ago waits for its turn, and nobody has counted anew.
  await client.query(
    `update report set next_try_at = next_try_at + interval '10 minutes' where status = 'requested'`,
  )
  await client.query('vacuum report')
  t.ok((await most()) < 200, 'none is due')

  await insert(5000, 'completed', "now() - random() * interval '10 minutes'")
  t.ok((await most()) < 200, 'what waits for a free load is not read to find the others')

  await insert(20_000, 'requested', "now() + random() * interval '5 minutes'", "now() + interval '1 hour'")
  t.ok((await most()) < 300, 'nor what a clock told to wait that ran ahead')

  await client.query('set plan_cache_mode = auto')
  for (let times = 0; times < 20; times += 1)
    await client.query({ ...statement, values: Array(dueTimes).fill(new Date()) })
  const { rows } = await client.query(
    'select generic_plans::int as kept, custom_plans::int as anew from pg_prepared_statements where name = $1',
    [statement.name],
  )
  t.ok(rows[0]?.kept >= 14, `planned once, and not each time: ${JSON.stringify(rows)}`)
})
