import { openSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import type { Container } from 'inversify'
import { type DestinationStream, type Logger, pino } from 'pino'
import { AgendaJobQueue } from './adapters/agenda/job-queue.ts'
import { type Jobs, openJobs } from './adapters/agenda/jobs.ts'
import { startWorker, type Worker } from './adapters/agenda/worker.ts'
import { LoginWithAmazon } from './adapters/amazon/login.ts'
import type { AmazonSettings } from './adapters/amazon/settings.ts'
import { ShiftedClock } from './adapters/clock/clock.ts'
import { SystemRandom } from './adapters/clock/random.ts'
import { buildOperationsServer, type OperationsDependencies } from './adapters/fastify/operations-routes.ts'
import { buildServer } from './adapters/fastify/server.ts'
import { buildViewAsServer, type ViewAsPages } from './adapters/fastify/view-as-server.ts'
import { type Database, defaultPoolSize, openDatabase } from './adapters/postgres/database.ts'
import { type ClockSkewNotice, SynchronisedClock } from './adapters/postgres/synchronised-clock.ts'
import { LogMailer } from './adapters/smtp/log-mailer.ts'
import { SmtpMailer } from './adapters/smtp/smtp-mailer.ts'
import { currentLogContext } from './adapters/telemetry/correlation-context.ts'
import { Telemetry } from './adapters/telemetry/telemetry.ts'
import { openTraces } from './adapters/telemetry/traces.ts'
import {
  CheckReadiness,
  CollectSystemMetrics,
  GetOverview,
  ListUserCases,
  OpenCase,
  PerformCaseAction,
  RecordHeartbeat,
  RefreshCaseSummaries,
  SearchCases,
  TestConnection,
} from './admin/index.ts'
import { DatabaseHealth } from './admin/ports.ts'
import {
  ApplySubscriptionEvent,
  AuthenticateSession,
  AuthenticateViewAs,
  ChangePassword,
  ChangePlan,
  ChangeRoleAsAdmin,
  EndSessions,
  EndViewAs,
  InviteUser,
  ListAuditEntries,
  ListStaff,
  OpenUserAccount,
  PurgeExpiredAccess,
  RecordPageFailure,
  RemoveSecondFactorAsAdmin,
  RequestPasswordReset,
  SendConnectLink,
  SetPassword,
  SignIn,
  SignInStaff,
  SignUserOut,
  StartViewAs,
  VerifySecondFactor,
} from './application/access/index.ts'
import { Sessions, StaffAccessLog } from './application/access/ports.ts'
import {
  ChooseProfile,
  CompleteAuthorisation,
  CompleteReauthorisation,
  Disconnect,
  EndPendingConnection,
  EraseConnections,
  FetchAmazonUsers,
  FollowConnectLink,
  LoadPicker,
  PreviewPicker,
  PreviewReauthorisation,
  PurgePkceVerifiers,
  RequestErasure,
  SelectConnection,
  StartAuthorisation,
  StartDueSyncs,
} from './application/connection/index.ts'
import { Connections, SellerStates } from './application/connection/ports.ts'
import { RecordProgressView, SendEmails, UpdateEmailPreferences } from './application/email/index.ts'
import { EmailPreferenceStore, type Mailer } from './application/email/ports.ts'
import {
  AddInternalNote,
  ChangeSupportRequestStatus,
  GetSupportRequest,
  ListOwnSupportRequests,
  ListSupportRequests,
  ListUserSupportRequests,
  PrefillSupportRequest,
  ReplyToSupportRequest,
  SubmitSupportRequest,
} from './application/help/index.ts'
import {
  AdvanceReport,
  FindDueReports,
  GetSyncProgress,
  ListReports,
  PollSyncProgress,
  ReconcileFigures,
} from './application/ingestion/index.ts'
import { CallStatistics } from './application/ingestion/ports.ts'
import {
  BuildTableRollUps,
  GetAccountsSummary,
  GetDashboard,
  GetTable,
} from './application/performance/index.ts'
import { Clock, OutageDetector } from './application/ports.ts'
import { compose, composeViewAs, type ExternalServices } from './container.ts'
import type { Secret } from './domain/secret.ts'
import { redaction } from './redaction.ts'
import { type ConfiguredAmazon, callbackUrlOf, type Settings } from './settings.ts'

export interface ProductConfig {
  readonly settings: Settings
  readonly databaseUrl: Secret
  readonly amazon: ConfiguredAmazon
  readonly sessionKeys: readonly Secret[]
  readonly tokenKeys: readonly Secret[]
  readonly log: Logger
  /** Percent; null when no demo data is being created. */
  readonly demoProgress?: () => number | null
  /** For tests. */
  readonly clock?: Clock
}

export interface Product {
  /** Null in a worker-only process. */
  readonly app: FastifyInstance | null
  /** For view-as sessions (S-44); null in a worker-only process. */
  readonly viewAs: { readonly app: FastifyInstance; readonly container: Container } | null
  /** Null without a separate port. */
  readonly operations: FastifyInstance | null
  readonly container: Container
  readonly database: Database
  /**
   * Finishes or hands over work within 20 s and closes everything.
   * @param drain milliseconds for which the web server still answers.
   */
  stop(drain?: number): Promise<void>
}

/** The reason is in `cause`. */
export class JobStoreUnavailable extends Error {
  override readonly name = 'JobStoreUnavailable'
}

const stopTimeoutMilliseconds = 10_000
/** Parallel reports; they mostly wait for Amazon. */
const concurrency = 10
const viewAsPoolSize = 4
/** Connections per process, without those for jobs. */
export const maxDatabaseClients = {
  web: 2 * defaultPoolSize + 2 * viewAsPoolSize,
  worker: 2 * defaultPoolSize,
}
/** A killed worker's reports are taken over this long after their lease ends. */
const sweepMilliseconds = 1000

export async function startProduct(config: ProductConfig): Promise<Product> {
  const { settings, databaseUrl, log } = config
  const onError = (error: unknown) => log.warn({ err: error }, 'transient error, will be retried')
  const closers: (() => Promise<unknown>)[] = []
  const closeAll = async () => {
    for (const close of closers.reverse()) await close().catch(onError)
    closers.length = 0
  }
  try {
    const database = await openDatabase(databaseUrl, { onError })
    closers.push(() => database.close())
    const jobs = await openJobs(settings.jobsUrl ?? databaseUrl, {
      name: settings.process,
      onError,
    }).catch(cause => {
      throw settings.jobsUrl ? new JobStoreUnavailable('JOBS_URL can’t be used', { cause }) : cause
    })
    closers.push(() => jobs.close())
    const amazon = amazonSettings(config)
    const login = await LoginWithAmazon.open(amazon)
    closers.push(() => login.close())

    const clock = config.clock ?? (await openClock(config, database, closers))
    const external: ExternalServices = {
      database,
      jobQueue: new AgendaJobQueue(jobs.agenda, onError),
      login,
      amazon,
      tokenKeys: config.tokenKeys,
      reportPoll: settings.reportPoll,
      consentDays: settings.consentDays,
      mailer: openMailer(config, closers),
      publicUrl: settings.web.publicUrl,
      supportEmail: settings.support.email,
      statusPollSeconds: settings.statusPollSeconds,
      clock,
      random: new SystemRandom(),
      onError,
    }
    const container = compose(external)
    const monitoring = await openOperations(container, config, external, closers)
    let worker: Worker | null = null
    if (settings.process !== 'web') {
      closers.push(() => container.get(CallStatistics).flush())
      const started = await startReportWorker(container, jobs, log)
      closers.push(() => started.stop(stopTimeoutMilliseconds))
      worker = started
    }
    const web =
      settings.process === 'worker' ? null : await openWeb(container, config, external, monitoring, closers)

    let stopping: Promise<void> | null = null
    const stop = (drain = 0) => {
      container.get(CheckReadiness).stop()
      const stopped = Promise.all([worker?.stop(stopTimeoutMilliseconds), web?.app?.drain(drain)])
      stopping ??= stopped.catch(onError).then(closeAll)
      return stopping
    }
    const { operations } = monitoring
    return { app: web?.app ?? null, viewAs: web?.viewAs ?? null, operations, container, database, stop }
  } catch (error) {
    await closeAll()
    throw error
  }
}

async function openClock(
  { settings: { clockShiftFile }, log }: ProductConfig,
  { pool }: Database,
  closers: (() => Promise<unknown>)[],
): Promise<Clock> {
  const onNotice = (notice: ClockSkewNotice) =>
    log.warn(notice, notice.aheadSeconds === 0 ? 'clocks agree again' : 'wrong clock ignored')
  const clock = await SynchronisedClock.open({ pool, onNotice })
  closers.push(() => clock.close())
  return clockShiftFile ? new ShiftedClock(clockShiftFile, clock) : clock
}

function startReportWorker(container: Container, jobs: Jobs, log: Logger): Promise<Worker> {
  return startWorker({
    jobs,
    advanceReport: container.get(AdvanceReport),
    findDueReports: container.get(FindDueReports),
    endPendingConnection: container.get(EndPendingConnection),
    eraseConnections: container.get(EraseConnections),
    fetchAmazonUsers: container.get(FetchAmazonUsers),
    startDueSyncs: container.get(StartDueSyncs),
    reconcileFigures: container.get(ReconcileFigures),
    buildTableRollUps: container.get(BuildTableRollUps),
    applySubscriptionEvent: container.get(ApplySubscriptionEvent),
    sendEmails: container.get(SendEmails),
    purgeExpiredAccess: container.get(PurgeExpiredAccess),
    endViewAs: container.get(EndViewAs),
    purgePkceVerifiers: container.get(PurgePkceVerifiers),
    refreshCaseSummaries: container.get(RefreshCaseSummaries),
    recordHeartbeat: container.get(RecordHeartbeat),
    onError: (error, about) =>
      container.get(OutageDetector).isOutage(error)
        ? log.warn({ err: error, ...about }, 'database outage, work will be retried')
        : log.error({ err: error, ...about }, 'internal error in background work'),
    concurrency,
    sweepMilliseconds,
  })
}

interface Monitoring {
  readonly deps: OperationsDependencies
  readonly operations: FastifyInstance | null
}

/** Opened first and closed last, so that telemetry covers everything. */
async function openOperations(
  container: Container,
  { settings, log }: ProductConfig,
  { database, onError }: ExternalServices,
  closers: (() => Promise<unknown>)[],
): Promise<Monitoring> {
  const { process, operations } = settings
  const traces = operations.tracesUrl && (await openTraces(operations.tracesUrl, { process, onError }))
  const telemetry = new Telemetry({
    log,
    collectSystemMetrics: container.get(CollectSystemMetrics),
    databaseHealth: container.get(DatabaseHealth),
    pools: () => [countsOf('pages', database.pages), countsOf('files', database.pool)],
    traces,
    onError,
  })
  closers.push(() => telemetry.close())
  const deps = {
    checkReadiness: container.get(CheckReadiness),
    isWorker: process === 'worker',
    readMetrics: () => telemetry.metrics(),
  }
  if (operations.port === null) return { deps, operations: null }
  const server = await buildOperationsServer({ ...deps, log })
  closers.push(() => server.close())
  return { deps, operations: server }
}

const countsOf = (pool: string, { totalCount, idleCount, waitingCount }: Database['pool']) => ({
  pool,
  total: totalCount,
  idle: idleCount,
  waiting: waitingCount,
})

/** View-as uses a read-only database (S-44). */
async function openWeb(
  container: Container,
  config: ProductConfig,
  external: ExternalServices,
  monitoring: Monitoring,
  closers: (() => Promise<unknown>)[],
): Promise<Required<Pick<Product, 'app' | 'viewAs'>>> {
  const { databaseUrl } = config
  const { onError } = external
  const readOnly = await openDatabase(databaseUrl, { poolSize: viewAsPoolSize, isReadOnly: true, onError })
  closers.push(() => readOnly.close())
  const viewAsContainer = composeViewAs({ ...external, database: readOnly })
  const viewAsPages = await buildViewAsPages(viewAsContainer, config)
  closers.push(() => viewAsPages.app.close())
  const app = await buildWebServer(container, config, monitoring, viewAsPages)
  closers.push(() => app.close())
  return { app, viewAs: { app: viewAsPages.app, container: viewAsContainer } }
}

function buildWebServer(
  container: Container,
  config: ProductConfig,
  monitoring: Monitoring,
  viewAsPages: ViewAsPages,
): Promise<FastifyInstance> {
  const { settings } = config
  return buildServer({
    ...sellerPageDependencies(container, config),
    ...monitoring.deps,
    recordPageFailure: container.get(RecordPageFailure),
    flagsFolder: join(import.meta.dirname, '../node_modules/country-flag-icons/3x2'),
    demoProgress: config.demoProgress ?? (() => null),
    signIn: container.get(SignIn),
    authenticateSession: container.get(AuthenticateSession),
    requestPasswordReset: container.get(RequestPasswordReset),
    setPassword: container.get(SetPassword),
    signInStaff: container.get(SignInStaff),
    verifySecondFactor: container.get(VerifySecondFactor),
    openUserAccount: container.get(OpenUserAccount),
    changePlan: container.get(ChangePlan),
    changeRoleAsAdmin: container.get(ChangeRoleAsAdmin),
    signUserOut: container.get(SignUserOut),
    removeSecondFactorAsAdmin: container.get(RemoveSecondFactorAsAdmin),
    inviteUser: container.get(InviteUser),
    listStaff: container.get(ListStaff),
    sendConnectLink: container.get(SendConnectLink),
    followConnectLink: container.get(FollowConnectLink),
    startViewAs: container.get(StartViewAs),
    authenticateViewAs: container.get(AuthenticateViewAs),
    endViewAs: container.get(EndViewAs),
    viewAsPages,
    listAuditEntries: container.get(ListAuditEntries),
    completeAuthorisation: container.get(CompleteAuthorisation),
    completeReauthorisation: container.get(CompleteReauthorisation),
    loadPicker: container.get(LoadPicker),
    chooseProfile: container.get(ChooseProfile),
    endPendingConnection: container.get(EndPendingConnection),
    selectConnection: container.get(SelectConnection),
    pollSyncProgress: container.get(PollSyncProgress),
    recordProgressView: container.get(RecordProgressView),
    applySubscriptionEvent: container.get(ApplySubscriptionEvent),
    webhookSecrets: settings.subscriptionWebhookSecrets,
    listUserSupportRequests: container.get(ListUserSupportRequests),
    listSupportRequests: container.get(ListSupportRequests),
    getSupportRequest: container.get(GetSupportRequest),
    addInternalNote: container.get(AddInternalNote),
    changeSupportRequestStatus: container.get(ChangeSupportRequestStatus),
    replyToSupportRequest: container.get(ReplyToSupportRequest),
    searchCases: container.get(SearchCases),
    openCase: container.get(OpenCase),
    listUserCases: container.get(ListUserCases),
    getOverview: container.get(GetOverview),
    performCaseAction: container.get(PerformCaseAction),
    testConnection: container.get(TestConnection),
  })
}

const buildViewAsPages = (container: Container, config: ProductConfig): Promise<ViewAsPages> =>
  buildViewAsServer({
    ...sellerPageDependencies(container, config),
    recordPageFailure: null,
    completeReauthorisation: container.get(PreviewReauthorisation),
    loadPicker: container.get(PreviewPicker),
    recordProgressView: container.get(RecordProgressView),
  })

function sellerPageDependencies(container: Container, { settings, amazon, sessionKeys, log }: ProductConfig) {
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
    outageDetector: container.get(OutageDetector),
    sessions: container.get(Sessions),
    connections: container.get(Connections),
    sellers: container.get(SellerStates),
    changePassword: container.get(ChangePassword),
    endSessions: container.get(EndSessions),
    startAuthorisation: container.get(StartAuthorisation),
    disconnect: container.get(Disconnect),
    requestErasure: container.get(RequestErasure),
    getSyncProgress: container.get(GetSyncProgress),
    getDashboard: container.get(GetDashboard),
    getTable: container.get(GetTable),
    getAccountsSummary: container.get(GetAccountsSummary),
    listReports: container.get(ListReports),
    updateEmailPreferences: container.get(UpdateEmailPreferences),
    emailPreferenceStore: container.get(EmailPreferenceStore),
    staffAccessLog: container.get(StaffAccessLog),
    prefillSupportRequest: container.get(PrefillSupportRequest),
    submitSupportRequest: container.get(SubmitSupportRequest),
    listOwnSupportRequests: container.get(ListOwnSupportRequests),
  }
}

/** Open it before the worker, so that it closes after. */
function openMailer({ settings, log }: ProductConfig, closers: (() => Promise<unknown>)[]): Mailer {
  const { email, support } = settings
  if (!email.smtpUrl) return new LogMailer(about => log.info(about, 'email not sent: SMTP_URL is not set'))
  const mailer = new SmtpMailer({ url: email.smtpUrl, from: email.from ?? support.email }, error =>
    log.warn({ err: error }, 'email delivery failed'),
  )
  closers.push(async () => mailer.close())
  return mailer
}

function amazonSettings({ settings, amazon }: ProductConfig): AmazonSettings {
  return { ...amazon, callbackUrl: callbackUrlOf(settings.web.publicUrl) }
}

export function openLog(level: string, file: string | null): Logger {
  const options = { level, mixin: currentLogContext, ...redaction }
  return file ? pino(options, logFile(file)) : pino(options)
}

/** Drops lines when the disk is full. */
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
