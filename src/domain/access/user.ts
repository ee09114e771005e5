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

/** S-01 */
export const canUseDashboard = (role: Role): boolean => role !== 'support'

/** S-46 */
export const isStaff = (role: Role): boolean => role === 'support' || role === 'admin'

/** S-18 */
export const canHaveSeveralConnections = (role: Role): boolean => role === 'manager' || role === 'admin'

const rights = [canUseDashboard, canHaveSeveralConnections, isStaff, (role: Role) => role === 'admin']

export const losesRights = (before: Role, role: Role): boolean =>
  rights.some(allows => allows(before) && !allows(role))

export const normaliseEmail = (email: string): string => email.trim().toLowerCase()

/** Also for an unknown address, so that no address is disclosed. */
export class InvalidCredentials extends DomainError {
  readonly code = 'invalid_credentials'
}

export class DashboardNotForSupport extends DomainError {
  readonly code = 'dashboard_not_for_support'
}
