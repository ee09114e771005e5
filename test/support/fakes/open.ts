/** Every port in memory. Each store passes the contract of its PostgreSQL adapter. */

import { EndPendingConnection } from '../../../src/application/connection/end-pending-connection.ts'
import { FetchProfiles } from '../../../src/application/connection/fetch-profiles.ts'
import { RequestSync } from '../../../src/application/ingestion/request-sync.ts'
import { ResumeSyncs } from '../../../src/application/ingestion/resume-syncs.ts'
import { IngestionSyncResumption } from '../../../src/composition/bridges/ingestion-sync-resumption.ts'
import { pollInterval } from '../examples.ts'
import { FakeAccessTokenCache } from './access-token-cache.ts'
import { FakeAdsApiAccess, FakeAdvertisingReports } from './advertising-reports.ts'
import { FakeAuditLog } from './audit-log.ts'
import { FakeAuthorisationAttempts, FakePendingConnections } from './authorisation-attempts.ts'
import { FakeCallStatistics } from './call-statistics.ts'
import { FakeConnections } from './connections.ts'
import { FakeCaseSummaries, FakeTimelineReader, FakeWorkerHeartbeats } from './console.ts'
import {
  FakeEmailPreferences,
  FakeOutbox,
  FakeProgressViews,
  RecordingMailer,
  ShortEmailRenderer,
} from './emails.ts'
import { FakeErasures } from './erasures.ts'
import { FakeFigureTables, FakeTableRollUps } from './figure-tables.ts'
import { FakeFigures } from './figures.ts'
import {
  FakeOutageDetector,
  FakeUnitOfWork,
  FixedRandomSource,
  RecordingTimeline,
  StoppedClock,
} from './kernel.ts'
import { FakeLeases } from './leases.ts'
import { FakeAccessLinks, RecordingAccessEmails } from './links.ts'
import { FakeAmazonLogin, FakeProfileDirectory } from './login.ts'
import { FakeOverviewReader } from './overview-reader.ts'
import { FakeProgressQueries } from './progress-queries.ts'
import { FakeRecurringJobRuns } from './recurring-job-runs.ts'
import { FakeReconciliations, FakeRegionRateLimiter, FakeReportLoader } from './report-loader.ts'
import { FakeReportQueue } from './report-queue.ts'
import { FakeOneTimeCodes, FakeSecondFactors } from './second-factors.ts'
import { FakeSellerStates } from './seller-states.ts'
import { FakeSessions } from './sessions.ts'
import { FakeStaffAccessLog } from './staff-access-log.ts'
import { FakeSubscriptionEvents } from './subscriptions.ts'
import { FakeSupportInbox, FakeSupportRequestComments, FakeSupportRequests } from './support-requests.ts'
import { FakeSyncDurations } from './sync-durations.ts'
import { FakeSyncHistories } from './sync-histories.ts'
import { FakeSyncRuns } from './sync-runs.ts'
import { FakeSyncSchedule, RecordingJobQueue } from './sync-schedule.ts'
import { FakePasswords, FakeUsers } from './users.ts'
import { FakeViewAsSessions } from './view-as-sessions.ts'

