import { defineEntity, type InferEntity, p } from '@mikro-orm/core'
import type { LinkPurpose } from '../../../domain/access/access-link.ts'
import type { SessionKind } from '../../../domain/access/session.ts'
import type { Plan } from '../../../domain/access/subscription.ts'
import type { Role } from '../../../domain/access/user.ts'

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
    disabledAt: p.datetime().nullable(),
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
    verifiedAt: p.datetime().nullable(),
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

export const PendingAppRow = defineEntity({
  name: 'PendingAppRow',
  tableName: 'pending_authenticator_app',
  properties: {
    userId: p.uuid().primary(),
    secret: p.text(),
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

export const KnownDeviceRow = defineEntity({
  name: 'KnownDeviceRow',
  tableName: 'known_device',
  properties: {
    id: p.uuid().primary(),
    userId: p.uuid(),
    tokenHash: p.text(),
    createdAt: p.datetime(),
    lastSeenAt: p.datetime(),
  },
})

export type SessionColumns = InferEntity<typeof SessionRow>
