/** Every port in memory. Each store passes the contract of its PostgreSQL adapter. */
import { DailySyncs } from '../../../src/adapters/sync-resumption/daily-syncs.ts'
import { EndPending, ReadProfiles } from '../../../src/application/connection/index.ts'
import { RequestIngestion, ResumeSyncs } from '../../../src/application/ingestion/index.ts'
import { poll } from '../examples.ts'
import { FakeAccessTokens } from './access-tokens.ts'
import { FakeAccountViews } from './account-views.ts'
import { FakeAdvertisingReports, FakeReportAccess } from './advertising-reports.ts'
import { FakeAttempts, FakePendingConnections } from './attempts.ts'
import { FakeAuditLog } from './audit-log.ts'
import { FakeCallTally } from './call-tally.ts'
import { FakeConnections } from './connections.ts'
import { FakeCaseDigests, FakeStories, FakeWorks } from './console.ts'
import { FakeErasures } from './erasures.ts'
import { FakeFigureTables, FakeTableRollUps } from './figure-tables.ts'
import { FakeFigures } from './figures.ts'
import { FakeHelpInbox, FakeHelpRemarks, FakeHelpRequests } from './help-requests.ts'
import { FakeIngestions } from './ingestions.ts'
import { FakeStorage, FakeUnitOfWork, FixedDice, RecordingTimeline, StoppedClock } from './kernel.ts'
import { FakeLeases } from './leases.ts'
import { FakeAccessLinks, RecordingAccessMails } from './links.ts'
import { FakeReconciliations, FakeRegions, FakeReportLoader } from './loading.ts'
import { FakeLoadingRecords } from './loading-records.ts'
import { FakeAmazonLogin, FakeProfileDirectory } from './login.ts'
import { FakeLooks, FakeMailChoices, FakeOutbox, RecordingMailer, ShortTexts } from './mails.ts'
import { FakeOverviews } from './overviews.ts'
import { FakePasswords, FakePeople } from './people.ts'
import { FakePolls } from './polls.ts'
import { FakeOneTimeCodes, FakeSecondFactors } from './second-factors.ts'
import { FakeSellerRecords } from './seller-records.ts'
import { FakeSessions } from './sessions.ts'
import { FakeSubscriptionEvents } from './subscriptions.ts'
import { FakeSyncs, RecordingBell } from './syncs.ts'
import { FakeViewings } from './viewings.ts'

export function openFakes() {
  const clock = new StoppedClock()
  const unitOfWork = new FakeUnitOfWork()
  const timeline = new RecordingTimeline(unitOfWork)
  const people = new FakePeople(unitOfWork)
  const sessions = new FakeSessions(people, unitOfWork)
  const connections = new FakeConnections(unitOfWork)
  const ingestions = new FakeIngestions(connections, unitOfWork)
  const syncs = new FakeSyncs(connections, unitOfWork)
  const leases = new FakeLeases(ingestions, connections)
  const choices = new FakeMailChoices(unitOfWork)
  const looks = new FakeLooks(unitOfWork)
  const outbox = new FakeOutbox({ people, connections, choices, looks }, unitOfWork)
  const loader = new FakeReportLoader({ leases, ingestions, outbox, timeline, unitOfWork })
  const bell = new RecordingBell(unitOfWork)
  const helpRequests = new FakeHelpRequests(unitOfWork)
  const remarks = new FakeHelpRemarks(unitOfWork)
  const pendings = new FakePendingConnections(unitOfWork)
  const endPending = new EndPending({ people, pendings, timeline, unitOfWork, clock })
  const login = new FakeAmazonLogin(unitOfWork)
  const regions = new FakeRegions()
  const calls = new FakeCallTally()
  const digests = new FakeCaseDigests({ timeline, people, connections }, unitOfWork)
  const profiles = new FakeProfileDirectory(unitOfWork)
  return {
    clock,
    chance: new FixedDice(),
    storage: new FakeStorage(),
    unitOfWork,
    timeline,
    people,
    passwords: new FakePasswords(),
    sessions,
    attempts: new FakeAttempts(unitOfWork),
    pendings,
    connections,
    sellers: new FakeSellerRecords({ people, connections, pendings }),
    tokens: new FakeAccessTokens(connections),
    erasures: new FakeErasures({
      connections,
      ingestions,
      syncs,
      loader,
      outbox,
      helpRequests,
      remarks,
      timeline,
    }),
    login,
    profiles,
    endPending,
    readProfiles: new ReadProfiles({ pendings, endPending, login, profiles, timeline, unitOfWork, clock }),
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
    digests,
    overviews: new FakeOverviews({ people, connections, ingestions, regions, calls, digests, outbox, syncs }),
    reconciliations: new FakeReconciliations(loader, ingestions, connections),
    bell,
    reports: new FakeAdvertisingReports(unitOfWork),
    access: new FakeReportAccess(unitOfWork),
    ingestion: new RequestIngestion({ ingestions, syncs, regions, bell, timeline, clock }),
    poll,
    outbox,
    choices,
    looks,
    helpRequests,
    stories: new FakeStories(timeline),
    works: new FakeWorks({ ingestions, connections, regions, syncs }),
    remarks,
    inbox: new FakeHelpInbox(helpRequests, people),
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
  const { people, sessions, unitOfWork } = fakes
  const viewings = new FakeViewings(people, sessions, unitOfWork)
  return {
    ...fakes,
    viewings,
    audit: new FakeAuditLog(people, unitOfWork),
    events: new FakeSubscriptionEvents(fakes.people, fakes.unitOfWork),
    views: new FakeAccountViews(people, viewings, unitOfWork),
    factors: new FakeSecondFactors(fakes.unitOfWork),
    codes: new FakeOneTimeCodes(),
    links: new FakeAccessLinks(fakes.unitOfWork),
    mails: new RecordingAccessMails(),
    resumption: new DailySyncs(new ResumeSyncs(fakes)),
  }
}
