import { openSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import type { Container } from 'inversify'
import { type DestinationStream, type Logger, pino } from 'pino'
import { AgendaBell } from './adapters/agenda/bell.ts'
import { type Jobs, openJobs } from './adapters/agenda/jobs.ts'
import { startWorker, type Worker } from './adapters/agenda/worker.ts'
import type { AmazonSettings } from './adapters/amazon/addresses.ts'
import { LoginWithAmazon } from './adapters/amazon/login.ts'
import { Dice, ShiftedClock } from './adapters/clock/clocks.ts'
import { buildOperationsServer, type OperationsNeeds } from './adapters/fastify/operations-routes.ts'
import { buildServer } from './adapters/fastify/server.ts'
import { buildViewingServer, type ViewingPages } from './adapters/fastify/viewing-server.ts'
import { AgreedClock, type ClockNotice } from './adapters/postgres/agreed-clock.ts'
import { type Database, openDatabase, usualPoolSize } from './adapters/postgres/database.ts'
import { LogMailer } from './adapters/smtp/log-mailer.ts'
import { SmtpMailer } from './adapters/smtp/smtp-mailer.ts'
import { Telemetry } from './adapters/telemetry/telemetry.ts'
import { openTraces } from './adapters/telemetry/traces.ts'
import { marksOfNow } from './adapters/telemetry/trail.ts'
import {
  ActOnCase,
  CheckReadiness,
  KeepDigests,
  LookAtCase,
  ReadCases,
  SearchCases,
  ShowOverview,
  TakeStock,
  TellAlive,
  TestCase,
} from './admin/index.ts'
import { DatabaseStates } from './admin/ports.ts'
import {
  BeginViewing,
  ChangePassword,
  ChangePlan,
  ChangeSubscription,
  EndSessions,
  EndViewing,
  ForgotPassword,
  GiveRole,
  InvitePerson,
  ListStaff,
  LookAtPerson,
  ReadAudit,
  Recognise,
  RecogniseViewing,
  SecondStep,
  SendConnectLink,
  SetPassword,
  SignIn,
  SignInStaff,
  SignPersonOut,
  SweepAccess,
  TakeSecondFactor,
  TellFailure,
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
  FollowConnectLink,
  ForgetVerifiers,
  IdentifyAmazonUsers,
  MakeCurrent,
  OfferProfiles,
  StartSyncs,
  ViewOffer,
  ViewRenewal,
} from './application/connection/index.ts'
import { Connections, SellerRecords } from './application/connection/ports.ts'
import {
  AnswerHelpRequest,
  AskForHelp,
  KnowCircumstances,
  ListHelpRequests,
  NoteOnHelpRequest,
  PutHelpRequest,
  ReadHelpRequest,
  ReadHelpRequests,
  ReadOwnRequests,
} from './application/help/index.ts'
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
import { compose, composeViewing, type Outside } from './container.ts'
import type { Secret } from './domain/secret.ts'
import { redaction } from './redaction.ts'
import { callbackUrlOf, type NamedAmazon, type Settings } from './settings.ts'

/** Settings with the values filled in at start-up. */
export interface Wiring {
  readonly settings: Settings
  readonly databaseUrl: Secret
  readonly amazon: NamedAmazon
  readonly sessionKeys: readonly Secret[]
  readonly tokenKeys: readonly Secret[]
  readonly log: Logger
  /** Percent of the demo data created; null when none is being created. Only in the embedded run. */
  readonly demoProgress?: () => number | null
  /** For tests. By default the system clock, shifted if the settings say so. */
  readonly clock?: Clock
}

export interface Product {
  /** Null in a worker-only process. */
  readonly app: FastifyInstance | null
  /** Serves view-as sessions (S-44); null in a worker-only process. */
  readonly viewing: { readonly app: FastifyInstance; readonly container: Container } | null
  /** Serves metrics and health on a separate port; null when none is set. */
  readonly operations: FastifyInstance | null
  readonly container: Container
  readonly database: Database
  /**
   * Finishes or hands over the work in progress within 20 s and closes everything.
   * @param drain milliseconds for which the web server still answers, with `Connection: close`.
   */
  stop(leave?: number): Promise<void>
}

/** The job store of `JOBS_URL` can't be used; the reason is in `cause`. */
export class JobsUnusable extends Error {
  override readonly name = 'JobsUnusable'
}

const stopMilliseconds = 10_000
/** Reports that a worker processes at once; they mostly wait for Amazon. */
const concurrency = 10
/** View-as sessions are few and open one page at a time. */
const viewingPool = 4
/** Maximum PostgreSQL connections per process, without those for jobs. */
export const mostLines = { web: 2 * usualPoolSize + 2 * viewingPool, worker: 2 * usualPoolSize }
/** Milliseconds. Part of the time until a killed worker's reports are taken over, with the lease. */
const sweepMilliseconds = 1000

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
        ? new JobsUnusable('the job store in JOBS_URL can’t be used', { cause })
        : cause
    })
    opened.push(() => jobs.close())
    const amazon = amazonSettings(wiring)
    const login = await LoginWithAmazon.open(amazon)
    opened.push(() => login.close())

    const clock = wiring.clock ?? (await openClock(wiring, database, opened))
    const outside: Outside = {
      database,
      bell: new AgendaBell(jobs.agenda, onError),
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
    }
    const container = compose(outside)
    const watched = await openOperations(container, wiring, outside, opened)
    let worker: Worker | null = null
    if (settings.process !== 'web') {
      opened.push(() => container.get(CallTally).flush())
      const started = await startReportWorker(container, jobs, log)
      opened.push(() => started.stop(stopMilliseconds))
      worker = started
    }
    const web =
      settings.process === 'worker' ? null : await openWeb(container, wiring, outside, watched, opened)

    let stopping: Promise<void> | null = null
    const stop = (leave = 0) => {
      container.get(CheckReadiness).stop()
      const left = Promise.all([worker?.stop(stopMilliseconds), web?.app?.leave(leave)])
      stopping ??= left.catch(onError).then(closeAll)
      return stopping
    }
    const { operations } = watched
    return { app: web?.app ?? null, viewing: web?.viewing ?? null, operations, container, database, stop }
  } catch (error) {
    await closeAll()
    throw error
  }
}

