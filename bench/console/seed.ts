import type { Pool } from 'pg'
import { reportCatalogue } from '../../src/domain/ingestion/catalogue.ts'
import { marketplaces } from '../../src/domain/profile/marketplace.ts'

export interface Crowd {
  readonly users: number
  /** Per connection, in one sync run. */
  readonly reports: number
}

/** The crowd's last timeline events lie in the days before this instant. */
export const referenceTime = '2026-11-01T00:00:00Z'
/** `refresh_at` of the seeded case summaries: time alone never changes them. */
export const never = '2100-01-01T00:00:00Z'

/**
 * Seeds users, connections, attempts, sync runs, reports and case summaries; deterministic for a given count.
 * Of 60 users, 10 have no connection, 44 one, 2 two and 4 three. Foreign keys are not checked. The timeline has
 * only two kinds of entries.
 */
export async function seedCrowd(pool: Pool, { users, reports }: Crowd): Promise<void> {
  const client = await pool.connect()
  try {
    await client.query(`set session_replication_role = 'replica'`)
    await client.query(`set work_mem = '256MB'`)
    await client.query(`set maintenance_work_mem = '256MB'`)
    // Building an index over all rows at once is faster than row by row.
    const { rows } = await client.query<{ name: string; definition: string }>(
      `select indexrelid::regclass::text as name, pg_get_indexdef(indexrelid) as definition from pg_index
       where indrelid in ('report'::regclass, 'case_summary'::regclass)
         and not exists (select from pg_constraint where conindid = indexrelid)`,
    )
    for (const { name } of rows) await client.query(`drop index ${name}`)
    for (const statement of statementsOf(reports)) await client.query(statement, [users])
    for (const { definition } of rows) await client.query(definition)
  } finally {
    // Destroyed, so that the session settings end with the client.
    client.release(true)
  }
  await pool.query('vacuum analyze')
}

/** SQL for a deterministic, evenly distributed pseudo-random number from a row number and a salt. */
const pseudoRandom = (number: string, salt: number) =>
  `(hashint8extended((${number})::bigint, ${salt}) & 2147483647)`
/** Picks a name by cumulative shares of a thousand. */
const weighted = (number: string, salt: number, shares: readonly (readonly [name: string, upTo: number])[]) =>
  `case ${shares
    .slice(0, -1)
    .map(([name, upTo]) => `when ${pseudoRandom(number, salt)} % 1000 < ${upTo} then '${name}'`)
    .join(' ')} else '${shares.at(-1)?.[0]}' end`
const oneOf = (number: string, salt: number, names: readonly string[]) =>
  `('{${names.join(',')}}'::text[])[1 + ${pseudoRandom(number, salt)} % ${names.length}]`
const idOf = (what: string, number: string) => `md5('${what} ' || ${number})::uuid`
/** SQL for a time within `days` before the reference time, in whole milliseconds as a worker records it. */
const before = (number: string, salt: number, days: number) =>
  `timestamptz '${referenceTime}' - ${pseudoRandom(number, salt)} % ${days * 86_400_000} * interval '1 millisecond'`

const firstNames =
  splitWords(`Anna Ben Carla David Elena Felix Greta Hassan Irene Jonas Katja Liam Maria Noah Olga Paul
  Quinn Rosa Sven Tara Uma Viktor Wendy Xavier Yara Zoe Amir Bianca Chen Dmitri Esra Fatima`)
const lastNames =
  splitWords(`Adler Brown Costa Dubois Evans Fischer Garcia Huber Ivanov Jensen Keller Lopez Meyer Novak
  Okafor Patel Quist Rossi Smith Tanaka Ulrich Vogel Weber Xu Young Zhang Alvarez Becker Conti Dahl Ernst Ferrari`)
