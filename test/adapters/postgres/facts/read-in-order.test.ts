import { randomUUID } from 'node:crypto'
import t from 'tap'
import { sql } from '../../../../src/adapters/postgres/engine/sql.ts'
import { selectFromRollUp } from '../../../../src/adapters/postgres/facts/table-statements.ts'
import type { ConnectionId } from '../../../../src/domain/identifiers.ts'
import { aTableRequest } from '../../../support/contracts/ingestion/figure-tables.ts'
import { openPostgresStores } from '../../../support/contracts/postgres-stores.ts'

t.test('S-28 the first page by spend, ACOS or wasted spend is found without reading all rows', async t => {
  const { owner } = await openPostgresStores(t)
  const client = await owner.connect()
  t.teardown(() => client.release(true))
  const id = randomUUID() as string as ConnectionId
  const { days, filter } = aTableRequest()
  await client.query("set session_replication_role = 'replica'")
  await client.query(
    `with roll_up as (
       insert into table_roll_up (connection_id, level, day_from, day_to, row_count, wasted_spend_count)
       values ($1, 'campaigns', $2, $3, 30000, 6000) returning connection_id, id)
     insert into table_roll_up_row (connection_id, roll_up_id, spend_rank, impressions, clicks, orders, cost, sales, search_text,
       ad_product, campaign_id)
     select connection_id, id, spend_rank, 1000, 10, spend_rank % 5, 1 + spend_rank % 97, spend_rank % 5 * (1 + spend_rank % 89), repeat('words ', 20), 'SP', spend_rank
     from roll_up, generate_series(1, 30000) as spend_rank`,
    [id, days.from, days.to],
  )
  await client.query('vacuum analyze table_roll_up_row')

  for (const overrides of [
    {},
    { sorting: { by: 'acos', order: 'descending' } },
    { filter: { ...filter, isWastedSpend: true } },
  ] as const) {
    const page = selectFromRollUp(id, aTableRequest(overrides))
    const { rows } = await client.query(sql`explain (analyze, buffers, format json) ${page}`)
    const { Plan: plan } = rows[0]['QUERY PLAN'][0]
    t.equal(plan['Actual Rows'], 50)
    t.ok(plan['Shared Hit Blocks'] + plan['Shared Read Blocks'] < 500, JSON.stringify(overrides))
  }
})
