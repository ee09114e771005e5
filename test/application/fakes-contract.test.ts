/** The fakes pass the contracts of the PostgreSQL adapters, so use-case tests hold for both. */
import t from 'tap'
import { Secret } from '../../src/domain/secret.ts'
import { accessLinksContract } from '../support/contracts/access/access-links.ts'
import { auditLogContract } from '../support/contracts/access/audit-log.ts'
import { passkeyChallengesContract, passkeysContract } from '../support/contracts/access/passkeys.ts'
import { secondFactorsContract } from '../support/contracts/access/second-factors.ts'
import { sessionsContract } from '../support/contracts/access/sessions.ts'
import { knownDevicesContract, signInFailuresContract } from '../support/contracts/access/sign-in-failures.ts'
import { staffAccessLogContract } from '../support/contracts/access/staff-access-log.ts'
import { subscriptionEventsContract } from '../support/contracts/access/subscription-events.ts'
import { usersContract } from '../support/contracts/access/users.ts'
import { viewAsContract } from '../support/contracts/access/view-as-sessions.ts'
import { accessTokenCacheContract } from '../support/contracts/connection/access-token-cache.ts'
import { authorisationAttemptsContract } from '../support/contracts/connection/authorisation-attempts.ts'
import { connectionsContract } from '../support/contracts/connection/connections.ts'
import { pendingConnectionsContract } from '../support/contracts/connection/pending-connections.ts'
import {
  profileDirectoryContract,
  type SandboxUser,
} from '../support/contracts/connection/profile-directory.ts'
import { sellerStatesContract } from '../support/contracts/connection/seller-states.ts'
import { timelineReaderContract, workerHeartbeatsContract } from '../support/contracts/console/console.ts'
import { recurringJobRunsContract } from '../support/contracts/console/recurring-job-runs.ts'
import {
  supportInboxContract,
  supportRequestCommentsContract,
  supportRequestsContract,
} from '../support/contracts/console/support-requests.ts'
import { timelineContract } from '../support/contracts/console/timeline.ts'
import { openFakeStores } from '../support/contracts/fake-stores.ts'
import { figureTablesContract } from '../support/contracts/ingestion/figure-tables.ts'
import { leasesContract } from '../support/contracts/ingestion/leases.ts'
import { progressQueriesContract } from '../support/contracts/ingestion/progress-queries.ts'
import { reconciliationsContract } from '../support/contracts/ingestion/reconciliations.ts'
import { regionRateLimiterContract } from '../support/contracts/ingestion/region-rate-limiter.ts'
import { reportLoaderContract } from '../support/contracts/ingestion/report-loader.ts'
import { syncHistoriesContract } from '../support/contracts/ingestion/sync-histories.ts'
import { syncRunsContract } from '../support/contracts/ingestion/sync-runs.ts'
import { syncScheduleContract } from '../support/contracts/ingestion/sync-schedule.ts'
import { emailPreferenceStoreContract, outboxContract } from '../support/contracts/outbox.ts'
import { aProfile } from '../support/examples.ts'
import { aRejection, FakeProfileDirectory } from '../support/fakes/connection/login.ts'
import { FakeUnitOfWork } from '../support/fakes/kernel.ts'

for (const [name, contract] of Object.entries({
  users: usersContract,
  sessions: sessionsContract,
  'access links': accessLinksContract,
  'known devices': knownDevicesContract,
  'sign-in failures': signInFailuresContract,
  'second factors': secondFactorsContract,
  passkeys: passkeysContract,
  'passkey challenges': passkeyChallengesContract,
  'staff access log': staffAccessLogContract,
  'view-as sessions': viewAsContract,
  'audit log': auditLogContract,
  'authorisation attempts': authorisationAttemptsContract,
  'figure tables': figureTablesContract,
  'pending connections': pendingConnectionsContract,
  connections: connectionsContract,
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
  'support request comments': supportRequestCommentsContract,
  'support inbox': supportInboxContract,
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
