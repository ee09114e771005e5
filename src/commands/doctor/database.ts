import type { Database } from '../../adapters/postgres/engine/database.ts'
import { countByKey, findUndecryptable } from '../../adapters/postgres/engine/encryption/key-rotation.ts'
import { LocalKeys } from '../../adapters/postgres/engine/encryption/local-keys.ts'
import { TokenCipher } from '../../adapters/postgres/engine/encryption/token-cipher.ts'
import {
  type PostgresServerStatus,
  readServerStatus,
} from '../../adapters/postgres/engine/postgres-server-status.ts'
import { readIndexStatus } from '../../adapters/postgres/migrations/indexes.ts'
import { readMigrationStatus } from '../../adapters/postgres/migrations/migrate.ts'
import { canChangeEntries } from '../../adapters/postgres/migrations/runtime-role.ts'
import { type Check, docLinks, type Finding, failed, inconclusive, passed, warning } from './check.ts'
import { reasonOf } from './error-texts.ts'
import type { Installation } from './installation.ts'

/** The oldest version in our tests. */
const oldestVersion = 17

export const databaseChecks = (installation: Installation): Check[] => [
  { name: 'database', see: docLinks.databaseDown, run: () => checkDatabase(installation) },
  {
    name: 'migrations',
    see: docLinks.newVersion,
    run: () => whenReachable(installation, database => checkMigrations(database, installation)),
  },
  {
    name: 'audit',
    see: docLinks.databaseRoles,
    run: () => whenReachable(installation, checkRole),
  },
  {
    name: 'token keys',
    see: docLinks.keys,
    run: () => whenReachable(installation, database => checkTokenKeys(database, installation)),
  },
]

/** If the database is down, only the check "database" reports why. */
async function whenReachable(
  { database }: Installation,
  evaluate: (database: Database) => Promise<Finding>,
): Promise<Finding> {
  const opened = await database.catch(() => null)
  return opened
    ? evaluate(opened)
    : inconclusive('The database can’t be queried.', 'Fix the “database” check first.')
}

async function checkDatabase({ database }: Installation): Promise<Finding> {
  try {
    return checkServer(await readServerStatus((await database).pool))
  } catch (error) {
    return failed(`The database can’t be used: ${reasonOf(error)}.`, 'Start it, or check DATABASE_URL.')
  }
}

export function checkServer({
  majorVersion,
  version,
  isEncrypted,
}: Pick<PostgresServerStatus, 'majorVersion' | 'version' | 'isEncrypted'>): Finding {
  if (majorVersion < oldestVersion)
    return failed(`PostgreSQL ${version} is too old.`, `Upgrade to PostgreSQL ${oldestVersion} or later.`)
  return passed(`PostgreSQL ${version} responds, ${isEncrypted ? 'encrypted' : 'unencrypted'}.`)
}

async function checkMigrations({ pool }: Database, { databaseUrl }: Installation): Promise<Finding> {
  if (!databaseUrl) throw new Error('the embedded database isn’t running')
  const { pending, unknown } = await readMigrationStatus(databaseUrl)
  if (pending.length > 0)
    return failed(`Pending: ${pending.join(', ')}.`, 'Run npm run migrate. The product can keep running.')
  // A newer version may have replaced indexes.
  if (unknown.length > 0) return passed('The database is newer than this program but compatible.')
  const { missing, invalid, hasTrigrams } = await readIndexStatus(pool)
  if (!hasTrigrams)
    return failed(
      'The extension pg_trgm is missing: the console’s search doesn’t work.',
      'As the database owner, run: create extension pg_trgm',
    )
  if (missing.length > 0 || invalid.length > 0)
    return failed(
      `Missing or invalid indexes: ${[...missing, ...invalid].join(', ')}.`,
      'Create a missing one as in src/adapters/postgres/migrations. For an invalid one, run: reindex index concurrently NAME',
    )
  return passed('The database is up to date.')
}

async function checkRole({ pool }: Database): Promise<Finding> {
  if (await canChangeEntries(pool))
    return warning(
      'The product’s database role can change or delete entries of the audit, staff access log or timeline.',
      'Give DATABASE_URL its own role and MIGRATION_DATABASE_URL the owner, then run npm run migrate.',
    )
  return passed(
    'The product’s database role can only add entries to the audit, staff access log and timeline.',
  )
}

async function checkTokenKeys({ pool }: Database, { tokenKeys }: Installation): Promise<Finding> {
  if (!tokenKeys)
    return inconclusive(
      'TOKEN_KEYS is not set and not generated yet.',
      'Start the product once, or set TOKEN_KEYS.',
    )
  const keys = new LocalKeys(tokenKeys)
  const lost = [...(await countByKey(pool))].filter(([id]) => id === null || !keys.ids.includes(id))
  if (lost.length > 0) {
    const each = lost.map(([id, count]) => (id ? `${count} under key ${id}` : `${count} not encrypted`))
    return failed(
      `Stored secrets can’t be decrypted: ${each.join(', ')}; key missing in TOKEN_KEYS.`,
      'Put the key back after the first. Without it, these sellers must authorise again.',
    )
  }
  const [undecryptable] = await findUndecryptable(pool, new TokenCipher(keys))
  if (undecryptable)
    return failed(
      `A stored secret can’t be decrypted although its key is present: ${undecryptable}.`,
      'Run npm run verify to check all secrets. Affected sellers must authorise again.',
    )
  return passed('Every stored secret’s key is present, and the latest secret of each kind decrypts.')
}
