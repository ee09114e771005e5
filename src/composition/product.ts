import { openSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import type { Container } from 'inversify'
import { type DestinationStream, type Logger, pino } from 'pino'
import { AgendaJobQueue } from '../adapters/agenda/job-queue.ts'
import { type Jobs, openJobs } from '../adapters/agenda/jobs.ts'
import { startWorker, type Worker } from '../adapters/agenda/worker.ts'
import { LoginWithAmazon } from '../adapters/amazon/login.ts'
import type { AmazonSettings } from '../adapters/amazon/settings.ts'
import { ShiftedClock } from '../adapters/clock/clock.ts'
import { SystemRandom } from '../adapters/clock/random.ts'
import { buildViewAsServer, type ViewAsPages } from '../adapters/fastify/console/view-as-server.ts'
import { buildOperationsServer, type OperationsDependencies } from '../adapters/fastify/operations-routes.ts'
import { buildServer } from '../adapters/fastify/server.ts'
import { type Database, defaultPoolSize, openDatabase } from '../adapters/postgres/engine/database.ts'
import { type ClockSkewNotice, SynchronisedClock } from '../adapters/postgres/engine/synchronised-clock.ts'
import { LogMailer } from '../adapters/smtp/log-mailer.ts'
import { SmtpMailer } from '../adapters/smtp/smtp-mailer.ts'
import { currentLogContext } from '../adapters/telemetry/correlation-context.ts'
import { Telemetry } from '../adapters/telemetry/telemetry.ts'
import { openTraces } from '../adapters/telemetry/traces.ts'
import { ListAuditEntries } from '../admin/audit/list-audit-entries.ts'
import { ListUserCases } from '../admin/cases/list-user-cases.ts'
import { OpenCase } from '../admin/cases/open-case.ts'
import { PerformCaseAction } from '../admin/cases/perform-case-action.ts'
import { RefreshCaseSummaries } from '../admin/cases/refresh-case-summaries.ts'
import { SearchCases } from '../admin/cases/search-cases.ts'
import { TestConnection } from '../admin/cases/test-connection.ts'
import { CheckReadiness } from '../admin/overview/check-readiness.ts'
import { CollectSystemMetrics } from '../admin/overview/collect-system-metrics.ts'
import { GetOverview } from '../admin/overview/get-overview.ts'
import { RecordHeartbeat } from '../admin/overview/record-heartbeat.ts'
import { DatabaseHealth } from '../admin/ports.ts'
import { AddInternalNote } from '../admin/requests/add-internal-note.ts'
import { ChangeSupportRequestStatus } from '../admin/requests/change-support-request-status.ts'
import { GetSupportRequest } from '../admin/requests/get-support-request.ts'
import { ListSupportRequests } from '../admin/requests/list-support-requests.ts'
import { ListUserSupportRequests } from '../admin/requests/list-user-support-requests.ts'
import { ReplyToSupportRequest } from '../admin/requests/reply-to-support-request.ts'
import { ChangePlan } from '../admin/users/change-plan.ts'
import { ChangeRoleAsAdmin } from '../admin/users/change-role-as-admin.ts'
import { InviteUser } from '../admin/users/invite-user.ts'
import { ListStaff } from '../admin/users/list-staff.ts'
import { OpenUserAccount } from '../admin/users/open-user-account.ts'
import { RemoveSecondFactorAsAdmin } from '../admin/users/remove-second-factor-as-admin.ts'
import { SendConnectLink } from '../admin/users/send-connect-link.ts'
import { SignInStaff } from '../admin/users/sign-in-staff.ts'
import { SignUserOut } from '../admin/users/sign-user-out.ts'
import { VerifySecondFactor } from '../admin/users/verify-second-factor.ts'
import { AuthenticateViewAs } from '../admin/view-as/authenticate-view-as.ts'
import { EndViewAs } from '../admin/view-as/end-view-as.ts'
import { StartViewAs } from '../admin/view-as/start-view-as.ts'
import { ApplySubscriptionEvent } from '../application/access/apply-subscription-event.ts'
import { AuthenticateSession } from '../application/access/authenticate-session.ts'
import { ChangePassword } from '../application/access/change-password.ts'
import { EndSessions } from '../application/access/end-sessions.ts'
import { Sessions, StaffAccessLog } from '../application/access/ports.ts'
import { PurgeExpiredAccess } from '../application/access/purge-expired-access.ts'
import { RecordPageFailure } from '../application/access/record-page-failure.ts'
import { RequestPasswordReset } from '../application/access/request-password-reset.ts'
import { SetPassword } from '../application/access/set-password.ts'
import { SignIn } from '../application/access/sign-in.ts'
import { CompleteAuthorisation } from '../application/connection/authorisation/complete-authorisation.ts'
import { CompleteReauthorisation } from '../application/connection/authorisation/complete-reauthorisation.ts'
import { FetchAmazonUsers } from '../application/connection/authorisation/fetch-amazon-users.ts'
import { FollowConnectLink } from '../application/connection/authorisation/follow-connect-link.ts'
import { PreviewReauthorisation } from '../application/connection/authorisation/preview-reauthorisation.ts'
import { PurgePkceVerifiers } from '../application/connection/authorisation/purge-pkce-verifiers.ts'
import { StartAuthorisation } from '../application/connection/authorisation/start-authorisation.ts'
import { ChooseProfile } from '../application/connection/choose-profile.ts'
import { Disconnect } from '../application/connection/disconnect.ts'
import { EndPendingConnection } from '../application/connection/end-pending-connection.ts'
import { EraseConnections } from '../application/connection/erase-connections.ts'
import { LoadPicker } from '../application/connection/load-picker.ts'
import { Connections, SellerStates } from '../application/connection/ports.ts'
import { PreviewPicker } from '../application/connection/preview-picker.ts'
import { RequestErasure } from '../application/connection/request-erasure.ts'
import { SelectConnection } from '../application/connection/select-connection.ts'
import { StartDueSyncs } from '../application/connection/start-due-syncs.ts'
import { EmailPreferenceStore, type Mailer } from '../application/email/ports.ts'
import { RecordProgressView } from '../application/email/record-progress-view.ts'
import { SendEmails } from '../application/email/send-emails.ts'
import { UpdateEmailPreferences } from '../application/email/update-email-preferences.ts'
import { ListOwnSupportRequests } from '../application/help/list-own-support-requests.ts'
import { PrefillSupportRequest } from '../application/help/prefill-support-request.ts'
import { SubmitSupportRequest } from '../application/help/submit-support-request.ts'
import { AdvanceReport } from '../application/ingestion/advance-report.ts'
import { FindDueReports } from '../application/ingestion/find-due-reports.ts'
import { GetSyncProgress } from '../application/ingestion/get-sync-progress.ts'
import { ListReports } from '../application/ingestion/list-reports.ts'
import { PollSyncProgress } from '../application/ingestion/poll-sync-progress.ts'
import { CallStatistics } from '../application/ingestion/ports.ts'
import { ReconcileFigures } from '../application/ingestion/reconcile-figures.ts'
import { BuildTableRollUps } from '../application/performance/build-table-roll-ups.ts'
import { GetAccountsSummary } from '../application/performance/get-accounts-summary.ts'
import { GetDashboard } from '../application/performance/get-dashboard.ts'
import { GetTable } from '../application/performance/get-table.ts'
import { Clock, OutageDetector } from '../application/ports.ts'
import type { Secret } from '../domain/secret.ts'
import { type ConfiguredAmazon, callbackUrlOf, type Settings } from '../settings/settings.ts'
import { compose, composeViewAs, type ExternalServices } from './container.ts'
import { redaction } from './redaction.ts'

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
    flagsFolder: join(import.meta.dirname, '../../node_modules/country-flag-icons/3x2'),
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
