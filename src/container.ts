import { Container, type ServiceIdentifier } from 'inversify'
import { OutboxMails } from './adapters/access-mails/outbox-mails.ts'
import type { AmazonSettings } from './adapters/amazon/addresses.ts'
import { AmazonAdvertisingReports } from './adapters/amazon/advertising-reports.ts'
import { AmazonProfileDirectory } from './adapters/amazon/profile-directory.ts'
import { HandlebarsMailTexts } from './adapters/mail-texts/mail-texts.ts'
import { Argon2Passwords } from './adapters/passwords/argon2-passwords.ts'
import { PostgresAccessLinks } from './adapters/postgres/access-links.ts'
import { PostgresPeople, PostgresSessions } from './adapters/postgres/access-stores.ts'
import { PostgresAccessTokens } from './adapters/postgres/access-tokens.ts'
import { PostgresAccountViews } from './adapters/postgres/account-views.ts'
import { PostgresAttempts } from './adapters/postgres/attempts.ts'
import { PostgresAuditLog } from './adapters/postgres/audit-log.ts'
import { PostgresCallTally } from './adapters/postgres/call-tally.ts'
import { PostgresCaseDigests } from './adapters/postgres/case-digests.ts'
import { PostgresConnections } from './adapters/postgres/connections.ts'
import { type Database, PostgresUnitOfWork } from './adapters/postgres/database.ts'
import { PostgresDatabaseStates } from './adapters/postgres/database-states.ts'
import { PostgresErasures } from './adapters/postgres/erasures.ts'
import { PostgresFigureTables } from './adapters/postgres/figure-tables.ts'
import { PostgresFigures } from './adapters/postgres/figures.ts'
import { PostgresHelpInbox } from './adapters/postgres/help-inbox.ts'
import { PostgresHelpRemarks } from './adapters/postgres/help-remarks.ts'
import { PostgresHelpRequests } from './adapters/postgres/help-requests.ts'
import { PostgresIngestions } from './adapters/postgres/ingestions.ts'
import { PostgresLeases } from './adapters/postgres/leases.ts'
import { PostgresLoadingRecords } from './adapters/postgres/loading-records.ts'
import { LocalKeys } from './adapters/postgres/local-keys.ts'
import { PostgresLooks } from './adapters/postgres/looks.ts'
import { PostgresMailChoices } from './adapters/postgres/mail-choices.ts'
import { PostgresOutages } from './adapters/postgres/outages.ts'
import { PostgresOutbox } from './adapters/postgres/outbox.ts'
import { PostgresOverviews } from './adapters/postgres/overviews.ts'
import { PostgresPendingConnections } from './adapters/postgres/pending-connections.ts'
import { PostgresPolls } from './adapters/postgres/polls.ts'
import { PostgresReconciliations } from './adapters/postgres/reconciliations.ts'
import { PostgresRegions } from './adapters/postgres/regions.ts'
import { PostgresReportLoader } from './adapters/postgres/report-loader.ts'
import { Seal } from './adapters/postgres/sealed-text.ts'
import { PostgresSecondFactors } from './adapters/postgres/second-factors.ts'
import { PostgresSellerRecords } from './adapters/postgres/seller-records.ts'
import { PostgresStories } from './adapters/postgres/stories.ts'
import { PostgresSubscriptionEvents } from './adapters/postgres/subscription-events.ts'
import { PostgresSyncs } from './adapters/postgres/syncs.ts'
import { PostgresTableRollUps } from './adapters/postgres/table-roll-ups.ts'
import { PostgresTimeline } from './adapters/postgres/timeline.ts'
import { PostgresViewings } from './adapters/postgres/viewings.ts'
import { PostgresWorks } from './adapters/postgres/works.ts'
import { ConnectionAccess } from './adapters/report-access/connection-access.ts'
import { Totp } from './adapters/second-factor/totp.ts'
import { DailySyncs } from './adapters/sync-resumption/daily-syncs.ts'
import { RequestTrail } from './adapters/telemetry/trail.ts'
import { WatchedLeases } from './adapters/telemetry/watched-leases.ts'
import { nothingAsked, nothingNoted, refusing } from './adapters/viewing/refusing.ts'
import {
  ActOnCase,
  CaseReader,
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
import { CaseDigests, DatabaseStates, Overviews, Stories, Works } from './admin/ports.ts'
import {
  AddPerson,
  BeginViewing,
  ChangePassword,
  ChangePlan,
  ChangeRole,
  ChangeSubscription,
  EndSessions,
  EndViewing,
  ForgotPassword,
  GiveRole,
  InvitePerson,
  IssueLink,
  ListStaff,
  LookAtPerson,
  ReadAudit,
  Recognise,
  RecogniseViewing,
  RemoveSecondFactor,
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
import {
  AccessLinks,
  AccessMails,
  AccountViews,
  AuditLog,
  OneTimeCodes,
  Passwords,
  People,
  SecondFactors,
  Sessions,
  SubscriptionEvents,
  SyncResumption,
  Viewings,
} from './application/access/ports.ts'
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
  LoseAuthorisation,
  MakeCurrent,
  MintAccessToken,
  OfferProfiles,
  ReadProfiles,
  StartSyncs,
  ViewOffer,
  ViewRenewal,
} from './application/connection/index.ts'
import {
  AccessTokens,
  AmazonLogin,
  Attempts,
  Connections,
  Erasures,
  PendingConnections,
  ProfileDirectory,
  SellerRecords,
} from './application/connection/ports.ts'
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
import { HelpInbox, HelpRemarks, HelpRequests } from './application/help/ports.ts'
import {
  AdvanceReport,
  CheckProgress,
  ListReports,
  PollProgress,
  ReconcileFigures,
  RequestIngestion,
  ResumeSyncs,
  SteerIngestion,
  SweepReports,
} from './application/ingestion/index.ts'
import {
  AdvertisingReports,
  Bell,
  CallTally,
  Ingestions,
  Leases,
  LoadingRecords,
  Polls,
  Reconciliations,
  Regions,
  ReportAccess,
  ReportLoader,
  Syncs,
} from './application/ingestion/ports.ts'
import { ChooseMails, NoteLook, SendMails } from './application/mail/index.ts'
import { Looks, MailChoices, Mailer, MailTexts, Outbox } from './application/mail/ports.ts'
import { RollUpTables, ShowAccounts, ShowFigures, ShowTable } from './application/performance/index.ts'
import { Figures, FigureTables, TableRollUps } from './application/performance/ports.ts'
import { Chance, Clock, KeyEncryption, Storage, Timeline, Trail, UnitOfWork } from './application/ports.ts'
import type { PollPlan } from './domain/ingestion/report.ts'
import type { Secret } from './domain/secret.ts'

/** Closed by the caller. */
export interface Outside {
  readonly database: Database
  readonly bell: Bell
  readonly login: AmazonLogin
  readonly amazon: AmazonSettings
  readonly tokenKeys: readonly Secret[]
  readonly reportPoll: PollPlan
  readonly consentDays: number
  readonly mailer: Mailer
  readonly publicUrl: URL
  readonly supportEmail: string
  readonly statusPollSeconds: number
  readonly clock: Clock
  readonly chance: Chance
  readonly onError: (error: unknown) => void
}

/** What use cases depend on, by property name. */
const parts = {
  clock: Clock,
  chance: Chance,
  unitOfWork: UnitOfWork,
  storage: Storage,
  timeline: Timeline,
  people: People,
  sessions: Sessions,
  passwords: Passwords,
  factors: SecondFactors,
  codes: OneTimeCodes,
  links: AccessLinks,
  mails: AccessMails,
  views: AccountViews,
  viewings: Viewings,
  audit: AuditLog,
  events: SubscriptionEvents,
  resumption: SyncResumption,
  attempts: Attempts,
  pendings: PendingConnections,
  connections: Connections,
  sellers: SellerRecords,
  erasures: Erasures,
  tokens: AccessTokens,
  login: AmazonLogin,
  profiles: ProfileDirectory,
  ingestions: Ingestions,
  records: LoadingRecords,
  polls: Polls,
  syncs: Syncs,
  leases: Leases,
  regions: Regions,
  calls: CallTally,
  reconciliations: Reconciliations,
  reports: AdvertisingReports,
  access: ReportAccess,
  loader: ReportLoader,
  bell: Bell,
  figures: Figures,
  tables: FigureTables,
  rollUps: TableRollUps,
  outbox: Outbox,
  choices: MailChoices,
  looks: Looks,
  texts: MailTexts,
  mailer: Mailer,
  helpRequests: HelpRequests,
  stories: Stories,
  works: Works,
  digests: CaseDigests,
  remarks: HelpRemarks,
  inbox: HelpInbox,
  overviews: Overviews,
  states: DatabaseStates,
  tellAlive: TellAlive,
  issueLink: IssueLink,
  changeSubscription: ChangeSubscription,
  changeRole: ChangeRole,
  endSessions: EndSessions,
  removeSecondFactor: RemoveSecondFactor,
  addPerson: AddPerson,
  beginAuthorisation: BeginAuthorisation,
  endPending: EndPending,
  readProfiles: ReadProfiles,
  chooseProfile: ChooseProfile,
  mintAccessToken: MintAccessToken,
  ingestion: RequestIngestion,
  checkProgress: CheckProgress,
  recognise: Recognise,
  caseReader: CaseReader,
  steerIngestion: SteerIngestion,
  disconnect: Disconnect,
  loseAuthorisation: LoseAuthorisation,
  endViewing: EndViewing,
} as const

type Made<Token> = Token extends abstract new (...needs: never) => infer Part ? Part : never
type Parts = { readonly [Name in keyof typeof parts]: Made<(typeof parts)[Name]> }
interface Measures {
  readonly publicUrl: URL
  readonly consentDays: number
  readonly poll: PollPlan
  readonly pollSeconds: number
  readonly supportEmail: string
  readonly onError: (error: unknown) => void
}
/** Type-checks that each dependency is a part or a setting. */
type UseCase = new (needs: Parts & Measures) => object

const useCases: readonly UseCase[] = [
  // Sign-in and users
  SignIn,
  Recognise,
  EndSessions,
  SweepAccess,
  TellFailure,
  AddPerson,
  IssueLink,
  ForgotPassword,
  SetPassword,
  ChangePassword,
  SignInStaff,
  SecondStep,
  RemoveSecondFactor,
  LookAtPerson,
  // View-as and audit
  BeginViewing,
  RecogniseViewing,
  EndViewing,
  ReadAudit,
  ViewOffer,
  ViewRenewal,
  // Plans, roles and staff's actions on users
  ChangeSubscription,
  ChangePlan,
  ChangeRole,
  GiveRole,
  SignPersonOut,
  TakeSecondFactor,
  InvitePerson,
  ListStaff,
  SendConnectLink,
  // Authorisation and connections
  BeginAuthorisation,
  FollowConnectLink,
  CompleteAuthorisation,
  ReadProfiles,
  OfferProfiles,
  ChooseProfile,
  CompleteRenewal,
  EndPending,
  MakeCurrent,
  Disconnect,
  AskErasure,
  EraseConnections,
  IdentifyAmazonUsers,
  ForgetVerifiers,
  MintAccessToken,
  LoseAuthorisation,
  StartSyncs,
  // Ingestion
  RequestIngestion,
  AdvanceReport,
  SteerIngestion,
  SweepReports,
  CheckProgress,
  ListReports,
  PollProgress,
  ReconcileFigures,
  ResumeSyncs,
  // Figures
  ShowFigures,
  ShowTable,
  ShowAccounts,
  RollUpTables,
  // Email
  SendMails,
  ChooseMails,
  NoteLook,
  // Support requests: users
  KnowCircumstances,
  AskForHelp,
  ReadOwnRequests,
  // Support requests: staff
  ListHelpRequests,
  ReadHelpRequest,
  ReadHelpRequests,
  NoteOnHelpRequest,
  PutHelpRequest,
  AnswerHelpRequest,
  // Console
  ReadCases,
  CaseReader,
  KeepDigests,
  SearchCases,
  LookAtCase,
  ShowOverview,
  TellAlive,
  ActOnCase,
  TestCase,
  // Monitoring
  TakeStock,
  CheckReadiness,
]

/** One instance each, created on first use. */
export function compose(outside: Outside): Container {
  const { database, bell, login, amazon, tokenKeys, clock, chance, mailer, onError } = outside
  const { em, pool, prepared } = database
  const container = new Container({ defaultScope: 'Singleton' })
  const get = <T>(token: ServiceIdentifier<T>): T => container.get(token)
  const provide = <T>(token: ServiceIdentifier<T>, make: () => T): void => {
    container.bind(token).toDynamicValue(make)
  }

  provide(Clock, () => clock)
  provide(Chance, () => chance)
  provide(UnitOfWork, () => new PostgresUnitOfWork(em))
  provide(Storage, () => new PostgresOutages())
  provide(KeyEncryption, () => new LocalKeys(tokenKeys))
  provide(Seal, () => new Seal(get(KeyEncryption)))
  provide(Timeline, () => new PostgresTimeline(em))
  provide(People, () => new PostgresPeople(em))
  provide(Sessions, () => new PostgresSessions(em, prepared))
  provide(Passwords, () => new Argon2Passwords())
  provide(SecondFactors, () => new PostgresSecondFactors(em, get(Seal)))
  provide(OneTimeCodes, () => new Totp())
  provide(AccessLinks, () => new PostgresAccessLinks(em))
  provide(AccessMails, () => new OutboxMails(get(Outbox), get(Clock)))
  provide(AccountViews, () => new PostgresAccountViews(em))
  provide(Viewings, () => new PostgresViewings(em, prepared))
  provide(AuditLog, () => new PostgresAuditLog(em))
  provide(SubscriptionEvents, () => new PostgresSubscriptionEvents(em))
  provide(SyncResumption, () => new DailySyncs(get(ResumeSyncs)))
  provide(Attempts, () => new PostgresAttempts(em, get(Seal)))
  provide(PendingConnections, () => new PostgresPendingConnections(em, get(Seal)))
  provide(Connections, () => new PostgresConnections(em, get(Seal)))
  provide(SellerRecords, () => new PostgresSellerRecords(em, prepared, get(Seal)))
  provide(Erasures, () => new PostgresErasures(em, pool))
  provide(AccessTokens, () => new PostgresAccessTokens(database, get(Seal), onError))
  provide(AmazonLogin, () => login)
  provide(ProfileDirectory, () => new AmazonProfileDirectory(amazon))
  provide(AdvertisingReports, () => new AmazonAdvertisingReports(amazon))
  provide(ReportAccess, () => new ConnectionAccess(get(MintAccessToken), get(LoseAuthorisation)))
  provide(Trail, () => new RequestTrail())
  provide(Ingestions, () => new PostgresIngestions(em, prepared, get(Trail)))
  provide(LoadingRecords, () => new PostgresLoadingRecords(em, prepared))
  provide(Polls, () => new PostgresPolls(prepared))
  provide(Syncs, () => new PostgresSyncs(em))
  provide(Leases, () => new WatchedLeases(new PostgresLeases(em, prepared, onError)))
  provide(Regions, () => new PostgresRegions(pool))
  provide(CallTally, () => new PostgresCallTally(pool, onError))
  provide(Reconciliations, () => new PostgresReconciliations(em))
  provide(ReportLoader, () => new PostgresReportLoader(pool))
  provide(Bell, () => bell)
  provide(Figures, () => new PostgresFigures(em, prepared))
  provide(FigureTables, () => new PostgresFigureTables(em, pool))
  provide(TableRollUps, () => new PostgresTableRollUps(em, pool))
  provide(Outbox, () => new PostgresOutbox(em, get(Seal)))
  provide(MailChoices, () => new PostgresMailChoices(em))
  provide(Looks, () => new PostgresLooks(prepared))
  provide(HelpRequests, () => new PostgresHelpRequests(em))
  provide(Stories, () => new PostgresStories(em))
  provide(Works, () => new PostgresWorks(em))
  provide(CaseDigests, () => new PostgresCaseDigests(em))
  provide(HelpRemarks, () => new PostgresHelpRemarks(em))
  provide(HelpInbox, () => new PostgresHelpInbox(em))
  provide(Overviews, () => new PostgresOverviews(em))
  provide(DatabaseStates, () => new PostgresDatabaseStates(database))
  provide(MailTexts, () => new HandlebarsMailTexts(outside))
  provide(Mailer, () => mailer)

  const needs = Object.defineProperties(measuresOf(outside), asked(get)) as Parts & Measures
  for (const useCase of useCases) provide<object>(useCase, () => new useCase(needs))
  return container
}

/** Ports with outside effects or with the keys. */
const ways = [
  AmazonLogin,
  ProfileDirectory,
  AdvertisingReports,
  ReportAccess,
  ReportLoader,
  Bell,
  Mailer,
  KeyEncryption,
] as const

/**
 * Composes the container of view-as sessions (S-44), which can't write: pass a read-only database. Outgoing ports
 * throw, and opening a page records and requests nothing.
 * Its pages get {@link PreviewPicker} and {@link PreviewReauthorisation}, which don't call Amazon.
 */
export function composeViewing(outside: Outside): Container {
  const container = compose(outside)
  for (const port of ways) container.rebind<object>(port).toConstantValue(refusing<object>(port))
  container.rebind(Looks).toConstantValue(nothingNoted)
  container.rebind(TableRollUps).toConstantValue(nothingAsked)
  return container
}

const measuresOf = (outside: Outside): Measures => ({
  publicUrl: outside.publicUrl,
  consentDays: outside.consentDays,
  poll: outside.reportPoll,
  pollSeconds: outside.statusPollSeconds,
  supportEmail: outside.supportEmail,
  onError: outside.onError,
})

/** Looks each part up on use, because some depend on each other. */
const asked = (get: (token: ServiceIdentifier) => unknown): PropertyDescriptorMap =>
  Object.fromEntries(
    Object.entries<ServiceIdentifier>(parts).map(([name, token]) => [name, { get: () => get(token) }]),
  )
