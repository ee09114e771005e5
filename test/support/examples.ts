/** Examples with valid default values; a test overrides only what it is about. */
import { randomUUID } from 'node:crypto'
import type { RequestOrigin } from '../../src/domain/access/audit.ts'
import { openSession, type Session } from '../../src/domain/access/session.ts'
import type { Subscription } from '../../src/domain/access/subscription.ts'
import type { SubscriptionEvent } from '../../src/domain/access/subscription-event.ts'
import type { User } from '../../src/domain/access/user.ts'
import { startViewAs, type ViewAsSession } from '../../src/domain/access/view-as-session.ts'
import { after, type Day, hours, minutes } from '../../src/domain/calendar.ts'
import {
  type AuthorisationAttempt,
  startAuthorisationAttempt,
} from '../../src/domain/connection/authorisation-attempt.ts'
import type {
  ActiveConnection,
  ClosedConnection,
  ErasedConnection,
  Grant,
  UnauthorisedConnection,
} from '../../src/domain/connection/connection.ts'
import type { AmazonUser, Consent } from '../../src/domain/connection/consent.ts'
import type { PendingConnection, RegionResults } from '../../src/domain/connection/pending-connection.ts'
import type { SupportRequestComment } from '../../src/domain/help/comment.ts'
import { initialStatus } from '../../src/domain/help/status.ts'
import type { SupportRequest } from '../../src/domain/help/support-request.ts'
import type {
  AmazonReportId,
  AttemptId,
  ConnectionId,
  PendingConnectionId,
  ProfileId,
  ReportId,
  SessionId,
  SubscriptionEventId,
  SupportRequestCommentId,
  SupportRequestId,
  SyncRunId,
  UserId,
  ViewAsSessionId,
} from '../../src/domain/identifiers.ts'
import { definitionOf, type ReportType, requestedColumns } from '../../src/domain/ingestion/catalogue.ts'
import type { ReportConfiguration } from '../../src/domain/ingestion/duplicate-report.ts'
import type { FileRow } from '../../src/domain/ingestion/fact-row.ts'
import type { Caller } from '../../src/domain/ingestion/rate-limit/region-rate-limit.ts'
import type {
  CompletedReport,
  FailedReport,
  GeneratingReport,
  LoadedReport,
  PollInterval,
  RequestedReport,
} from '../../src/domain/ingestion/report.ts'
import type { SyncRun } from '../../src/domain/ingestion/sync-run.ts'
import type { AdvertisingProfile } from '../../src/domain/profile/profile.ts'
import { Secret } from '../../src/domain/secret.ts'

export const noon = new Date('2026-05-12T12:00:00.000Z')
export const minutesLater = (count: number, from = noon): Date => after(from, minutes(count))
export const hoursLater = (count: number, from = noon): Date => after(from, hours(count))

export const anId = <Id extends string>(): Id => randomUUID() as string as Id
export const day = (text: string): Day => text as Day

/** The 30 days up to the day before {@link noon}. */
export const days = { from: day('2026-04-12'), to: day('2026-05-11') }

export const aCaller = (overrides: Partial<Caller> = {}): Caller => ({
  reportId: anId<ReportId>(),
  connectionId: anId<ConnectionId>(),
  adProduct: 'SP',
  call: 'report_request',
  ...overrides,
})

export const pollInterval: PollInterval = { firstSeconds: 10, maxSeconds: 180 }

export const aUser = (overrides: Partial<User> = {}): User => {
  const id = anId<UserId>()
  return { id, email: `${id}@example.test`, name: 'Sam Seller', role: 'seller', ...overrides }
}

export const aSubscription = (overrides: Partial<Subscription> = {}): Subscription => ({
  plan: 'monthly',
  endsAt: null,
  ...overrides,
})

export const anEvent = (overrides: Partial<SubscriptionEvent> = {}): SubscriptionEvent => ({
  id: anId<SubscriptionEventId>(),
  source: 'billing',
  about: { email: 'sam@example.test' },
  occurredAt: noon,
  subscription: aSubscription(),
  ...overrides,
})

export const aSession = (overrides: Partial<Session> & Pick<Session, 'userId'>): Session => ({
  ...openSession(
    { id: anId<SessionId>(), userId: overrides.userId, kind: 'seller', device: 'Firefox on Windows' },
    noon,
  ),
  ...overrides,
})

