import { setTimeout as sleep } from 'node:timers/promises'
import type { Pool } from 'pg'
import { decryptSecret } from '../../../../application/ports.ts'
import { raw, sql } from '../sql.ts'
import { DecryptionError, type TokenCipher } from './token-cipher.ts'

export const encryptedColumns = [
  { table: 'connection_grant', column: 'refresh_token', id: 'connection_id' },
  { table: 'connection_grant', column: 'access_token', id: 'connection_id' },
  { table: 'pending_connection', column: 'refresh_token', id: 'id' },
  { table: 'pending_connection', column: 'access_token', id: 'id' },
  { table: 'authorisation_attempt', column: 'verifier', id: 'id' },
  { table: 'email_message', column: 'link', id: 'id' },
  { table: 'second_factor', column: 'secret', id: 'user_id' },
  { table: 'pending_authenticator_app', column: 'secret', id: 'user_id' },
] as const

type EncryptedColumn = (typeof encryptedColumns)[number]

/** Rows per round, locked only by the statement that writes them. */
const batchSize = 200
/** Milliseconds. */
const retryDelay = 100
const nilUuid = '00000000-0000-0000-0000-000000000000'

export type Progress = (column: string, reencryptedCount: number) => void

export interface RotationResult {
  readonly reencryptedCount: number
  /** Place and reason of each text that doesn't decrypt, never its content. */
  readonly undecryptable: readonly string[]
}

/**
 * Re-encrypts all texts that aren't under the newest key. Safe while the product runs, concurrently, after an
 * interruption, and twice.
 */
export async function rotateKeys(
  pool: Pool,
  cipher: TokenCipher,
  reportProgress: Progress,
): Promise<RotationResult> {
  let reencryptedCount = 0
  const undecryptable: string[] = []
  for (const column of encryptedColumns) {
    for (let isDone = false; !isDone; ) {
      const pass = await reencryptColumn(pool, cipher, column, reportProgress)
      reencryptedCount += pass.reencryptedCount
      isDone = pass.missed === 0
      if (isDone) undecryptable.push(...pass.undecryptable)
      else await sleep(retryDelay)
    }
  }
  return { reencryptedCount, undecryptable }
}

interface EncryptedRow {
  readonly id: string
  readonly encrypted: string
}

/** `missed` counts texts that were changed or locked concurrently. */
async function reencryptColumn(
  pool: Pool,
  cipher: TokenCipher,
  column: EncryptedColumn,
  reportProgress: Progress,
) {
  let [reencryptedCount, missed] = [0, 0]
  const undecryptable: string[] = []
  for (let after = nilUuid; ; ) {
    const rows = await readOlderTexts(pool, cipher, column, after)
    const last = rows.at(-1)
    if (!last) return { reencryptedCount, missed, undecryptable }
    after = last.id
    const reencrypted = await Promise.all(rows.map(row => reencrypt(cipher, column, row)))
    const replacements = reencrypted.filter(each => typeof each !== 'string')
    undecryptable.push(...reencrypted.filter(each => typeof each === 'string'))
    const written = await replaceTexts(pool, column, replacements)
    reencryptedCount += written
    missed += replacements.length - written
    reportProgress(`${column.table}.${column.column}`, reencryptedCount)
  }
}

async function readOlderTexts(
  pool: Pool,
  cipher: TokenCipher,
  { table, column, id }: EncryptedColumn,
  after: string,
) {
  const { rows } = await pool.query<EncryptedRow>(
    sql`select ${raw(id)} as id, ${raw(column)} as encrypted from ${raw(table)}
      where ${raw(id)} > ${after} and not starts_with(${raw(column)}, ${cipher.newestPrefix})
      order by ${raw(id)} limit ${batchSize}`,
  )
  return rows
}

/** @returns the reason when the text doesn't decrypt. */
async function reencrypt(
  cipher: TokenCipher,
  { table, column }: EncryptedColumn,
  { id, encrypted: old }: EncryptedRow,
) {
  const record = { table, column, id }
  try {
    return { id, old, encrypted: await cipher.encrypt(cipher.decrypt(old, record), record) }
  } catch (error) {
    if (error instanceof DecryptionError) return error.message
    throw error
  }
}

async function replaceTexts(
  pool: Pool,
  { table, column, id }: EncryptedColumn,
  reencrypted: readonly { readonly id: string; readonly old: string; readonly encrypted: string }[],
): Promise<number> {
  const [ids, olds, replacements] = (['id', 'old', 'encrypted'] as const).map(name =>
    reencrypted.map(each => each[name]),
  )
  // Skips locked rows, so it can't deadlock.
  const { rowCount } = await pool.query(
    sql`with free as (
        select ${raw(id)} as id from ${raw(table)} where ${raw(id)} = any(${ids}) for no key update skip locked
      )
      update ${raw(table)} set ${raw(column)} = replacement.encrypted
      from free join unnest(${ids}::uuid[], ${olds}::text[], ${replacements}::text[])
        as replacement (id, old, encrypted) using (id)
      where ${raw(table)}.${raw(id)} = replacement.id and ${raw(table)}.${raw(column)} = replacement.old`,
  )
  return rowCount ?? 0
}

/** Tries only each column's last text. Returns places and reasons, never content. */
export async function findUndecryptable(pool: Pool, cipher: TokenCipher): Promise<string[]> {
  const undecryptable: string[] = []
  for (const { table, column, id } of encryptedColumns) {
    const { rows } = await pool.query<EncryptedRow>(
      `select ${id} as id, ${column} as encrypted from ${table} where ${column} is not null order by ${id} desc limit 1`,
    )
    for (const row of rows) {
      await decryptSecret(cipher.decrypt(row.encrypted, { table, column, id: row.id })).catch(error => {
        if (!(error instanceof DecryptionError)) throw error
        undecryptable.push(error.message)
      })
    }
  }
  return undecryptable
}

/** Null: texts of unknown format. */
export async function countByKey(pool: Pool): Promise<Map<string | null, number>> {
  const texts = encryptedColumns.map(({ table, column }) => `select ${column} as encrypted from ${table}`)
  const { rows } = await pool.query<{ key: string | null; count: string }>(
    `select substring(encrypted from '^[12]\\.([^.]+)\\.') as key, count(*) as count
     from (${texts.join(' union all ')}) as texts where encrypted is not null group by 1 order by 2 desc`,
  )
  return new Map(rows.map(({ key, count }) => [key, Number(count)]))
}
