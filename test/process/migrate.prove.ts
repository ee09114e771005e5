import { setTimeout as sleep } from 'node:timers/promises'
import { Migration } from '@mikro-orm/migrations'
import pg from 'pg'
import t from 'tap'
import { migrations } from '../../src/adapters/postgres/migrations/list.ts'
import { migrate } from '../../src/adapters/postgres/migrations/migrate.ts'
import { Secret } from '../../src/domain/secret.ts'
import { generateKey } from '../../src/settings/settings.ts'
import { eventually } from '../support/eventually.ts'
import { waitForExit } from '../support/product/child-process.ts'
import { startMigrateCommand } from '../support/product/product-command.ts'
import { reservePort } from '../support/servers/ports.ts'
import { describeSchema } from '../support/servers/schema-description.ts'
import { runFailedStart } from './failed-start.ts'
import {
  createMigratedDatabase,
  migrationNames,
  runCheck,
  uninterruptedSchema,
  waitingMessage,
} from './migrated-database.ts'

t.test('S-53 a failed check and an unknown argument exit with code 2', async t => {
  t.strictSame(await runCheck('postgres://a:hunter2@127.0.0.1:9/x'), {
    code: 2,
    out: '',
    err: 'The database at 127.0.0.1:9 isn’t responding. Check DATABASE_URL.\n',
  })
  t.match(await runCheck('mysql://x'), { code: 2, out: '', err: /DATABASE_URL/ })
  const { url, appliedMigrations } = await createMigratedDatabase(t, 0)
  t.match(await startMigrateCommand(url, '--chekc').ended, {
    code: 2,
    out: '',
    err: 'Unknown argument: --chekc. Nothing was changed.\n\nnpm run migrate [-- --check]\n',
  })
  t.strictSame(await appliedMigrations(), [])
})

t.test('S-53 a program starts on a newer database but not on an older one', async t => {
  const { url, client } = await createMigratedDatabase(t, 0)
  // This machine doesn’t have the HOST address, so a start that passes every other check fails there.
  const port = String(await reservePort())
  const env = {
    DATABASE_URL: url,
    PORT: port,
    HOST: '203.0.113.1',
    LWA_CLIENT_ID: 'x',
    LWA_CLIENT_SECRET: 'y',
    SESSION_KEYS: generateKey().reveal(),
    TOKEN_KEYS: generateKey().reveal(),
    PROCESS: 'web',
    LOG_LEVEL: 'silent',
  }
  const older = await runFailedStart(env)
  t.strictSame(older, {
    code: 1,
    output: 'The database has pending migrations. Run "npm run migrate" first.',
  })

  await migrate(new Secret(url))
  await client.query(`insert into migration (name) values ('9999-future')`)
  t.strictSame(await runCheck(url), {
    code: 0,
    out: 'The database is newer than this program but compatible: 9999-future.\n',
    err: '',
  })
  t.strictSame(await startMigrateCommand(url).ended, {
    code: 0,
    out: 'The database is up to date.\n',
    err: '',
  })
  const newer = await runFailedStart(env)
  t.strictSame(newer, { code: 1, output: 'This machine has no address 203.0.113.1. Check HOST.' })
})

for (const count of [2, 5]) {
  t.test(`S-53 ${count} processes that migrate at once apply each migration once`, async t => {
    const { url, appliedMigrations, client } = await createMigratedDatabase(t, 0)
    const results = await Promise.all(Array.from({ length: count }, () => startMigrateCommand(url).ended))

    t.strictSame(await appliedMigrations(), migrationNames)
    t.strictSame(
      // On a slow machine the wait for the migration lock is long enough to be logged.
      results.map(({ code, err }) => ({ code, err: err.replace(waitingMessage, '') })),
      Array(count).fill({ code: 0, err: '' }),
    )
    t.equal(results.filter(({ out }) => out === `Applied ${migrationNames.join(', ')}.\n`).length, 1)
    t.equal(results.filter(({ out }) => out === 'The database is up to date.\n').length, count - 1)
    t.strictSame(await describeSchema(client), await uninterruptedSchema(t))
  })
}

/** Runs long enough for the test to end its lock connection. */
class SlowMigration extends Migration {
  override up(): void {
    this.addSql('alter table app_user add column later text')
    this.addSql('select pg_sleep(2)')
  }
}

t.test('S-53 a lost lock connection does not apply a migration twice', async t => {
  const { url, client } = await createMigratedDatabase(t, migrationNames.length)
  const availableMigrations = [...migrations, { name: '9999-slow', class: SlowMigration }]
  const untilRunning = (pattern: string) =>
    eventually(`a statement like ${pattern}`, async () => {
      const { rows } = await client.query(
        'select from pg_stat_activity where datname = current_database() and query like $1 and pid <> pg_backend_pid()',
        [pattern],
      )
      return rows.length > 0
    })
  const first = migrate(new Secret(url), { availableMigrations })
  await untilRunning('%pg_sleep%')
  await client.query(`select pg_terminate_backend(pid) from pg_locks
    where locktype = 'advisory' and database = (select oid from pg_database where datname = current_database())`)

  const results = await Promise.all([first, migrate(new Secret(url), { availableMigrations })])

  t.strictSame(results.flat(), ['9999-slow'], 'the migration is applied once')
})

t.test('S-53 a killed migration leaves no changes, and the next run applies it', async t => {
  const { url, appliedMigrations, client } = await createMigratedDatabase(t, 0)
  const lockHolder = new pg.Client({ connectionString: url })
  await lockHolder.connect()
  // The migration creates this table late, and waits there until this transaction ends.
  await lockHolder.query('begin; create table email_message ()')
  const first = startMigrateCommand(url)
  await eventually('the migration waits for the table', async () => {
    const { rows } = await client.query(`select from pg_stat_activity
      where datname = current_database() and wait_event_type = 'Lock' and query like '%email_message%'`)
    return rows.length > 0
  })
  first.child.kill('SIGKILL')
  await waitForExit(first.child)
  await eventually('only the lock holder is connected', async () => {
    const { rows } = await client.query(
      'select from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
    )
    return rows.length === 1
  })
  await lockHolder.end()

  t.strictSame(await appliedMigrations(), [])
  t.notOk((await describeSchema(client)).some(line => line.startsWith('table app_user')))
  t.match(await startMigrateCommand(url).ended, {
    code: 0,
    out: `Applied ${migrationNames.join(', ')}.\n`,
  })
  t.strictSame(await describeSchema(client), await uninterruptedSchema(t))
})

t.test('S-53 a migration that is killed repeatedly ends with the same schema', async t => {
  const { url, appliedMigrations, client } = await createMigratedDatabase(t, 0)
  for (const milliseconds of [300, 450, 600, 750, 900, 1050]) {
    const run = startMigrateCommand(url)
    await sleep(milliseconds)
    run.child.kill('SIGKILL')
    await waitForExit(run.child)
    const applied = await appliedMigrations()
    t.strictSame(
      applied,
      migrationNames.slice(0, applied.length),
      'the applied migrations are the first of the list',
    )
  }
  t.match(await startMigrateCommand(url).ended, { code: 0 })
  t.strictSame(await describeSchema(client), await uninterruptedSchema(t))
})
