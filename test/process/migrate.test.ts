import t from 'tap'
import { runtimeUrlOf } from '../../src/adapters/embedded-postgres/embedded-postgres.ts'
import { eventually } from '../support/eventually.ts'
import { startMigrateCommand, startProductCommand } from '../support/product/product-command.ts'
import { describeSchema } from '../support/servers/schema-description.ts'
import { createMigratedDatabase, migrationNames, runCheck, waitingMessage } from './migrated-database.ts'

t.test('S-53 a check lists the pending migrations and applies none', async t => {
  const { url, appliedMigrations, client } = await createMigratedDatabase(t, 0)
  const allPending = { code: 1, out: `Pending: ${migrationNames.join(', ')}.\n`, err: '' }
  t.strictSame(await runCheck(url), allPending)
  t.notOk(
    (await describeSchema(client)).some(line => line.startsWith('table')),
    'the check creates no table',
  )

  t.strictSame(await appliedMigrations(), [])
  t.strictSame(await startMigrateCommand(url).ended, {
    code: 0,
    out: `Applied ${migrationNames.join(', ')}.\n`,
    err: '',
  })
  t.strictSame(await runCheck(url), { code: 0, out: 'The database is up to date.\n', err: '' })
})

t.test('S-53 the command migrates as the owner and gives the product’s role its rights', async t => {
  const { url } = await createMigratedDatabase(t, 0)
  const settings = { DATABASE_URL: runtimeUrlOf(url), MIGRATION_DATABASE_URL: url }

  t.match(await startProductCommand('migrate', settings).ended, { code: 0, err: '' })
  t.match(await startProductCommand('users', settings, 'list').ended, { code: 0, err: '' })
})

t.test('S-53 a migration blocked by another one reports the wait', async t => {
  const { url, client } = await createMigratedDatabase(t, migrationNames.length)
  await client.query('select pg_advisory_lock(7031764)')
  const run = startMigrateCommand(url)
  await eventually('the wait is reported', () => run.readErrorOutput().includes(waitingMessage))

  await client.query('select pg_advisory_unlock(7031764)')
  t.match(await run.ended, { code: 0, out: 'The database is up to date.\n', err: waitingMessage })
})
