import type { UserId } from '../../../domain/identifiers.ts'
import type { SecondFactors } from '../ports.ts'
import type { Passkeys } from './ports.ts'

export interface SecondFactorKinds {
  readonly hasApp: boolean
  readonly hasPasskey: boolean
}

export async function secondFactorsOf(
  { factors, passkeys }: { factors: Pick<SecondFactors, 'of'>; passkeys: Pick<Passkeys, 'of'> },
  userId: UserId,
): Promise<SecondFactorKinds> {
  return {
    hasApp: Boolean((await factors.of(userId))?.confirmedAt),
    hasPasskey: (await passkeys.of(userId)).length > 0,
  }
}

export const hasSecondFactor = ({ hasApp, hasPasskey }: SecondFactorKinds): boolean => hasApp || hasPasskey
