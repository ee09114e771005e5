import { randomUUID } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import t, { type Test } from 'tap'
import { migrate } from '../../../src/adapters/postgres/migrate.ts'
import { migrations } from '../../../src/adapters/postgres/migrations/list.ts'
import { Secret } from '../../../src/domain/secret.ts'
import { cloneDatabase } from '../../support/cluster.ts'
import { planRestrictionOfDebianPostgres, startDebianPostgres } from '../../support/debian-postgres.ts'
import { describeSchema } from '../../support/schema-description.ts'

const seeds = readdirSync(join(import.meta.dirname, 'versions'))
  .toSorted()
  .map(file => ({
    version: file.slice(0, 4),
    sql: readFileSync(join(import.meta.dirname, 'versions', file), 'utf8'),
  }))

/** By version: queries on the data that it left, with the expected results after migrating. */
const told: Readonly<Record<string, readonly (readonly [question: string, answer: string])[]>> = {
  '0001': [
    [
      `select string_agg(email || ' ' || role, ', ' order by id) from app_user`,
      'p1@example.test seller, p2@example.test seller, p3@example.test seller, p4@example.test support',
    ],
    ['select count(*) from subscription', '4'],
    [
      `select string_agg(profile_id || ' ' || status, ', ' order by profile_id) from connection`,
      '1001 active, 1002 needs_authorisation, 1003 closed',
    ],
    // From the grant, from no attempt, and from the attempt with a callback.
    [`select string_agg(login_region, ', ' order by profile_id) from connection`, 'eu, na, fe'],
    [`select amazon_user ->> 'userId' from connection where profile_id = '1001'`, 'amzn1.one'],
    [
      `select string_agg((consented_at at time zone 'UTC')::text, ', ' order by profile_id) from connection`,
      '2026-01-02 00:06:00, 2026-01-02 00:05:00, 2026-01-02 00:06:00',
    ],
    [
      `select string_agg(profile_id || ' ' || (erase_at at time zone 'UTC')::text, ', ') from connection where erase_at is not null`,
      '1003 2026-03-03 00:00:00',
    ],
    ['select count(*) from connection where amazon_user_lookup_due_at is not null', '0'],
    ['select refresh_token from connection_grant', 'sealed'],
    [
      'select count(*) from pending_connection join authorisation_attempt on authorisation_attempt.id = attempt_id',
      '1',
    ],
    [
      `select string_agg(right(connection_id::text, 2), ', ' order by connection_id) from sync_schedule`,
      'c1, c2',
    ],
    [
      `select string_agg(type || ' ' || status || ' ' || total_errors, ', ' order by id) from report`,
      'sp_campaigns loaded 0, sb_campaigns failed 6, sp_campaigns generating 2',
    ],
    ['select string_agg(failure_cause, $$, $$) from report', 'client_rejected a field is unknown'],
    [
      `select string_agg((opened_at at time zone 'UTC')::text, ', ' order by id) from session`,
      '2026-01-01 00:00:00, 2126-01-01 00:00:00',
    ],
    // Last use is unknown: of a hundred years a week is left.
    [
      `select string_agg((expires_at < now() + interval '8 days')::text || ' ' || kind, ', ' order by id) from session`,
      'true seller, true seller',
    ],
    ['select count(*) || $$ $$ || sum(cost) || $$ $$ || sum(sales) from campaign_fact', '12 24.12 241.2'],
    ['select count(*) || $$ $$ || sum(cost) || $$ $$ || sum(sales) from campaign_day', '12 24.12 241.2'],
    [
      'select count(*) || $$ $$ || sum(cost) || $$ $$ || sum(sales) || $$ $$ || sum(clicks) from ad_product_day',
      '4 24.12 241.2 24',
    ],
    ['select count(*) || $$ $$ || sum(sales) from search_term_fact', '1 9.99'],
    [`select string_agg(kind, ', ') from timeline_entry`, 'connected'],
    [
      `select string_agg(right(connection_id::text, 2), ', ' order by connection_id) from table_roll_up_due`,
      'c1, c2',
    ],
    ['select count(distinct user_id) from case_change', '4'],
    [`select string_agg(region, ', ' order by region) from region_rate_limit`, 'eu, fe, na'],
  ],
  '0005': [
    [
      `select count(*) || ' ' || sum(rows) || ' ' || sum((sums ->> 'cost')::numeric) from file_total`,
      '4 12 24.12',
    ],
    ['select differences from reconciliation', '0'],
  ],
  '0014': [
    ['select episode from email_message where sent_at is not null', 'ready c1'],
    ['select ready || $$ $$ || reminders from email_preferences', 'false true'],
  ],
  '0015': [['select purpose from access_link', 'reset']],
  '0018': [['select (select count(*) from table_roll_up) + (select count(*) from table_roll_up_row)', '0']],
  '0019': [
    [
      `select state || ' ' || (since at time zone 'UTC') || ' ' || message from support_request`,
      'open 2026-01-03 00:00:00 Where are my figures?',
    ],
  ],
  '0024': [
    ['select cause || $$ $$ || coalesce(cause_since::text, $$unknown$$) from case_summary', 'none unknown'],
  ],
  '0026': [['select reason from audit_entry', 'asked by telephone']],
}

