import { isMongo } from '../../adapters/agenda/jobs.ts'
import { jobPoolSize } from '../../adapters/agenda/postgres-backend.ts'
import type { Database } from '../../adapters/postgres/engine/database.ts'
import {
  type PostgresServerStatus,
  readServerStatus,
} from '../../adapters/postgres/engine/postgres-server-status.ts'
import { type IndexStatus, readIndexStatus } from '../../adapters/postgres/migrations/indexes.ts'
import { type MigrationStatus, readMigrationStatus } from '../../adapters/postgres/migrations/migrate.ts'
import { maxDatabaseClients } from '../../composition/product-config.ts'
import type { Settings } from '../../settings/settings.ts'
import { type Check, docLinks, type Finding, failed, inconclusive, passed, warning } from './check.ts'
import { reasonOf } from './error-texts.ts'
import { type Installation, memoise } from './installation.ts'

/** The oldest version in our tests. */
const oldestVersion = 17

/** If the database is down, only the check "database" reports why. */
export const databaseCheck = (
  { database }: Pick<Installation, 'database'>,
  what: Pick<Check, 'name' | 'see'>,
  evaluate: (database: Database) => Promise<Finding>,
): Check => ({
  ...what,
  async run() {
    const opened = await database().catch(() => null)
    return opened
      ? evaluate(opened)
      : inconclusive('The database can’t be queried.', 'Fix the “database” check first.')
  },
})

export function databaseChecks(installation: Installation): Check[] {
  const { settings } = installation
  const serverCheck = (
    name: string,
    evaluate: (facts: PostgresServerStatus) => Finding,
    see: Check['see'] = docLinks.up,
  ) => databaseCheck(installation, { name, see }, async () => evaluate(await readServer()))
  const status = memoise(() => migrationStatusOf(installation))
  const readServer = memoise(async () => readServerStatus((await installation.database()).pool))
  const storesJobs = isJobServer(installation)
  return [
    { name: 'database', see: docLinks.databaseDown, run: () => checkDatabase(installation) },
    databaseCheck(installation, { name: 'migrations', see: docLinks.newVersion }, async () =>
      checkMigrations(await status()),
    ),
    databaseCheck(installation, { name: 'indexes', see: docLinks.newVersion }, async ({ pool }) =>
      checkIndexes(await readIndexStatus(pool), await status()),
    ),
    serverCheck('collation', checkCollation),
    serverCheck('autovacuum', checkAutovacuum),
    serverCheck('database connections', server =>
      checkConnections(server, storesJobs ? jobPoolSize : 0, settings.isProduction),
    ),
    serverCheck('database TLS', server => checkTls(server, settings.isProduction)),
  ]
}

/** Compares as written: a server with two names counts as two. */
export function isJobServer({
  databaseUrl,
  settings: { jobsUrl },
}: Pick<Installation, 'databaseUrl'> & { settings: Pick<Settings, 'jobsUrl'> }): boolean {
  if (!jobsUrl || !databaseUrl) return !jobsUrl
  if (isMongo(jobsUrl)) return false
  const [ours, theirs] = [databaseUrl, jobsUrl].map(url => {
    const { hostname, port, searchParams } = new URL(url.reveal())
    return `${searchParams.get('host') ?? hostname}:${searchParams.get('port') ?? (port || '5432')}`
  })
  return ours === theirs
}

async function checkDatabase({ database }: Installation): Promise<Finding> {
  try {
    const { pool } = await database()
    return checkVersion(await readServerStatus(pool))
  } catch (error) {
    return failed(`The database can’t be used: ${reasonOf(error)}.`, 'Start it, or check DATABASE_URL.')
  }
}

async function migrationStatusOf({ databaseUrl }: Installation): Promise<MigrationStatus> {
  if (!databaseUrl) throw new Error('the embedded database isn’t running')
  return readMigrationStatus(databaseUrl)
}

