/** Every port in memory. Each store passes the contract of its PostgreSQL adapter. */
import { IngestionSyncResumption } from '../../../src/adapters/sync-resumption/ingestion-sync-resumption.ts'
import { EndPendingConnection, FetchProfiles } from '../../../src/application/connection/index.ts'
import { RequestSync, ResumeSyncs } from '../../../src/application/ingestion/index.ts'
import { poll } from '../examples.ts'
import { FakeAccessTokens } from './access-tokens.ts'
import { FakeAccountViews } from './account-views.ts'
import { FakeAdvertisingReports, FakeReportAccess } from './advertising-reports.ts'
import { FakeAttempts, FakePendingConnections } from './attempts.ts'
import { FakeAuditLog } from './audit-log.ts'
import { FakeCallTally } from './call-tally.ts'
import { FakeConnections } from './connections.ts'
import { FakeCaseSummaries, FakeTimelineReader, FakeWorks } from './console.ts'
import { FakeErasures } from './erasures.ts'
import { FakeFigureTables, FakeTableRollUps } from './figure-tables.ts'
import { FakeFigures } from './figures.ts'
import { FakeIngestions } from './ingestions.ts'
import { FakeStorage, FakeUnitOfWork, FixedDice, RecordingTimeline, StoppedClock } from './kernel.ts'
import { FakeLeases } from './leases.ts'
import { FakeAccessLinks, RecordingAccessEmails } from './links.ts'
import { FakeReconciliations, FakeRegions, FakeReportLoader } from './loading.ts'
import { FakeLoadingRecords } from './loading-records.ts'
import { FakeAmazonLogin, FakeProfileDirectory } from './login.ts'
import { FakeLooks, FakeMailChoices, FakeOutbox, RecordingMailer, ShortTexts } from './mails.ts'
import { FakeOverviews } from './overviews.ts'
import { FakePolls } from './polls.ts'
import { FakeOneTimeCodes, FakeSecondFactors } from './second-factors.ts'
import { FakeSellerRecords } from './seller-records.ts'
import { FakeSessions } from './sessions.ts'
import { FakeSubscriptionEvents } from './subscriptions.ts'
import { FakeHelpComments, FakeHelpInbox, FakeSupportRequests } from './support-requests.ts'
import { FakeSyncs, RecordingJobQueue } from './syncs.ts'
import { FakePasswords, FakeUsers } from './users.ts'
import { FakeViewAs } from './viewings.ts'

export function openFakes() {
  const clock = new StoppedClock()
  const unitOfWork = new FakeUnitOfWork()
  const timeline = new RecordingTimeline(unitOfWork)
  const users = new FakeUsers(unitOfWork)
  const sessions = new FakeSessions(users, unitOfWork)
  const connections = new FakeConnections(unitOfWork)
  const ingestions = new FakeIngestions(connections, unitOfWork)
  const syncs = new FakeSyncs(connections, unitOfWork)
  const leases = new FakeLeases(ingestions, connections)
  const choices = new FakeMailChoices(unitOfWork)
  const looks = new FakeLooks(unitOfWork)
  const outbox = new FakeOutbox({ users, connections, choices, looks }, unitOfWork)
  const loader = new FakeReportLoader({ leases, ingestions, outbox, timeline, unitOfWork })
  const jobQueue = new RecordingJobQueue(unitOfWork)
  const supportRequests = new FakeSupportRequests(unitOfWork)
  const comments = new FakeHelpComments(unitOfWork)
  const pendingConnections = new FakePendingConnections(unitOfWork)
  const endPendingConnection = new EndPendingConnection({
    users,
    pendingConnections,
    timeline,
    unitOfWork,
    clock,
  })
  const login = new FakeAmazonLogin(unitOfWork)
  const regions = new FakeRegions()
  const calls = new FakeCallTally()
  const summaries = new FakeCaseSummaries({ timeline, users, connections }, unitOfWork)
  const profiles = new FakeProfileDirectory(unitOfWork)
  return {
    clock,
    random: new FixedDice(),
    storage: new FakeStorage(),
    unitOfWork,
    timeline,
    users,
    passwords: new FakePasswords(),
    sessions,
    attempts: new FakeAttempts(unitOfWork),
    pendingConnections,
    connections,
    sellers: new FakeSellerRecords({ users, connections, pendingConnections }),
    tokens: new FakeAccessTokens(connections),
    erasures: new FakeErasures({
      connections,
      ingestions,
      syncs,
      loader,
      outbox,
      supportRequests,
      comments,
      timeline,
    }),
    login,
    profiles,
    endPendingConnection,
    readProfiles: new FetchProfiles({
      pendingConnections,
      endPendingConnection,
      login,
      profiles,
      timeline,
      unitOfWork,
      clock,
    }),
    ingestions,
    records: new FakeLoadingRecords(ingestions, syncs),
    polls: new FakePolls({ sessions, connections, ingestions }),
    syncs,
    leases,
    loader,
    figures: new FakeFigures(loader, ingestions),
    tables: new FakeFigureTables(loader),
    rollUps: new FakeTableRollUps(ingestions, loader),
    regions,
    calls,
    summaries,
    overviews: new FakeOverviews({
      users,
      connections,
      ingestions,
      regions,
      calls,
      summaries,
      outbox,
      syncs,
    }),
    reconciliations: new FakeReconciliations(loader, ingestions, connections),
    jobQueue,
    reports: new FakeAdvertisingReports(unitOfWork),
    access: new FakeReportAccess(unitOfWork),
    ingestion: new RequestSync({ ingestions, syncs, regions, jobQueue, timeline, clock }),
    poll,
    outbox,
    choices,
    looks,
    supportRequests,
    timelineReader: new FakeTimelineReader(timeline),
    workerHeartbeats: new FakeWorks({ ingestions, connections, regions, syncs }),
    comments,
    inbox: new FakeHelpInbox(supportRequests, users),
    mailer: new RecordingMailer(unitOfWork),
    texts: new ShortTexts(),
    pollSeconds: 30,
    supportEmail: 'desk@ads.example',
    consentDays: 365,
  }
}

export type Fakes = ReturnType<typeof openFakes>

export function openAccessFakes() {
  const fakes = openFakes()
  const { users, sessions, unitOfWork } = fakes
  const viewAsSessions = new FakeViewAs(users, sessions, unitOfWork)
  return {
    ...fakes,
    viewAsSessions,
    audit: new FakeAuditLog(users, unitOfWork),
    events: new FakeSubscriptionEvents(fakes.users, fakes.unitOfWork),
    views: new FakeAccountViews(users, viewAsSessions, unitOfWork),
    factors: new FakeSecondFactors(fakes.unitOfWork),
    codes: new FakeOneTimeCodes(),
    links: new FakeAccessLinks(fakes.unitOfWork),
    emails: new RecordingAccessEmails(),
    resumption: new IngestionSyncResumption(new ResumeSyncs(fakes)),
  }
}