/** Creates a database, empty or as a copy of a template. */
type NewDatabase = (template?: string) => Promise<{ url: string; name: string }>

async function inDatabase<Result>(
  url: string,
  work: (client: pg.Client) => Promise<Result>,
): Promise<Result> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}

/** @returns the schema that all versions end with. */
async function comesToTheSame(t: Test, newDatabase: NewDatabase): Promise<string[]> {
  const empty = await newDatabase()
  await migrate(new Secret(empty.url))
  const wanted = await inDatabase(empty.url, describeSchema)
  t.ok(wanted.length > 400, 'the description covers the whole schema')

  const walking = await newDatabase()
  for (const [at, { name }] of migrations.entries()) {
    await migrate(new Secret(walking.url), { known: migrations.slice(0, at + 1) })
    const seed = seeds.find(({ version }) => name.startsWith(version))
    if (seed) await inDatabase(walking.url, client => client.query(seed.sql))

    const { url } = await newDatabase(walking.name)
    const applied = await migrate(new Secret(url))
    t.equal(applied.length, migrations.length - at - 1, `from ${name}`)
    await inDatabase(url, async client => {
      t.strictSame(await describeSchema(client), wanted, `the schema from ${name}`)
      for (const { version } of seeds.filter(({ version }) => version <= name.slice(0, 4))) {
        for (const [question, answer] of told[version] ?? []) {
          const { rows } = await client.query({ text: question, rowMode: 'array' })
          t.equal(String(rows[0]?.[0]), answer, `from ${name}: ${question}`)
        }
      }
    })
  }
  return wanted
}

const onEmbedded = (t: Test): NewDatabase => {
  return async template => {
    const database = await cloneDatabase(template ?? 'template0')
    t.teardown(() => database.drop())
    return { url: database.url, name: new URL(database.url).pathname.slice(1) }
  }
}

async function onDebian(t: Test): Promise<NewDatabase> {
  const server = await startDebianPostgres(t)
  return async template => {
    const name = `test_${randomUUID().replaceAll('-', '')}`
    return { url: await server.newDatabase(name, template), name }
  }
}

t.strictSame(
  seeds.map(({ version }) => version),
  Object.keys(told).toSorted(),
  'the data of each version is checked',
)

t.test('S-53 every earlier version migrates to the same schema with its data (embedded server)', async t => {
  await comesToTheSame(t, onEmbedded(t))
})

t.test(
  'S-53 every earlier version migrates to the same schema on Debian’s PostgreSQL 17',
  { skip: planRestrictionOfDebianPostgres },
  async t => {
    const embedded = await onEmbedded(t)()
    await migrate(new Secret(embedded.url))

    t.strictSame(await comesToTheSame(t, await onDebian(t)), await inDatabase(embedded.url, describeSchema))
  },
)