const syllables = splitWords('ba ce di fo gu ha je ki lo mu na pe ri so tu va we xi yo zu')
const domains = [
  ['gmail.com', 600],
  ['outlook.com', 750],
  ['yahoo.com', 850],
  ['web.de', 920],
  ['example.com', 1000],
] as const
const countries = [
  ['US', 550],
  ['UK', 660],
  ['DE', 760],
  ['CA', 820],
  ['FR', 860],
  ['IT', 900],
  ['ES', 930],
  ['JP', 960],
  ['MX', 975],
  ['AU', 988],
  ['NL', 994],
  ['SE', 997],
  ['EG', 998],
  ['SG', 1000],
] as const
const plans = [
  ['monthly', 450],
  ['annual', 700],
  ['quarterly', 850],
  ['listing_tools', 900],
  ['none', 1000],
] as const
/** Cause, health and stage of a connection, with cumulative shares of a thousand. */
const connected = [
  ['healthy connected ready', 640],
  ['figures_provisional connected ready', 760],
  ['loading loading generating_reports', 790],
  ['loading loading processing', 800],
  ['plan_lapsed paused ready', 845],
  ['throttled throttled generating_reports', 850],
  ['amazon_slow stale ready', 865],
  ['report_failed partly_failing ready', 880],
  ['account_forbidden failing failed', 890],
  ['grant_revoked needs_authorisation ready', 920],
  ['consent_expired needs_authorisation ready', 940],
  ['profile_access_lost needs_authorisation ready', 944],
  ['queue_delayed loading oauth', 945],
  ['no_ad_activity connected ready', 955],
  ['disconnected disconnected ended', 990],
  ['replaced disconnected ended', 1000],
] as const
const unconnected = [
  ['never_connected not_started', 500],
  ['plan_missing not_started', 620],
  ['consent_cancelled not_started', 720],
  ['callback_missing not_started', 820],
  ['at_amazon at_amazon', 840],
  ['choosing choosing', 870],
  ['no_profiles not_started', 950],
  ['only_agencies not_started', 1000],
] as const

function splitWords(text: string): string[] {
  return text.split(/\s+/)
}

const marketplaceRows = [...marketplaces.values()]
  .map(({ country, region, name }) => `('${country}', '${region}', '${name}')`)
  .join(', ')

