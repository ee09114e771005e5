import { Container, type ServiceIdentifier } from 'inversify'
import { AmazonAdvertisingReports } from '../adapters/amazon/advertising-reports.ts'
import { AmazonProfileDirectory } from '../adapters/amazon/profile-directory.ts'
import type { AmazonSettings } from '../adapters/amazon/settings.ts'
import { HandlebarsEmailRenderer } from '../adapters/email-renderer/email-renderer.ts'
import { PostgresAccessLinks } from '../adapters/postgres/access/access-links.ts'
import { PostgresSecondFactors } from '../adapters/postgres/access/second-factors.ts'
import { PostgresSessions } from '../adapters/postgres/access/sessions.ts'
import { PostgresSubscriptionEvents } from '../adapters/postgres/access/subscription-events.ts'
import { PostgresUsers } from '../adapters/postgres/access/users.ts'
import { PostgresAccessTokenCache } from '../adapters/postgres/connection/access-token-cache.ts'
import { PostgresAuthorisationAttempts } from '../adapters/postgres/connection/authorisation-attempts.ts'
import { PostgresConnections } from '../adapters/postgres/connection/connections.ts'
import { PostgresErasures } from '../adapters/postgres/connection/erasures.ts'
import { PostgresPendingConnections } from '../adapters/postgres/connection/pending-connections.ts'
import { PostgresSellerStates } from '../adapters/postgres/connection/seller-states.ts'
import { PostgresAuditLog } from '../adapters/postgres/console/audit-log.ts'
import { PostgresCaseSummaries } from '../adapters/postgres/console/case-summaries.ts'
import { PostgresDatabaseHealth } from '../adapters/postgres/console/database-health.ts'
import { PostgresOverviewReader } from '../adapters/postgres/console/overview-reader.ts'
import { PostgresStaffAccessLog } from '../adapters/postgres/console/staff-access-log.ts'
import { PostgresSupportInbox } from '../adapters/postgres/console/support-inbox.ts'
import { PostgresSupportRequestComments } from '../adapters/postgres/console/support-request-comments.ts'
import { PostgresSupportRequests } from '../adapters/postgres/console/support-requests.ts'
import { PostgresTimeline } from '../adapters/postgres/console/timeline.ts'
import { PostgresTimelineReader } from '../adapters/postgres/console/timeline-reader.ts'
import { PostgresViewAsSessions } from '../adapters/postgres/console/view-as-sessions.ts'
import { PostgresWorkerHeartbeats } from '../adapters/postgres/console/worker-heartbeats.ts'
import { PostgresEmailPreferenceStore } from '../adapters/postgres/email/email-preference-store.ts'
import { PostgresOutbox } from '../adapters/postgres/email/outbox.ts'
import { PostgresProgressViews } from '../adapters/postgres/email/progress-views.ts'
import { type Database, PostgresUnitOfWork } from '../adapters/postgres/engine/database.ts'
import { LocalKeys } from '../adapters/postgres/engine/encryption/local-keys.ts'
import { TokenCipher } from '../adapters/postgres/engine/encryption/token-cipher.ts'
import { PostgresOutageDetector } from '../adapters/postgres/engine/outages.ts'
import { PostgresFigureTables } from '../adapters/postgres/facts/figure-tables.ts'
import { PostgresFigures } from '../adapters/postgres/facts/figures.ts'
import { PostgresReconciliations } from '../adapters/postgres/facts/reconciliations.ts'
import { PostgresReportLoader } from '../adapters/postgres/facts/report-loader.ts'
import { PostgresTableRollUps } from '../adapters/postgres/facts/table-roll-ups.ts'
import { PostgresCallStatistics } from '../adapters/postgres/ingestion/call-statistics.ts'
import { PostgresLeases } from '../adapters/postgres/ingestion/leases.ts'
import { PostgresProgressQueries } from '../adapters/postgres/ingestion/progress-queries.ts'
import { PostgresRegionRateLimiter } from '../adapters/postgres/ingestion/region-rate-limiter.ts'
import { PostgresSyncHistories } from '../adapters/postgres/ingestion/sync-histories.ts'
import { PostgresSyncRuns } from '../adapters/postgres/ingestion/sync-runs.ts'
import { PostgresSyncSchedule } from '../adapters/postgres/ingestion/sync-schedule.ts'
import { Argon2Passwords } from '../adapters/security/argon2-passwords.ts'
import { Totp } from '../adapters/security/totp.ts'
import { AsyncCorrelationContext } from '../adapters/telemetry/correlation-context.ts'
import { TracedLeases } from '../adapters/telemetry/traced-leases.ts'
import { ListAuditEntries } from '../admin/audit/list-audit-entries.ts'
import { CaseReader } from '../admin/cases/case-state.ts'
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
import {
  CaseSummaries,
  DatabaseHealth,
  OverviewReader,
  TimelineReader,
  WorkerHeartbeats,
} from '../admin/ports.ts'
import { AddInternalNote } from '../admin/requests/add-internal-note.ts'
import { ChangeSupportRequestStatus } from '../admin/requests/change-support-request-status.ts'
import { GetSupportRequest } from '../admin/requests/get-support-request.ts'
import { ListSupportRequests } from '../admin/requests/list-support-requests.ts'
import { ListUserSupportRequests } from '../admin/requests/list-user-support-requests.ts'
import { ReplyToSupportRequest } from '../admin/requests/reply-to-support-request.ts'
import { ChangePlan } from '../admin/users/change-plan.ts'
import { ChangeRole } from '../admin/users/change-role.ts'
import { ChangeRoleAsAdmin } from '../admin/users/change-role-as-admin.ts'
import { InviteUser } from '../admin/users/invite-user.ts'
import { ListStaff } from '../admin/users/list-staff.ts'
import { OpenUserAccount } from '../admin/users/open-user-account.ts'
import { RemoveSecondFactor } from '../admin/users/remove-second-factor.ts'
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
import { CreateUser } from '../application/access/create-user.ts'
import { EndSessions } from '../application/access/end-sessions.ts'
import { IssueAccessLink } from '../application/access/issue-access-link.ts'
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
} from '../application/access/ports.ts'
import { PurgeExpiredAccess } from '../application/access/purge-expired-access.ts'
import { RecordPageFailure } from '../application/access/record-page-failure.ts'
import { RequestPasswordReset } from '../application/access/request-password-reset.ts'
import { SetPassword } from '../application/access/set-password.ts'
import { SignIn } from '../application/access/sign-in.ts'
import { CompleteAuthorisation } from '../application/connection/authorisation/complete-authorisation.ts'
import { CompleteReauthorisation } from '../application/connection/authorisation/complete-reauthorisation.ts'
import { FetchAmazonUsers } from '../application/connection/authorisation/fetch-amazon-users.ts'
import { FollowConnectLink } from '../application/connection/authorisation/follow-connect-link.ts'
import {
  GetAccessToken,
  RecordAuthorisationLoss,
} from '../application/connection/authorisation/get-access-token.ts'
import { PreviewReauthorisation } from '../application/connection/authorisation/preview-reauthorisation.ts'
import { PurgePkceVerifiers } from '../application/connection/authorisation/purge-pkce-verifiers.ts'
import { StartAuthorisation } from '../application/connection/authorisation/start-authorisation.ts'
import { ChooseProfile } from '../application/connection/choose-profile.ts'
import { Disconnect } from '../application/connection/disconnect.ts'
import { EndPendingConnection } from '../application/connection/end-pending-connection.ts'
import { EraseConnections } from '../application/connection/erase-connections.ts'
import { FetchProfiles } from '../application/connection/fetch-profiles.ts'
import { LoadPicker } from '../application/connection/load-picker.ts'
import {
  AccessTokenCache,
  AmazonLogin,
  AuthorisationAttempts,
  Connections,
  Erasures,
  PendingConnections,
  ProfileDirectory,
  SellerStates,
} from '../application/connection/ports.ts'
import { PreviewPicker } from '../application/connection/preview-picker.ts'
import { RequestErasure } from '../application/connection/request-erasure.ts'
import { SelectConnection } from '../application/connection/select-connection.ts'
import { StartDueSyncs } from '../application/connection/start-due-syncs.ts'
import {
  EmailPreferenceStore,
  EmailRenderer,
  Mailer,
  Outbox,
  ProgressViews,
} from '../application/email/ports.ts'
import { RecordProgressView } from '../application/email/record-progress-view.ts'
import { SendEmails } from '../application/email/send-emails.ts'
import { UpdateEmailPreferences } from '../application/email/update-email-preferences.ts'
import { ListOwnSupportRequests } from '../application/help/list-own-support-requests.ts'
import { SupportInbox, SupportRequestComments, SupportRequests } from '../application/help/ports.ts'
import { PrefillSupportRequest } from '../application/help/prefill-support-request.ts'
import { SubmitSupportRequest } from '../application/help/submit-support-request.ts'
import { AdvanceReport } from '../application/ingestion/advance-report.ts'
import { ControlSync } from '../application/ingestion/control-sync.ts'
import { FindDueReports } from '../application/ingestion/find-due-reports.ts'
import { GetSyncProgress } from '../application/ingestion/get-sync-progress.ts'
import { ListReports } from '../application/ingestion/list-reports.ts'
import { PollSyncProgress } from '../application/ingestion/poll-sync-progress.ts'
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
} from '../application/ingestion/ports.ts'
import { ReconcileFigures } from '../application/ingestion/reconcile-figures.ts'
import { RequestSync } from '../application/ingestion/request-sync.ts'
import { ResumeSyncs } from '../application/ingestion/resume-syncs.ts'
import { BuildTableRollUps } from '../application/performance/build-table-roll-ups.ts'
import { GetAccountsSummary } from '../application/performance/get-accounts-summary.ts'
import { GetDashboard } from '../application/performance/get-dashboard.ts'
import { GetTable } from '../application/performance/get-table.ts'
import { Figures, FigureTables, TableRollUps } from '../application/performance/ports.ts'
import {
  Clock,
  CorrelationContext,
  KeyEncryption,
  OutageDetector,
  RandomSource,
  Timeline,
  UnitOfWork,
} from '../application/ports.ts'
import type { PollInterval } from '../domain/ingestion/report.ts'
import type { Secret } from '../domain/secret.ts'
import { ConnectionAccess } from './connection-access.ts'
import { IngestionSyncResumption } from './ingestion-sync-resumption.ts'
import { OutboxAccessEmails } from './outbox-access-emails.ts'
import { createRejectingPort, noProgressViews, noTableRollUps } from './rejecting-port.ts'

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
