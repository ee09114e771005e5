import pg from 'pg'
import type { Test } from 'tap'
import { migrations } from '../../src/adapters/postgres/migrations/list.ts'
import { migrate } from '../../src/adapters/postgres/migrations/migrate.ts'
import { Secret } from '../../src/domain/secret.ts'
import { startMigrateCommand } from '../support/product/product-command.ts'
import { cloneDatabase } from '../support/servers/cluster.ts'
import { describeSchema } from '../support/servers/schema-description.ts'

export const waitingMessage = 'Another process is migrating this database. Waiting.\n'
export const migrationNames = migrations.map(({ name }) => name)

/** Creates a database with the first `count` migrations, and a client for it. */
export async function createMigratedDatabase(t: Test, count: number) {
  const database = await cloneDatabase('template0')
  const client = new pg.Client({ connectionString: database.url })
  client.on('error', () => undefined)
  await client.connect()
  t.teardown(async () => {
    await client.end()
    await database.drop()
  })
  if (count > 0) await migrate(new Secret(database.url), { availableMigrations: migrations.slice(0, count) })
  const appliedMigrations = async (): Promise<string[]> => {
    const { rows: migrationTables } = await client.query(`select where to_regclass('migration') is not null`)
    if (migrationTables.length === 0) return []
    return (await client.query('select name from migration order by id')).rows.map(({ name }) => name)
  }
  return { url: database.url, client, appliedMigrations }
}

/** Returns the schema of a database migrated from empty without interruption. */
export async function uninterruptedSchema(t: Test): Promise<string[]> {
  return describeSchema((await createMigratedDatabase(t, migrations.length)).client)
}

export const runCheck = (url: string) => startMigrateCommand(url, '--check').ended
