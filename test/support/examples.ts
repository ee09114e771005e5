/** Valid default values; a test states only what it is about. */
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

export const poll: PollInterval = { firstSeconds: 30, maxSeconds: 180 }

export const aUser = (its: Partial<User> = {}): User => {
  const id = anId<UserId>()
  return { id, email: `${id}@example.test`, name: 'Sam Seller', role: 'seller', ...its }
}

export const aSubscription = (its: Partial<Subscription> = {}): Subscription => ({
  plan: 'monthly',
  endsAt: null,
  ...its,
})

export const anEvent = (its: Partial<SubscriptionEvent> = {}): SubscriptionEvent => ({
  id: anId<SubscriptionEventId>(),
  source: 'billing',
  about: { email: 'sam@example.test' },
  occurredAt: noon,
  subscription: aSubscription(),
  ...its,
})

export const aSession = (its: Partial<Session> & Pick<Session, 'userId'>): Session => ({
  ...openSession(
    { id: anId<SessionId>(), userId: its.userId, kind: 'seller', device: 'Firefox on Windows' },
    noon,
  ),
  ...its,
})

export const aViewAs = (
  its: Partial<ViewAsSession> & Pick<ViewAsSession, 'userId' | 'viewerId'>,
  startedAt = noon,
): ViewAsSession => ({
  ...startViewAs(
    {
      id: anId<ViewAsSessionId>(),
      userId: its.userId,
      viewerId: its.viewerId,
      staffSessionId: anId<SessionId>(),
      reason: 'They see an empty list',
    },
    startedAt,
  ),
  ...its,
})

export const anOrigin: RequestOrigin = {
  ip: '192.0.2.7',
  device: 'Firefox on Windows',
  requestId: 'request 7',
}

export const aSupportRequest = (
  its: Partial<SupportRequest> & Pick<SupportRequest, 'userId'>,
): SupportRequest => ({
  id: anId<SupportRequestId>(),
  requestedAt: noon,
  connectionId: null,
  text: { message: 'No profile is shown.', amazonEmail: 'jane@example.com', marketplace: 'Amazon.com' },
  page: null,
  reference: null,
  status: initialStatus(its.requestedAt ?? noon),
  ...its,
})

export const aComment = (
  its: Partial<SupportRequestComment> & Pick<SupportRequestComment, 'requestId'>,
): SupportRequestComment => ({
  id: anId<SupportRequestCommentId>(),
  kind: 'internal_note',
  authorId: anId<UserId>(),
  commentedAt: noon,
  text: 'Their login reaches no profile.',
  ...its,
})

export const aProfile = (its: Partial<AdvertisingProfile> = {}): AdvertisingProfile => ({
  id: '8017093095374960' as ProfileId,
  region: 'na',
  country: 'US',
  currency: 'USD',
  timezone: 'America/Los_Angeles',
  accountId: 'A1EXAMPLE',
  accountName: 'My Brand US',
  accountType: 'seller',
  canEdit: true,
  ...its,
})

/** In another region than {@link aProfile}. */
export const aBritishProfile = (its: Partial<AdvertisingProfile> = {}): AdvertisingProfile =>
  aProfile({
    id: '2017093095374961' as ProfileId,
    region: 'eu',
    country: 'UK',
    currency: 'GBP',
    timezone: 'Europe/London',
    accountName: 'My Brand UK',
    ...its,
  })

export const anAttempt = (its: Partial<AuthorisationAttempt> = {}): AuthorisationAttempt => ({
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
  ...its,
})

export const anAmazonUser = (its: Partial<AmazonUser> = {}): AmazonUser => ({
  userId: 'amzn1.account.EXAMPLE',
  name: 'Sam at Amazon',
  email: 'sam@amazon.example',
  ...its,
})

/** Region results with these profiles, each in its own region. */
export function regionResultsWith(...profiles: readonly AdvertisingProfile[]): RegionResults {
  const of = (region: AdvertisingProfile['region']) =>
    ({ state: 'fetched', profiles: profiles.filter(profile => profile.region === region) }) as const
  return { na: of('na'), eu: of('eu'), fe: of('fe') }
}

export const unfetchedRegionResults: RegionResults = {
  na: { state: 'not_fetched' },
  eu: { state: 'not_fetched' },
  fe: { state: 'not_fetched' },
}

export const aPendingConnection = (its: Partial<PendingConnection> = {}): PendingConnection => ({
  id: anId<PendingConnectionId>(),
  userId: anId<UserId>(),
  attemptId: anId<AttemptId>(),
  reauthorisedConnectionId: null,
  region: 'na',
  refreshToken: new Secret('Atzr|refresh-of-the-pending'),
  accessToken: new Secret('Atza|access-of-the-pending'),
  accessTokenExpiresAt: hoursLater(1),
  amazonUser: anAmazonUser(),
  regionResults: regionResultsWith(aProfile(), aBritishProfile()),
  savedAt: noon,
  expiresAt: hoursLater(1),
  ...its,
})

