import { defineEntity, type InferEntity, p } from '@mikro-orm/core'
import type { LinkPurpose } from '../../../domain/access/access-link.ts'
import type { SessionKind } from '../../../domain/access/session.ts'
import type { Plan } from '../../../domain/access/subscription.ts'
import type { Role } from '../../../domain/access/user.ts'
import type {
  AuthorisationLossReason,
  CloseReason,
  Connection,
} from '../../../domain/connection/connection.ts'
import type { AmazonUser } from '../../../domain/connection/consent.ts'
import type { RegionResult } from '../../../domain/connection/pending-connection.ts'
import type { SupportRequestCommentKind } from '../../../domain/help/comment.ts'
import type { SupportRequestStatus } from '../../../domain/help/status.ts'
import type { ReportType } from '../../../domain/ingestion/catalogue.ts'
import type { Deferral } from '../../../domain/ingestion/deferral.ts'
import type { Report } from '../../../domain/ingestion/report.ts'
import type { FailureReason, ReportError } from '../../../domain/ingestion/report-error.ts'
import type { SyncRunKind } from '../../../domain/ingestion/sync-run.ts'
import type { Region } from '../../../domain/profile/region.ts'
import type { Severity, TimelineEvent, TimelineEventKind } from '../../../domain/timeline/entry.ts'

/** Tables written row by row; fact tables are written by COPY and read as sums. */

export const UserRow = defineEntity({
  name: 'UserRow',
  tableName: 'app_user',
  properties: {
    id: p.uuid().primary(),
    email: p.text(),
    name: p.text(),
    role: p.text().$type<Role>(),
    passwordHash: p.text().nullable(),
    createdAt: p.datetime(),
  },
})

export const SubscriptionRow = defineEntity({
  name: 'SubscriptionRow',
  tableName: 'subscription',
  properties: {
    userId: p.uuid().primary(),
    plan: p.text().$type<Plan>(),
    endsAt: p.datetime().nullable(),
  },
})

export const SessionRow = defineEntity({
  name: 'SessionRow',
  tableName: 'session',
  properties: {
    id: p.uuid().primary(),
    userId: p.uuid(),
    kind: p.text().$type<SessionKind>(),
    openedAt: p.datetime(),
    lastSeenAt: p.datetime(),
    expiresAt: p.datetime(),
    device: p.text(),
    closedAt: p.datetime().nullable(),
    currentConnectionId: p.uuid().nullable(),
  },
})

export const SecondFactorRow = defineEntity({
  name: 'SecondFactorRow',
  tableName: 'second_factor',
  properties: {
    userId: p.uuid().primary(),
    secret: p.text(),
    confirmedAt: p.datetime().nullable(),
    lastAcceptedStep: p.integer().nullable(),
    failedCodes: p.integer(),
    lastFailedAt: p.datetime().nullable(),
  },
})

export const RecoveryCodeRow = defineEntity({
  name: 'RecoveryCodeRow',
  tableName: 'recovery_code',
  properties: {
    userId: p.uuid().primary(),
    codeHash: p.text().primary(),
  },
})

export const AccessLinkRow = defineEntity({
  name: 'AccessLinkRow',
  tableName: 'access_link',
  properties: {
    tokenHash: p.text().primary(),
    userId: p.uuid(),
    purpose: p.text().$type<LinkPurpose>(),
    createdAt: p.datetime(),
    expiresAt: p.datetime(),
  },
})

export const AuthorisationAttemptRow = defineEntity({
  name: 'AuthorisationAttemptRow',
  tableName: 'authorisation_attempt',
  properties: {
    id: p.uuid().primary(),
    userId: p.uuid(),
    sessionId: p.uuid(),
    reauthorisedConnectionId: p.uuid().nullable(),
    region: p.text().$type<Region>(),
    stateHash: p.text(),
    verifier: p.text().nullable(),
    startedAt: p.datetime(),
    expiresAt: p.datetime(),
    returnedAt: p.datetime().nullable(),
  },
})

export const PendingConnectionRow = defineEntity({
  name: 'PendingConnectionRow',
  tableName: 'pending_connection',
  properties: {
    id: p.uuid().primary(),
    userId: p.uuid(),
    attemptId: p.uuid(),
    reauthorisedConnectionId: p.uuid().nullable(),
    region: p.text().$type<Region>(),
    refreshToken: p.text(),
    accessToken: p.text(),
    accessTokenExpiresAt: p.datetime(),
    amazonUser: p.json<AmazonUser>().nullable(),
    profilesNa: p.json<RegionResult>(),
    profilesEu: p.json<RegionResult>(),
    profilesFe: p.json<RegionResult>(),
    savedAt: p.datetime(),
    expiresAt: p.datetime(),
  },
})

export const ConnectionRow = defineEntity({
  name: 'ConnectionRow',
  tableName: 'connection',
  properties: {
    id: p.uuid().primary(),
    userId: p.uuid(),
    status: p.text().$type<Connection['status']>(),
    isExclusive: p.boolean(),
    // Null down to `amazonUser` once the connection is erased.
    pendingConnectionId: p.uuid().nullable(),
    profileId: p.text().nullable(),
    region: p.text().$type<Region>().nullable(),
    country: p.text().nullable(),
    currency: p.text().nullable(),
    timezone: p.text().nullable(),
    accountId: p.text().nullable(),
    accountName: p.text().nullable(),
    accountType: p.text().nullable(),
    canEdit: p.boolean().nullable(),
    loginRegion: p.text().$type<Region>().nullable(),
    consentedAt: p.datetime().nullable(),
    amazonUser: p.json<AmazonUser>().nullable(),
    // Null when the Amazon user is known or can't be looked up.
    amazonUserLookupDueAt: p.datetime().nullable(),
    connectedAt: p.datetime(),
    authorisationLostAt: p.datetime().nullable(),
    authorisationLossReason: p.text().$type<AuthorisationLossReason>().nullable(),
    closedAt: p.datetime().nullable(),
    closeReason: p.text().$type<CloseReason>().nullable(),
    eraseAt: p.datetime().nullable(),
  },
})

