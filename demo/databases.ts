import { pipeline } from 'node:stream/promises'
import pg from 'pg'
import { from as copyFrom, to as copyTo } from 'pg-copy-streams'
import { Secret } from '../src/domain/secret.ts'

const scratchName = 'demo_history'

export function scratchUrlOf(databaseUrl: Secret): Secret {
  const url = new URL(databaseUrl.reveal())
  url.pathname = scratchName
  return new Secret(url.href)
}

export async function createScratchDatabase(product: pg.Client): Promise<void> {
  await dropScratchDatabase(product)
  await product.query(`create database ${scratchName} template template0`)
}

export async function dropScratchDatabase(product: pg.Client): Promise<void> {
  await product.query(`drop database if exists ${scratchName} with (force)`)
}

export async function openClient(url: Secret): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url.reveal() })
  await client.connect()
  return client
}

/** All or nothing: the history is copied in one transaction. */
export async function hasHistory(product: pg.Client): Promise<boolean> {
  const { rows } = await product.query<{ has: boolean }>(
    `select exists (select from app_user where email like '%@sellers.demo.test') as has`,
  )
  return rows[0]?.has === true
}

const isDemoUser = `email like '%@demo.test'`

export async function copyDemoUsers(product: pg.Client, scratch: pg.Client): Promise<void> {
  await copyTable('app_user', { from: product, to: scratch, where: isDemoUser })
}

/**
 * Not copied, because each database has its own: migrations, rate limits, call statistics, worker heartbeats, recurring
 * jobs and case changes.
 */
const ownTables = [
  'migration',
  'region_rate_limit',
  'amazon_call_minute',
  'worker_heartbeat',
  'recurring_job',
  'case_change',
]

/** Copies the scratch database's rows to the product's in one transaction, so that all appear at once. */
export async function copyHistory(scratch: pg.Client, product: pg.Client): Promise<void> {
  // Demo users may have connected in the product since, so it keeps their case summaries.
  await scratch.query(
    `delete from case_summary where user_id in (select id from app_user where ${isDemoUser})`,
  )
  await product.query('begin')
  // Skips foreign keys, because some are circular, and triggers, whose results are copied as rows.
  await product.query('set local session_replication_role = replica')
  for (const table of await tablesOf(scratch))
    await copyTable(table, {
      from: scratch,
      to: product,
      where: table === 'app_user' ? `not (${isDemoUser})` : 'true',
    })
  await product.query('commit')
}

async function tablesOf(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    `select relname as name from pg_class
     where relnamespace = 'public'::regnamespace and relkind = 'r' and relname <> all ($1)`,
    [ownTables],
  )
  return rows.map(({ name }) => name)
}

async function copyTable(
  table: string,
  { from, to, where }: { from: pg.Client; to: pg.Client; where: string },
): Promise<void> {
  const { rows } = await from.query<{ name: string }>(
    `select attname as name from pg_attribute
     where attrelid = $1::regclass and attnum > 0 and not attisdropped and attgenerated = '' order by attnum`,
    [table],
  )
  const columns = rows.map(({ name }) => `"${name}"`).join(', ')
  const rowsOut = from.query(
    copyTo(`copy (select ${columns} from ${table} where ${where}) to stdout (format binary)`),
  )
  await pipeline(rowsOut, to.query(copyFrom(`copy ${table} (${columns}) from stdin (format binary)`)))
}
