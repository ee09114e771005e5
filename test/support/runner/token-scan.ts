import { assertNoSecret } from './output-scan.ts'

/** Amazon's access and refresh tokens: raw, percent-encoded or JSON-escaped. */
const token = /Atz[ar](\||%7C|&#124;|\\u007c)[\w-]{0,12}/i

/** S-12: @throws {Error} with the place of a token, never the token. */
export function assertNoToken(text: string, where: string): void {
  const found = token.exec(text)
  if (found) throw new Error(`an Amazon token is in ${where}, at ${found.index}`)
}

/** Scans every row of every table, jobs included, and the log. */
export async function scanForTokens(product: {
  query<Row>(sql: string): Promise<Row[]>
  logged(): string
}): Promise<void> {
  assertNoSecret(product.logged(), 'the log')
  const tables = await product.query<{ name: string }>(
    `select quote_ident(table_schema) || '.' || quote_ident(table_name) as name from information_schema.tables
     where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema')
       and table_name not like '%\\_fact'`,
  )
  for (const { name } of tables) {
    const rows = await product.query<{ row: string }>(`select row_to_json(t)::text as row from ${name} t`)
    assertNoToken(rows.map(({ row }) => row).join('\n'), `the table ${name}`)
  }
}
