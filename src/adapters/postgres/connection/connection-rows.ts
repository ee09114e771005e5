import { defineEntity, type InferEntity, p } from '@mikro-orm/core'
import type {
  AuthorisationLossReason,
  CloseReason,
  Connection,
} from '../../../domain/connection/connection.ts'
import type { AmazonUser } from '../../../domain/connection/consent.ts'
import type { RegionResult } from '../../../domain/connection/pending-connection.ts'
import type { Region } from '../../../domain/profile/region.ts'

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
    isConsentPageSkipped: p.boolean(),
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
    advertiserAccountId: p.text().nullable(),
    accountName: p.text().nullable(),
    accountType: p.text().nullable(),
    canEdit: p.boolean().nullable(),
    loginRegion: p.text().$type<Region>().nullable(),
    consentedAt: p.datetime().nullable(),
    amazonUser: p.json<AmazonUser>().nullable(),
    // Null when the Amazon user is known or can't be looked up.
    amazonUserLookupDueAt: p.datetime().nullable(),
    connectedAt: p.datetime(),
    doubtedAt: p.datetime().nullable(),
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

export type PendingConnectionColumns = InferEntity<typeof PendingConnectionRow>
export type ConnectionColumns = InferEntity<typeof ConnectionRow>
export type GrantColumns = InferEntity<typeof GrantRow>