export const aViewAs = (
  overrides: Partial<ViewAsSession> & Pick<ViewAsSession, 'userId' | 'viewerId'>,
  startedAt = noon,
): ViewAsSession => ({
  ...startViewAs(
    {
      id: anId<ViewAsSessionId>(),
      userId: overrides.userId,
      viewerId: overrides.viewerId,
      staffSessionId: anId<SessionId>(),
      reason: 'They see an empty list',
    },
    startedAt,
  ),
  ...overrides,
})

export const anOrigin: RequestOrigin = {
  ip: '192.0.2.7',
  device: 'Firefox on Windows',
  requestId: 'request 7',
}

export const aSupportRequest = (
  overrides: Partial<SupportRequest> & Pick<SupportRequest, 'userId'>,
): SupportRequest => ({
  id: anId<SupportRequestId>(),
  requestedAt: noon,
  connectionId: null,
  text: { message: 'No profile is shown.', amazonEmail: 'jane@example.com', marketplace: 'Amazon.com' },
  page: null,
  reference: null,
  status: initialStatus(overrides.requestedAt ?? noon),
  ...overrides,
})

export const aComment = (
  overrides: Partial<SupportRequestComment> & Pick<SupportRequestComment, 'requestId'>,
): SupportRequestComment => ({
  id: anId<SupportRequestCommentId>(),
  kind: 'internal_note',
  authorId: anId<UserId>(),
  commentedAt: noon,
  text: 'Their login reaches no profile.',
  ...overrides,
})

export const aProfile = (overrides: Partial<AdvertisingProfile> = {}): AdvertisingProfile => ({
  id: '8017093095374960' as ProfileId,
  region: 'na',
  country: 'US',
  currency: 'USD',
  timezone: 'America/Los_Angeles',
  accountId: 'A1EXAMPLE',
  accountName: 'My Brand US',
  accountType: 'seller',
  canEdit: true,
  ...overrides,
})

/** In another region than {@link aProfile}. */
export const aBritishProfile = (overrides: Partial<AdvertisingProfile> = {}): AdvertisingProfile =>
  aProfile({
    id: '2017093095374961' as ProfileId,
    region: 'eu',
    country: 'UK',
    currency: 'GBP',
    timezone: 'Europe/London',
    accountName: 'My Brand UK',
    ...overrides,
  })

export const anAttempt = (overrides: Partial<AuthorisationAttempt> = {}): AuthorisationAttempt => ({
  ...startAuthorisationAttempt(
    {
      id: anId<AttemptId>(),
      userId: anId<UserId>(),
      sessionId: anId<SessionId>(),
      reauthorisedConnectionId: null,
      region: 'na',
      verifier: new Secret('a-pkce-verifier'),
    },
    noon,
  ),
  ...overrides,
})

export const anAmazonUser = (overrides: Partial<AmazonUser> = {}): AmazonUser => ({
  userId: 'amzn1.account.EXAMPLE',
  name: 'Sam at Amazon',
  email: 'sam@amazon.example',
  ...overrides,
})

/** Region results with these profiles, each in its own region. */
export function regionResultsWith(...profiles: readonly AdvertisingProfile[]): RegionResults {
  const resultOf = (region: AdvertisingProfile['region']) =>
    ({ state: 'fetched', profiles: profiles.filter(profile => profile.region === region) }) as const
  return { na: resultOf('na'), eu: resultOf('eu'), fe: resultOf('fe') }
}

export const unfetchedRegionResults: RegionResults = {
  na: { state: 'not_fetched' },
  eu: { state: 'not_fetched' },
  fe: { state: 'not_fetched' },
}

export const aPendingConnection = (overrides: Partial<PendingConnection> = {}): PendingConnection => ({
  id: anId<PendingConnectionId>(),
  userId: anId<UserId>(),
  attemptId: anId<AttemptId>(),
  reauthorisedConnectionId: null,
  region: 'na',
  refreshToken: new Secret('Atzr|refresh-of-the-pending'),
  accessToken: new Secret('Atza|access-of-the-pending'),
  accessTokenExpiresAt: hoursLater(1),
  isConsentPageSkipped: false,
  amazonUser: anAmazonUser(),
  regionResults: regionResultsWith(aProfile(), aBritishProfile()),
  savedAt: noon,
  expiresAt: hoursLater(1),
  ...overrides,
})

export const aConsent = (overrides: Partial<Consent> = {}): Consent => ({
  loginRegion: 'na',
  consentedAt: hoursLater(-48),
  amazonUser: anAmazonUser(),
  ...overrides,
})

export const aGrant = (overrides: Partial<Grant> = {}): Grant => ({
  refreshToken: new Secret('Atzr|refresh-of-the-connection'),
  ...aConsent(),
  ...overrides,
})

