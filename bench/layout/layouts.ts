import type { Pool } from 'pg'

export interface Layout {
  readonly name: string
  /** SQL after `partition by`; null without partitions. */
  readonly partitionBy: string | null
  /** Statements that create the partitions. */
  readonly partitions: (table: string) => readonly string[]
  /** Clustered after the syncs; otherwise rows stay where the loads put them. */
  readonly order?: 'by its key'
}

/** First days of the months that the seeded days and the later syncs cover. */
const months = ['2026-08-01', '2026-09-01', '2026-10-01', '2026-11-01', '2026-12-01', '2027-01-01']

const hashPartitions = (table: string, count: number, suffix = ''): string[] =>
  Array.from(
    { length: count },
    (_, index) =>
      `create table ${table}_${index} partition of ${table} for values with (modulus ${count}, remainder ${index})${suffix}`,
  )
const monthlyPartitions = (table: string): string[] =>
  months
    .slice(0, -1)
    .map(
      (month, index) =>
        `create table ${table}_m${index} partition of ${table} for values from ('${month}') to ('${months[index + 1]}')`,
    )

/** The product's layout comes first. */
export const layouts: readonly Layout[] = [
  { name: 'one table', partitionBy: null, partitions: () => [] },
  { name: 'one table, clustered', partitionBy: null, partitions: () => [], order: 'by its key' },
  {
    name: '16 partitions by connection',
    partitionBy: 'hash (connection_id)',
    partitions: table => hashPartitions(table, 16),
  },
  {
    name: '64 partitions by connection',
    partitionBy: 'hash (connection_id)',
    partitions: table => hashPartitions(table, 64),
  },
  { name: 'partitions by month', partitionBy: 'range (day)', partitions: monthlyPartitions },
  {
    name: '16 partitions by connection, each by month',
    partitionBy: 'hash (connection_id)',
    partitions: table =>
      hashPartitions(table, 16, ' partition by range (day)').flatMap((part, index) => [
        part,
        ...monthlyPartitions(`${table}_${index}`),
      ]),
  },
]

/** Creates an empty table with the facts' columns and key in this layout. */
export async function makeTable(
  pool: Pool,
  model: string,
  { partitionBy, partitions }: Layout,
): Promise<string> {
  const table = 'laid_out'
  const { rows } = await pool.query<{ key: string }>(
    `select pg_get_constraintdef(oid) as key from pg_constraint where conrelid = $1::regclass and contype = 'p'`,
    [model],
  )
  await pool.query(`drop table if exists ${table}`)
  await pool.query(
    `create table ${table} (like ${model} including constraints)${partitionBy ? ` partition by ${partitionBy}` : ''}`,
  )
  await pool.query(`alter table ${table} add ${rows[0]?.key}`)
  for (const statement of partitions(table)) await pool.query(statement)
  return table
}
