import { ShiftedClock, SystemClock } from '../../adapters/clock/clock.ts'
import { findRunningEmbeddedPostgresUrl } from '../../adapters/embedded-postgres/embedded-postgres.ts'
import { PostgresAccessLinks } from '../../adapters/postgres/access/access-links.ts'
import { PostgresSecondFactors } from '../../adapters/postgres/access/second-factors.ts'
import { PostgresSessions } from '../../adapters/postgres/access/sessions.ts'
import { PostgresSubscriptionEvents } from '../../adapters/postgres/access/subscription-events.ts'
import {
  PostgresStoredPasswords,
  PostgresSubscriptions,
  PostgresUsers,
} from '../../adapters/postgres/access/users.ts'
import { PostgresTimeline } from '../../adapters/postgres/console/timeline.ts'
import { type Database, openDatabase, PostgresUnitOfWork } from '../../adapters/postgres/engine/database.ts'
import { LocalKeys } from '../../adapters/postgres/engine/encryption/local-keys.ts'
import { TokenCipher } from '../../adapters/postgres/engine/encryption/token-cipher.ts'
import { PostgresSyncSchedule } from '../../adapters/postgres/ingestion/sync-schedule.ts'
import { countPendingMigrations } from '../../adapters/postgres/migrations/migrate.ts'
import { Totp } from '../../adapters/security/totp.ts'
import { ChangeRole } from '../../admin/users/change-role.ts'
import { RemoveSecondFactor } from '../../admin/users/remove-second-factor.ts'
import { ApplySubscriptionEvent } from '../../application/access/apply-subscription-event.ts'
import { CreateUser } from '../../application/access/create-user.ts'
import { EndSessions } from '../../application/access/end-sessions.ts'
import { IssueAccessLink } from '../../application/access/issue-access-link.ts'
import { ResumeSyncs } from '../../application/ingestion/resume-syncs.ts'
import { IngestionSyncResumption } from '../../composition/bridges/ingestion-sync-resumption.ts'
import { Secret } from '../../domain/secret.ts'
import { type Environment, generateKey, readSettings, type Settings } from '../../settings/settings.ts'
import { demoSecondFactor } from '../start/demo-users.ts'
import { startupErrorMessage } from '../start/startup-errors.ts'
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
  { em, sql }: Database,
  { clockShiftFile, web, tokenKeys }: Settings,
): Omit<CommandDependencies, 'say'> {
  const clock = clockShiftFile ? new ShiftedClock(clockShiftFile) : new SystemClock()
  const users = new PostgresUsers(em)
  const shared = {
    users,
    subscriptions: new PostgresSubscriptions(em),
    storedPasswords: new PostgresStoredPasswords(em),
    timeline: new PostgresTimeline(em, sql),
    unitOfWork: new PostgresUnitOfWork(em),
    clock,
  }
  const sessions = new PostgresSessions(em, sql)
  const applySubscriptionEvent = new ApplySubscriptionEvent({
    ...shared,
    events: new PostgresSubscriptionEvents(sql),
    resumption: new IngestionSyncResumption(
      new ResumeSyncs({ syncSchedule: new PostgresSyncSchedule(sql), clock }),
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