const connectionFields = () => ({
  id: anId<ConnectionId>(),
  userId: anId<UserId>(),
  profile: aProfile(),
  connectedAt: hoursLater(-48),
  isExclusive: true,
  pendingConnectionId: anId<PendingConnectionId>(),
})

export const anActiveConnection = (overrides: Partial<ActiveConnection> = {}): ActiveConnection => ({
  status: 'active',
  ...connectionFields(),
  grant: aGrant(),
  doubtedAt: null,
  ...overrides,
})

export const anUnauthorisedConnection = (
  overrides: Partial<UnauthorisedConnection> = {},
): UnauthorisedConnection => ({
  status: 'needs_authorisation',
  ...connectionFields(),
  consent: aConsent(),
  since: hoursLater(-1),
  why: 'grant_revoked',
  ...overrides,
})

export const aClosedConnection = (overrides: Partial<ClosedConnection> = {}): ClosedConnection => ({
  status: 'closed',
  ...connectionFields(),
  consent: aConsent(),
  closedAt: hoursLater(-1),
  reason: 'disconnected',
  eraseAt: hoursLater(30 * 24 - 1),
  ...overrides,
})

export const anErasedConnection = (overrides: Partial<ErasedConnection> = {}): ErasedConnection => ({
  status: 'erased',
  id: anId<ConnectionId>(),
  userId: anId<UserId>(),
  connectedAt: hoursLater(-48),
  closedAt: hoursLater(-1),
  reason: 'disconnected',
  ...overrides,
})

export const aRun = (overrides: Partial<SyncRun> = {}): SyncRun => ({
  id: anId<SyncRunId>(),
  connectionId: anId<ConnectionId>(),
  kind: 'initial',
  days,
  requestedAt: noon,
  ...overrides,
})

const reportFields = () => ({
  id: anId<ReportId>(),
  syncRunId: anId<SyncRunId>(),
  connectionId: anId<ConnectionId>(),
  type: 'sp_campaigns' as ReportType,
  days,
  isInteractive: true,
})

const withoutErrors = {
  consecutiveErrors: 0,
  totalErrors: 0,
  lastError: null,
  failingSince: null,
  dueAt: noon,
  dueSetAt: noon,
  deferredSince: null,
  deferralReason: null,
}

export const aRequestedReport = (overrides: Partial<RequestedReport> = {}): RequestedReport => ({
  status: 'requested',
  ...reportFields(),
  requestCount: 0,
  ...withoutErrors,
  ...overrides,
})

export const aGeneratingReport = (overrides: Partial<GeneratingReport> = {}): GeneratingReport => ({
  status: 'generating',
  ...reportFields(),
  requestCount: 1,
  ...withoutErrors,
  amazonReportId: 'amazon-report' as AmazonReportId,
  acceptedAt: minutesLater(-1),
  pollCount: 0,
  ...overrides,
})

export const aCompletedReport = (overrides: Partial<CompletedReport> = {}): CompletedReport => ({
  status: 'completed',
  ...reportFields(),
  requestCount: 1,
  ...withoutErrors,
  amazonReportId: 'amazon-report' as AmazonReportId,
  acceptedAt: minutesLater(-5),
  completedAt: minutesLater(-1),
  ...overrides,
})

export const aLoadedReport = (overrides: Partial<LoadedReport> = {}): LoadedReport => ({
  status: 'loaded',
  ...reportFields(),
  requestCount: 1,
  loadedAt: noon,
  rows: 12,
  ...overrides,
})

export const aFailedReport = (overrides: Partial<FailedReport> = {}): FailedReport => ({
  status: 'failed',
  ...reportFields(),
  requestCount: 1,
  failedAt: noon,
  reason: { error: 'refused', detail: 'Amazon said no' },
  ...overrides,
})

export function aFileRow(type: ReportType = 'sp_campaigns', overrides: FileRow = {}): FileRow {
  const defaults = { key: 'k1', text: 'a name', count: 0, money: 0 }
  const columns = definitionOf(type).columns.map(({ amazonName, kind }) => [amazonName, defaults[kind]])
  return { date: '2026-05-01', ...Object.fromEntries(columns), ...overrides }
}

export function aReportConfiguration(
  type: ReportType = 'sp_campaigns',
  overrides: Partial<ReportConfiguration> = {},
): ReportConfiguration {
  const definition = definitionOf(type)
  return {
    reportTypeId: definition.reportTypeId,
    timeUnit: 'DAILY',
    columns: requestedColumns(definition),
    groupBy: definition.groupBy,
    startDate: days.from,
    endDate: days.to,
    ...overrides,
  }
}