export function openFakes() {
  const clock = new StoppedClock()
  const unitOfWork = new FakeUnitOfWork()
  const timeline = new RecordingTimeline(unitOfWork)
  const users = new FakeUsers(unitOfWork)
  const sessions = new FakeSessions(users, unitOfWork)
  const connections = new FakeConnections(unitOfWork)
  const syncRuns = new FakeSyncRuns(unitOfWork)
  const reportQueue = new FakeReportQueue(syncRuns, connections)
  const syncSchedule = new FakeSyncSchedule(connections, unitOfWork)
  const leases = new FakeLeases(syncRuns, connections)
  const emailPreferenceStore = new FakeEmailPreferences(unitOfWork)
  const progressViews = new FakeProgressViews(unitOfWork)
  const outbox = new FakeOutbox({ users, connections, emailPreferenceStore, progressViews }, unitOfWork)
  const loader = new FakeReportLoader({ leases, syncRuns, outbox, timeline, unitOfWork })
  const jobQueue = new RecordingJobQueue(unitOfWork)
  const supportRequests = new FakeSupportRequests(unitOfWork)
  const comments = new FakeSupportRequestComments(unitOfWork)
  const pendingConnections = new FakePendingConnections(unitOfWork)
  const endPendingConnection = new EndPendingConnection({
    users,
    pendingConnections,
    timeline,
    unitOfWork,
    clock,
  })
  const login = new FakeAmazonLogin(unitOfWork)
  const rateLimiter = new FakeRegionRateLimiter()
  const callStatistics = new FakeCallStatistics()
  const summaries = new FakeCaseSummaries({ timeline, users, connections }, unitOfWork)
  const profiles = new FakeProfileDirectory(unitOfWork)
  return {
    clock,
    random: new FixedRandomSource(),
    outageDetector: new FakeOutageDetector(),
    unitOfWork,
    timeline,
    users,
    subscriptions: users.subscriptions,
    storedPasswords: users.storedPasswords,
    passwords: new FakePasswords(),
    sessions,
    attempts: new FakeAuthorisationAttempts(unitOfWork),
    pendingConnections,
    connections,
    sellers: new FakeSellerStates({ users, connections, pendingConnections }),
    tokens: new FakeAccessTokenCache(connections),
    erasures: new FakeErasures({
      connections,
      syncRuns,
      syncSchedule,
      loader,
      outbox,
      supportRequests,
      comments,
      timeline,
    }),
    login,
    profiles,
    endPendingConnection,
    fetchProfiles: new FetchProfiles({
      pendingConnections,
      endPendingConnection,
      login,
      profiles,
      timeline,
      unitOfWork,
      clock,
    }),
    syncRuns,
    reportQueue,
    syncDurations: new FakeSyncDurations(syncRuns, connections),
    syncHistories: new FakeSyncHistories(syncRuns, syncSchedule),
    progressQueries: new FakeProgressQueries({ sessions, connections, syncRuns }),
    syncSchedule,
    leases,
    loader,
    figures: new FakeFigures(loader, syncRuns),
    tables: new FakeFigureTables(loader),
    rollUps: new FakeTableRollUps(syncRuns, loader),
    rateLimiter,
    callStatistics,
    summaries,
    overviews: new FakeOverviewReader({
      users,
      connections,
      syncRuns,
      rateLimiter,
      callStatistics,
      summaries,
      outbox,
      syncSchedule,
    }),
    reconciliations: new FakeReconciliations(loader, syncRuns, connections),
    jobQueue,
    reports: new FakeAdvertisingReports(unitOfWork),
    access: new FakeAdsApiAccess(unitOfWork),
    requestSync: new RequestSync({
      syncRuns,
      reportQueue,
      syncSchedule,
      rateLimiter,
      jobQueue,
      timeline,
      clock,
    }),
    poll: pollInterval,
    outbox,
    emailPreferenceStore,
    progressViews,
    supportRequests,
    timelineReader: new FakeTimelineReader(timeline),
    workerHeartbeats: new FakeWorkerHeartbeats({ syncRuns, connections, rateLimiter, syncSchedule }),
    recurringJobRuns: new FakeRecurringJobRuns(),
    comments,
    inbox: new FakeSupportInbox(supportRequests, users),
    mailer: new RecordingMailer(unitOfWork),
    emailRenderer: new ShortEmailRenderer(),
    pollSeconds: 30,
    supportEmail: 'desk@ads.example',
    consentDays: 365,
  }
}

export type Fakes = ReturnType<typeof openFakes>

export function openAccessFakes() {
  const fakes = openFakes()
  const { users, sessions, unitOfWork } = fakes
  const viewAsSessions = new FakeViewAsSessions(users, sessions, unitOfWork)
  return {
    ...fakes,
    viewAsSessions,
    audit: new FakeAuditLog(users, unitOfWork),
    events: new FakeSubscriptionEvents(fakes.users, fakes.unitOfWork),
    staffAccessLog: new FakeStaffAccessLog(users, viewAsSessions, unitOfWork),
    factors: new FakeSecondFactors(fakes.unitOfWork),
    codes: new FakeOneTimeCodes(),
    links: new FakeAccessLinks(fakes.unitOfWork),
    emails: new RecordingAccessEmails(),
    resumption: new IngestionSyncResumption(new ResumeSyncs(fakes)),
  }
}
