import { after, hours, seconds } from '../calendar.ts'
import { DomainError } from '../domain-error.ts'
import type { KnownDeviceId, UserId } from '../identifiers.ts'

/**
 * Whose failures are counted: those of a known device, of a signed-in user who enters the current password, or those of
 * all unknown devices for one address, whether it has an account or not (OWASP, device cookies).
 */
export type FailureCounter = `device ${KnownDeviceId}` | `user ${UserId}` | `email ${string}`

/** Consecutive failures. Without any, `lastFailedAt` has no meaning. */
export interface FailureCount {
  readonly failures: number
  readonly lastFailedAt: Date
}

export const failuresBeforeDelay = 5
/** NIST SP 800-63B §5.2.2. */
export const maxFailures = 100
const firstDelay = seconds(30)
const maxDelay = hours(1)
/** A counter with `maxFailures` stays until the password is reset. */
export const failureRetention = hours(180 * 24)
export const knownDeviceLifetime = hours(180 * 24)

const isClosed = ({ failures }: FailureCount): boolean => failures >= maxFailures

const delayAfter = (failures: number): number =>
  failures < failuresBeforeDelay ? 0 : Math.min(firstDelay * 2 ** (failures - failuresBeforeDelay), maxDelay)

/**
 * Counts a try as failed before its password is compared, so that parallel tries can't all be compared.
 * @throws {SignInDelayed | SignInClosed}
 */
export function countTry(count: FailureCount, now: Date): FailureCount {
  if (isClosed(count)) throw new SignInClosed()
  const { failures, lastFailedAt } = count
  const dueAt = after(lastFailedAt, delayAfter(failures))
  if (failures > 0 && now < dueAt) throw new SignInDelayed(dueAt, now)
  return { failures: failures + 1, lastFailedAt: now }
}

/** A counted try whose password was never compared. */
export const withdrawTry = (count: FailureCount): FailureCount => ({
  ...count,
  failures: Math.max(0, count.failures - 1),
})

/** True for the first delay and for the closing, not for each try between them. */
export const isTurningPoint = ({ failures }: FailureCount): boolean =>
  failures === failuresBeforeDelay || failures === maxFailures

export class SignInDelayed extends DomainError {
  readonly code = 'sign_in_delayed'
  readonly waitSeconds: number

  constructor(dueAt: Date, now: Date) {
    super()
    this.waitSeconds = Math.ceil((dueAt.getTime() - now.getTime()) / 1000)
  }
}

export class SignInClosed extends DomainError {
  readonly code = 'sign_in_closed'
}
