import { after, hours, minutes } from '../../../domain/calendar.ts'
import {
  type Connection,
  consentOf,
  isAmazonUserUnknown,
  isErased,
} from '../../../domain/connection/connection.ts'
import type { Consent } from '../../../domain/connection/consent.ts'
import type { ConnectionId, PendingConnectionId, ProfileId, UserId } from '../../../domain/identifiers.ts'
import type { AdvertisingProfile } from '../../../domain/profile/profile.ts'
import type { TokenCipher } from '../engine/encryption/token-cipher.ts'
import type { ConnectionColumns, GrantColumns } from './connection-rows.ts'

export const refreshTokenRecord = (id: string) => ({ table: 'connection_grant', column: 'refresh_token', id })

export function toConnection(
  row: ConnectionColumns,
  grant: Pick<GrantColumns, 'connectionId' | 'refreshToken' | 'accessTokenExpiresAt'> | undefined,
  cipher: TokenCipher,
): Connection {
  const { status } = row
  if (status === 'erasing' || status === 'erased') {
    const [closedAt, reason] = [requireValue(row.closedAt, row), requireValue(row.closeReason, row)]
    return { status, ...toIdentity(row), closedAt, reason }
  }
  const owned = {
    ...toIdentity(row),
    profile: toProfile(row),
    isExclusive: row.isExclusive,
    pendingConnectionId: requireValue(row.pendingConnectionId, row) as PendingConnectionId,
  }
  const consent = toConsent(row)
  switch (status) {
    case 'active': {
      const { refreshToken, connectionId, accessTokenExpiresAt } = requireValue(grant, row)
      const token = cipher.decrypt(refreshToken, refreshTokenRecord(connectionId))
      // Access tokens last an hour.
      const refreshedAt = accessTokenExpiresAt ? after(accessTokenExpiresAt, -hours(1)) : null
      const doubtedAt = row.doubtedAt && (!refreshedAt || row.doubtedAt > refreshedAt) ? row.doubtedAt : null
      return { status, ...owned, grant: { ...consent, refreshToken: token }, doubtedAt }
    }
    case 'needs_authorisation': {
      const [since, why] = [
        requireValue(row.authorisationLostAt, row),
        requireValue(row.authorisationLossReason, row),
      ]
      return { status, ...owned, consent, since, why }
    }
    case 'closed': {
      const [closedAt, reason] = [requireValue(row.closedAt, row), requireValue(row.closeReason, row)]
      return { status, ...owned, consent, closedAt, reason, eraseAt: requireValue(row.eraseAt, row) }
    }
  }
}

function requireValue<Value>(
  value: Value | null | undefined,
  { id, status }: Pick<ConnectionColumns, 'id' | 'status'>,
): Value {
  if (value === null || value === undefined) throw new Error(`connection ${id} is ${status} but incomplete`)
  return value
}

const toIdentity = ({ id, userId, connectedAt }: ConnectionColumns) => ({
  id: id as ConnectionId,
  userId: userId as UserId,
  connectedAt,
})

const toConsent = (row: ConnectionColumns): Consent => ({
  loginRegion: requireValue(row.loginRegion, row),
  consentedAt: requireValue(row.consentedAt, row),
  amazonUser: row.amazonUser ?? null,
})

/** @throws {Error} for an erased connection. */
export const toProfile = (row: ConnectionColumns): AdvertisingProfile => ({
  id: requireValue(row.profileId, row) as ProfileId,
  region: requireValue(row.region, row),
  country: requireValue(row.country, row),
  currency: requireValue(row.currency, row),
  timezone: requireValue(row.timezone, row),
  accountId: requireValue(row.accountId, row),
  accountName: row.accountName ?? null,
  accountType: requireValue(row.accountType, row),
  canEdit: requireValue(row.canEdit, row),
  ...(row.advertiserAccountId && { advertiserAccountId: row.advertiserAccountId }),
})

const emptyStateColumns = {
  amazonUserLookupDueAt: null,
  doubtedAt: null,
  authorisationLostAt: null,
  authorisationLossReason: null,
  closedAt: null,
  closeReason: null,
  eraseAt: null,
}

const amazonUserLookupDelay = minutes(10)

const erasedColumns = {
  isExclusive: false,
  pendingConnectionId: null,
  profileId: null,
  region: null,
  country: null,
  currency: null,
  timezone: null,
  accountId: null,
  advertiserAccountId: null,
  accountName: null,
  accountType: null,
  canEdit: null,
  loginRegion: null,
  consentedAt: null,
  amazonUser: null,
}

/** Sets every column, so that no value of the previous state remains. */
export function toColumns(connection: Connection) {
  const { id, userId, status, connectedAt } = connection
  const identity = { id, userId, status, connectedAt, ...emptyStateColumns }
  if (isErased(connection)) {
    const { closedAt, reason } = connection
    return { ...identity, ...erasedColumns, closedAt, closeReason: reason }
  }
  const { id: profileId, accountSubType: _, ...profile } = connection.profile
  const { isExclusive, pendingConnectionId } = connection
  const owned = {
    ...identity,
    profileId,
    ...profile,
    advertiserAccountId: profile.advertiserAccountId ?? null,
    isExclusive,
    pendingConnectionId,
    ...consentOf(connection),
  }
  switch (connection.status) {
    case 'active': {
      const { grant, doubtedAt } = connection
      return isAmazonUserUnknown(connection)
        ? { ...owned, doubtedAt, amazonUserLookupDueAt: after(grant.consentedAt, amazonUserLookupDelay) }
        : { ...owned, doubtedAt }
    }
    case 'needs_authorisation':
      return { ...owned, authorisationLostAt: connection.since, authorisationLossReason: connection.why }
    case 'closed': {
      const { closedAt, reason, eraseAt } = connection
      return { ...owned, closedAt, closeReason: reason, eraseAt }
    }
  }
}
