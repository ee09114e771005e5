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
  /** Save it in the same transaction. */
  { readonly taken: SecondFactor } | { readonly refused: CodeRefused | CodesPaused }

/**
 * Counts wrong codes on every page that asks for one (S-46). Call it under the user's lock; commit after a rejection
 * too.
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