function statementsOf(reports: number): string[] {
  const types = reportCatalogue.slice(0, reports).map(({ type }) => type)
  const brand = ['k', 'k', 'k'].map((k, index) => oneOf(k, 30 + index, syllables)).join(' || ')
  return [
    `insert into app_user (id, email, name, role, created_at)
     select ${idOf('user', 'i')}, lower(first || '.' || last || i || '@') || ${weighted('i', 3, domains)},
       first || ' ' || last, 'seller', ${before('i', 4, 400)}
     from generate_series(1, $1::int) i, lateral (
       select ${oneOf('i', 1, firstNames)} as first, ${oneOf('i', 2, lastNames)} as last) as named`,
    `insert into subscription (user_id, plan)
     select ${idOf('user', 'i')}, plan from generate_series(1, $1::int) i,
       lateral (select ${weighted('i', 5, plans)} as plan) as paid
     where plan <> 'none'`,
    `insert into connection (id, user_id, status, is_exclusive, pending_connection_id, profile_id, region, country, currency,
       timezone, account_id, account_name, account_type, can_edit, connected_at, consented_at, authorisation_lost_at, authorisation_loss_reason, closed_at,
       close_reason, login_region, amazon_user, erase_at)
     select ${idOf('connection', 'k')}, app_user.id,
       case cause when 'disconnected' then 'closed' when 'replaced' then 'closed'
         when 'grant_revoked' then 'needs_authorisation' when 'consent_expired' then 'needs_authorisation'
         when 'profile_access_lost' then 'needs_authorisation' else 'active' end,
       false, gen_random_uuid(), (1000000000000000 + (hashint8extended(k, 6) & 4503599627370495))::text,
       market.region, market.country, 'USD', 'UTC', 'A' || k,
       initcap(${brand}) || ' ' || ${weighted('k', 7, [
         ['Store', 400],
         ['Brand', 600],
         ['Official Store', 750],
         ['GmbH', 850],
         ['Goods', 950],
         ['Outdoor & Garden', 1000],
       ])},
       'seller', true, ${before('k', 8, 300)}, ${before('k', 8, 300)}, ${before('k', 9, 20)},
       case cause when 'grant_revoked' then 'grant_revoked' when 'consent_expired' then 'consent_expired'
         when 'profile_access_lost' then 'profile_access_lost' end,
       case when cause in ('disconnected', 'replaced') then ${before('k', 9, 20)} end,
       case when cause in ('disconnected', 'replaced') then cause end,
       market.region,
       case when ${pseudoRandom('k', 10)} % 20 > 0 then jsonb_build_object(
         'userId', 'amzn1.account.' || upper(translate(md5('user ' || k), '018', 'XYZ')),
         'name', app_user.name,
         'email', case when ${pseudoRandom('k', 11)} % 2 = 0 then app_user.email
           else lower(${brand}) || k || '@' || ${weighted('k', 12, domains)} end) end,
       case when cause in ('disconnected', 'replaced') then timestamptz '${referenceTime}' + interval '25 days' end
     from (
       select i, row_number() over (order by i, n) as k
       from generate_series(1, $1::int) i, generate_series(1, 3) n
       where n <= case when i % 30 = 0 then 2 when i % 10 = 0 then 3 when i % 6 = 1 then 0 else 1 end) as connections
     join app_user on app_user.id = ${idOf('user', 'i')}
     cross join lateral (
       select ${weighted('k', 13, countries)} as country, split_part(${weighted('k', 14, connected)}, ' ', 1) as cause) as drawn
     join (values ${marketplaceRows}) as market (country, region, name) on market.country = drawn.country`,
    // The refresh token is never decrypted here.
    `insert into connection_grant (connection_id, login_region, refresh_token, consented_at, token_version)
     select id, login_region, 'none', consented_at, 0 from connection where status = 'active' and $1::int > 0`,
    `insert into authorisation_attempt (id, user_id, session_id, region, state_hash, started_at, expires_at, reauthorised_connection_id)
     select ${idOf('attempt', 'j')}, ${idOf('user', '(1 + j / 2)')}, gen_random_uuid(), 'na', md5('state ' || j),
       at, at + interval '1 hour', null
     from generate_series(0, $1::int * 2 - 1) j, lateral (select ${before('j', 15, 300)} as at) as began`,
    `insert into sync_run (id, connection_id, kind, day_from, day_to, requested_at, finished_at)
     select md5('run ' || id)::uuid, id, 'initial', '2026-10-01', '2026-10-30', connected_at, connected_at + interval '1 hour'
     from connection where $1::int > 0`,
    `insert into report (id, sync_run_id, connection_id, position, type, status, day_from, day_to, request_count, consecutive_errors,
       amazon_report_id, accepted_at, poll_count, completed_at, loaded_at, row_count)
     select md5('report ' || connection_id || position)::uuid, run.id, connection_id, position, type, 'loaded', day_from,
       day_to, 1, 0, md5('Amazon''s ' || connection_id || position)::uuid::text, requested_at, 3, finished_at, finished_at, 100
     from sync_run as run
     cross join unnest('{${types.join(',')}}'::text[]) with ordinality as entry (type, position) where $1::int > 0`,
    `insert into timeline_entry (at, kind, severity, user_id, attempt_id, connection_id, sync_run_id, event)
     select at, kind, 'info', user_id, attempt_id, connection_id, sync_run_id, event from (
       select started_at as at, 'sent_to_amazon' as kind, user_id, id as attempt_id, null::uuid as connection_id,
         null::uuid as sync_run_id, '{"kind":"sent_to_amazon","region":"na"}'::jsonb as event from authorisation_attempt
       union all
       select finished_at, 'sync_finished', user_id, null, connection.id, run.id,
         '{"kind":"sync_finished","loaded":10,"failed":0}'
       from sync_run as run join connection on connection.id = connection_id) as entry
     where $1::int > 0 order by at`,
    `insert into case_summary (id, user_id, connection_id, health, stage, cause, plan, region, country, profile_id,
       amazon_user_id, search_text, last_loaded_at, last_event_at, refresh_at)
     select id, user_id, id, split_part(situation, ' ', 2), split_part(situation, ' ', 3), split_part(situation, ' ', 1), plan, region,
       country, profile_id, amazon_user_id, search_text, finished_at, ${before('k', 17, 30)}, '${never}'
     from (
       select connection.*, coalesce(plan, 'none') as plan, finished_at, substr(account_id, 2)::bigint as k,
         amazon_user ->> 'userId' as amazon_user_id,
         lower(concat_ws(E'\\n', app_user.email, app_user.name, amazon_user ->> 'email', amazon_user ->> 'name', account_name,
           market.name)) as search_text
       from connection join app_user on app_user.id = user_id left join subscription using (user_id)
       join sync_run as run on run.connection_id = connection.id
       join (values ${marketplaceRows}) as market (country, region, name) using (country)
       where $1::int > 0) as connection (id),
       lateral (select ${weighted('k', 14, connected)} as situation) as drawn`,
    `insert into case_summary (id, user_id, connection_id, stage, cause, plan, search_text, last_event_at, refresh_at)
     select ${idOf('user', 'i')}, app_user.id, null, split_part(situation, ' ', 2), split_part(situation, ' ', 1), coalesce(plan, 'none'),
       lower(concat_ws(E'\\n', email, name)), ${before('i', 18, 200)}, '${never}'
     from generate_series(1, $1::int) i join app_user on app_user.id = ${idOf('user', 'i')}
     left join subscription on user_id = app_user.id,
       lateral (select ${weighted('i', 16, unconnected)} as situation) as drawn
     where not exists (select from connection where connection.user_id = app_user.id)`,
  ]
}
