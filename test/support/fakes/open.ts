/** Every port in memory. Each store passes the contract of its PostgreSQL adapter. */

import { CheckPassword } from '../../../src/application/access/check-password.ts'
import { IssueAccessLink } from '../../../src/application/access/issue-access-link.ts'
import { CheckSecondFactor } from '../../../src/application/access/second-factor/check-second-factor.ts'
import { VerifyIdentity } from '../../../src/application/access/second-factor/verify-identity.ts'
import { EndPendingConnection } from '../../../src/application/connection/end-pending-connection.ts'
import { FetchProfiles } from '../../../src/application/connection/fetch-profiles.ts'
import { RequestSync } from '../../../src/application/ingestion/request-sync.ts'
import { ResumeSyncs } from '../../../src/application/ingestion/resume-syncs.ts'
import { IngestionSyncResumption } from '../../../src/composition/bridges/ingestion-sync-resumption.ts'
import { pollInterval } from '../examples.ts'
import { FakeAuditLog } from './access/audit-log.ts'
import { FakeAccessLinks, RecordingAccessEmails } from './access/links.ts'
import { FakePasskeyChallenges, FakePasskeys, FakePasskeyVerifier } from './access/passkeys.ts'
import { FakeOneTimeCodes, FakeSecondFactors } from './access/second-factors.ts'
import { FakeSessions } from './access/sessions.ts'
import { FakeKnownDevices, FakeSignInFailures } from './access/sign-in-failures.ts'
import { FakeStaffAccessLog } from './access/staff-access-log.ts'
import { FakeSubscriptionEvents } from './access/subscriptions.ts'
import { FakePasswords, FakeUsers } from './access/users.ts'
import { FakeViewAsSessions } from './access/view-as-sessions.ts'
import { FakeAccessTokenCache } from './connection/access-token-cache.ts'
import { FakeAuthorisationAttempts, FakePendingConnections } from './connection/authorisation-attempts.ts'
import { FakeConnections } from './connection/connections.ts'
import { FakeErasures } from './connection/erasures.ts'
import { FakeAmazonLogin, FakeProfileDirectory } from './connection/login.ts'
import { FakeSellerStates } from './connection/seller-states.ts'
import { FakeCaseSummaries, FakeTimelineReader, FakeWorkerHeartbeats } from './console/console.ts'
import { FakeRecurringJobRuns } from './console/recurring-job-runs.ts'
import {
  FakeSupportInbox,
  FakeSupportRequestComments,
  FakeSupportRequests,
} from './console/support-requests.ts'
import {
  FakeEmailPreferences,
  FakeOutbox,
  FakeProgressViews,
  RecordingMailer,
  ShortEmailRenderer,
} from './emails.ts'
import { FakeAdsApiAccess, FakeAdvertisingReports } from './ingestion/advertising-reports.ts'
import { FakeCallStatistics } from './ingestion/call-statistics.ts'
import { FakeFigureTables, FakeTableRollUps } from './ingestion/figure-tables.ts'
import { FakeFigures } from './ingestion/figures.ts'
import { FakeLeases } from './ingestion/leases.ts'
import { FakeProgressQueries } from './ingestion/progress-queries.ts'
import { FakeReconciliations, FakeRegionRateLimiter, FakeReportLoader } from './ingestion/report-loader.ts'
import { FakeReportQueue } from './ingestion/report-queue.ts'
import { FakeSyncDurations } from './ingestion/sync-durations.ts'
import { FakeSyncHistories } from './ingestion/sync-histories.ts'
import { FakeSyncRuns } from './ingestion/sync-runs.ts'
import { FakeSyncSchedule, RecordingJobQueue } from './ingestion/sync-schedule.ts'
import {
  FakeOutageDetector,
  FakeUnitOfWork,
  FixedRandomSource,
  RecordingTimeline,
  StoppedClock,
} from './kernel.ts'

