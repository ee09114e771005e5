import { migrate, readMigrationStatus } from '../adapters/postgres/migrations/migrate.ts'
import type { Secret } from '../domain/secret.ts'
import { InvalidSettings, loadEnvironment, readSettings } from '../settings/settings.ts'
import { startupErrorMessage } from './start/startup-errors.ts'

/**
 * `npm run migrate` (S-53). `-- --check` exits with 0 when up to date, 1 when migrations are pending, 2 when unknown.
 */
const args = process.argv.slice(2)
const isCheckOnly = args.includes('--check')
const unknownArgument = args.find(arg => arg !== '--check')
try {
  process.exitCode = unknownArgument === undefined ? await run() : rejectArgument(unknownArgument)
} catch (error) {
  print(process.stderr, startupErrorMessage(error))
  process.exitCode = isCheckOnly ? 2 : 1
}

function rejectArgument(argument: string): number {
  print(process.stderr, `Unknown argument: ${argument}. Nothing was changed.\n\nnpm run migrate [-- --check]`)
  return 2
}

async function run(): Promise<number> {
  const { database } = readSettings(loadEnvironment())
  if (database.kind === 'embedded')
    throw new InvalidSettings([
      'DATABASE_URL is missing. npm start migrates the embedded database automatically',
    ])
  return isCheckOnly ? check(database.migrationUrl) : apply(database.migrationUrl, database.url)
}

async function apply(url: Secret, runtimeUrl: Secret): Promise<number> {
  const applied = await migrate(url, { runtimeUrl, log: message => print(process.stderr, message) })
  print(process.stdout, applied.length > 0 ? `Applied ${applied.join(', ')}.` : 'The database is up to date.')
  return 0
}

async function check(url: Secret): Promise<number> {
  const { pending, unknown } = await readMigrationStatus(url)
  if (pending.length > 0) {
    print(process.stdout, `Pending: ${pending.join(', ')}.`)
    return 1
  }
  print(
    process.stdout,
    unknown.length > 0
      ? `The database is newer than this program but compatible: ${unknown.join(', ')}.`
      : 'The database is up to date.',
  )
  return 0
}

function print(stream: NodeJS.WriteStream, message: string): void {
  stream.write(`${message}\n`)
}
