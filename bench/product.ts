import { randomUUID } from 'node:crypto'
import type { Container } from 'inversify'
import { AgendaJobQueue } from '../src/adapters/agenda/job-queue.ts'
import { openJobs } from '../src/adapters/agenda/jobs.ts'
import { LoginWithAmazon } from '../src/adapters/amazon/login.ts'
import { SystemClock } from '../src/adapters/clock/clock.ts'
import { SystemRandom } from '../src/adapters/clock/random.ts'
import { UserRow } from '../src/adapters/postgres/access/access-rows.ts'
import { type Database, openDatabase } from '../src/adapters/postgres/engine/database.ts'
import { LogMailer } from '../src/adapters/smtp/log-mailer.ts'
import { Connections } from '../src/application/connection/ports.ts'
import { Clock } from '../src/application/ports.ts'
import { compose } from '../src/composition/container.ts'
import { hours } from '../src/domain/calendar.ts'
import { type ActiveConnection, connect } from '../src/domain/connection/connection.ts'
import { createPendingConnection } from '../src/domain/connection/pending-connection.ts'
import type { AttemptId, ConnectionId, PendingConnectionId, UserId } from '../src/domain/identifiers.ts'
import type { AdvertisingProfile } from '../src/domain/profile/profile.ts'
import { Secret } from '../src/domain/secret.ts'
import { readSettings } from '../src/settings/settings.ts'
import { amazonSettings } from './amazon/local-amazon.ts'

export interface ProductPlan {
  readonly databaseUrl: string
  readonly environment: Readonly<Record<string, string>>
  readonly tokenKey: string
}

/** The product without its background work. */
export interface BenchProduct extends AsyncDisposable {
  readonly container: Container
  readonly database: Database
  readonly agenda: Awaited<ReturnType<typeof openJobs>>['agenda']
}

export async function openProduct(
  { databaseUrl, environment, tokenKey }: ProductPlan,
  clock: Clock = new SystemClock(),
): Promise<BenchProduct> {
  const onError = (error: unknown) => process.stderr.write(`${error}\n`)
  const { reportPoll, consentDays, web, support, statusPollSeconds } = readSettings(environment)
  const amazon = amazonSettings(environment)
  const url = new Secret(databaseUrl)
  const database = await openDatabase(url, { onError })
  const jobs = await openJobs(url, { name: 'bench', onError })
  const login = new LoginWithAmazon(amazon)
  const container = compose({
    database,
    jobQueue: new AgendaJobQueue(jobs.agenda, onError),
    login,
    amazon,
    tokenKeys: [new Secret(tokenKey)],
    reportPoll,
    consentDays,
    mailer: new LogMailer(() => undefined),
    publicUrl: web.publicUrl,
    supportEmail: support.email,
    statusPollSeconds,
    clock,
    random: new SystemRandom(),
    onError,
  })
  return {
    container,
    database,
    agenda: jobs.agenda,
    async [Symbol.asyncDispose]() {
      await jobs.close()
      await database.close()
    },
  }
}

const newId = <Id extends string>(): Id => randomUUID() as string as Id

export async function insertUser({ em }: Pick<Database, 'em'>, now: Date): Promise<UserId> {
  const id = newId<UserId>()
  await em.insert(UserRow, {
    id,
    email: `${id}@bench.test`,
    name: 'A seller',
    role: 'seller',
    passwordHash: 'none',
    createdAt: now,
  })
  return id
}

/** Connects the profile to a new user, without the pages and the account picker. */
export async function connectProfile(
  { container, database }: Pick<BenchProduct, 'container' | 'database'>,
  profile: AdvertisingProfile,
  tokens: { readonly accessToken: Secret; readonly refreshToken: Secret },
): Promise<ActiveConnection> {
  const now = container.get(Clock).now()
  const userId = await insertUser(database, now)
  const authorisation = {
    id: newId<PendingConnectionId>(),
    userId,
    attemptId: newId<AttemptId>(),
    reauthorisedConnectionId: null,
    region: 'na',
    ...tokens,
    accessTokenExpiresAt: new Date(now.getTime() + hours(1)),
    isConsentPageSkipped: false,
  } as const
  const pending = createPendingConnection(authorisation, now)
  const connection = connect({ id: newId<ConnectionId>(), isExclusive: true }, pending, profile, now)
  await container.get(Connections).save(connection)
  return connection
}
