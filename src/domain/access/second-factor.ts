import { after, minutes } from '../calendar.ts'
import { DomainError } from '../domain-error.ts'
import type { UserId } from '../identifiers.ts'
import type { Secret } from '../secret.ts'

export interface SecondFactor {
  readonly userId: UserId
  readonly secret: Secret
  /** Null until a code proved that the device has the secret. */
  readonly confirmedAt: Date | null
  /** Last accepted step. This and earlier ones are refused (RFC 6238 §5.2). */
  readonly lastStep: number | null
  /** Consecutive. */
  readonly wrongCodes: number
  readonly lastWrongAt: Date | null
}

/** Consecutive, across browsers. Three of a million codes are valid at any time. */
export const maxWrongCodes = 5
export const lockoutDuration = minutes(15)

/** A new secret until one is confirmed, so that an earlier one seen by others is useless. */
export const createSecondFactor = (userId: UserId, secret: Secret): SecondFactor => ({
  userId,
  secret,
  confirmedAt: null,
  lastStep: null,
  wrongCodes: 0,
  lastWrongAt: null,
})

export const isLockedOut = ({ wrongCodes, lastWrongAt }: SecondFactor, now: Date): boolean =>
  wrongCodes >= maxWrongCodes && lastWrongAt !== null && now < after(lastWrongAt, lockoutDuration)

/** @param step null for a code outside the accepted window. */
export const isCodeValid = ({ lastStep }: SecondFactor, step: number | null): step is number =>
  step !== null && (lastStep === null || step > lastStep)

export const acceptCode = (factor: SecondFactor, step: number, now: Date): SecondFactor => ({
  ...factor,
  confirmedAt: factor.confirmedAt ?? now,
  lastStep: step,
  wrongCodes: 0,
})

export const acceptRecoveryCode = (factor: SecondFactor): SecondFactor => ({ ...factor, wrongCodes: 0 })

export const rejectCode = (factor: SecondFactor, now: Date): SecondFactor => ({
  ...factor,
  wrongCodes: factor.wrongCodes >= maxWrongCodes ? 1 : factor.wrongCodes + 1,
  lastWrongAt: now,
})

/** Wrong, old or already accepted: one error. */
export class InvalidCode extends DomainError {
  readonly code = 'code_refused'
}

export class SecondFactorLocked extends DomainError {
  readonly code = 'codes_paused'
}
