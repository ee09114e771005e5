/** The fakes pass the contracts of the PostgreSQL adapters, so use-case tests hold for both. */
import t from 'tap'
import { Secret } from '../../src/domain/secret.ts'
import { accessLinksContract } from '../support/contracts/access-links.ts'
import { accessTokensContract } from '../support/contracts/access-token-cache.ts'
import { auditLogContract } from '../support/contracts/audit-log.ts'
import { attemptsContract } from '../support/contracts/authorisation-attempts.ts'
import { connectionsContract } from '../support/contracts/connections.ts'
import { caseSummariesContract, storiesContract, worksContract } from '../support/contracts/console.ts'
import { erasuresContract } from '../support/contracts/erasures.ts'
import { openFakeStores } from '../support/contracts/fake-stores.ts'
import { figureTablesContract } from '../support/contracts/figure-tables.ts'
import { leasesContract } from '../support/contracts/leases.ts'
import { emailChoicesContract, outboxContract } from '../support/contracts/outbox.ts'
import { overviewsContract } from '../support/contracts/overview-reader.ts'
import { pendingConnectionsContract } from '../support/contracts/pending-connections.ts'
import { profileDirectoryContract, type Whose } from '../support/contracts/profile-directory.ts'
import { pollsContract } from '../support/contracts/progress-queries.ts'
import { reconciliationsContract } from '../support/contracts/reconciliations.ts'
import { regionsContract } from '../support/contracts/region-rate-limiter.ts'
import { loadingContract } from '../support/contracts/report-loader.ts'
import { secondFactorsContract } from '../support/contracts/second-factors.ts'
import { sellerRecordsContract } from '../support/contracts/seller-states.ts'
import { sessionsContract } from '../support/contracts/sessions.ts'
import { accountViewsContract } from '../support/contracts/staff-access-log.ts'
import { subscriptionEventsContract } from '../support/contracts/subscription-events.ts'
import {
  helpCommentsContract,
  helpInboxContract,
  supportRequestsContract,
} from '../support/contracts/support-requests.ts'
import { loadingRecordsContract } from '../support/contracts/sync-histories.ts'
import { ingestionsContract } from '../support/contracts/sync-runs.ts'
import { syncsContract } from '../support/contracts/sync-schedule.ts'
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
  'staff access log': accountViewsContract,
  'view-as sessions': viewAsContract,
  'audit log': auditLogContract,
  'authorisation attempts': attemptsContract,
  'figure tables': figureTablesContract,
  'pending connections': pendingConnectionsContract,
  connections: connectionsContract,
  erasures: erasuresContract,
  'access tokens': accessTokensContract,
  'sync runs': ingestionsContract,
  leases: leasesContract,
  'report loader': loadingContract,
  reconciliations: reconciliationsContract,
  'region rate limiter': regionsContract,
  'subscription events': subscriptionEventsContract,
  'sync schedule': syncsContract,
  'sync histories': loadingRecordsContract,
  'progress queries': pollsContract,
  'seller states': sellerRecordsContract,
  timeline: timelineContract,
  outbox: outboxContract,
  'email preferences': emailChoicesContract,
  'support requests': supportRequestsContract,
  'timeline reader': storiesContract,
  'worker heartbeats': worksContract,
  'case summaries': caseSummariesContract,
  'support request comments': helpCommentsContract,
  'support inbox': helpInboxContract,
  'overview reader': overviewsContract,
})) {
  t.test(`in memory: ${name}`, async t => contract(t, openFakeStores))
}

/** Gives the fake what the sandbox's test user has. */
const setUpFake: Readonly<Record<Whose, (fake: FakeProfileDirectory) => void>> = {
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
