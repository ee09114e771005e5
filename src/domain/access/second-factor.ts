import { after, minutes } from '../calendar.ts'
import type { PersonId } from '../identifiers.ts'
import { Refusal } from '../refusal.ts'
import type { Secret } from '../secret.ts'

export interface SecondFactor {
  readonly personId: PersonId
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
export const wrongCodesAllowed = 5
export const pauseAfterWrongCodes = minutes(15)

/** A new secret until one is confirmed, so that an earlier one seen by others is useless. */
export const beginSecondFactor = (personId: PersonId, secret: Secret): SecondFactor => ({
  personId,
  secret,
  confirmedAt: null,
  lastStep: null,
  wrongCodes: 0,
  lastWrongAt: null,
})

export const isPaused = ({ wrongCodes, lastWrongAt }: SecondFactor, now: Date): boolean =>
  wrongCodes >= wrongCodesAllowed && lastWrongAt !== null && now < after(lastWrongAt, pauseAfterWrongCodes)

/** @param step null for a code outside the accepted window. */
export const isTaken = ({ lastStep }: SecondFactor, step: number | null): step is number =>
  step !== null && (lastStep === null || step > lastStep)

export const takeCode = (factor: SecondFactor, step: number, now: Date): SecondFactor => ({
  ...factor,
  confirmedAt: factor.confirmedAt ?? now,
  lastStep: step,
  wrongCodes: 0,
})

export const takeRecoveryCode = (factor: SecondFactor): SecondFactor => ({ ...factor, wrongCodes: 0 })

export const refuseCode = (factor: SecondFactor, now: Date): SecondFactor => ({
  ...factor,
  wrongCodes: factor.wrongCodes >= wrongCodesAllowed ? 1 : factor.wrongCodes + 1,
  lastWrongAt: now,
})

/** Wrong, old or already accepted: one error. */
export class CodeRefused extends Refusal {
  readonly code = 'code_refused'
}

export class CodesPaused extends Refusal {
  readonly code = 'codes_paused'
}
