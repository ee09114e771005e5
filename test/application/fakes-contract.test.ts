/** The fakes pass the contracts of the PostgreSQL adapters, so use-case tests hold for both. */
import t from 'tap'
import { Secret } from '../../src/domain/secret.ts'
import { accessLinksContract } from '../support/contracts/access-links.ts'
import { accessTokenCacheContract } from '../support/contracts/access-token-cache.ts'
import { auditLogContract } from '../support/contracts/audit-log.ts'
import { authorisationAttemptsContract } from '../support/contracts/authorisation-attempts.ts'
import { connectionsContract } from '../support/contracts/connections.ts'
import {
  caseSummariesContract,
  timelineReaderContract,
  workerHeartbeatsContract,
} from '../support/contracts/console.ts'
import { erasuresContract } from '../support/contracts/erasures.ts'
import { openFakeStores } from '../support/contracts/fake-stores.ts'
import { figureTablesContract } from '../support/contracts/figure-tables.ts'
import { leasesContract } from '../support/contracts/leases.ts'
import { emailPreferenceStoreContract, outboxContract } from '../support/contracts/outbox.ts'
import { overviewReaderContract } from '../support/contracts/overview-reader.ts'
import { pendingConnectionsContract } from '../support/contracts/pending-connections.ts'
import { profileDirectoryContract, type SandboxUser } from '../support/contracts/profile-directory.ts'
import { progressQueriesContract } from '../support/contracts/progress-queries.ts'
import { reconciliationsContract } from '../support/contracts/reconciliations.ts'
import { recurringJobRunsContract } from '../support/contracts/recurring-job-runs.ts'
import { regionRateLimiterContract } from '../support/contracts/region-rate-limiter.ts'
import { reportLoaderContract } from '../support/contracts/report-loader.ts'
import { secondFactorsContract } from '../support/contracts/second-factors.ts'
import { sellerStatesContract } from '../support/contracts/seller-states.ts'
import { sessionsContract } from '../support/contracts/sessions.ts'
import { staffAccessLogContract } from '../support/contracts/staff-access-log.ts'
import { subscriptionEventsContract } from '../support/contracts/subscription-events.ts'
import {
  supportInboxContract,
  supportRequestCommentsContract,
  supportRequestsContract,
} from '../support/contracts/support-requests.ts'
import { syncHistoriesContract } from '../support/contracts/sync-histories.ts'
import { syncRunsContract } from '../support/contracts/sync-runs.ts'
import { syncScheduleContract } from '../support/contracts/sync-schedule.ts'
import { timelineContract } from '../support/contracts/timeline.ts'
import { usersContract } from '../support/contracts/users.ts'
import { viewAsContract } from '../support/contracts/view-as-sessions.ts'
import { aProfile } from '../support/examples.ts'
import { FakeUnitOfWork } from '../support/fakes/kernel.ts'
import { aRejection, FakeProfileDirectory } from '../support/fakes/login.ts'

for (const [name, contract] of Object.entries({
  users: usersContract,
  sessions: sessionsContract,
  'access links': accessLinksContract,
  'second factors': secondFactorsContract,
  'staff access log': staffAccessLogContract,
  'view-as sessions': viewAsContract,
  'audit log': auditLogContract,
  'authorisation attempts': authorisationAttemptsContract,
  'figure tables': figureTablesContract,
  'pending connections': pendingConnectionsContract,
  connections: connectionsContract,
  erasures: erasuresContract,
  'access tokens': accessTokenCacheContract,
  'sync runs': syncRunsContract,
  leases: leasesContract,
  'report loader': reportLoaderContract,
  reconciliations: reconciliationsContract,
  'region rate limiter': regionRateLimiterContract,
  'subscription events': subscriptionEventsContract,
  'sync schedule': syncScheduleContract,
  'sync histories': syncHistoriesContract,
  'progress queries': progressQueriesContract,
  'seller states': sellerStatesContract,
  timeline: timelineContract,
  outbox: outboxContract,
  'email preferences': emailPreferenceStoreContract,
  'support requests': supportRequestsContract,
  'timeline reader': timelineReaderContract,
  'worker heartbeats': workerHeartbeatsContract,
  'case summaries': caseSummariesContract,
  'support request comments': supportRequestCommentsContract,
  'support inbox': supportInboxContract,
  'overview reader': overviewReaderContract,
  'recurring job runs': recurringJobRunsContract,
})) {
  t.test(`in memory: ${name}`, async t => contract(t, openFakeStores))
}

/** Gives the fake what the sandbox's test user has. */
const setUpFake: Readonly<Record<SandboxUser, (fake: FakeProfileDirectory) => void>> = {
  'us-seller': fake => Object.assign(fake.answers, { na: [aProfile()] }),
  'view-only': fake => Object.assign(fake.answers, { na: [aProfile({ canEdit: false })] }),
  'report-only': fake => Object.assign(fake.answers, { na: [aProfile({ canEdit: false })] }),
  none: () => undefined,
  manager: fake => Object.assign(fake.linked, { na: 1 }),
  'ads-pending': fake => Object.assign(fake.accounts, { na: ['PENDING', 'PARTIALLY_CREATED'] }),
  'ads-disabled': fake => Object.assign(fake.accounts, { na: ['DISABLED'] }),
  'no-campaign': fake => Object.assign(fake.accounts, { na: ['CREATED'] }),
  suspended: fake => {
    const rejection = aRejection(403, 'FORBIDDEN')
    Object.assign(fake, {
      answers: { na: rejection },
      linked: { na: rejection },
      accounts: { na: rejection },
    })
  },
}

t.test('in memory: profile directory', async t =>
  profileDirectoryContract(t, async (_, whose) => {
    const directory = new FakeProfileDirectory(new FakeUnitOfWork())
    setUpFake[whose](directory)
    return { directory, token: new Secret('Atza|of-the-fake') }
  }),
)
