import { ShiftedClock, SystemClock } from '../../adapters/clock/clock.ts'
import { findRunningEmbeddedPostgresUrl } from '../../adapters/embedded-postgres/embedded-postgres.ts'
import { PostgresAccessLinks } from '../../adapters/postgres/access-links.ts'
import { type Database, openDatabase, PostgresUnitOfWork } from '../../adapters/postgres/database.ts'
import { LocalKeys } from '../../adapters/postgres/local-keys.ts'
import { countPendingMigrations } from '../../adapters/postgres/migrate.ts'
import { PostgresSecondFactors } from '../../adapters/postgres/second-factors.ts'
import { PostgresSessions } from '../../adapters/postgres/sessions.ts'
import { PostgresSubscriptionEvents } from '../../adapters/postgres/subscription-events.ts'
import { PostgresSyncSchedule } from '../../adapters/postgres/sync-schedule.ts'
import { PostgresTimeline } from '../../adapters/postgres/timeline.ts'
import { TokenCipher } from '../../adapters/postgres/token-cipher.ts'
import { PostgresUsers } from '../../adapters/postgres/users.ts'
import { Totp } from '../../adapters/second-factor/totp.ts'
import { IngestionSyncResumption } from '../../adapters/sync-resumption/ingestion-sync-resumption.ts'
import {
  ApplySubscriptionEvent,
  ChangeRole,
  CreateUser,
  EndSessions,
  IssueAccessLink,
  RemoveSecondFactor,
} from '../../application/access/index.ts'
import { ResumeSyncs } from '../../application/ingestion/index.ts'
import { Secret } from '../../domain/secret.ts'
import { type Environment, generateKey, readSettings, type Settings } from '../../settings.ts'
import { demoSecondFactor } from '../../start/demo-users.ts'
import { startupErrorMessage } from '../../start/startup-errors.ts'
import { add } from './add.ts'
import { code } from './code.ts'
import { type Command, type CommandDependencies, CommandFailed, InvalidUsage } from './command.ts'
import { invite, removeSecondFactor, reset, signOut } from './links.ts'
import { list } from './list.ts'
import { plan } from './plan.ts'
import { role } from './role.ts'

const commands: Readonly<Record<string, Command>> = {
  list,
  add,
  invite,
  reset,
  plan,
  role,
  'sign-out': signOut,
  'remove-second-factor': removeSecondFactor,
  code,
}

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
    const settings = readSettings(environment)
    const url = await databaseUrl(settings)
    if ((await countPendingMigrations(url)) > 0)
      throw new CommandFailed('The database has pending migrations. Run "npm run migrate" first.')
    const database = await openDatabase(url, { poolSize: 2, onError: () => undefined })
    try {
      await command.run(args, { ...dependenciesOf(database, settings), say })
    } finally {
      await database.close()
    }
    return 0
  } catch (error) {
    const isMisuse = error instanceof InvalidUsage
    const message = error instanceof CommandFailed ? error.message : startupErrorMessage(error)
    writeError(isMisuse ? `${error.message}\n\n${help}\n` : `${message}\n`)
    return isMisuse ? 2 : 1
  }
}

/** @throws {CommandFailed} */
async function databaseUrl({ database, dataDirectory }: Settings): Promise<Secret> {
  if (database.kind === 'named') return database.url
  const running = await findRunningEmbeddedPostgresUrl(dataDirectory)
  if (!running)
    throw new CommandFailed(
      'No database: DATABASE_URL is not set and the product isn’t running. Run "npm start" in another terminal, or set DATABASE_URL.',
    )
  return new Secret(running)
}

function dependenciesOf(
  { em, prepared }: Database,
  { clockShiftFile, web, tokenKeys }: Settings,
): Omit<CommandDependencies, 'say'> {
  const clock = clockShiftFile ? new ShiftedClock(clockShiftFile) : new SystemClock()
  const users = new PostgresUsers(em)
  const shared = {
    users,
    timeline: new PostgresTimeline(em),
    unitOfWork: new PostgresUnitOfWork(em),
    clock,
  }
  const sessions = new PostgresSessions(em, prepared)
  const applySubscriptionEvent = new ApplySubscriptionEvent({
    ...shared,
    events: new PostgresSubscriptionEvents(em),
    resumption: new IngestionSyncResumption(
      new ResumeSyncs({ syncSchedule: new PostgresSyncSchedule(em), clock }),
    ),
  })
  const links = new PostgresAccessLinks(em)
  const issueAccessLink = new IssueAccessLink({ ...shared, links, publicUrl: web.publicUrl })
  // Removing a second factor decrypts nothing: any key will do.
  const factors = new PostgresSecondFactors(em, new TokenCipher(new LocalKeys(tokenKeys ?? [generateKey()])))
  return {
    users,
    createUser: new CreateUser({ ...shared, issueAccessLink, applySubscriptionEvent }),
    issueAccessLink,
    endSessions: new EndSessions({ ...shared, sessions }),
    removeSecondFactor: new RemoveSecondFactor({ ...shared, sessions, factors }),
    applySubscriptionEvent,
    changeRole: new ChangeRole({ ...shared, sessions }),
    demoCode: () => new Totp().codeAt(demoSecondFactor, clock.now()),
  }
}
