import { DomainError } from '../domain-error.ts'
import type { UserId } from '../identifiers.ts'

export const roles = ['seller', 'manager', 'admin', 'support'] as const
export type Role = (typeof roles)[number]

export interface User {
  readonly id: UserId
  readonly email: string
  readonly name: string
  readonly role: Role
}

/** S-01: support agents have only the console; admins both, with separate sign-ins. */
export const usesDashboard = (role: Role): boolean => role !== 'support'

/** S-46: may enter the console, with a second factor. */
export const isStaff = (role: Role): boolean => role === 'support' || role === 'admin'

/** S-18: not bound by the one-account rule. */
export const canHaveSeveralConnections = (role: Role): boolean => role === 'manager' || role === 'admin'

export const normaliseEmail = (email: string): string => email.trim().toLowerCase()

/** One error for an unknown address and a wrong password, so that neither is disclosed. */
export class InvalidCredentials extends DomainError {
  readonly code = 'invalid_credentials'
}

/** The password was right, but support agents have no dashboard. */
export class DashboardNotForStaff extends DomainError {
  readonly code = 'dashboard_not_for_staff'
}
