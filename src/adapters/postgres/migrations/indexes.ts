import type { Pool } from 'pg'

/** Without the primary key and the prefixed table name. */
const indexesOf: Readonly<Record<string, readonly string[]>> = {
  access_link: ['expiry', 'user'],
  ad_group_fact: [],
  ad_product_day: [],
  advertised_product_fact: [],
  amazon_call_minute: [],
  app_user: ['email'],
  audit_entry: ['connection', 'staff', 'user'],
  authorisation_attempt: ['state_hash_key', 'user', 'verifier'],
  campaign_day: [],
  campaign_fact: [],
  case_change: [],
  case_summary: [
    'active',
    'alerting',
    'amazon_user',
    'cause',
    'connection_id_key',
    'country',
    'counts',
    'due',
    'health',
    'plan',
    'profile',
    'region',
    'search_text',
    'stage',
    'user',
  ],
  connection: [
    'amazon_user_lookup',
    'doubted',
    'erasure',
    'lost',
    'one_for_a_profile',
    'one_for_a_seller',
    'revoked',
    'user',
  ],
  connection_grant: ['expiry'],
  email_message: ['connection', 'due', 'failed', 'idempotency_key_key', 'user'],
  email_preferences: ['token_key'],
  file_total: [],
  known_device: ['token_hash_key', 'user'],
  migration: [],
  passkey: ['user'],
  passkey_challenge: [],
  pending_authenticator_app: [],
  pending_connection: ['expiry', 'user_id_key'],
  placement_fact: [],
  progress_view: [],
  purchased_product_fact: [],
  reconciliation: ['due', 'mismatching'],
  recovery_code: [],
  recurring_job: [],
  region_rate_limit: [],
  report: [
    'amazon_id',
    'connection',
    'due',
    'due_set',
    'failed',
    'failures',
    'files',
    'interactive',
    'interactive_due_set',
    'loaded',
    'open',
    'steps',
    'sync_run_id_type_day_from_key',
  ],
  search_term_fact: [],
  second_factor: [],
  session: ['closed', 'expiry', 'owner'],
  sign_in_failure: [],
  staff_access: ['user'],
  subscription: [],
  subscription_event: ['email', 'named', 'user'],
  support_request: ['connection', 'state', 'user', 'user_id_idempotency_key_key'],
  support_request_comment: ['request', 'request_id_idempotency_key_key'],
  sync_run: ['connection', 'initial', 'interactive', 'open'],
  sync_schedule: ['due', 'interactive'],
  table_roll_up: ['connection_id_level_day_from_day_to_key'],
  table_roll_up_due: ['at'],
  table_roll_up_request: [],
  table_roll_up_row: ['acos', 'figures'],
  targeting_fact: [],
  timeline_entry: ['attempts', 'connection', 'page_failed', 'report', 'user'],
  view_as_session: ['not_ended', 'user'],
  worker_heartbeat: [],
}

export const expectedIndexes: readonly string[] = Object.entries(indexesOf).flatMap(([table, names]) =>
  ['pkey', ...names].map(name => `${table}_${name}`),
)

export interface IndexStatus {
  readonly missing: readonly string[]
  /** Unusable: their creation was interrupted or is in progress. */
  readonly invalid: readonly string[]
  /** pg_trgm (PostgreSQL, F.35). */
  readonly hasTrigrams: boolean
}

export async function readIndexStatus(pool: Pool): Promise<IndexStatus> {
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
