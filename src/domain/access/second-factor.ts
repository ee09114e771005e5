import { after, hours, minutes } from '../calendar.ts'
import { DomainError } from '../domain-error.ts'
import type { UserId } from '../identifiers.ts'
import type { Secret } from '../secret.ts'

export interface SecondFactor {
  readonly userId: UserId
  readonly secret: Secret
  readonly confirmedAt: Date | null
  /** This step and earlier ones are refused (RFC 6238 §5.2). */
  readonly lastAcceptedStep: number | null
  readonly failedCodes: number
  readonly lastFailedAt: Date | null
}

/** Consecutive, across browsers. At any time, 3 of 1,000,000 codes are valid. */
export const maxWrongCodes = 5
const firstLockout = minutes(15)
const maxLockout = hours(24)

/** Doubles with every five wrong codes in a row. Milliseconds. */
export const lockoutDuration = (failedCodes: number): number =>
  Math.min(firstLockout * 2 ** (Math.floor(failedCodes / maxWrongCodes) - 1), maxLockout)

export const createSecondFactor = (userId: UserId, secret: Secret): SecondFactor => ({
  userId,
  secret,
  confirmedAt: null,
  lastAcceptedStep: null,
  failedCodes: 0,
  lastFailedAt: null,
})

export const isLockedOut = ({ failedCodes, lastFailedAt }: SecondFactor, now: Date): boolean =>
  failedCodes > 0 &&
  failedCodes % maxWrongCodes === 0 &&
  lastFailedAt !== null &&
  now < after(lastFailedAt, lockoutDuration(failedCodes))

export const isCodeValid = ({ lastAcceptedStep }: SecondFactor, step: number | null): step is number =>
  step !== null && (lastAcceptedStep === null || step > lastAcceptedStep)

export const acceptCode = (factor: SecondFactor, step: number, now: Date): SecondFactor => ({
  ...factor,
  confirmedAt: factor.confirmedAt ?? now,
  lastAcceptedStep: step,
  failedCodes: 0,
})

export const acceptRecoveryCode = (factor: SecondFactor): SecondFactor => ({ ...factor, failedCodes: 0 })

export const rejectCode = (factor: SecondFactor, now: Date): SecondFactor => ({
  ...factor,
  failedCodes: factor.failedCodes + 1,
  lastFailedAt: now,
})

/** One error for wrong, old and already accepted codes. */
export class InvalidCode extends DomainError {
  readonly code = 'invalid_code'
}

export class SecondFactorLocked extends DomainError {
  readonly code = 'second_factor_locked'
}

/** Staff keep one second factor. */
export class LastSecondFactor extends DomainError {
  readonly code = 'last_second_factor'
}
