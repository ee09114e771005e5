import { Refusal } from '../refusal.ts'
import type { Role } from './person.ts'

/** S-43: what people may do and pay for is an admin's to change; a support agent sees it. */
export const administers = (role: Role): boolean => role === 'admin'

/** The console is for the staff, whatever page of it. */
export class StaffAlone extends Refusal {
  readonly code = 'staff_alone'
}

export class AdminsAlone extends Refusal {
  readonly code = 'admins_alone'
}

/** The console was asked for somebody whom nobody knows. */
export class PersonUnknown extends Refusal {
  readonly code = 'person_unknown'
}

export class ReasonMissing extends Refusal {
  readonly code = 'reason_missing'
}

export const reasonLength = { least: 5, most: 500 } as const

/**
 * Whatever one of us does to somebody's account has its reason on record (S-43): one line, as it was typed.
 * @throws {ReasonMissing} for fewer than five characters, or more than 500.
 */
export function demandReason(typed: string): string {
  const reason = typed.replace(/[\s\p{Cc}]+/gu, ' ').trim()
  if (reason.length < reasonLength.least || reason.length > reasonLength.most) throw new ReasonMissing()
  return reason
}