async function openClock(
  { settings: { clockShiftFile }, log }: Wiring,
  { pool }: Database,
  opened: (() => Promise<unknown>)[],
): Promise<Clock> {
  const onNotice = (notice: ClockNotice) =>
    log.warn(
      notice,
      notice.aheadSeconds === 0 ? 'the clocks agree again' : 'a clock is off, and not followed',
    )
  const clock = await AgreedClock.open({ pool, onNotice })
  opened.push(() => clock.close())
  return clockShiftFile ? new ShiftedClock(clockShiftFile, clock) : clock
}

function startReportWorker(container: Container, jobs: Jobs, log: Logger): Promise<Worker> {
  return startWorker({
    jobs,
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
    endViewing: container.get(EndViewing),
    forgetVerifiers: container.get(ForgetVerifiers),
    keepDigests: container.get(KeepDigests),
    tellAlive: container.get(TellAlive),
    onError: (error, about) =>
      container.get(Storage).isOutage(error)
        ? log.warn({ err: error, ...about }, 'an outage of our own: the work is tried again')
        : log.error({ err: error, ...about }, 'work of ours failed: a defect'),
    concurrency,
    sweepMilliseconds,
  })
}

interface Watched {
  readonly needs: OperationsNeeds
  readonly operations: FastifyInstance | null
}

/** Opened before all that works and closed after it, so that telemetry covers everything. */
async function openOperations(
  container: Container,
  { settings, log }: Wiring,
  { database, onError }: Outside,
  opened: (() => Promise<unknown>)[],
): Promise<Watched> {
  const { process, operations } = settings
  const traces = operations.tracesTo && (await openTraces(operations.tracesTo, { process, onError }))
  const telemetry = new Telemetry({
    log,
    takeStock: container.get(TakeStock),
    databaseStates: container.get(DatabaseStates),
    pools: () => [countsOf('pages', database.pages), countsOf('files', database.pool)],
    traces,
    onError,
  })
  opened.push(() => telemetry.close())
  const needs = {
    checkReadiness: container.get(CheckReadiness),
    isWorker: process === 'worker',
    readMetrics: () => telemetry.metrics(),
  }
  if (operations.port === null) return { needs, operations: null }
  const server = await buildOperationsServer({ ...needs, log })
  opened.push(() => server.close())
  return { needs, operations: server }
}

const countsOf = (pool: string, { totalCount, idleCount, waitingCount }: Database['pool']) => ({
  pool,
  total: totalCount,
  idle: idleCount,
  waiting: waitingCount,
})

/** The view-as server behind it uses a read-only database (S-44). */
async function openWeb(
  container: Container,
  wiring: Wiring,
  outside: Outside,
  watched: Watched,
  opened: (() => Promise<unknown>)[],
): Promise<Required<Pick<Product, 'app' | 'viewing'>>> {
  const { databaseUrl } = wiring
  const { onError } = outside
  const readOnly = await openDatabase(databaseUrl, { poolSize: viewingPool, isReadOnly: true, onError })
  opened.push(() => readOnly.close())
  const ofViewing = composeViewing({ ...outside, database: readOnly })
  const viewingPages = await buildViewingPages(ofViewing, wiring)
  opened.push(() => viewingPages.app.close())
  const app = await buildWebServer(container, wiring, watched, viewingPages)
  opened.push(() => app.close())
  return { app, viewing: { app: viewingPages.app, container: ofViewing } }
}

