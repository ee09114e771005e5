import type { Pool } from 'pg'

/** Without the primary key and the prefixed table name. */
const indexesOf: Readonly<Record<string, readonly string[]>> = {
  access_link: ['expiry', 'person'],
  staff_access: ['person'],
  ad_group_fact: [],
  advertised_product_fact: [],
  amazon_call_minute: [],
  attempt: ['app_user', 'state_hash_key', 'verifier'],
  audit_entry: ['connection', 'person', 'staff'],
  campaign_day: [],
  campaign_fact: [],
  case_summary: [
    'active',
    'amazon_user',
    'cause',
    'connection_id_key',
    'country',
    'counts',
    'due',
    'health',
    'person',
    'plan',
    'profile',
    'refused',
    'region',
    'stage',
    'words',
  ],
  connection: ['erasure', 'grants_gone', 'naming', 'one_for_a_profile', 'one_for_a_seller', 'person'],
  connection_grant: ['minted'],
  file_total: [],
  support_request_comment: ['request', 'request_id_idempotency_key_key'],
  support_request: ['connection', 'person', 'app_user_id_idempotency_key_key', 'state'],
  sync_run: ['awaited', 'connection', 'first', 'open'],
  progress_view: [],
  mail: ['connection', 'due', 'episode_key', 'given_up', 'person'],
  email_preferences: ['token_key'],
  migration: [],
  pending_connection: ['expiry', 'app_user_id_key'],
  person: ['email'],
  placement_fact: [],
  ad_product_day: [],
  purchased_product_fact: [],
  reconciliation: ['differing', 'due'],
  recovery_code: [],
  region_rate_limit: [],
  report: [
    'amazon_id',
    'awaited',
    'awaited_waits',
    'connection',
    'due',
    'failed',
    'failures',
    'files',
    'loaded',
    'open',
    'sync_run_id_type_day_from_key',
    'steps',
    'waits',
  ],
  search_term_fact: [],
  second_factor: [],
  session: ['closed', 'expiry', 'person'],
  case_change: [],
  subscription: [],
  subscription_event: ['email', 'named', 'person'],
  sync: ['awaited', 'due'],
  table_roll_up: ['connection_id_level_day_from_day_to_key'],
  table_roll_up_request: [],
  table_roll_up_due: ['at'],
  table_roll_up_row: ['acos', 'figures'],
  targeting_fact: [],
  timeline_entry: ['attempts', 'connection', 'page_failed', 'person', 'report'],
  viewing: ['not_ended', 'person'],
  worker_heartbeat: [],
}

/** A test compares these with a migrated database. */
export const expectedIndexes: readonly string[] = Object.entries(indexesOf).flatMap(([table, names]) =>
  ['pkey', ...names].map(name => `${table}_${name}`),
)

export interface IndexStatus {
  readonly missing: readonly string[]
  /** Unusable: their creation was interrupted or is in progress. */
  readonly invalid: readonly string[]
  /** pg_trgm, which finds parts of words (PostgreSQL, F.35). */
  readonly hasTrigrams: boolean
}

export async function indexStatus(pool: Pool): Promise<IndexStatus> {
  const { rows } = await pool.query<{ name: string; is_usable: boolean }>(
    `select relname as name, indisvalid and indisready and indislive as is_usable
     from pg_index join pg_class on pg_class.oid = indexrelid
     where relnamespace = (select relnamespace from pg_class where oid = to_regclass('migration'))`,
  )
  const { rowCount } = await pool.query(`select from pg_extension where extname = 'pg_trgm'`)
  const names = new Set(rows.map(({ name }) => name))
  return {
    missing: expectedIndexes.filter(name => !names.has(name)),
    invalid: rows.filter(row => !row.is_usable).map(({ name }) => name),
    hasTrigrams: rowCount === 1,
  }
}
