import type { Agenda } from 'agenda'
import { Container, type ServiceIdentifier } from 'inversify'
import { OutboxMails } from './adapters/access-mails/outbox-mails.ts'
import { AgendaBell } from './adapters/agenda/bell.ts'
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
import { PostgresConnections } from './adapters/postgres/connections.ts'
import { type Database, PostgresUnitOfWork } from './adapters/postgres/database.ts'
import { PostgresErasures } from './adapters/postgres/erasures.ts'
import { PostgresFigures } from './adapters/postgres/figures.ts'
import { PostgresIngestions } from './adapters/postgres/ingestions.ts'
import { PostgresLeases } from './adapters/postgres/leases.ts'
import { LocalKeys } from './adapters/postgres/local-keys.ts'
import { PostgresLooks } from './adapters/postgres/looks.ts'
import { PostgresMailChoices } from './adapters/postgres/mail-choices.ts'
import { PostgresOutages } from './adapters/postgres/outages.ts'
import { PostgresOutbox } from './adapters/postgres/outbox.ts'
import { PostgresPendingConnections } from './adapters/postgres/pending-connections.ts'
import { PostgresReconciliations } from './adapters/postgres/reconciliations.ts'
import { PostgresRegions } from './adapters/postgres/regions.ts'
import { PostgresReportLoader } from './adapters/postgres/report-loader.ts'
import { Seal } from './adapters/postgres/sealed-text.ts'
import { PostgresSecondFactors } from './adapters/postgres/second-factors.ts'
import { PostgresSubscriptionEvents } from './adapters/postgres/subscription-events.ts'
import { PostgresSyncs } from './adapters/postgres/syncs.ts'
import { PostgresTimeline } from './adapters/postgres/timeline.ts'
import { ConnectionAccess } from './adapters/report-access/connection-access.ts'
import { Totp } from './adapters/second-factor/totp.ts'
import { DailySyncs } from './adapters/sync-resumption/daily-syncs.ts'
import {
  AddPerson,
  ChangePassword,
  ChangePlan,
  ChangeRole,
  ChangeSubscription,
  EndSessions,
  ForgotPassword,
  IssueLink,
  LookAtPerson,
  Recognise,
  RemoveSecondFactor,
  SecondStep,
  SetPassword,
  SignIn,
  SignInStaff,
  SweepAccess,
} from './application/access/index.ts'
import {
  AccessLinks,
  AccessMails,
  AccountViews,
  OneTimeCodes,
  Passwords,
  People,
  SecondFactors,
  Sessions,
  SubscriptionEvents,
  SyncResumption,
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
  ForgetVerifiers,
  IdentifyAmazonUsers,
  LoseAuthorisation,
  MakeCurrent,
  MintAccessToken,
  OfferProfiles,
  ReadProfiles,
  StartSyncs,
} from './application/connection/index.ts'
import {
  AccessTokens,
  AmazonLogin,
  Attempts,
  Connections,
  Erasures,
  PendingConnections,
  ProfileDirectory,
} from './application/connection/ports.ts'
import {
  AdvanceReport,
  CheckProgress,
  ReconcileFigures,
  RequestIngestion,
  ResumeSyncs,
  SweepReports,
} from './application/ingestion/index.ts'
import {
  AdvertisingReports,
  Bell,
  Ingestions,
  Leases,
  Reconciliations,
  Regions,
  ReportAccess,
  ReportLoader,
  Syncs,
} from './application/ingestion/ports.ts'
import { ChooseMails, NoteLook, SendMails } from './application/mail/index.ts'
import { Looks, MailChoices, Mailer, MailTexts, Outbox } from './application/mail/ports.ts'
import { ShowFigures } from './application/performance/index.ts'
import { Figures } from './application/performance/ports.ts'
import { Chance, Clock, KeyEncryption, Storage, Timeline, UnitOfWork } from './application/ports.ts'
import type { PollPlan } from './domain/ingestion/report.ts'
import type { Secret } from './domain/secret.ts'