export function checkVersion({
  majorVersion,
  version,
}: Pick<PostgresServerStatus, 'majorVersion' | 'version'>): Finding {
  return majorVersion < oldestVersion
    ? failed(`PostgreSQL ${version} is too old.`, `Upgrade to PostgreSQL ${oldestVersion} or later.`)
    : passed(`PostgreSQL ${version} responds.`)
}

function checkMigrations({ pending, unknown }: MigrationStatus): Finding {
  if (pending.length > 0)
    return failed(`Pending: ${pending.join(', ')}.`, 'Run npm run migrate. The product can keep running.')
  return passed(
    unknown.length > 0
      ? 'The database is newer than this program but compatible.'
      : 'The database is up to date.',
  )
}

function checkIndexes({ missing, invalid, hasTrigrams }: IndexStatus, status: MigrationStatus): Finding {
  if (!hasTrigrams && status.pending.length === 0)
    return failed(
      'The extension pg_trgm is missing: the console’s search doesn’t work.',
      'As the database owner, run: create extension pg_trgm',
    )
  if (invalid.length > 0)
    return failed(
      `Invalid indexes, unused by queries: ${invalid.join(', ')}.`,
      'Run: reindex index concurrently NAME. If an index is being built right now, wait.',
    )
  if (missing.length === 0) return passed('All indexes of the migrations exist and are valid.')
  if (status.pending.length > 0 || status.unknown.length > 0)
    return inconclusive(
      'Expected indexes unknown: database and program have different versions.',
      'Run the doctor of the version that migrated the database.',
    )
  return failed(
    `Missing: ${missing.join(', ')}.`,
    'Create each one concurrently, as in src/adapters/postgres/migrations. Pages and sweeps are slow without them.',
  )
}

function checkCollation({ collation: { created, now } }: Pick<PostgresServerStatus, 'collation'>): Finding {
  if (created === now || created === null) return passed('Collation version matches the indexes.')
  return warning(
    `Collation version changed from ${created} to ${now ?? 'none'}: text indexes may miss rows.`,
    'Run: reindex database concurrently. Then run: alter database … refresh collation version.',
  )
}

export function checkAutovacuum({
  isAutovacuumOn,
  tablesWithoutAutovacuum,
}: Pick<PostgresServerStatus, 'isAutovacuumOn' | 'tablesWithoutAutovacuum'>): Finding {
  if (isAutovacuumOn && tablesWithoutAutovacuum.length === 0) return passed('On for all tables.')
  return failed(
    isAutovacuumOn ? `Off for ${tablesWithoutAutovacuum.join(', ')}.` : 'Off: dead rows are never removed.',
    'Set autovacuum and track_counts to on. For a table: alter table … reset (autovacuum_enabled).',
  )
}

/**
 * Production runs two processes of each kind (deploy/proxy, docker-compose.yml).
 * @param jobs connections per process to the job store; 0 if it is another server.
 */
export function checkConnections(
  { maxConnections }: Pick<PostgresServerStatus, 'maxConnections'>,
  jobs: number,
  isProduction: boolean,
): Finding {
  const pair = maxDatabaseClients.web + maxDatabaseClients.worker + 2 * jobs
  const message = `${maxConnections} database connections available; a web and a worker process use up to ${pair}.`
  const fix = 'Raise max_connections, or the connection limit of the database or its user.'
  if (maxConnections < pair) return failed(message, fix)
  if (isProduction && maxConnections < 2 * pair) return warning(`${message} Not enough for two of each.`, fix)
  return passed(message)
}

export function checkTls(
  { isEncrypted, address }: Pick<PostgresServerStatus, 'isEncrypted' | 'address'>,
  isProduction: boolean,
): Finding {
  if (isEncrypted) return passed('Database connections are encrypted.')
  if (address === null || /^(127\.|::1$)/.test(address)) return passed('Database connections are local.')
  if (!isProduction) return passed('Database connections aren’t encrypted. Fine outside production.')
  return warning(
    `Database connections to ${address} aren’t encrypted.`,
    'Add sslmode=verify-full to DATABASE_URL, unless the network is private.',
  )
}
