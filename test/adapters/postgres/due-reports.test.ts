import pg from 'pg'
import t from 'tap'
import { dueReports } from '../../../src/adapters/postgres/ingestions.ts'
import { cloneDatabase } from '../../support/cluster.ts'

/** Pages of 8 kB that the statement reads, whether PostgreSQL plans it for what is asked or once for all. */
async function pagesRead(client: pg.Client, room: { awaited: number; other: number }): Promise<number[]> {
  const limit = 20
  const now = 'now()'
  const values = [
    now,
    room.awaited,
    now,
    room.other,
    ...[now, now, limit, now, now, limit],
    now,
    limit,
    now,
    limit,
    limit,
  ]
  const read: number[] = []
  for (const mode of ['force_custom_plan', 'force_generic_plan']) {
    await client.query(`set plan_cache_mode = ${mode}`)
    await client.query(`prepare due as ${dueReports.text}`)
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
  const insert = (count: number, status: string, nextTryAt: string) =>
    client.query(
      `insert into report (id, run_id, connection_id, position, type, status, day_from, day_to, orders, troubles,
         next_try_at, is_awaited, waits_since)
       select gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), place % 15, 'sp_campaigns', $2, '2026-01-01',
         '2026-01-14', 0, 0, ${nextTryAt}, false, case when $2 = 'loaded' then null else now() end
       from generate_series(1, $1::int) as place`,
      [count, status],
    )
  await insert(40_000, 'loaded', 'null')
  await insert(20_000, 'requested', "now() - (1 + random() * 299) * interval '1 second'")
  await client.query('vacuum analyze report')
  const reads = (room: { awaited: number; other: number }) => pagesRead(client, room)
  t.ok(Math.max(...(await reads({ awaited: 4, other: 3 }))) < 200, 'thousands are due')

  // A region's queue: what was due a moment ago waits for its turn, and nobody has counted anew.
  await client.query(
    `update report set next_try_at = next_try_at + interval '10 minutes' where status = 'requested'`,
  )
  await client.query('vacuum report')
  t.ok(Math.max(...(await reads({ awaited: 4, other: 3 }))) < 200, 'none is due')

  await insert(5000, 'completed', "now() - random() * interval '10 minutes'")
  const [planned = 0, generic = 0] = await reads({ awaited: 0, other: 0 })
  t.ok(Math.max(planned, generic) < 200, 'what waits for a free load is not read to find the others')
})
