import type { Pool } from 'pg'

export const firstDay = '2026-09-01'
export const days = 60
export const rowsPerDay = 33
/** Days that each morning's sync replaces, because Amazon still restates them. */
export const restatementDays = 14

export const idOf = (number: string) => `md5('connection ' || ${number})::uuid`

/** Parameters: connection number, first day, number of days. */
export const insertStatement = (table: string) =>
  `insert into ${table} (connection_id, ad_product, day, campaign_id, campaign_name, ad_group_id, ad_group_name, target_id,
     targeting, match_type, search_term, impressions, clicks, cost, orders, sales, units, orders_14d, sales_14d)
   select ${idOf('$1::int')}, 'SP', $2::date + day, (3e14::bigint + thing % 2)::text, 'Campaign of brand ' || thing % 2,
     (4e14::bigint + thing % 3)::text, 'Ad group ' || thing % 3, (5e14::bigint + thing % 8)::text, 'running shoes ' || thing % 8,
     'BROAD', 'words that buyers type ' || thing, clicks * 12, clicks, clicks * 0.73, clicks / 3, clicks * 4.99, 0, 0, 0
   from generate_series(0, $3::int - 1) day, generate_series(1, ${rowsPerDay}) thing,
     lateral (select 1 + (hashint8(thing * 7919 + day * 104729 + $1::int)::bigint & 3) as clicks) as counted`

/** Replaces days as a load does: one new day and the restated ones before it. */
export async function sync(pool: Pool, table: string, number: number, morning: number): Promise<void> {
  await pool.query('begin')
  const { rows } = await pool.query<{ from: string }>(`select ($1::date + $2::int)::text as from`, [
    firstDay,
    days + morning - restatementDays,
  ])
  const from = rows[0]?.from
  await pool.query(
    `delete from ${table} where connection_id = ${idOf('$1::int')} and ad_product = 'SP' and day between $2 and $2::date + ${restatementDays - 1}`,
    [number, from],
  )
  await pool.query(insertStatement(table), [number, from, restatementDays])
  await pool.query('commit')
}

/** Megabytes, with indexes and partitions. */
export async function sizeOf(pool: Pool, table: string): Promise<number> {
  const { rows } = await pool.query<{ bytes: string }>(
    `select sum(pg_total_relation_size(oid)) as bytes from pg_class
     where oid = $1::regclass or oid in (select relid from pg_partition_tree($1::regclass))`,
    [table],
  )
  return Number(rows[0]?.bytes) / 1e6
}
