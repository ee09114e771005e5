import {
  CodeRefused,
  CodesPaused,
  isPaused,
  isTaken,
  refuseCode,
  type SecondFactor,
  takeCode,
} from '../../domain/access/second-factor.ts'
import { opened } from '../ports.ts'
import type { OneTimeCodes, SecondFactors, Sessions } from './ports.ts'

interface Needs {
  readonly factors: SecondFactors
  readonly codes: OneTimeCodes
  readonly sessions: Sessions
}

export type ReadCode =
  /** To be saved with what the code is taken for. */
  { readonly taken: SecondFactor } | { readonly refused: CodeRefused | CodesPaused }

/**
 * What somebody typed against their second factor, wherever it is asked for: wrong ones add up (S-46). Under the person's
 * lock; what was wrong is saved, and has to be committed.
 */
export async function readCode(
  { factors, codes, sessions }: Needs,
  factor: SecondFactor,
  {
    typed,
    now,
    instead = async () => null,
  }: {
    readonly typed: string
    readonly now: Date
    /** What else is taken in the place of a code. */
    readonly instead?: () => Promise<SecondFactor | null>
  },
): Promise<ReadCode> {
  if (isPaused(factor, now)) return { refused: new CodesPaused() }
  const step = codes.stepOf(await opened(factor.secret), typed.replace(/\s/g, ''), now)
  if (isTaken(factor, step)) return { taken: takeCode(factor, step, now) }
  const taken = await instead()
  if (taken) return { taken }

  const refused = refuseCode(factor, now)
  await factors.save(refused)
  if (!isPaused(refused, now)) return { refused: new CodeRefused() }
  await sessions.closeAllOf(factor.personId, now, { kinds: ['half_staff'] })
  return { refused: new CodesPaused() }
}
