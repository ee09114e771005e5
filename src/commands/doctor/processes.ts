import { isIP } from 'node:net'
import { isMongo } from '../../adapters/agenda/jobs.ts'
import { PostgresUsers } from '../../adapters/postgres/access/users.ts'
import { PostgresDatabaseHealth } from '../../adapters/postgres/console/database-health.ts'
import { type Database, openDatabase } from '../../adapters/postgres/engine/database.ts'
import { defaultTimeouts, SmtpMailer } from '../../adapters/smtp/smtp-mailer.ts'
import { CheckReadiness } from '../../admin/overview/check-readiness.ts'
import type { Secret } from '../../domain/secret.ts'
import type { Settings } from '../../settings/settings.ts'
import { demoUsers } from '../start/demo-users.ts'
import {
  type Check,
  countOf,
  docLinks,
  type Finding,
  failed,
  inconclusive,
  passed,
  warning,
} from './check.ts'
import { databaseCheck } from './database.ts'
import { reasonOf } from './error-texts.ts'
import { callTimeout, type Installation } from './installation.ts'
import { fetchPage, isHealthResponse } from './web-response.ts'

export const processChecks = (installation: Installation): Check[] => [
  { name: 'jobs', see: docLinks.up, run: () => checkJobs(installation.settings) },
  databaseCheck(installation, { name: 'worker', see: docLinks.noWorker }, database =>
    checkWorker(database, installation),
  ),
  databaseCheck(installation, { name: 'users', see: docLinks.up }, database =>
    checkUsers(database, installation.settings),
  ),
  { name: 'email', see: docLinks.email, run: () => checkMailServer(installation.settings) },
  { name: 'monitoring', see: docLinks.health, run: signal => checkMonitoring(installation.settings, signal) },
]

async function checkJobs({ jobsUrl }: Settings): Promise<Finding> {
  if (!jobsUrl) return passed('Stored in the main database.')
  try {
    await connectToJobs(jobsUrl)
    return passed(`The jobs’ ${isMongo(jobsUrl) ? 'MongoDB' : 'PostgreSQL'} responds.`)
  } catch (error) {
    return failed(
      `JOBS_URL can’t be used: ${reasonOf(error)}.`,
      'Start the server, or check JOBS_URL. Without it, syncs start a second late and no new process can start.',
    )
  }
}

async function connectToJobs(url: Secret): Promise<void> {
  const { close } = isMongo(url) ? await openMongo(url) : await openPostgres(url)
  await close()
}

async function openMongo(url: Secret) {
  const { openMongoBackend } = await import('../../adapters/agenda/mongo-backend.ts')
  return openMongoBackend(url)
}

async function openPostgres(url: Secret): Promise<Database> {
  const opened = await openDatabase(url, { poolSize: 1, timeout: callTimeout, onError: () => undefined })
  try {
    await opened.pool.query('select')
    return opened
  } catch (error) {
    await opened.close()
    throw error
  }
}

/** Uses the rule of `/readyz`. */
async function checkWorker({ pool, migrations }: Database, { clock }: Installation): Promise<Finding> {
  const state = await new PostgresDatabaseHealth({ pages: pool, migrations }).check()
  const readiness = new CheckReadiness({
    databaseHealth: { check: async () => state },
    recordHeartbeat: { lastRecordedAt: null },
    clock,
  })
  const { worker } = (await readiness.execute({ isWorker: false })).checks
  if (worker === 'ok' && state.workerSeenAt) {
    const age = Math.max(0, Math.round((clock.now().getTime() - state.workerSeenAt.getTime()) / 1000))
    return passed(`Last heartbeat ${countOf(age, 'second')} ago.`)
  }
  return failed(
    `No worker running: ${worker}.`,
    'Start one (PROCESS=worker). Without it, no reports load and no email is sent.',
  )
}

async function checkUsers({ em }: Database, { isProduction }: Settings): Promise<Finding> {
  const users = new PostgresUsers(em)
  const known = await Promise.all(demoUsers.map(({ email }) => users.idOf({ email })))
  const demo = known.filter(id => id !== null).length
  if (demo > 0 && isProduction)
    return failed(
      `${demo} demo users in this database: their password is public.`,
      'Start with an empty database. Don’t use a demo database for sellers.',
    )
  const admins = await users.listOf(['admin'])
  if (admins.length === 0)
    return warning(
      'No admin yet.',
      'Run npm run people -- add EMAIL --name NAME --role admin to print an invitation.',
    )
  return passed(`${countOf(admins.length, 'admin')}${demo > 0 ? ', and the demo users' : ''}.`)
}

async function checkMailServer({ email, support }: Settings): Promise<Finding> {
  if (!email.smtpUrl) return warning('SMTP_URL is not set: emails are only logged.', 'Set SMTP_URL.')
  const timeout = {
    ...defaultTimeouts,
    connect: callTimeout,
    greeting: callTimeout,
    silence: callTimeout,
  }
  const mailer = new SmtpMailer(
    { url: email.smtpUrl, from: email.from ?? support.email },
    () => undefined,
    timeout,
  )
  try {
    await mailer.verify()
    return passed('The SMTP server accepts our sign-in.')
  } catch (error) {
    return failed(
      `The SMTP server can’t be used: ${reasonOf(error)}.`,
      'Check that it runs, and check SMTP_URL.',
    )
  } finally {
    mailer.close()
  }
}

async function checkMonitoring(settings: Settings, signal: AbortSignal): Promise<Finding> {
  const { operations, isProduction } = settings
  if (operations.tracesUrl) {
    const reason = await fetch(operations.tracesUrl, { method: 'HEAD', signal }).then(() => null, reasonOf)
    if (reason)
      return warning(`Trace collector not reachable: ${reason}.`, 'Check OTEL_EXPORTER_OTLP_ENDPOINT.')
  }
  if (operations.port === null && isProduction)
    return warning(
      'OPERATIONS_PORT is not set: workers can’t be monitored.',
      'Set it and add it to Prometheus (deploy/prometheus).',
    )
  return requestAsScraper(settings, signal)
}

/** This machine only: the settings don't say where other processes run. */
async function requestAsScraper({ operations, web }: Settings, signal: AbortSignal): Promise<Finding> {
  const port = operations.port ?? web.port
  const host = isAnyAddress(web.host) ? '127.0.0.1' : web.host
  const address = new URL(`http://${isIP(host) === 6 ? `[${host}]` : host}:${port}/healthz`)
  const answer = await fetchPage(address, signal).catch(reasonOf)
  if (typeof answer === 'string')
    return inconclusive(
      `No process on this machine responds on port ${port}: ${answer}.`,
      'If processes run elsewhere, check the Prometheus targets, or request /healthz from each.',
    )
  if (!isHealthResponse(answer))
    return warning(
      `Another program responds on port ${port} of this machine (${answer.status}).`,
      'Set OPERATIONS_PORT to a free port.',
    )
  return passed(`A process on this machine responds to monitoring on port ${port}.`)
}

const isAnyAddress = (host: string): boolean => ['0.0.0.0', '::'].includes(host)
