import { defineEntity, type InferEntity, p } from '@mikro-orm/core'
import type { LinkPurpose } from '../../domain/access/access-link.ts'
import type { Role } from '../../domain/access/person.ts'
import type { SessionKind } from '../../domain/access/session.ts'
import type { Plan } from '../../domain/access/subscription.ts'
import type { AuthorisationLoss, CloseReason, Connection } from '../../domain/connection/connection.ts'
import type { AmazonUser } from '../../domain/connection/consent.ts'
import type { RegionReading } from '../../domain/connection/pending-connection.ts'
import type { HelpRemarkKind } from '../../domain/help/remark.ts'
import type { HelpState } from '../../domain/help/standing.ts'
import type { ReportType } from '../../domain/ingestion/catalogue.ts'
import type { HoldBack } from '../../domain/ingestion/region-traffic.ts'
import type { Report } from '../../domain/ingestion/report.ts'
import type { RunKind } from '../../domain/ingestion/run.ts'
import type { FailureReason, ReportTrouble } from '../../domain/ingestion/trouble.ts'
import type { Region } from '../../domain/profile/region.ts'
import type { EntryLevel, Happening, HappeningKind } from '../../domain/timeline/entry.ts'

/** Tables written row by row; fact tables are written by COPY and read as sums. */

export const PersonRow = defineEntity({
  name: 'PersonRow',
  tableName: 'person',
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
    personId: p.uuid().primary(),
    plan: p.text().$type<Plan>(),
    endsAt: p.datetime().nullable(),
  },
})

export const SessionRow = defineEntity({
  name: 'SessionRow',
  tableName: 'session',
  properties: {
    id: p.uuid().primary(),
    personId: p.uuid(),
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
    personId: p.uuid().primary(),
    secret: p.text(),
    confirmedAt: p.datetime().nullable(),
    lastStep: p.integer().nullable(),
    wrongCodes: p.integer(),
    lastWrongAt: p.datetime().nullable(),
  },
})

export const RecoveryCodeRow = defineEntity({
  name: 'RecoveryCodeRow',
  tableName: 'recovery_code',
  properties: {
    personId: p.uuid().primary(),
    codeHash: p.text().primary(),
  },
})

export const AccessLinkRow = defineEntity({
  name: 'AccessLinkRow',
  tableName: 'access_link',
  properties: {
    tokenHash: p.text().primary(),
    personId: p.uuid(),
    purpose: p.text().$type<LinkPurpose>(),
    madeAt: p.datetime(),
    expiresAt: p.datetime(),
  },
})

export const AttemptRow = defineEntity({
  name: 'AttemptRow',
  tableName: 'attempt',
  properties: {
    id: p.uuid().primary(),
    personId: p.uuid(),
    sessionId: p.uuid(),
    renews: p.uuid().nullable(),
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
    personId: p.uuid(),
    attemptId: p.uuid(),
    renews: p.uuid().nullable(),
    region: p.text().$type<Region>(),
    refreshToken: p.text(),
    accessToken: p.text(),
    accessTokenExpiresAt: p.datetime(),
    amazonUser: p.json<AmazonUser>().nullable(),
    readingNa: p.json<RegionReading>(),
    readingEu: p.json<RegionReading>(),
    readingFe: p.json<RegionReading>(),
    savedAt: p.datetime(),
    expiresAt: p.datetime(),
  },
})

