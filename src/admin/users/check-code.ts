import type { OneTimeCodes, SecondFactors, Sessions } from '../../application/access/ports.ts'
import { decryptSecret } from '../../application/ports.ts'
import {
  acceptCode,
  InvalidCode,
  isCodeValid,
  isLockedOut,
  rejectCode,
  type SecondFactor,
  SecondFactorLocked,
} from '../../domain/access/second-factor.ts'

interface Dependencies {
  readonly factors: SecondFactors
  readonly codes: OneTimeCodes
  readonly sessions: Sessions
}

export type CodeCheck =
  /** The caller saves it in the same transaction. */
  { readonly accepted: SecondFactor } | { readonly rejected: InvalidCode | SecondFactorLocked }

/** Call it under the user's lock and commit after a rejection, so that wrong codes count (S-46). */
export async function checkCode(
  { factors, codes, sessions }: Dependencies,
  factor: SecondFactor,
  {
    typed,
    now,
    fallback = async () => null,
  }: {
    readonly typed: string
    readonly now: Date
    readonly fallback?: () => Promise<SecondFactor | null>
  },
): Promise<CodeCheck> {
  if (isLockedOut(factor, now)) return { rejected: new SecondFactorLocked() }
  const step = codes.stepOf(await decryptSecret(factor.secret), typed.replace(/\s/g, ''), now)
  if (isCodeValid(factor, step)) return { accepted: acceptCode(factor, step, now) }
  const accepted = await fallback()
  if (accepted) return { accepted }

  const rejected = rejectCode(factor, now)
  await factors.save(rejected)
  if (!isLockedOut(rejected, now)) return { rejected: new InvalidCode() }
  await sessions.closeAllOf(factor.userId, now, { kinds: ['staff_pending_second_factor'] })
  return { rejected: new SecondFactorLocked() }
}
