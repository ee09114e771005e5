import type { PersonId } from '../identifiers.ts'
import { Refusal } from '../refusal.ts'

export const roles = ['seller', 'manager', 'admin', 'support'] as const
export type Role = (typeof roles)[number]

export interface Person {
  readonly id: PersonId
  readonly email: string
  readonly name: string
  readonly role: Role
}

/** S-01: support agents have the console alone; an admin has both, each with its own sign-in. */
export const usesDashboard = (role: Role): boolean => role !== 'support'

/** S-46: who may enter the console, with a second factor. */
export const isStaff = (role: Role): boolean => role === 'support' || role === 'admin'

/** S-18: managers and admins are not held to one connected profile. */
export const mayHoldSeveral = (role: Role): boolean => role === 'manager' || role === 'admin'

/** E-mail addresses are compared without regard to case or surrounding blanks. */
export const normaliseEmail = (email: string): string => email.trim().toLowerCase()

/** One answer for an unknown address and a wrong password, so that neither can be told from the other. */
export class SignInRefused extends Refusal {
  readonly code = 'sign_in_refused'
}

/** The password was right, but these pages are not for support agents. */
export class DashboardNotForStaff extends Refusal {
  readonly code = 'dashboard_not_for_staff'
}