export const ConnectionRow = defineEntity({
  name: 'ConnectionRow',
  tableName: 'connection',
  properties: {
    id: p.uuid().primary(),
    personId: p.uuid(),
    status: p.text().$type<Connection['status']>(),
    isExclusive: p.boolean(),
    // Null from here on once the connection is erased.
    chosenFrom: p.uuid().nullable(),
    profileId: p.text().nullable(),
    region: p.text().$type<Region>().nullable(),
    country: p.text().nullable(),
    currency: p.text().nullable(),
    timezone: p.text().nullable(),
    accountId: p.text().nullable(),
    accountName: p.text().nullable(),
    accountType: p.text().nullable(),
    mayEdit: p.boolean().nullable(),
    loginRegion: p.text().$type<Region>().nullable(),
    consentedAt: p.datetime().nullable(),
    amazonUser: p.json<AmazonUser>().nullable(),
    // When Amazon is next asked for its user; null when known or impossible.
    namingDueAt: p.datetime().nullable(),
    connectedAt: p.datetime(),
    since: p.datetime().nullable(),
    loss: p.text().$type<AuthorisationLoss>().nullable(),
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

export const RunRow = defineEntity({
  name: 'RunRow',
  tableName: 'ingestion_run',
  properties: {
    id: p.uuid().primary(),
    connectionId: p.uuid(),
    kind: p.text().$type<RunKind>(),
    dayFrom: p.date(),
    dayTo: p.date(),
    requestedAt: p.datetime(),
    settledAt: p.datetime().nullable(),
    correlationId: p.text().nullable(),
  },
})

export const ReportRow = defineEntity({
  name: 'ReportRow',
  tableName: 'report',
  properties: {
    id: p.uuid().primary(),
    runId: p.uuid(),
    connectionId: p.uuid(),
    position: p.integer(),
    type: p.text().$type<ReportType>(),
    status: p.text().$type<Report['status']>(),
    dayFrom: p.date(),
    dayTo: p.date(),
    isAwaited: p.boolean(),
    orders: p.integer(),
    troubles: p.integer(),
    troublesInAll: p.integer(),
    lastTrouble: p.json<ReportTrouble>().nullable(),
    troubledSince: p.datetime().nullable(),
    nextTryAt: p.datetime().nullable(),
    waitsSince: p.datetime().nullable(),
    heldSince: p.datetime().nullable(),
    heldFor: p.text().$type<HoldBack['why']>().nullable(),
    amazonReportId: p.text().nullable(),
    acceptedAt: p.datetime().nullable(),
    looks: p.integer(),
    completedAt: p.datetime().nullable(),
    loadedAt: p.datetime().nullable(),
    rowCount: p.bigint('number').nullable(),
    failedAt: p.datetime().nullable(),
    failure: p.json<FailureReason>().nullable(),
    leasedUntil: p.datetime().nullable(),
    fence: p.integer(),
  },
})

export const TimelineRow = defineEntity({
  name: 'TimelineRow',
  tableName: 'timeline_entry',
  properties: {
    id: p.bigint('string').primary(),
    at: p.datetime(),
    kind: p.text().$type<HappeningKind>(),
    level: p.text().$type<EntryLevel>(),
    personId: p.uuid(),
    attemptId: p.uuid().nullable(),
    connectionId: p.uuid().nullable(),
    runId: p.uuid().nullable(),
    reportId: p.uuid().nullable(),
    happening: p.json<Happening>(),
  },
})

export const HelpRequestRow = defineEntity({
  name: 'HelpRequestRow',
  tableName: 'help_request',
  properties: {
    id: p.uuid().primary(),
    personId: p.uuid(),
    formId: p.uuid(),
    askedAt: p.datetime(),
    connectionId: p.uuid().nullable(),
    amazonEmail: p.text(),
    marketplace: p.text(),
    message: p.text(),
    page: p.text().nullable(),
    reference: p.text().nullable(),
    state: p.text().$type<HelpState>(),
    since: p.datetime(),
    stateBy: p.uuid().nullable(),
  },
})

export const HelpRemarkRow = defineEntity({
  name: 'HelpRemarkRow',
  tableName: 'help_remark',
  properties: {
    id: p.uuid().primary(),
    requestId: p.uuid(),
    formId: p.uuid(),
    kind: p.text().$type<HelpRemarkKind>(),
    writtenBy: p.uuid(),
    writtenAt: p.datetime(),
    words: p.text(),
  },
})

export type PendingConnectionColumns = InferEntity<typeof PendingConnectionRow>
export type SessionColumns = InferEntity<typeof SessionRow>
export type ConnectionColumns = InferEntity<typeof ConnectionRow>
export type GrantColumns = InferEntity<typeof GrantRow>
export type ReportColumns = InferEntity<typeof ReportRow>
export type HelpRequestColumns = InferEntity<typeof HelpRequestRow>
export type HelpRemarkColumns = InferEntity<typeof HelpRemarkRow>
export type RunColumns = InferEntity<typeof RunRow>

export const tables = [
  PersonRow,
  SubscriptionRow,
  SessionRow,
  SecondFactorRow,
  RecoveryCodeRow,
  AccessLinkRow,
  AttemptRow,
  PendingConnectionRow,
  ConnectionRow,
  GrantRow,
  RunRow,
  ReportRow,
  TimelineRow,
  HelpRequestRow,
  HelpRemarkRow,
]
