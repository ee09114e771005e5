import { openSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import type { Container } from 'inversify'
import { type DestinationStream, type Logger, pino } from 'pino'
import { type Jobs, openJobs } from './adapters/agenda/jobs.ts'
import { startWorker, type Worker } from './adapters/agenda/worker.ts'
import type { AmazonSettings } from './adapters/amazon/addresses.ts'
import { LoginWithAmazon } from './adapters/amazon/login.ts'
import { Dice, ShiftedClock, SystemClock } from './adapters/clock/clocks.ts'
import { buildServer } from './adapters/fastify/server.ts'
import { type Database, openDatabase } from './adapters/postgres/database.ts'
import { LogMailer } from './adapters/smtp/log-mailer.ts'
import { SmtpMailer } from './adapters/smtp/smtp-mailer.ts'
import { KeepDigests, LookAtCase, SearchCases, ShowOverview, TellAlive } from './admin/index.ts'
import {
  ChangePassword,
  ChangePlan,
  ChangeSubscription,
  EndSessions,
  ForgotPassword,
  LookAtPerson,
  Recognise,
  SecondStep,
  SetPassword,
  SignIn,
  SignInStaff,
  SweepAccess,
} from './application/access/index.ts'
import { AccountViews, Sessions } from './application/access/ports.ts'
import {
  AskErasure,
  BeginAuthorisation,
  ChooseProfile,
  CompleteAuthorisation,
  CompleteRenewal,
  Disconnect,
  EndPending,
  EraseConnections,
  ForgetVerifiers,
  IdentifyAmazonUsers,
  MakeCurrent,
  OfferProfiles,
  StartSyncs,
} from './application/connection/index.ts'
import { Connections, SellerRecords } from './application/connection/ports.ts'
import { AskForHelp, KnowCircumstances, ReadHelpRequests } from './application/help/index.ts'
import {
  AdvanceReport,
  CheckProgress,
  ListReports,
  PollProgress,
  ReconcileFigures,
  SweepReports,
} from './application/ingestion/index.ts'
import { CallTally } from './application/ingestion/ports.ts'
import { ChooseMails, NoteLook, SendMails } from './application/mail/index.ts'
import { MailChoices, type Mailer } from './application/mail/ports.ts'
import { RollUpTables, ShowAccounts, ShowFigures, ShowTable } from './application/performance/index.ts'
import { Clock, Storage } from './application/ports.ts'
import { compose } from './container.ts'
import type { Secret } from './domain/secret.ts'
import { redaction } from './redaction.ts'
import type { NamedAmazon, Settings } from './settings.ts'

/** The settings with every blank filled in: by the person who starts it, or by what was started beside it. */
export interface Wiring {
  readonly settings: Settings
  readonly databaseUrl: Secret
  readonly amazon: NamedAmazon
  readonly sessionKeys: readonly Secret[]
  readonly tokenKeys: readonly Secret[]
  readonly log: Logger
  /** For tests in this process; otherwise the machine's, or the one that the settings move. */
  readonly clock?: Clock
}

/** A running web server, worker, or both. */
export interface Product {
  /** Null for a worker alone. */
  readonly app: FastifyInstance | null
  readonly container: Container
  readonly database: Database
  /** Takes no new work, finishes or hands over what is in hand within twenty seconds, closes everything. */
  stop(): Promise<void>
}

/** The database that `JOBS_URL` names cannot be used; the cause says why. */
export class JobsUnusable extends Error {
  override readonly name = 'JobsUnusable'
}

const stopMilliseconds = 10_000
/** How many reports one worker process works on at once: they mostly wait for Amazon. */
const concurrency = 10
/** With the lease it makes up the time in which a killed worker is taken over. */
const sweepMilliseconds = 1000

/** Opens the outside, composes the inside and starts what the settings ask for. Nothing listens yet. */
export async function startProduct(wiring: Wiring): Promise<Product> {
  const { settings, databaseUrl, log } = wiring
  const onError = (error: unknown) => log.warn({ err: error }, 'trouble that heals or will be tried again')
  const opened: (() => Promise<unknown>)[] = []
  const closeAll = async () => {
    for (const close of opened.reverse()) await close().catch(onError)
    opened.length = 0
  }
  try {
    const database = await openDatabase(databaseUrl, { onError })
    opened.push(() => database.close())
    const jobs = await openJobs(settings.jobsUrl ?? databaseUrl, {
      name: settings.process,
      onError,
    }).catch(cause => {
      throw settings.jobsUrl
        ? new JobsUnusable('the jobs cannot be kept where JOBS_URL says', { cause })
        : cause
    })
    opened.push(() => jobs.close())
    const amazon = amazonSettings(wiring)
    const login = await LoginWithAmazon.open(amazon)
    opened.push(() => login.close())

    const clock =
      wiring.clock ??
      (settings.clockShiftFile ? new ShiftedClock(settings.clockShiftFile) : new SystemClock())
    const container = compose({
      database,
      agenda: jobs.agenda,
      login,
      amazon,
      tokenKeys: wiring.tokenKeys,
      reportPoll: settings.reportPoll,
      consentDays: settings.consentDays,
      mailer: openMailer(wiring, opened),
      publicUrl: settings.web.publicUrl,
      supportEmail: settings.support.email,
      statusPollSeconds: settings.statusPollSeconds,
      clock,
      chance: new Dice(),
      onError,
    })
    if (settings.process !== 'web') {
      opened.push(() => container.get(CallTally).flush())
      const worker = await startReportWorker(container, jobs, log)
      opened.push(() => worker.stop(stopMilliseconds))
    }
    const app = settings.process === 'worker' ? null : await buildWebServer(container, wiring, database)
    if (app) opened.push(() => app.close())

    let stopping: Promise<void> | null = null
    const stop = () => {
      stopping ??= closeAll()
      return stopping
    }
    return { app, container, database, stop }
  } catch (error) {
    await closeAll()
    throw error
  }
}

function startReportWorker(container: Container, { agenda }: Jobs, log: Logger): Promise<Worker> {
  return startWorker({
    agenda,
    advanceReport: container.get(AdvanceReport),
    sweepReports: container.get(SweepReports),
    endPending: container.get(EndPending),
    eraseConnections: container.get(EraseConnections),
    identifyAmazonUsers: container.get(IdentifyAmazonUsers),
    startSyncs: container.get(StartSyncs),
    reconcileFigures: container.get(ReconcileFigures),
    rollUpTables: container.get(RollUpTables),
    changeSubscription: container.get(ChangeSubscription),
    sendMails: container.get(SendMails),
    sweepAccess: container.get(SweepAccess),
    forgetVerifiers: container.get(ForgetVerifiers),
    keepDigests: container.get(KeepDigests),
    tellAlive: container.get(TellAlive),
    onError: (error, about) => log.error({ err: error, ...about }, 'a step of a report failed on our side'),
    concurrency,
    sweepMilliseconds,
  })
}

function buildWebServer(container: Container, wiring: Wiring, database: Database): Promise<FastifyInstance> {
  const { settings, amazon, sessionKeys, log } = wiring
  return buildServer({
    log,
    publicUrl: settings.web.publicUrl,
    sessionKeys,
    consentOrigins: [...new Set(Object.values(amazon.authorizeUrls).map(url => new URL(url).origin))],
    flagsFolder: join(import.meta.dirname, '../node_modules/country-flag-icons/3x2'),
    showsStyleguide: !settings.isProduction,
    checkDatabase: () => database.ping(),
    supportEmail: settings.support.email,
    statusPollSeconds: settings.statusPollSeconds,
    consentDays: settings.consentDays,
    clock: container.get(Clock),
    sessions: container.get(Sessions),
    connections: container.get(Connections),
    sellers: container.get(SellerRecords),
    signIn: container.get(SignIn),
    recognise: container.get(Recognise),
    forgotPassword: container.get(ForgotPassword),
    setPassword: container.get(SetPassword),
    changePassword: container.get(ChangePassword),
    endSessions: container.get(EndSessions),
    signInStaff: container.get(SignInStaff),
    secondStep: container.get(SecondStep),
    lookAtPerson: container.get(LookAtPerson),
    changePlan: container.get(ChangePlan),
    beginAuthorisation: container.get(BeginAuthorisation),
    completeAuthorisation: container.get(CompleteAuthorisation),
    completeRenewal: container.get(CompleteRenewal),
    offerProfiles: container.get(OfferProfiles),
    chooseProfile: container.get(ChooseProfile),
    endPending: container.get(EndPending),
    makeCurrent: container.get(MakeCurrent),
    disconnect: container.get(Disconnect),
    askErasure: container.get(AskErasure),
    checkProgress: container.get(CheckProgress),
    pollProgress: container.get(PollProgress),
    showFigures: container.get(ShowFigures),
    showTable: container.get(ShowTable),
    showAccounts: container.get(ShowAccounts),
    listReports: container.get(ListReports),
    changeSubscription: container.get(ChangeSubscription),
    webhookSecrets: settings.subscriptionWebhookSecrets,
    noteLook: container.get(NoteLook),
    chooseMails: container.get(ChooseMails),
    mailChoices: container.get(MailChoices),
    accountViews: container.get(AccountViews),
    knowCircumstances: container.get(KnowCircumstances),
    storage: container.get(Storage),
    askForHelp: container.get(AskForHelp),
    readHelpRequests: container.get(ReadHelpRequests),
    searchCases: container.get(SearchCases),
    lookAtCase: container.get(LookAtCase),
    showOverview: container.get(ShowOverview),
  })
}

/** What was opened is closed after the worker that uses it. */
function openMailer({ settings, log }: Wiring, opened: (() => Promise<unknown>)[]): Mailer {
  const { mail, support } = settings
  if (!mail.smtpUrl)
    return new LogMailer(about => log.info(about, 'a mail, told here because SMTP_URL is not set'))
  const mailer = new SmtpMailer({ url: mail.smtpUrl, from: mail.from ?? support.email }, error =>
    log.warn({ err: error }, 'the mail server did not take a mail'),
  )
  opened.push(async () => mailer.close())
  return mailer
}

function amazonSettings({ settings, amazon }: Wiring): AmazonSettings {
  return { ...amazon, callbackUrl: new URL('/dashboard/ads/callback', settings.web.publicUrl).href }
}

/** Structured lines, without what could carry a secret. */
export function openLog(level: string, file: string | null): Logger {
  const options = { level, ...redaction }
  return file ? pino(options, logFile(file)) : pino(options)
}

/** Opened at once, so that a file that cannot be is refused. What a full disk does not take is lost, and ends nothing. */
function logFile(file: string): DestinationStream {
  const descriptor = openSync(file, 'a')
  return {
    // Pino's own destination ends the process when a write fails, or never lets it exit.
    write(line) {
      try {
        writeSync(descriptor, line)
      } catch {
        // There is no one to tell.
      }
    },
  }
}