export const aConsent = (its: Partial<Consent> = {}): Consent => ({
  loginRegion: 'na',
  consentedAt: hoursLater(-48),
  amazonUser: anAmazonUser(),
  ...its,
})

export const aGrant = (its: Partial<Grant> = {}): Grant => ({
  refreshToken: new Secret('Atzr|refresh-of-the-connection'),
  ...aConsent(),
  ...its,
})

const owned = () => ({
  id: anId<ConnectionId>(),
  userId: anId<UserId>(),
  profile: aProfile(),
  connectedAt: hoursLater(-48),
  isExclusive: true,
  pendingConnectionId: anId<PendingConnectionId>(),
})

export const anActiveConnection = (its: Partial<ActiveConnection> = {}): ActiveConnection => ({
  status: 'active',
  ...owned(),
  grant: aGrant(),
  ...its,
})

export const anUnauthorisedConnection = (
  its: Partial<UnauthorisedConnection> = {},
): UnauthorisedConnection => ({
  status: 'needs_authorisation',
  ...owned(),
  consent: aConsent(),
  since: hoursLater(-1),
  why: 'grant_revoked',
  ...its,
})

export const aClosedConnection = (its: Partial<ClosedConnection> = {}): ClosedConnection => ({
  status: 'closed',
  ...owned(),
  consent: aConsent(),
  closedAt: hoursLater(-1),
  reason: 'disconnected',
  eraseAt: hoursLater(30 * 24 - 1),
  ...its,
})

export const anErasedConnection = (its: Partial<ErasedConnection> = {}): ErasedConnection => ({
  status: 'erased',
  id: anId<ConnectionId>(),
  userId: anId<UserId>(),
  connectedAt: hoursLater(-48),
  closedAt: hoursLater(-1),
  reason: 'disconnected',
  ...its,
})

export const aRun = (its: Partial<SyncRun> = {}): SyncRun => ({
  id: anId<SyncRunId>(),
  connectionId: anId<ConnectionId>(),
  kind: 'initial',
  days,
  requestedAt: noon,
  ...its,
})

const ordered = () => ({
  id: anId<ReportId>(),
  syncRunId: anId<SyncRunId>(),
  connectionId: anId<ConnectionId>(),
  type: 'sp_campaigns' as ReportType,
  days,
  isInteractive: true,
})

const calm = {
  consecutiveErrors: 0,
  totalErrors: 0,
  lastError: null,
  failingSince: null,
  dueAt: noon,
  dueSetAt: noon,
  deferredSince: null,
  deferralReason: null,
}

export const aRequestedReport = (its: Partial<RequestedReport> = {}): RequestedReport => ({
  status: 'requested',
  ...ordered(),
  requestCount: 0,
  ...calm,
  ...its,
})

export const aGeneratingReport = (its: Partial<GeneratingReport> = {}): GeneratingReport => ({
  status: 'generating',
  ...ordered(),
  requestCount: 1,
  ...calm,
  amazonReportId: 'amazon-report' as AmazonReportId,
  acceptedAt: minutesLater(-1),
  pollCount: 0,
  ...its,
})

export const aCompletedReport = (its: Partial<CompletedReport> = {}): CompletedReport => ({
  status: 'completed',
  ...ordered(),
  requestCount: 1,
  ...calm,
  amazonReportId: 'amazon-report' as AmazonReportId,
  acceptedAt: minutesLater(-5),
  completedAt: minutesLater(-1),
  ...its,
})

export const aLoadedReport = (its: Partial<LoadedReport> = {}): LoadedReport => ({
  status: 'loaded',
  ...ordered(),
  requestCount: 1,
  loadedAt: noon,
  rows: 12,
  ...its,
})

export const aFailedReport = (its: Partial<FailedReport> = {}): FailedReport => ({
  status: 'failed',
  ...ordered(),
  requestCount: 1,
  failedAt: noon,
  reason: { error: 'refused', detail: 'Amazon said no' },
  ...its,
})

export function aFileRow(type: ReportType = 'sp_campaigns', its: FileRow = {}): FileRow {
  const dull = { key: 'k1', text: 'a name', count: 0, money: 0 }
  const columns = definitionOf(type).columns.map(({ amazonName, kind }) => [amazonName, dull[kind]])
  return { date: '2026-05-01', ...Object.fromEntries(columns), ...its }
}

export function anEcho(
  type: ReportType = 'sp_campaigns',
  its: Partial<ReportConfiguration> = {},
): ReportConfiguration {
  const definition = definitionOf(type)
  return {
    reportTypeId: definition.reportTypeId,
    timeUnit: 'DAILY',
    columns: requestedColumns(definition),
    groupBy: definition.groupBy,
    startDate: days.from,
    endDate: days.to,
    ...its,
  }
}
