import { ShiftedClock, SystemClock } from '../../adapters/clock/clock.ts'
import { SystemRandom } from '../../adapters/clock/random.ts'
import {
  findRunningEmbeddedPostgresUrl,
  runtimeUrlOf,
} from '../../adapters/embedded-postgres/embedded-postgres.ts'
import { type Database, openDatabase } from '../../adapters/postgres/engine/database.ts'
import { countPendingMigrations } from '../../adapters/postgres/migrations/migrate.ts'
import type { Get } from '../../application/ports.ts'
import { compose } from '../../composition/container.ts'
import type { ExternalServices } from '../../composition/modules/bindings.ts'
import { Secret } from '../../domain/secret.ts'
import { type Environment, generateKey, readSettings, type Settings } from '../../settings/settings.ts'
import { findTokenKeys } from '../start/keys.ts'
import { startupErrorMessage } from '../start/startup-errors.ts'
import { InvalidUsage, parseArguments } from './arguments.ts'
import { CommandFailed, commands } from './commands.ts'

const help = [
  'npm run people -- COMMAND',
  ...Object.entries(commands).map(
    ([name, { usage, description }]) => `  ${`${name} ${usage}`.trim()}\n      ${description}`,
  ),
].join('\n')

export interface Output {
  readonly say: (line: string) => void
  readonly writeError: (text: string) => void
}

/** @returns 0, 1 when the command failed, 2 for wrong usage. */
export async function runPeopleCommand(
  [name = '', ...args]: readonly string[],
  environment: Environment,
  { say, writeError }: Output,
): Promise<number> {
  try {
    const command = Object.hasOwn(commands, name) ? commands[name] : undefined
    if (!command) throw new InvalidUsage(name ? `Unknown command: ${name}` : 'Command missing')
    const parsedArguments = parseArguments(args, command.usage)
    const settings = readSettings(environment)
    const { url, migrationUrl } = await findDatabase(settings)
    if ((await countPendingMigrations(url)) > 0)
      throw new CommandFailed('The database has pending migrations. Run "npm run migrate" first.')
    const tokenKeys = await findTokenKeys(settings)
    if (command.emailsLink && !tokenKeys)
      throw new CommandFailed(
        'TOKEN_KEYS is not set, so the product couldn’t read the link in the email. Nothing was changed.',
      )
    const database = await openDatabase(url, { poolSize: 2, onError: () => undefined })
    try {
      await command.run(parsedArguments, useCases(database, settings, tokenKeys), say, {
        migrationUrl,
        dataDirectory: settings.dataDirectory,
      })
    } finally {
      await database.close()
    }
    return 0
  } catch (error) {
    if (error instanceof InvalidUsage) {
      writeError(`${error.message}\n\n${help}\n`)
      return 2
    }
    writeError(`${error instanceof CommandFailed ? error.message : startupErrorMessage(error)}\n`)
    return 1
  }
}

/** @throws {CommandFailed} */
async function findDatabase({ database, dataDirectory }: Settings) {
  if (database.kind === 'named') return database
  const running = await findRunningEmbeddedPostgresUrl(dataDirectory)
  if (!running)
    throw new CommandFailed(
      'No database: DATABASE_URL is not set and the product isn’t running. Run "npm start" in another terminal, or set DATABASE_URL.',
    )
  return { url: new Secret(runtimeUrlOf(running)), migrationUrl: new Secret(running) }
}

function useCases(
  database: Database,
  { clockShiftFile, web }: Settings,
  tokenKeys: readonly Secret[] | null,
): Get {
  const container = compose({
    database,
    // Without a link to email, nothing is encrypted: any key will do.
    tokenKeys: tokenKeys ?? [generateKey()],
    publicUrl: web.publicUrl,
    clock: clockShiftFile ? new ShiftedClock(clockShiftFile) : new SystemClock(),
    random: new SystemRandom(),
    onError: () => undefined,
    // No command needs Amazon, email or jobs.
  } as Partial<ExternalServices> as ExternalServices)
  return token => container.get(token)
}
