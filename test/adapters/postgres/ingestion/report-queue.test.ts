import pg from 'pg'
import t, { type Test } from 'tap'
import type { Statement } from '../../../../src/adapters/postgres/engine/sql.ts'
import { claimReport, saveAndReleaseReport } from '../../../../src/adapters/postgres/ingestion/leases.ts'
import { dueReportQuery } from '../../../../src/adapters/postgres/ingestion/report-queue.ts'
import type { ReportId } from '../../../../src/domain/identifiers.ts'
import { aRequestedReport } from '../../../support/examples.ts'
import { cloneDatabase } from '../../../support/servers/cluster.ts'

const literalOf = (value: unknown): string =>
  value === null ? 'null' : `'${value instanceof Date ? value.toISOString() : value}'`

/** Counts the 8 kB pages read, with a custom and with a generic plan. */
async function countPagesRead(client: pg.Client, { text, values }: Statement): Promise<number[]> {
  const pageCounts: number[] = []
  for (const mode of ['force_custom_plan', 'force_generic_plan']) {
    await client.query(`set plan_cache_mode = ${mode}`)
    await client.query(`prepare measured as ${text}`)
    const { rows } = await client.query(
      `explain (analyze, buffers, format json) execute measured(${values.map(literalOf).join(', ')})`,
    )
    const { Plan: plan } = rows[0]['QUERY PLAN'][0]
    pageCounts.push(plan['Shared Hit Blocks'] + plan['Shared Read Blocks'])
    await client.query('deallocate measured')
  }
  return pageCounts
}

/** A database without autovacuum, so only the test updates its statistics. */
async function openWithoutAutovacuum(t: Test) {
  const { url, drop } = await cloneDatabase()
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  t.teardown(async () => {
    await client.end()
    await drop()
  })
  await client.query("set session_replication_role = 'replica'")
  await client.query('alter table report set (autovacuum_enabled = off)')
  const insert = (count: number, status: string, dueAt: string, dueSetAt = 'now()') =>
    client.query(
      `insert into report (id, sync_run_id, connection_id, position, type, status, day_from, day_to, request_count, consecutive_errors,
         due_at, is_interactive, due_set_at)
       select gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), place % 15, 'sp_campaigns', $2, '2026-01-01',
         '2026-01-14', 0, 0, ${dueAt}, false, case when $2 = 'loaded' then null else ${dueSetAt} end
       from generate_series(1, $1::int) as place`,
      [count, status],
    )
  return { client, insert }
}

t.test(
  'S-20 a report is found through the id index even when the statistics show no open reports',
  async t => {
    const { client, insert } = await openWithoutAutovacuum(t)
    await insert(40_000, 'loaded', 'null')
    await client.query('vacuum analyze report')
    await insert(20_000, 'requested', 'now()')
    const { rows } = await client.query<{ id: ReportId }>(
      `select id from report where status = 'requested' order by id limit 1`,
    )
    const report = aRequestedReport(rows[0])
    for (const statement of [
      claimReport(report.id, new Date()),
      saveAndReleaseReport({ report, fencingToken: 1 }, report),
    ])
      t.ok(Math.max(...(await countPagesRead(client, statement))) < 100, statement.text)
  },
)

t.test('S-20 a sweep reads only due reports, even with a backlog and stale statistics', async t => {
  const { client, insert } = await openWithoutAutovacuum(t)
  await insert(40_000, 'loaded', 'null')
  await insert(20_000, 'requested', "now() - (1 + random() * 299) * interval '1 second'")
  await client.query('vacuum analyze report')
  const maxPagesRead = async () => Math.max(...(await countPagesRead(client, dueReportQuery(20, new Date()))))
  t.ok((await maxPagesRead()) < 200, 'thousands of reports are due')

  // This is what happens when a region's rate limit defers due reports. It makes the statistics stale.
  await client.query(`update report set due_at = due_at + interval '10 minutes' where status = 'requested'`)
  await client.query('vacuum report')
  t.ok((await maxPagesRead()) < 200, 'no report is due')

  await insert(5000, 'completed', "now() - random() * interval '10 minutes'")
  t.ok(
    (await maxPagesRead()) < 200,
    'finding other due reports does not read those that wait for a load slot',
  )

  await insert(20_000, 'requested', "now() + random() * interval '5 minutes'", "now() + interval '1 hour'")
  t.ok((await maxPagesRead()) < 300, 'reports scheduled by a clock that ran ahead are not read either')

  await client.query('set plan_cache_mode = auto')
  for (let run = 0; run < 20; run += 1) {
    const { text, values } = dueReportQuery(20, new Date())
    await client.query({ name: 'due reports', text, values })
  }
  const { rows } = await client.query(
    `select generic_plans::int as reused, custom_plans::int as replanned from pg_prepared_statements where name = 'due reports'`,
  )
  t.ok(rows[0]?.reused >= 14, `reuses one plan: ${JSON.stringify(rows)}`)
})