export const GrantRow = defineEntity({
  name: 'GrantRow',
  tableName: 'connection_grant',
  properties: {
    connectionId: p.uuid().primary(),
    loginRegion: p.text().$type<Region>(),
    refreshToken: p.text(),
    consentedAt: p.datetime(),
    accessToken: p.text().nullable(),
    accessTokenExpiresAt: p.datetime().nullable(),
    tokenVersion: p.integer(),
    refreshingUntil: p.datetime().nullable(),
  },
})

export const SyncRunRow = defineEntity({
  name: 'SyncRunRow',
  tableName: 'sync_run',
  properties: {
    id: p.uuid().primary(),
    connectionId: p.uuid(),
    kind: p.text().$type<SyncRunKind>(),
    dayFrom: p.date(),
    dayTo: p.date(),
    requestedAt: p.datetime(),
    finishedAt: p.datetime().nullable(),
    correlationId: p.text().nullable(),
  },
})

export const ReportRow = defineEntity({
  name: 'ReportRow',
  tableName: 'report',
  properties: {
    id: p.uuid().primary(),
    syncRunId: p.uuid(),
    connectionId: p.uuid(),
    position: p.integer(),
    type: p.text().$type<ReportType>(),
    status: p.text().$type<Report['status']>(),
    dayFrom: p.date(),
    dayTo: p.date(),
    isInteractive: p.boolean(),
    requestCount: p.integer(),
    consecutiveErrors: p.integer(),
    totalErrors: p.integer(),
    lastError: p.json<ReportError>().nullable(),
    failingSince: p.datetime().nullable(),
    dueAt: p.datetime().nullable(),
    dueSetAt: p.datetime().nullable(),
    deferredSince: p.datetime().nullable(),
    deferralReason: p.text().$type<Deferral['why']>().nullable(),
    amazonReportId: p.text().nullable(),
    acceptedAt: p.datetime().nullable(),
    pollCount: p.integer(),
    completedAt: p.datetime().nullable(),
    loadedAt: p.datetime().nullable(),
    rowCount: p.bigint('number').nullable(),
    failedAt: p.datetime().nullable(),
    failure: p.json<FailureReason>().nullable(),
    leasedUntil: p.datetime().nullable(),
    fencingToken: p.integer(),
  },
})

export const TimelineRow = defineEntity({
  name: 'TimelineRow',
  tableName: 'timeline_entry',
  properties: {
    id: p.bigint('string').primary(),
    at: p.datetime(),
    kind: p.text().$type<TimelineEventKind>(),
    severity: p.text().$type<Severity>(),
    userId: p.uuid(),
    attemptId: p.uuid().nullable(),
    connectionId: p.uuid().nullable(),
    syncRunId: p.uuid().nullable(),
    reportId: p.uuid().nullable(),
    event: p.json<TimelineEvent>(),
  },
})

export const SupportRequestRow = defineEntity({
  name: 'SupportRequestRow',
  tableName: 'support_request',
  properties: {
    id: p.uuid().primary(),
    userId: p.uuid(),
    idempotencyKey: p.uuid(),
    requestedAt: p.datetime(),
    connectionId: p.uuid().nullable(),
    amazonEmail: p.text(),
    marketplace: p.text(),
    message: p.text(),
    page: p.text().nullable(),
    reference: p.text().nullable(),
    state: p.text().$type<SupportRequestStatus>(),
    since: p.datetime(),
    statusChangedBy: p.uuid().nullable(),
  },
})

export const SupportRequestCommentRow = defineEntity({
  name: 'SupportRequestCommentRow',
  tableName: 'support_request_comment',
  properties: {
    id: p.uuid().primary(),
    requestId: p.uuid(),
    idempotencyKey: p.uuid(),
    kind: p.text().$type<SupportRequestCommentKind>(),
    authorId: p.uuid(),
    commentedAt: p.datetime(),
    body: p.text(),
  },
})

export type PendingConnectionColumns = InferEntity<typeof PendingConnectionRow>
export type SessionColumns = InferEntity<typeof SessionRow>
export type ConnectionColumns = InferEntity<typeof ConnectionRow>
export type GrantColumns = InferEntity<typeof GrantRow>
export type ReportColumns = InferEntity<typeof ReportRow>
export type SupportRequestColumns = InferEntity<typeof SupportRequestRow>
export type SupportRequestCommentColumns = InferEntity<typeof SupportRequestCommentRow>
export type SyncRunColumns = InferEntity<typeof SyncRunRow>

export const entityDefinitions = [
  UserRow,
  SubscriptionRow,
  SessionRow,
  SecondFactorRow,
  RecoveryCodeRow,
  AccessLinkRow,
  AuthorisationAttemptRow,
  PendingConnectionRow,
  ConnectionRow,
  GrantRow,
  SyncRunRow,
  ReportRow,
  TimelineRow,
  SupportRequestRow,
  SupportRequestCommentRow,
]
