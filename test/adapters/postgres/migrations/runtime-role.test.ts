import { Migration } from '@mikro-orm/migrations'
import pg from 'pg'
import t, { type Test } from 'tap'
import { migrations } from '../../../../src/adapters/postgres/migrations/list.ts'
import { migrate } from '../../../../src/adapters/postgres/migrations/migrate.ts'
import { canChangeEntries } from '../../../../src/adapters/postgres/migrations/runtime-role.ts'
import { Secret } from '../../../../src/domain/secret.ts'
import { cloneDatabase } from '../../../support/servers/cluster.ts'

async function openBothRoles(t: Test) {
  const { url, runtimeUrl, drop } = await cloneDatabase()
  const [owner, runtime] = [url, runtimeUrl].map(
    connectionString => new pg.Pool({ connectionString, max: 1 }),
  ) as [pg.Pool, pg.Pool]
  t.teardown(async () => {
    await Promise.all([owner.end(), runtime.end()])
    await drop()
  })
  return { url, runtimeUrl, owner, runtime }
}

const insertUser = `insert into app_user (id, email, name, role, created_at)
  values (gen_random_uuid(), 'a@example.test', 'A', 'admin', now())`
const insertEntries = [
  `insert into audit_entry (at, staff_id, action, reason) select now(), id, 'listed', '' from app_user`,
  'insert into staff_access (user_id, viewer_id, viewed_at) select id, id, now() from app_user',
  `insert into timeline_entry (at, kind, severity, user_id, connection_id, event)
    select now(), 'connected', 'info', id, id, '{"secret": 1}' from app_user`,
]
const selectEntries = `select a.*, s.*, t.* from audit_entry a, staff_access s, timeline_entry t`

t.test('S-43 the product’s database role adds audit and timeline entries and can’t change them', async t => {
  const { owner, runtime } = await openBothRoles(t)
  for (const statement of [insertUser, ...insertEntries]) await runtime.query(statement)
  const { rows: entries } = await runtime.query(selectEntries)
  t.equal(entries.length, 1)

  const statements = ['audit_entry', 'staff_access', 'timeline_entry'].flatMap(table => [
    `update ${table} set id = default`,
    `delete from ${table}`,
    `truncate ${table}`,
    `drop table ${table}`,
    `alter table ${table} disable trigger all`,
    `alter table ${table} owner to ads_runtime`,
    `alter table ${table} add column note text`,
    `create trigger changing before insert on ${table} for each row execute function record_case_change()`,
    `create rule changing as on insert to ${table} do instead nothing`,
  ])
  for (const statement of [
    ...statements,
    'delete from app_user',
    'delete from connection',
    'truncate app_user cascade',
    'alter function erase_timeline_details owner to ads_runtime',
    'drop function erase_timeline_details',
    'create table public.own ()',
    'create schema own',
    `set session_replication_role = 'replica'`,
    'set role postgres',
    'reassign owned by postgres to ads_runtime',
    `update migration set name = ''`,
  ])
    await t.rejects(runtime.query(statement), { code: '42501' }, statement)

  t.strictSame((await runtime.query(selectEntries)).rows, entries)
  t.equal(await canChangeEntries(runtime), false)
  t.equal(await canChangeEntries(owner), true)
})

t.test('S-43 a role that can delete users or connections can delete their entries', async t => {
  const { owner, runtime } = await openBothRoles(t)
  await owner.query('grant delete on connection to ads_runtime')

  t.equal(await canChangeEntries(runtime), true)
})

t.test(
  'S-27 the erasing function reads our tables only, and only erases for a closed connection',
  async t => {
    const { runtime } = await openBothRoles(t)
    await runtime.query(insertUser)
    await runtime.query(
      `insert into connection (id, user_id, status, is_exclusive, pending_connection_id, profile_id, region, country,
        currency, timezone, account_id, account_type, can_edit, connected_at, consented_at, login_region)
      select id, id, 'active', true, id, '1001', 'na', 'US', 'USD', 'UTC', 'A1', 'seller', true, now(), now(), 'na'
      from app_user`,
    )
    for (const statement of insertEntries) await runtime.query(statement)
    const { rows: entries } = await runtime.query(selectEntries)

    // These hide our tables from the caller, and name the connection as closed.
    for (const schema of ['agenda', 'pg_temp'])
      await runtime.query(
        `create table ${schema}.connection as select id, user_id, 'closed' as status, '"secret"' as profile_id from public.connection`,
      )
    await runtime.query('set search_path = pg_temp, agenda, public')
    await runtime.query('select erase_timeline_details(id) from connection')

    await runtime.query('reset search_path')
    t.strictSame((await runtime.query(selectEntries)).rows, entries)
  },
)

class LaterTable extends Migration {
  override up(): void {
    this.addSql('create table later (id bigint generated always as identity primary key, note text)')
  }
}

t.test('S-53 migrating gives the product’s role the rows of a new table', async t => {
  const { url, runtimeUrl, runtime } = await openBothRoles(t)

  await migrate(new Secret(url), {
    availableMigrations: [...migrations, { name: '9999-later', class: LaterTable }],
    runtimeUrl: new Secret(runtimeUrl),
  })

  await runtime.query(`insert into later (note) values ('a')`)
  await runtime.query(`update later set note = 'b'`)
  t.equal((await runtime.query(`delete from later where note = 'b'`)).rowCount, 1)
})

t.test('S-53 migrating grants the product’s role again, after a restore too', async t => {
  const { url, runtimeUrl, owner, runtime } = await openBothRoles(t)
  // A dump has no privileges, and no jobs.
  await owner.query('drop owned by ads_runtime; drop schema agenda cascade')
  await owner.query('grant execute on function erase_timeline_details to public')
  // As on a server upgraded from PostgreSQL 14.
  await owner.query('grant create on schema public to public')
  await t.rejects(runtime.query('select from app_user'), { code: '42501' })

  for (const _ of [1, 2]) await migrate(new Secret(url), { runtimeUrl: new Secret(runtimeUrl) })

  await runtime.query('select from app_user')
  await runtime.query('create table agenda.own ()')
  await t.rejects(runtime.query('create table public.own ()'), { code: '42501' })
  t.equal(await canChangeEntries(runtime), false)
  const { rows } = await owner.query<{ grantee: string }>(
    `select grantee from information_schema.routine_privileges
      where routine_name = 'erase_timeline_details' order by grantee`,
  )
  t.strictSame(rows, [{ grantee: 'ads_runtime' }, { grantee: 'postgres' }])
})