function buildWebServer(
  container: Container,
  wiring: Wiring,
  watched: Watched,
  viewingPages: ViewingPages,
): Promise<FastifyInstance> {
  const { settings } = wiring
  return buildServer({
    ...whatSellersSee(container, wiring),
    ...watched.needs,
    tellFailure: container.get(TellFailure),
    flagsFolder: join(import.meta.dirname, '../node_modules/country-flag-icons/3x2'),
    showsStyleguide: !settings.isProduction,
    demoProgress: wiring.demoProgress ?? (() => null),
    signIn: container.get(SignIn),
    recognise: container.get(Recognise),
    forgotPassword: container.get(ForgotPassword),
    setPassword: container.get(SetPassword),
    signInStaff: container.get(SignInStaff),
    secondStep: container.get(SecondStep),
    lookAtPerson: container.get(LookAtPerson),
    changePlan: container.get(ChangePlan),
    giveRole: container.get(GiveRole),
    signPersonOut: container.get(SignPersonOut),
    takeSecondFactor: container.get(TakeSecondFactor),
    invitePerson: container.get(InvitePerson),
    listStaff: container.get(ListStaff),
    sendConnectLink: container.get(SendConnectLink),
    followConnectLink: container.get(FollowConnectLink),
    beginViewing: container.get(BeginViewing),
    recogniseViewing: container.get(RecogniseViewing),
    endViewing: container.get(EndViewing),
    viewingPages,
    readAudit: container.get(ReadAudit),
    completeAuthorisation: container.get(CompleteAuthorisation),
    completeRenewal: container.get(CompleteRenewal),
    offerProfiles: container.get(OfferProfiles),
    chooseProfile: container.get(ChooseProfile),
    endPending: container.get(EndPending),
    makeCurrent: container.get(MakeCurrent),
    pollProgress: container.get(PollProgress),
    noteLook: container.get(NoteLook),
    changeSubscription: container.get(ChangeSubscription),
    webhookSecrets: settings.subscriptionWebhookSecrets,
    readHelpRequests: container.get(ReadHelpRequests),
    listHelpRequests: container.get(ListHelpRequests),
    readHelpRequest: container.get(ReadHelpRequest),
    noteOnHelpRequest: container.get(NoteOnHelpRequest),
    putHelpRequest: container.get(PutHelpRequest),
    answerHelpRequest: container.get(AnswerHelpRequest),
    searchCases: container.get(SearchCases),
    lookAtCase: container.get(LookAtCase),
    readCases: container.get(ReadCases),
    showOverview: container.get(ShowOverview),
    actOnCase: container.get(ActOnCase),
    testCase: container.get(TestCase),
  })
}

const buildViewingPages = (container: Container, wiring: Wiring): Promise<ViewingPages> =>
  buildViewingServer({
    ...whatSellersSee(container, wiring),
    tellFailure: null,
    completeRenewal: container.get(ViewRenewal),
    offerProfiles: container.get(ViewOffer),
    noteLook: container.get(NoteLook),
  })

function whatSellersSee(container: Container, { settings, amazon, sessionKeys, log }: Wiring) {
  return {
    log,
    publicUrl: settings.web.publicUrl,
    trustedProxies: settings.web.trustedProxies,
    sessionKeys,
    consentOrigins: [...new Set(Object.values(amazon.authorizeUrls).map(url => new URL(url).origin))],
    supportEmail: settings.support.email,
    statusPollSeconds: settings.statusPollSeconds,
    consentDays: settings.consentDays,
    clock: container.get(Clock),
    storage: container.get(Storage),
    sessions: container.get(Sessions),
    connections: container.get(Connections),
    sellers: container.get(SellerRecords),
    changePassword: container.get(ChangePassword),
    endSessions: container.get(EndSessions),
    beginAuthorisation: container.get(BeginAuthorisation),
    disconnect: container.get(Disconnect),
    askErasure: container.get(AskErasure),
    checkProgress: container.get(CheckProgress),
    showFigures: container.get(ShowFigures),
    showTable: container.get(ShowTable),
    showAccounts: container.get(ShowAccounts),
    listReports: container.get(ListReports),
    chooseMails: container.get(ChooseMails),
    mailChoices: container.get(MailChoices),
    accountViews: container.get(AccountViews),
    knowCircumstances: container.get(KnowCircumstances),
    askForHelp: container.get(AskForHelp),
    readOwnRequests: container.get(ReadOwnRequests),
  }
}

/** A mailer must be opened before the worker, so that it is closed after it. */
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
  return { ...amazon, callbackUrl: callbackUrlOf(settings.web.publicUrl) }
}

export function openLog(level: string, file: string | null): Logger {
  const options = { level, mixin: marksOfNow, ...redaction }
  return file ? pino(options, logFile(file)) : pino(options)
}

/**
 * Opens the file at once, so that the start fails when it can't. A full disk loses lines but doesn't end the process.
 */
function logFile(file: string): DestinationStream {
  const descriptor = openSync(file, 'a')
  return {
    // Pino's own destination ends the process when a write fails, or keeps it from exiting.
    write(line) {
      try {
        writeSync(descriptor, line)
      } catch {
        // A log can't log its own error.
      }
    },
  }
}
