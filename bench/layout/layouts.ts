import type { Pool } from 'pg'

export interface Layout {
  readonly name: string
  /** SQL after the column list, and the statements that create the partitions. */
  readonly by: string | null
  readonly parts: (table: string) => readonly string[]
  /** Reordered right after the syncs; otherwise rows stay where the loads put them. */
  readonly order?: 'by its key'
}

/** Months of the seeded days and the syncs after them. */
const months = ['2026-08-01', '2026-09-01', '2026-10-01', '2026-11-01', '2026-12-01', '2027-01-01']

const hashed = (table: string, count: number, more = ''): string[] =>
  Array.from(
    { length: count },
    (_, at) =>
      `create table ${table}_${at} partition of ${table} for values with (modulus ${count}, remainder ${at})${more}`,
  )
const monthly = (table: string): string[] =>
  months
    .slice(0, -1)
    .map(
      (month, at) =>
        `create table ${table}_m${at} partition of ${table} for values from ('${month}') to ('${months[at + 1]}')`,
    )

/** The product's layout is the first. */
export const layouts: readonly Layout[] = [
  { name: 'one table', by: null, parts: () => [] },
  { name: 'one table, put in order', by: null, parts: () => [], order: 'by its key' },
  {
    name: '16 by connection',
    by: 'hash (connection_id)',
    parts: table => hashed(table, 16),
  },
  {
    name: '64 by connection',
    by: 'hash (connection_id)',
    parts: table => hashed(table, 64),
  },
  { name: 'by month', by: 'range (day)', parts: monthly },
  {
    name: '16 by connection, by month',
    by: 'hash (connection_id)',
    parts: table =>
      hashed(table, 16, ' partition by range (day)').flatMap((part, at) => [
        part,
        ...monthly(`${table}_${at}`),
      ]),
  },
]

/** Creates an empty table with the facts' columns and key in this layout. */
export async function makeTable(pool: Pool, model: string, { by, parts }: Layout): Promise<string> {
  const table = 'laid_out'
  const { rows } = await pool.query<{ key: string }>(
    `select pg_get_constraintdef(oid) as key from pg_constraint where conrelid = $1::regclass and contype = 'p'`,
    [model],
  )
  await pool.query(`drop table if exists ${table}`)
  await pool.query(
    `create table ${table} (like ${model} including constraints)${by ? ` partition by ${by}` : ''}`,
  )
  await pool.query(`alter table ${table} add ${rows[0]?.key}`)
  for (const part of parts(table)) await pool.query(part)
  return table
}
