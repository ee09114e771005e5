import type { AuditEntryId, ConnectionId, PersonId } from '../identifiers.ts'
import { caseActions } from './staff-action.ts'

/** What one of us does in the console that stays on record, with the reason (S-43, S-44). */
export const auditActions = [
  'view_begun',
  'view_ended',
  'plan_changed',
  'cases_listed',
  'staff_listed',
  ...caseActions,
  'role_changed',
  'sessions_ended',
  'second_factor_removed',
  'person_admitted',
  'connect_link_sent',
] as const
export type AuditAction = (typeof auditActions)[number]

/** How something was, or is now: small plain values. Ids and moments, never a secret, never what Amazon calls somebody. */
export type AuditState = Readonly<Record<string, string | number | boolean | null>>

/** From where something was done. */
export interface Origin {
  readonly ip: string
  /** `Firefox on Windows` */
  readonly device: string
  /** As the log has it. */
  readonly requestId: string
}

/** One line of the audit: it is written once, with what it tells of, and never changed. */
export interface AuditEntry {
  readonly at: Date
  readonly staffId: PersonId
  readonly action: AuditAction
  /** Whom it was about; null for what is about nobody. */
  readonly personId: PersonId | null
  readonly connectionId: ConnectionId | null
  readonly reason: string
  readonly before: AuditState | null
  readonly after: AuditState | null
  /** Null for what came about by itself, as time passed. */
  readonly from: Origin | null
}

/** Which entries are looked for; null is everybody. */
export interface AuditFilter {
  readonly staffId: PersonId | null
  readonly personId: PersonId | null
}

/** As it is read: with the names of those in it. */
export interface NamedAuditEntry extends AuditEntry {
  readonly id: AuditEntryId
  readonly staffName: string
  readonly personName: string | null
}
