import { Container, type ServiceIdentifier } from 'inversify'
import { OutboxAccessEmails } from './adapters/access-emails/outbox-access-emails.ts'
import { AmazonAdvertisingReports } from './adapters/amazon/advertising-reports.ts'
import { AmazonProfileDirectory } from './adapters/amazon/profile-directory.ts'
import type { AmazonSettings } from './adapters/amazon/settings.ts'
import { HandlebarsEmailRenderer } from './adapters/email-renderer/email-renderer.ts'
import { Argon2Passwords } from './adapters/passwords/argon2-passwords.ts'
import { PostgresAccessLinks } from './adapters/postgres/access-links.ts'
import { PostgresAccessTokenCache } from './adapters/postgres/access-token-cache.ts'
import { PostgresAuditLog } from './adapters/postgres/audit-log.ts'
import { PostgresAuthorisationAttempts } from './adapters/postgres/authorisation-attempts.ts'
import { PostgresCallStatistics } from './adapters/postgres/call-statistics.ts'
import { PostgresCaseSummaries } from './adapters/postgres/case-summaries.ts'
import { PostgresConnections } from './adapters/postgres/connections.ts'
import { type Database, PostgresUnitOfWork } from './adapters/postgres/database.ts'
import { PostgresDatabaseHealth } from './adapters/postgres/database-health.ts'
import { PostgresEmailPreferenceStore } from './adapters/postgres/email-preference-store.ts'
import { PostgresErasures } from './adapters/postgres/erasures.ts'
import { PostgresFigureTables } from './adapters/postgres/figure-tables.ts'
import { PostgresFigures } from './adapters/postgres/figures.ts'
import { PostgresLeases } from './adapters/postgres/leases.ts'
import { LocalKeys } from './adapters/postgres/local-keys.ts'
import { PostgresOutageDetector } from './adapters/postgres/outages.ts'
import { PostgresOutbox } from './adapters/postgres/outbox.ts'
import { PostgresOverviewReader } from './adapters/postgres/overview-reader.ts'
import { PostgresPendingConnections } from './adapters/postgres/pending-connections.ts'
import { PostgresProgressQueries } from './adapters/postgres/progress-queries.ts'
import { PostgresProgressViews } from './adapters/postgres/progress-views.ts'
import { PostgresReconciliations } from './adapters/postgres/reconciliations.ts'
import { PostgresRegionRateLimiter } from './adapters/postgres/region-rate-limiter.ts'
import { PostgresReportLoader } from './adapters/postgres/report-loader.ts'
import { PostgresSecondFactors } from './adapters/postgres/second-factors.ts'
import { PostgresSellerStates } from './adapters/postgres/seller-states.ts'
import { PostgresSessions } from './adapters/postgres/sessions.ts'
import { PostgresStaffAccessLog } from './adapters/postgres/staff-access-log.ts'
import { PostgresSubscriptionEvents } from './adapters/postgres/subscription-events.ts'
import { PostgresSupportInbox } from './adapters/postgres/support-inbox.ts'
import { PostgresSupportRequestComments } from './adapters/postgres/support-request-comments.ts'
import { PostgresSupportRequests } from './adapters/postgres/support-requests.ts'
import { PostgresSyncHistories } from './adapters/postgres/sync-histories.ts'
import { PostgresSyncRuns } from './adapters/postgres/sync-runs.ts'
import { PostgresSyncSchedule } from './adapters/postgres/sync-schedule.ts'
import { PostgresTableRollUps } from './adapters/postgres/table-roll-ups.ts'
import { PostgresTimeline } from './adapters/postgres/timeline.ts'
import { PostgresTimelineReader } from './adapters/postgres/timeline-reader.ts'
import { TokenCipher } from './adapters/postgres/token-cipher.ts'
import { PostgresUsers } from './adapters/postgres/users.ts'
import { PostgresViewAsSessions } from './adapters/postgres/view-as-sessions.ts'
import { PostgresWorkerHeartbeats } from './adapters/postgres/worker-heartbeats.ts'
import { ConnectionAccess } from './adapters/report-access/connection-access.ts'
import { Totp } from './adapters/second-factor/totp.ts'
import { IngestionSyncResumption } from './adapters/sync-resumption/ingestion-sync-resumption.ts'
import { AsyncCorrelationContext } from './adapters/telemetry/correlation-context.ts'
import { TracedLeases } from './adapters/telemetry/traced-leases.ts'
import { createRejectingPort, noProgressViews, noTableRollUps } from './adapters/view-as/rejecting-port.ts'
import {
  CaseReader,
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
import {
  CaseSummaries,
  DatabaseHealth,
  OverviewReader,
  TimelineReader,
  WorkerHeartbeats,
} from './admin/ports.ts'
import {
  ApplySubscriptionEvent,
  AuthenticateSession,
  AuthenticateViewAs,
  ChangePassword,
  ChangePlan,
  ChangeRole,
  ChangeRoleAsAdmin,
  CreateUser,
  EndSessions,
  EndViewAs,
  InviteUser,
  IssueAccessLink,
  ListAuditEntries,
  ListStaff,
  OpenUserAccount,
  PurgeExpiredAccess,
  RecordPageFailure,
  RemoveSecondFactor,
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
import {
  AccessEmails,
  AccessLinks,
  AuditLog,
  OneTimeCodes,
  Passwords,
  SecondFactors,
  Sessions,
  StaffAccessLog,
  SubscriptionEvents,
  SyncResumption,
  Users,
  ViewAsSessions,
} from './application/access/ports.ts'
import {
  ChooseProfile,
  CompleteAuthorisation,
  CompleteReauthorisation,
  Disconnect,
  EndPendingConnection,
  EraseConnections,
  FetchAmazonUsers,
  FetchProfiles,
  FollowConnectLink,
  GetAccessToken,
  LoadPicker,
  PreviewPicker,
  PreviewReauthorisation,
  PurgePkceVerifiers,
  RecordAuthorisationLoss,
  RequestErasure,
  SelectConnection,
  StartAuthorisation,
  StartDueSyncs,
} from './application/connection/index.ts'
import {
  AccessTokenCache,
  AmazonLogin,
  AuthorisationAttempts,
  Connections,
  Erasures,
  PendingConnections,
  ProfileDirectory,
  SellerStates,
} from './application/connection/ports.ts'
import { RecordProgressView, SendEmails, UpdateEmailPreferences } from './application/email/index.ts'
import {
  EmailPreferenceStore,
  EmailRenderer,
  Mailer,
  Outbox,
  ProgressViews,
} from './application/email/ports.ts'
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
import { SupportInbox, SupportRequestComments, SupportRequests } from './application/help/ports.ts'
import {
  AdvanceReport,
  ControlSync,
  FindDueReports,
  GetSyncProgress,
  ListReports,
  PollSyncProgress,
  ReconcileFigures,
  RequestSync,
  ResumeSyncs,
} from './application/ingestion/index.ts'
import {
  AdsApiAccess,
  AdvertisingReports,
  CallStatistics,
  JobQueue,
  Leases,
  ProgressQueries,
  Reconciliations,
  RegionRateLimiter,
  ReportLoader,
  SyncHistories,
  SyncRuns,
  SyncSchedule,
} from './application/ingestion/ports.ts'
import {
  BuildTableRollUps,
  GetAccountsSummary,
  GetDashboard,
  GetTable,
} from './application/performance/index.ts'
import { Figures, FigureTables, TableRollUps } from './application/performance/ports.ts'
import {
  Clock,
  CorrelationContext,
  KeyEncryption,
  OutageDetector,
  RandomSource,
  Timeline,
  UnitOfWork,
} from './application/ports.ts'
import type { PollInterval } from './domain/ingestion/report.ts'
import type { Secret } from './domain/secret.ts'

/** Closed by the caller. */
export interface ExternalServices {
  readonly database: Database
  readonly jobQueue: JobQueue
  readonly login: AmazonLogin
  readonly amazon: AmazonSettings
  readonly tokenKeys: readonly Secret[]
  readonly reportPoll: PollInterval
  readonly consentDays: number
  readonly mailer: Mailer
  readonly publicUrl: URL
  readonly supportEmail: string
  readonly statusPollSeconds: number
  readonly clock: Clock
  readonly random: RandomSource
  readonly onError: (error: unknown) => void
}

const parts = {
  clock: Clock,
  random: RandomSource,
  unitOfWork: UnitOfWork,
  outageDetector: OutageDetector,
  timeline: Timeline,
  users: Users,
  sessions: Sessions,
  passwords: Passwords,
  factors: SecondFactors,
  codes: OneTimeCodes,
  links: AccessLinks,
  emails: AccessEmails,
  staffAccessLog: StaffAccessLog,
  viewAsSessions: ViewAsSessions,
  audit: AuditLog,
  events: SubscriptionEvents,
  resumption: SyncResumption,
  attempts: AuthorisationAttempts,
  pendingConnections: PendingConnections,
  connections: Connections,
  sellers: SellerStates,
  erasures: Erasures,
  tokens: AccessTokenCache,
  login: AmazonLogin,
  profiles: ProfileDirectory,
  syncRuns: SyncRuns,
  syncHistories: SyncHistories,
  progressQueries: ProgressQueries,
  syncSchedule: SyncSchedule,
  leases: Leases,
  rateLimiter: RegionRateLimiter,
  callStatistics: CallStatistics,
  reconciliations: Reconciliations,
  reports: AdvertisingReports,
  access: AdsApiAccess,
  loader: ReportLoader,
  jobQueue: JobQueue,
  figures: Figures,
  tables: FigureTables,
  rollUps: TableRollUps,
  outbox: Outbox,
  emailPreferenceStore: EmailPreferenceStore,
  progressViews: ProgressViews,
  emailRenderer: EmailRenderer,
  mailer: Mailer,
  supportRequests: SupportRequests,
  timelineReader: TimelineReader,
  workerHeartbeats: WorkerHeartbeats,
  summaries: CaseSummaries,
  comments: SupportRequestComments,
  inbox: SupportInbox,
  overviews: OverviewReader,
  databaseHealth: DatabaseHealth,
  recordHeartbeat: RecordHeartbeat,
  issueAccessLink: IssueAccessLink,
  applySubscriptionEvent: ApplySubscriptionEvent,
  changeRole: ChangeRole,
  endSessions: EndSessions,
  removeSecondFactor: RemoveSecondFactor,
  createUser: CreateUser,
  startAuthorisation: StartAuthorisation,
  endPendingConnection: EndPendingConnection,
  fetchProfiles: FetchProfiles,
  chooseProfile: ChooseProfile,
  getAccessToken: GetAccessToken,
  requestSync: RequestSync,
  getSyncProgress: GetSyncProgress,
  authenticateSession: AuthenticateSession,
  caseReader: CaseReader,
  controlSync: ControlSync,
  disconnect: Disconnect,
  recordAuthorisationLoss: RecordAuthorisationLoss,
  endViewAs: EndViewAs,
} as const

type InstanceOf<Token> = Token extends abstract new (...deps: never) => infer Part ? Part : never
type Parts = { readonly [Name in keyof typeof parts]: InstanceOf<(typeof parts)[Name]> }
interface UseCaseSettings {
  readonly publicUrl: URL
  readonly consentDays: number
  readonly poll: PollInterval
  readonly pollSeconds: number
  readonly supportEmail: string
  readonly onError: (error: unknown) => void
}
type UseCase = new (deps: Parts & UseCaseSettings) => object

const useCases: readonly UseCase[] = [
  // Sign-in and users
  SignIn,
  AuthenticateSession,
  EndSessions,
  PurgeExpiredAccess,
  RecordPageFailure,
  CreateUser,
  IssueAccessLink,
  RequestPasswordReset,
  SetPassword,
  ChangePassword,
  SignInStaff,
  VerifySecondFactor,
  RemoveSecondFactor,
  OpenUserAccount,
  // View-as and audit
  StartViewAs,
  AuthenticateViewAs,
  EndViewAs,
  ListAuditEntries,
  PreviewPicker,
  PreviewReauthorisation,
  // Plans and roles
  ApplySubscriptionEvent,
  ChangePlan,
  ChangeRole,
  ChangeRoleAsAdmin,
  SignUserOut,
  RemoveSecondFactorAsAdmin,
  InviteUser,
  ListStaff,
  SendConnectLink,
  // Authorisation and connections
  StartAuthorisation,
  FollowConnectLink,
  CompleteAuthorisation,
  FetchProfiles,
  LoadPicker,
  ChooseProfile,
  CompleteReauthorisation,
  EndPendingConnection,
  SelectConnection,
  Disconnect,
  RequestErasure,
  EraseConnections,
  FetchAmazonUsers,
  PurgePkceVerifiers,
  GetAccessToken,
  RecordAuthorisationLoss,
  StartDueSyncs,
  // Ingestion
  RequestSync,
  AdvanceReport,
  ControlSync,
  FindDueReports,
  GetSyncProgress,
  ListReports,
  PollSyncProgress,
  ReconcileFigures,
  ResumeSyncs,
  // Figures
  GetDashboard,
  GetTable,
  GetAccountsSummary,
  BuildTableRollUps,
  // Email
  SendEmails,
  UpdateEmailPreferences,
  RecordProgressView,
  // Support requests: users
  PrefillSupportRequest,
  SubmitSupportRequest,
  ListOwnSupportRequests,
  // Support requests: staff
  ListSupportRequests,
  GetSupportRequest,
  ListUserSupportRequests,
  AddInternalNote,
  ChangeSupportRequestStatus,
  ReplyToSupportRequest,
  // Console
  ListUserCases,
  CaseReader,
  RefreshCaseSummaries,
  SearchCases,
  OpenCase,
  GetOverview,
  RecordHeartbeat,
  PerformCaseAction,
  TestConnection,
  // Monitoring
  CollectSystemMetrics,
  CheckReadiness,
]

export function compose(external: ExternalServices): Container {
  const { database, jobQueue, login, amazon, tokenKeys, clock, random, mailer, onError } = external
  const { em, pool, prepared } = database
  const container = new Container({ defaultScope: 'Singleton' })
  const get = <T>(token: ServiceIdentifier<T>): T => container.get(token)
  const provide = <T>(token: ServiceIdentifier<T>, make: () => T): void => {
    container.bind(token).toDynamicValue(make)
  }

  provide(Clock, () => clock)
  provide(RandomSource, () => random)
  provide(UnitOfWork, () => new PostgresUnitOfWork(em))
  provide(OutageDetector, () => new PostgresOutageDetector())
  provide(KeyEncryption, () => new LocalKeys(tokenKeys))
  provide(TokenCipher, () => new TokenCipher(get(KeyEncryption)))
  provide(Timeline, () => new PostgresTimeline(em))
  provide(Users, () => new PostgresUsers(em))
  provide(Sessions, () => new PostgresSessions(em, prepared))
  provide(Passwords, () => new Argon2Passwords())
  provide(SecondFactors, () => new PostgresSecondFactors(em, get(TokenCipher)))
  provide(OneTimeCodes, () => new Totp())
  provide(AccessLinks, () => new PostgresAccessLinks(em))
  provide(AccessEmails, () => new OutboxAccessEmails(get(Outbox), get(Clock)))
  provide(StaffAccessLog, () => new PostgresStaffAccessLog(em))
  provide(ViewAsSessions, () => new PostgresViewAsSessions(em, prepared))
  provide(AuditLog, () => new PostgresAuditLog(em))
  provide(SubscriptionEvents, () => new PostgresSubscriptionEvents(em))
  provide(SyncResumption, () => new IngestionSyncResumption(get(ResumeSyncs)))
  provide(AuthorisationAttempts, () => new PostgresAuthorisationAttempts(em, get(TokenCipher)))
  provide(PendingConnections, () => new PostgresPendingConnections(em, get(TokenCipher)))
  provide(Connections, () => new PostgresConnections(em, get(TokenCipher)))
  provide(SellerStates, () => new PostgresSellerStates(em, prepared, get(TokenCipher)))
  provide(Erasures, () => new PostgresErasures(em, pool))
  provide(AccessTokenCache, () => new PostgresAccessTokenCache(database, get(TokenCipher), onError))
  provide(AmazonLogin, () => login)
  provide(ProfileDirectory, () => new AmazonProfileDirectory(amazon))
  provide(AdvertisingReports, () => new AmazonAdvertisingReports(amazon))
  provide(AdsApiAccess, () => new ConnectionAccess(get(GetAccessToken), get(RecordAuthorisationLoss)))
  provide(CorrelationContext, () => new AsyncCorrelationContext())
  provide(SyncRuns, () => new PostgresSyncRuns(em, prepared, get(CorrelationContext)))
  provide(SyncHistories, () => new PostgresSyncHistories(em, prepared))
  provide(ProgressQueries, () => new PostgresProgressQueries(prepared))
  provide(SyncSchedule, () => new PostgresSyncSchedule(em))
  provide(Leases, () => new TracedLeases(new PostgresLeases(em, prepared, onError)))
  provide(RegionRateLimiter, () => new PostgresRegionRateLimiter(pool))
  provide(CallStatistics, () => new PostgresCallStatistics(pool, onError))
  provide(Reconciliations, () => new PostgresReconciliations(em))
  provide(ReportLoader, () => new PostgresReportLoader(pool))
  provide(JobQueue, () => jobQueue)
  provide(Figures, () => new PostgresFigures(em, prepared))
  provide(FigureTables, () => new PostgresFigureTables(em, pool))
  provide(TableRollUps, () => new PostgresTableRollUps(em, pool))
  provide(Outbox, () => new PostgresOutbox(em, get(TokenCipher)))
  provide(EmailPreferenceStore, () => new PostgresEmailPreferenceStore(em))
  provide(ProgressViews, () => new PostgresProgressViews(prepared))
  provide(SupportRequests, () => new PostgresSupportRequests(em))
  provide(TimelineReader, () => new PostgresTimelineReader(em))
  provide(WorkerHeartbeats, () => new PostgresWorkerHeartbeats(em))
  provide(CaseSummaries, () => new PostgresCaseSummaries(em))
  provide(SupportRequestComments, () => new PostgresSupportRequestComments(em))
  provide(SupportInbox, () => new PostgresSupportInbox(em))
  provide(OverviewReader, () => new PostgresOverviewReader(em))
  provide(DatabaseHealth, () => new PostgresDatabaseHealth(database))
  provide(EmailRenderer, () => new HandlebarsEmailRenderer(external))
  provide(Mailer, () => mailer)

  const deps = Object.defineProperties(useCaseSettingsOf(external), toGetters(get)) as Parts & UseCaseSettings
  for (const useCase of useCases) provide<object>(useCase, () => new useCase(deps))
  return container
}

const outgoingPorts = [
  AmazonLogin,
  ProfileDirectory,
  AdvertisingReports,
  AdsApiAccess,
  ReportLoader,
  JobQueue,
  Mailer,
  KeyEncryption,
] as const

/**
 * For view-as sessions (S-44, decision 19): pass a read-only database. Outgoing ports throw, and opening a page records
 * nothing. {@link PreviewPicker} and {@link PreviewReauthorisation} don't call Amazon.
 */
export function composeViewAs(external: ExternalServices): Container {
  const container = compose(external)
  for (const port of outgoingPorts)
    container.rebind<object>(port).toConstantValue(createRejectingPort<object>(port))
  container.rebind(ProgressViews).toConstantValue(noProgressViews)
  container.rebind(TableRollUps).toConstantValue(noTableRollUps)
  return container
}

const useCaseSettingsOf = (external: ExternalServices): UseCaseSettings => ({
  publicUrl: external.publicUrl,
  consentDays: external.consentDays,
  poll: external.reportPoll,
  pollSeconds: external.statusPollSeconds,
  supportEmail: external.supportEmail,
  onError: external.onError,
})

const toGetters = (get: (token: ServiceIdentifier) => unknown): PropertyDescriptorMap =>
  Object.fromEntries(
    Object.entries<ServiceIdentifier>(parts).map(([name, token]) => [name, { get: () => get(token) }]),
  )
