import { decryptSecret } from '../../../application/ports.ts'
import type { ConnectionId } from '../../../domain/identifiers.ts'
import { reportCatalogue } from '../../../domain/ingestion/catalogue.ts'
import { reconcile } from '../../../domain/ingestion/reconciliation.ts'
import { PostgresReconciliations } from '../facts/reconciliations.ts'
import type { Database } from './database.ts'
import { encryptedColumns } from './encryption/key-rotation.ts'
import { DecryptionError, type TokenCipher } from './encryption/token-cipher.ts'
import { raw, sql } from './sql.ts'

const factTables = [...new Set(reportCatalogue.map(({ table }) => table)), 'campaign_day', 'ad_product_day']

const batchSize = 500

/** Returns a message for each violated invariant. Safe while the product runs. */
export async function findInvariantViolations(
  database: Pick<Database, 'sql' | 'pool'>,
  cipher: TokenCipher,
  log: (message: string) => void,
): Promise<string[]> {
  return [
    ...(await findFigureMismatches(database, log)),
    ...(await findOrphanFacts(database)),
    ...(await findDuplicateConnections(database)),
    ...(await findUndecryptableTexts(database, cipher, log)),
  ]
}

/** Safe during a load: a file's totals and rows are written in one transaction. */
async function findFigureMismatches(
  { sql: statements, pool }: Pick<Database, 'sql' | 'pool'>,
  log: (message: string) => void,
) {
  const reconciliations = new PostgresReconciliations(statements)
  const { rows } = await pool.query<{ id: ConnectionId }>('select id from connection order by id')
  const found: string[] = []
  let days = 0
  for (const { id } of rows) {
    const totals = await reconciliations.totals(id)
    days += totals.files.length
    const mismatches = reconcile(totals)
    const [first] = mismatches
    if (first)
      found.push(
        `connection ${id}: ${mismatches.length} figures differ from Amazon's files, first ` +
          `${first.type} ${first.day} ${first.figure}: ${first.served}, not ${first.file}`,
      )
  }
  log(`Figures of ${rows.length} connections compared with ${days} days of Amazon files.`)
  return found
}

async function findOrphanFacts({ pool }: Pick<Database, 'pool'>): Promise<string[]> {
  const found: string[] = []
  for (const table of factTables) {
    const { rows } = await pool.query<{ count: string }>(
      `select count(*) from ${table} where not exists (select from connection where id = connection_id)`,
    )
    const count = rows[0]?.count
    if (count !== '0') found.push(`${table}: ${count} rows without a connection`)
  }
  return found
}

/** S-17. A restore rebuilds the index that enforces it. */
async function findDuplicateConnections({ pool }: Pick<Database, 'pool'>): Promise<string[]> {
  const { rows } = await pool.query<{ id: string; count: string }>(
    `select user_id as id, count(*) from connection
     where is_exclusive and status in ('active', 'needs_authorisation') group by user_id having count(*) > 1`,
  )
  return rows.map(({ id, count }) => `user ${id}: ${count} connections, one allowed`)
}

/** Returns no decrypted text. */
async function findUndecryptableTexts(
  { pool }: Pick<Database, 'pool'>,
  cipher: TokenCipher,
  log: (message: string) => void,
): Promise<string[]> {
  const found: string[] = []
  let count = 0
  for (const { table, column, id } of encryptedColumns) {
    for (let after = '00000000-0000-0000-0000-000000000000'; ; ) {
      const { rows } = await pool.query<{ id: string; encrypted: string }>(
        sql`select ${raw(id)} as id, ${raw(column)} as encrypted from ${raw(table)}
          where ${raw(id)} > ${after} and ${raw(column)} is not null order by ${raw(id)} limit ${batchSize}`,
      )
      const last = rows.at(-1)
      if (!last) break
      after = last.id
      count += rows.length
      for (const row of rows) {
        await decryptSecret(cipher.decrypt(row.encrypted, { table, column, id: row.id })).catch(error => {
          if (!(error instanceof DecryptionError)) throw error
          found.push(error.message)
        })
      }
    }
  }
  log(`${count} encrypted secrets decrypted with TOKEN_KEYS.`)
  return found
}
