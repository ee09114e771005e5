import { after, minutes } from '../calendar.ts'
import type { PersonId } from '../identifiers.ts'
import { Refusal } from '../refusal.ts'
import type { Secret } from '../secret.ts'

/** What a staff member proves besides a password: that a device of theirs knows a secret (RFC 6238). */
export interface SecondFactor {
  readonly personId: PersonId
  readonly secret: Secret
  /** Null until a first code has shown that the device knows it. */
  readonly confirmedAt: Date | null
  /** The 30 seconds to which the code belonged that was taken last: it and all before are not taken again. */
  readonly lastStep: number | null
  /** In a row. */
  readonly wrongCodes: number
  readonly lastWrongAt: Date | null
}

/** Wrong codes in a row, from whatever browser: three of a million are right at any time. */
export const wrongCodesAllowed = 5
export const pauseAfterWrongCodes = minutes(15)

/** Another secret each time until one is confirmed: whoever else saw an earlier one knows nothing. */
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

/** @param step the 30 seconds to which the code belongs; null for a code of no near time. */
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

/** A wrong code, an old one, and one that was taken already: one answer for all. */
export class CodeRefused extends Refusal {
  readonly code = 'code_refused'
}

export class CodesPaused extends Refusal {
  readonly code = 'codes_paused'
}
