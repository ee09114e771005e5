import type { Pool, PoolClient } from 'pg'
import { reportCatalogue } from '../../src/domain/ingestion/catalogue.ts'
import { vacuumAndCheckpoint } from '../vacuum.ts'

/** Minimum facts per connection and loaded day; larger sizes are multiples. */
export const factsPerDay = 33
export const loadedDays = 60

/** Connections per statement and commit. */
const connectionsPerBatch = 500

/** SQL for a deterministic, evenly distributed pseudo-random number. */
const pseudoRandom = (parts: string) => `(hashint8((${parts})::bigint)::bigint & 2147483647)`

/**
 * Seeds `factor` × 33 facts a day for 60 days for `count` connections, with roll-ups and loaded reports.
 * Deterministic, and in the order in which loads would have left them.
 * @returns the connection ids.
 */
export async function seedFacts(
  pool: Pool,
  { connections: count, factor }: { connections: number; factor: number },
  reportProgress: (facts: number) => void,
): Promise<readonly string[]> {
  const { rows } = await pool.query<{ id: string }>(
    `select id from connection where status = 'active' order by id limit $1`,
    [count],
  )
  const ids = rows.map(({ id }) => id)
  if (ids.length !== count) throw new Error(`there are ${ids.length} connections instead of ${count}`)
  const client = await pool.connect()
  const statements = statementsFor(factor)
  let facts = 0
  try {
    // Skips foreign key checks on millions of rows.
    await client.query(`set session_replication_role = 'replica'`)
    await client.query(`set work_mem = '256MB'`)
    for (let from = 0; from < count; from += connectionsPerBatch) {
      const batch = ids.slice(from, from + connectionsPerBatch)
      for (const { statement, isFact } of statements) {
        const { rowCount } = await client.query(statement, [batch, from])
        if (isFact) facts += rowCount ?? 0
      }
      await recordAsLoaded(client, batch)
      reportProgress(facts)
    }
  } finally {
    client.release(true)
  }
  await vacuumAndCheckpoint(pool)
  return ids
}

const owners = `unnest($1::uuid[]) with ordinality as owner (id, place)`
const firstDay = `(current_date - ${loadedDays})`
const metrics = `clicks * 12, clicks, clicks * 0.73, case when thing % 7 < 3 then clicks else 0 end,
  case when thing % 7 < 3 then clicks * (19.99 + thing % 40) else 0 end, 0, 0, 0`
const columns = 'impressions, clicks, cost, orders, sales, units, orders_14d, sales_14d'
const adGroupKeys = 'campaign_id, campaign_name, ad_group_id, ad_group_name'
const rollUpStatement = (statement: string) => ({ isFact: false, statement })

/** Statements for each table; campaigns, ad groups and targets are multiplied as well. */
function statementsFor(factor: number) {
  const campaign = `(3e14::bigint + thing % ${2 * factor})::text, 'Campaign of brand ' || thing % ${2 * factor}`
  const adGroup = `${campaign}, (4e14::bigint + thing % ${3 * factor})::text, 'Ad group ' || thing % ${3 * factor}`
  const target = `${adGroup}, (5e14::bigint + thing % ${8 * factor})::text, 'running shoes ' || thing % ${8 * factor}, 'BROAD'`
  const insert = (table: string, keys: string, things: number, values: string) => ({
    isFact: true,
    statement: `insert into ${table} (connection_id, ad_product, day, ${keys}, ${columns})
      select owner.id, 'SP', ${firstDay} + day, ${values}, ${metrics}
      from ${owners}, generate_series(0, ${loadedDays - 1}) as day, generate_series(0, ${things * factor - 1}) as thing,
        lateral (select 1 + ${pseudoRandom('thing * 7919 + day * 104729 + place + $2::int')} % 4 as clicks) as counted
      order by owner.id, day, thing`,
  })
  return [
    insert('campaign_fact', 'campaign_id, campaign_name, campaign_status', 2, `${campaign}, 'ENABLED'`),
    insert('ad_group_fact', adGroupKeys, 3, adGroup),
    insert(
      'placement_fact',
      'campaign_id, campaign_name, placement',
      4,
      `${campaign}, 'Placement ' || thing / ${2 * factor}`,
    ),
    insert('targeting_fact', `${adGroupKeys}, target_id, targeting, match_type`, 8, target),
    insert(
      'advertised_product_fact',
      `${adGroupKeys}, ad_id, asin, sku`,
      4,
      `${adGroup}, (6e14::bigint + thing)::text, 'B0' || thing, 'SKU-' || thing`,
    ),
    insert(
      'search_term_fact',
      `${adGroupKeys}, target_id, targeting, match_type, search_term`,
      12,
      `${target}, 'words that buyers type ' || thing`,
    ),
    rollUpStatement(`insert into campaign_day (connection_id, day, ad_product, campaign_id, campaign_name, campaign_status,
        impressions, clicks, orders, cost, sales)
      select connection_id, day, ad_product, campaign_id, campaign_name, campaign_status, impressions, clicks, orders, cost, sales
      from campaign_fact where connection_id = any($1) and $2::int >= 0`),
    rollUpStatement(`insert into ad_product_day (connection_id, day, ad_product, impressions, clicks, orders, cost, sales)
      select connection_id, day, ad_product, sum(impressions), sum(clicks), sum(orders), sum(cost), sum(sales)
      from campaign_day where connection_id = any($1) and $2::int >= 0 group by connection_id, day, ad_product`),
  ]
}

const types = reportCatalogue.map(({ type }) => type)

/** Records all days that Amazon keeps as loaded yesterday, so that a daily sync requests only the restated days. */
export async function recordAsLoaded(pool: Pool | PoolClient, ids: readonly string[]): Promise<void> {
  for (const statement of recordStatements) await pool.query(statement, [ids])
}

const firstAndLastDay = `current_date - 66, current_date - 2`
const yesterday = `now() - interval '20 hours'`
const recordStatements = [
  `insert into sync_run (id, connection_id, kind, day_from, day_to, requested_at, finished_at)
   select md5('loaded ' || id)::uuid, id, 'initial', ${firstAndLastDay}, ${yesterday}, ${yesterday} from unnest($1::uuid[]) as owner (id)`,
  `insert into report (id, sync_run_id, connection_id, position, type, status, day_from, day_to, request_count, consecutive_errors,
     amazon_report_id, accepted_at, poll_count, completed_at, loaded_at, row_count)
   select md5('loaded ' || owner.id || position)::uuid, md5('loaded ' || owner.id)::uuid, owner.id, position, type, 'loaded',
     ${firstAndLastDay}, 1, 0, md5('made ' || owner.id || position)::uuid::text, ${yesterday}, 3, ${yesterday}, ${yesterday}, 100
   from unnest($1::uuid[]) as owner (id), unnest('{${types.join(',')}}'::text[]) with ordinality as entry (type, position)`,
]
