import type pg from 'pg'

/** Tables that grow with every seller and day: a migration must not block them for the length of a scan. */
export const bigTables: readonly string[] = [
  'ad_group_fact',
  'ad_product_day',
  'advertised_product_fact',
  'audit_entry',
  'authorisation_attempt',
  'campaign_day',
  'campaign_fact',
  'case_change',
  'case_summary',
  'connection',
  'email_message',
  'file_total',
  'placement_fact',
  'purchased_product_fact',
  'report',
  'search_term_fact',
  'session',
  'sync_run',
  'table_roll_up_row',
  'targeting_fact',
  'timeline_entry',
]

/** A schema by object name, with the properties that the previous version relies on. */
interface Catalogue {
  readonly tables: ReadonlyMap<string, { readonly file: string }>
  readonly columns: ReadonlyMap<
    string,
    { readonly type: string; readonly isRequired: boolean; readonly notNull: boolean }
  >
  readonly constraints: ReadonlyMap<
    string,
    { readonly table: string; readonly definition: string; readonly valid: boolean }
  >
  readonly indexes: ReadonlyMap<string, { readonly table: string }>
}

export async function catalogueOf(client: Pick<pg.Client, 'query'>): Promise<Catalogue> {
  const queryByName = async <Row>(sql: string): Promise<Map<string, Row>> =>
    new Map((await client.query<Row & { name: string }>(sql)).rows.map(row => [row.name, row]))
  const publicSchema = `'public'::regnamespace`
  return {
    tables: await queryByName(`select relname as name, relfilenode::text as file from pg_class
      where relkind = 'r' and relnamespace = ${publicSchema}`),
    columns: await queryByName(`select relname || '.' || attname as name,
        format_type(atttypid, atttypmod) as type, attnotnull as "notNull",
        attnotnull and not atthasdef and attidentity = '' as "isRequired"
      from pg_attribute join pg_class on pg_class.oid = attrelid
      where relkind = 'r' and attnum > 0 and not attisdropped and relnamespace = ${publicSchema}`),
    constraints: await queryByName(`select relname || '.' || conname as name, relname as table,
        pg_get_constraintdef(pg_constraint.oid) as definition, convalidated as valid
      from pg_constraint join pg_class on pg_class.oid = conrelid
      where contype in ('c', 'f', 'u', 'p', 'x') and connamespace = ${publicSchema}`),
    indexes: await queryByName(`select index.relname as name, owner.relname as table from pg_index
      join pg_class as index on index.oid = indexrelid join pg_class as owner on owner.oid = indrelid
      where index.relnamespace = ${publicSchema}`),
  }
}

/**
 * Returns the changes that would break or block a version still running. Compares the schemas; the
 * statements only show how an index is created.
 */
export function contractionsIn(before: Catalogue, after: Catalogue, statements: readonly string[]): string[] {
  const found: string[] = []
  for (const [name, { file }] of before.tables) {
    const now = after.tables.get(name)
    if (!now) found.push(`table ${name} is gone`)
    else if (now.file !== file) found.push(`table ${name} is rewritten`)
  }
  for (const [name, { type, notNull }] of before.columns) {
    const now = after.columns.get(name)
    if (!now) found.push(`column ${name} is gone`)
    else if (now.type !== type) found.push(`column ${name} changes its type`)
    else if (now.notNull && !notNull) found.push(`column ${name} becomes not null`)
  }
  const isExisting = (table: string) => before.tables.has(table)
  for (const [name, { isRequired }] of after.columns) {
    const isNew = !before.columns.has(name)
    if (isNew && isRequired && isExisting(name.split('.')[0] ?? '')) found.push(`column ${name} is required`)
  }
  for (const [name, { table, definition }] of after.constraints) {
    if (isExisting(table) && before.constraints.get(name)?.definition !== definition)
      found.push(`constraint ${name} may reject existing values`)
  }
  for (const [name, { table }] of after.indexes) {
    if (before.indexes.has(name) || !isExisting(table) || !bigTables.includes(table)) continue
    if (!statements.some(statement => concurrentCreation(name).test(statement)))
      found.push(`index ${name} blocks writes to ${table}`)
  }
  const changed = changedTables(before, after)
  // Locking several tables in one migration can deadlock with a query that reads them.
  if (changed.length > 1)
    found.push(`tables ${changed.join(' and ')} are locked together: use one migration each`)
  return found
}

/** Existing tables with a new column, constraint or index. */
function changedTables(before: Catalogue, after: Catalogue): string[] {
  const columns = [...after.columns.keys()].filter(name => !before.columns.has(name))
  const tablesWithNew = (kind: 'constraints' | 'indexes') =>
    [...after[kind]].filter(([name]) => !before[kind].has(name)).map(([, { table }]) => table)
  const tables = [
    ...columns.map(name => name.split('.')[0] ?? ''),
    ...tablesWithNew('constraints'),
    ...tablesWithNew('indexes'),
  ]
  return [...new Set(tables)].filter(table => before.tables.has(table)).toSorted()
}

const concurrentCreation = (index: string): RegExp =>
  new RegExp(`create\\s+(unique\\s+)?index\\s+concurrently\\s+(if\\s+not\\s+exists\\s+)?"?${index}\\b`, 'i')