/** What was opened outside, and has to be closed there. */
export interface Outside {
  readonly database: Database
  readonly agenda: Agenda
  readonly login: AmazonLogin
  readonly amazon: AmazonSettings
  readonly tokenKeys: readonly Secret[]
  readonly reportPoll: PollPlan
  readonly consentDays: number
  readonly mailer: Mailer
  /** Where people reach the product. */
  readonly publicUrl: URL
  readonly supportEmail: string
  readonly statusPollSeconds: number
  readonly clock: Clock
  readonly chance: Chance
  readonly onError: (error: unknown) => void
}

type Get = <T>(token: ServiceIdentifier<T>) => T

/** Every port and the adapter that answers it; every use case and what it needs. One of each, made once. */
export function compose(outside: Outside): Container {
  const { database, agenda, login, amazon, tokenKeys, reportPoll, consentDays, clock, chance, onError } =
    outside
  const { em, pool } = database
  const container = new Container({ defaultScope: 'Singleton' })
  /** The compiler holds the factory to the token's type. */
  const provide = <T>(token: ServiceIdentifier<T>, make: (get: Get) => T): void => {
    container.bind(token).toDynamicValue(context => make(wanted => context.get(wanted)))
  }

  // The world outside
  provide(Clock, () => clock)
  provide(Chance, () => chance)
  provide(UnitOfWork, () => new PostgresUnitOfWork(em))
  provide(Storage, () => new PostgresOutages())
  provide(KeyEncryption, () => new LocalKeys(tokenKeys))
  provide(Seal, get => new Seal(get(KeyEncryption)))
  provide(Timeline, () => new PostgresTimeline(em))
  provide(People, () => new PostgresPeople(em))
  provide(Sessions, () => new PostgresSessions(em))
  provide(Passwords, () => new Argon2Passwords())
  provide(SecondFactors, get => new PostgresSecondFactors(em, get(Seal)))
  provide(AccessLinks, () => new PostgresAccessLinks(em))
  provide(AccountViews, () => new PostgresAccountViews(em))
  provide(AccessMails, get => new OutboxMails(get(Outbox), get(Clock)))
  provide(OneTimeCodes, () => new Totp())
  provide(Attempts, get => new PostgresAttempts(em, get(Seal)))
  provide(PendingConnections, get => new PostgresPendingConnections(em, get(Seal)))
  provide(Connections, get => new PostgresConnections(em, get(Seal)))
  provide(Erasures, () => new PostgresErasures(em, pool))
  provide(AccessTokens, get => new PostgresAccessTokens(em, get(Seal), onError))
  provide(AmazonLogin, () => login)
  provide(ProfileDirectory, () => new AmazonProfileDirectory(amazon))
  provide(AdvertisingReports, () => new AmazonAdvertisingReports(amazon))
  provide(Ingestions, () => new PostgresIngestions(em))
  provide(Syncs, () => new PostgresSyncs(em))
  provide(Leases, () => new PostgresLeases(em, onError))
  provide(Regions, () => new PostgresRegions(pool))
  provide(Reconciliations, () => new PostgresReconciliations(em))
  provide(ReportLoader, () => new PostgresReportLoader(pool))
  provide(Bell, () => new AgendaBell(agenda, onError))
  provide(ReportAccess, get => new ConnectionAccess(get(MintAccessToken), get(LoseAuthorisation)))
  provide(Figures, () => new PostgresFigures(em))
  provide(SubscriptionEvents, () => new PostgresSubscriptionEvents(em))
  provide(Outbox, get => new PostgresOutbox(em, get(Seal)))
  provide(MailChoices, () => new PostgresMailChoices(em))
  provide(Looks, () => new PostgresLooks(em))
  provide(MailTexts, () => new HandlebarsMailTexts(outside))
  provide(Mailer, () => outside.mailer)
  provide(SyncResumption, get => new DailySyncs(get(ResumeSyncs)))

  const everywhere = (get: Get) => ({
    timeline: get(Timeline),
    unitOfWork: get(UnitOfWork),
    clock: get(Clock),
  })

  // Signing in
  provide(
    SignIn,
    get =>
      new SignIn({
        people: get(People),
        sessions: get(Sessions),
        passwords: get(Passwords),
        unitOfWork: get(UnitOfWork),
        clock: get(Clock),
      }),
  )

  provide(Recognise, get => new Recognise({ sessions: get(Sessions), clock: get(Clock) }))
  provide(EndSessions, get => new EndSessions({ sessions: get(Sessions), clock: get(Clock) }))
  provide(
    SweepAccess,
    get => new SweepAccess({ sessions: get(Sessions), links: get(AccessLinks), clock: get(Clock) }),
  )

  const staff = (get: Get) => ({
    people: get(People),
    sessions: get(Sessions),
    passwords: get(Passwords),
    factors: get(SecondFactors),
    codes: get(OneTimeCodes),
    unitOfWork: get(UnitOfWork),
    clock: get(Clock),
  })
  const choosing = (get: Get) => ({
    ...staff(get),
    links: get(AccessLinks),
    publicUrl: outside.publicUrl,
  })
  provide(IssueLink, get => new IssueLink(choosing(get)))
  provide(
    AddPerson,
    get =>
      new AddPerson({
        ...choosing(get),
        issueLink: get(IssueLink),
        changeSubscription: get(ChangeSubscription),
      }),
  )
  provide(
    ForgotPassword,
    get =>
      new ForgotPassword({
        ...choosing(get),
        issueLink: get(IssueLink),
        mails: get(AccessMails),
        onError,
      }),
  )
  provide(SetPassword, get => new SetPassword(choosing(get)))
  provide(ChangePassword, get => new ChangePassword(choosing(get)))
  provide(SignInStaff, get => new SignInStaff(staff(get)))
  provide(SecondStep, get => new SecondStep(staff(get)))
  provide(LookAtPerson, get => new LookAtPerson({ ...staff(get), views: get(AccountViews) }))
  provide(ChangePlan, get => new ChangePlan({ ...staff(get), changeSubscription: get(ChangeSubscription) }))
  provide(RemoveSecondFactor, get => new RemoveSecondFactor(staff(get)))

  // Connecting
  provide(
    BeginAuthorisation,
    get =>
      new BeginAuthorisation({
        ...everywhere(get),
        people: get(People),
        attempts: get(Attempts),
        connections: get(Connections),
        login: get(AmazonLogin),
      }),
  )
  provide(
    CompleteAuthorisation,
    get =>
      new CompleteAuthorisation({
        ...everywhere(get),
        people: get(People),
        attempts: get(Attempts),
        pendings: get(PendingConnections),
        login: get(AmazonLogin),
      }),
  )
  provide(
    ReadProfiles,
    get =>
      new ReadProfiles({
        ...everywhere(get),
        pendings: get(PendingConnections),
        endPending: get(EndPending),
        login: get(AmazonLogin),
        profiles: get(ProfileDirectory),
      }),
  )
  provide(
    OfferProfiles,
    get =>
      new OfferProfiles({
        ...everywhere(get),
        people: get(People),
        pendings: get(PendingConnections),
        readProfiles: get(ReadProfiles),
      }),
  )
  provide(
    ChooseProfile,
    get =>
      new ChooseProfile({
        ...everywhere(get),
        people: get(People),
        sessions: get(Sessions),
        pendings: get(PendingConnections),
        endPending: get(EndPending),
        connections: get(Connections),
        ingestion: get(RequestIngestion),
        outbox: get(Outbox),
      }),
  )
  provide(
    CompleteRenewal,
    get =>
      new CompleteRenewal({
        ...everywhere(get),
        people: get(People),
        pendings: get(PendingConnections),
        connections: get(Connections),
        readProfiles: get(ReadProfiles),
        chooseProfile: get(ChooseProfile),
      }),
  )
  provide(
    EndPending,
    get => new EndPending({ ...everywhere(get), people: get(People), pendings: get(PendingConnections) }),
  )
  provide(
    Disconnect,
    get =>
      new Disconnect({
        ...everywhere(get),
        people: get(People),
        connections: get(Connections),
        ingestion: get(RequestIngestion),
        outbox: get(Outbox),
      }),
  )
  provide(
    IdentifyAmazonUsers,
    get =>
      new IdentifyAmazonUsers({
        ...everywhere(get),
        people: get(People),
        connections: get(Connections),
        mintAccessToken: get(MintAccessToken),
        login: get(AmazonLogin),
      }),
  )
  provide(
    AskErasure,
    get => new AskErasure({ ...everywhere(get), people: get(People), connections: get(Connections) }),
  )
  provide(
    EraseConnections,
    get =>
      new EraseConnections({
        ...everywhere(get),
        people: get(People),
        connections: get(Connections),
        erasures: get(Erasures),
        outbox: get(Outbox),
      }),
  )
  provide(
    StartSyncs,
    get =>
      new StartSyncs({
        people: get(People),
        connections: get(Connections),
        ingestion: get(RequestIngestion),
        unitOfWork: get(UnitOfWork),
        clock: get(Clock),
      }),
  )
  provide(ForgetVerifiers, get => new ForgetVerifiers({ attempts: get(Attempts), clock: get(Clock) }))
  provide(MakeCurrent, get => new MakeCurrent({ connections: get(Connections), sessions: get(Sessions) }))
  provide(
    MintAccessToken,
    get => new MintAccessToken({ tokens: get(AccessTokens), login: get(AmazonLogin), clock: get(Clock) }),
  )
  provide(
    LoseAuthorisation,
    get =>
      new LoseAuthorisation({
        ...everywhere(get),
        people: get(People),
        connections: get(Connections),
        outbox: get(Outbox),
        consentDays,
      }),
  )

  // Loading
  provide(
    RequestIngestion,
    get =>
      new RequestIngestion({
        ingestions: get(Ingestions),
        syncs: get(Syncs),
        bell: get(Bell),
        timeline: get(Timeline),
        clock: get(Clock),
      }),
  )
  provide(
    AdvanceReport,
    get =>
      new AdvanceReport({
        ...everywhere(get),
        leases: get(Leases),
        ingestions: get(Ingestions),
        reports: get(AdvertisingReports),
        access: get(ReportAccess),
        regions: get(Regions),
        loader: get(ReportLoader),
        storage: get(Storage),
        bell: get(Bell),
        outbox: get(Outbox),
        chance: get(Chance),
        poll: reportPoll,
      }),
  )
  provide(SweepReports, get => new SweepReports({ ingestions: get(Ingestions), clock: get(Clock) }))
  provide(
    CheckProgress,
    get =>
      new CheckProgress({
        ingestions: get(Ingestions),
        syncs: get(Syncs),
        reconciliations: get(Reconciliations),
        clock: get(Clock),
      }),
  )
  provide(
    ReconcileFigures,
    get => new ReconcileFigures({ ...everywhere(get), reconciliations: get(Reconciliations) }),
  )

  provide(ResumeSyncs, get => new ResumeSyncs({ syncs: get(Syncs), clock: get(Clock) }))

  // Looking at figures
  provide(ShowFigures, get => new ShowFigures({ figures: get(Figures) }))

  // What people pay for and may do
  provide(
    ChangeSubscription,
    get =>
      new ChangeSubscription({
        ...everywhere(get),
        people: get(People),
        events: get(SubscriptionEvents),
        resumption: get(SyncResumption),
      }),
  )
  provide(
    ChangeRole,
    get => new ChangeRole({ ...everywhere(get), people: get(People), sessions: get(Sessions) }),
  )

  // Mail
  provide(
    SendMails,
    get =>
      new SendMails({
        ...everywhere(get),
        outbox: get(Outbox),
        choices: get(MailChoices),
        texts: get(MailTexts),
        mailer: get(Mailer),
        chance: get(Chance),
        pollSeconds: outside.statusPollSeconds,
      }),
  )
  provide(ChooseMails, get => new ChooseMails({ choices: get(MailChoices) }))
  provide(NoteLook, get => new NoteLook({ looks: get(Looks), clock: get(Clock) }))

  return container
}
