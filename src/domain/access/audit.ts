import type { AuditEntryId, ConnectionId, UserId } from '../identifiers.ts'
import { caseActions } from './staff-action.ts'

/** S-43, S-44 */
export const auditActions = [
  'view_as_started',
  'view_as_ended',
  'plan_changed',
  'cases_listed',
  'staff_listed',
  ...caseActions,
  'role_changed',
  'sessions_ended',
  'second_factor_removed',
  'user_created',
  'user_disabled',
  'user_enabled',
  'enrolment_link_sent',
  'connect_link_sent',
  'all_asked_to_authorise',
] as const
export type AuditAction = (typeof auditActions)[number]

/** Ids and times only; no secrets, no names from Amazon. */
export type AuditState = Readonly<Record<string, string | number | boolean | null>>

export interface RequestOrigin {
  readonly ip: string
  readonly device: string
  readonly requestId: string
}

/** Append-only. Written in the transaction of the action. */
export interface AuditEntry {
  readonly at: Date
  readonly staffId: UserId
  readonly action: AuditAction
  readonly userId: UserId | null
  readonly connectionId: ConnectionId | null
  readonly reason: string
  readonly before: AuditState | null
  readonly after: AuditState | null
  /** Null for an automatic end. */
  readonly from: RequestOrigin | null
}

/** Null matches everyone. */
export interface AuditFilter {
  readonly staffId: UserId | null
  readonly userId: UserId | null
}

export interface AuditEntryWithNames extends AuditEntry {
  readonly id: AuditEntryId
  readonly staffName: string
  readonly userName: string | null
}