export function openFakes() {
  const clock = new StoppedClock()
  const unitOfWork = new FakeUnitOfWork()
  const timeline = new RecordingTimeline(unitOfWork)
  const users = new FakeUsers(unitOfWork)
  const sessions = new FakeSessions(users, unitOfWork)
  const syncRuns = new FakeSyncRuns(unitOfWork)
  const connections = new FakeConnections(syncRuns, unitOfWork)
  const reportQueue = new FakeReportQueue(syncRuns, connections)
  const syncSchedule = new FakeSyncSchedule(connections, unitOfWork)
  const leases = new FakeLeases(syncRuns, connections)
  const emailPreferenceStore = new FakeEmailPreferences(unitOfWork)
  const progressViews = new FakeProgressViews(unitOfWork)
  const outbox = new FakeOutbox({ users, connections, emailPreferenceStore, progressViews }, unitOfWork)
  const loader = new FakeReportLoader({ leases, syncRuns, outbox, timeline, unitOfWork })
  const jobQueue = new RecordingJobQueue(unitOfWork)
  const supportRequests = new FakeSupportRequests(unitOfWork)
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
  const profiles = new FakeProfileDirectory(unitOfWork)
  const passwords = new FakePasswords()
  const knownDevices = new FakeKnownDevices(unitOfWork)
  const signInFailures = new FakeSignInFailures(unitOfWork)
  const viewAsSessions = new FakeViewAsSessions(users, sessions, unitOfWork)
  const emails = new RecordingAccessEmails()
  const checkPassword = new CheckPassword({
    storedPasswords: users.storedPasswords,
    passwords,
    knownDevices,
    signInFailures,
    timeline,
    emails,
    unitOfWork,
    clock,
  })
  const secondFactors = {
    unitOfWork,
    clock,
    users,
    sessions,
    knownDevices,
    signInFailures,
    checkPassword,
    storedPasswords: users.storedPasswords,
    passwords,
    factors: new FakeSecondFactors(unitOfWork),
    codes: new FakeOneTimeCodes(),
    passkeys: new FakePasskeys(unitOfWork),
    challenges: new FakePasskeyChallenges(unitOfWork),
    passkeyVerifier: new FakePasskeyVerifier(),
    links: new FakeAccessLinks(unitOfWork),
    emails,
    publicUrl: new URL('https://ads.example/'),
  }
  const checkSecondFactor = new CheckSecondFactor(secondFactors)
  return {
    ...secondFactors,
    random: new FixedRandomSource(),
    outageDetector: new FakeOutageDetector(),
    timeline,
    checkSecondFactor,
    verifyIdentity: new VerifyIdentity({ ...secondFactors, checkSecondFactor }),
    issueAccessLink: new IssueAccessLink(secondFactors),
    subscriptions: users.subscriptions,
    commonPasswords: { rankOf: () => null },
    viewAsSessions,
    audit: new FakeAuditLog(users, unitOfWork),
    events: new FakeSubscriptionEvents(users, unitOfWork),
    staffAccessLog: new FakeStaffAccessLog(users, viewAsSessions, unitOfWork),
    attempts: new FakeAuthorisationAttempts(unitOfWork),
    pendingConnections,
    connections,
    sellers: new FakeSellerStates({ users, connections, pendingConnections }),
    tokens: new FakeAccessTokenCache(connections),
    erasures: new FakeErasures({ connections, syncRuns, syncSchedule, loader, outbox }),
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
    syncDurations: new FakeSyncDurations(),
    syncHistories: new FakeSyncHistories(syncRuns, syncSchedule),
    progressQueries: new FakeProgressQueries({ sessions, connections, syncRuns }),
    syncSchedule,
    leases,
    loader,
    figures: new FakeFigures(loader, syncRuns),
    tables: new FakeFigureTables(loader),
    rollUps: new FakeTableRollUps(syncRuns, loader),
    rateLimiter,
    callStatistics: new FakeCallStatistics(),
    summaries: new FakeCaseSummaries({ timeline, users, connections }),
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
    resumption: new IngestionSyncResumption(new ResumeSyncs({ syncSchedule, clock })),
    poll: pollInterval,
    outbox,
    emailPreferenceStore,
    progressViews,
    supportRequests,
    timelineReader: new FakeTimelineReader(timeline),
    workerHeartbeats: new FakeWorkerHeartbeats({ syncRuns, connections, rateLimiter, syncSchedule }),
    recurringJobRuns: new FakeRecurringJobRuns(),
    comments: new FakeSupportRequestComments(unitOfWork),
    inbox: new FakeSupportInbox(supportRequests, users),
    mailer: new RecordingMailer(unitOfWork),
    emailRenderer: new ShortEmailRenderer(),
    pollSeconds: 30,
    supportEmail: 'desk@ads.example',
    consentDays: 365,
  }
}

export type Fakes = ReturnType<typeof openFakes>
