import {
  type DiagnosticCall,
  type EmptyProfileListReason,
  explainEmptyProfileList,
  type FailedDiagnosticCall,
  unexplained,
} from '../../domain/connection/empty-profile-list.ts'
import { type Region, regions } from '../../domain/profile/region.ts'
import { type Secret, SecretDecryptionError } from '../../domain/secret.ts'
import { errorDetails } from '../amazon-failure.ts'
import type { Clock } from '../ports.ts'
import { beforeTimeIsUp, toRegionFailure } from './fetch-profiles.ts'
import type { ProfileDirectory } from './ports.ts'

interface Dependencies {
  readonly profiles: Pick<ProfileDirectory, 'countLinkedAccounts' | 'listAdsAccounts'>
  readonly clock: Clock
}

/** Call it before erasing the token (S-10). Amazon's errors don't throw. */
export async function fetchEmptyListReason(
  { profiles, clock }: Dependencies,
  accessToken: Secret,
  timeIsUp: AbortSignal,
): Promise<EmptyProfileListReason> {
  const ask = async <Answer>(
    call: DiagnosticCall,
    fetchAnswer: (region: Region) => Promise<Answer>,
  ): Promise<CallResult<Answer>[]> =>
    Promise.all(
      regions.map(region => settleCall(call, region, beforeTimeIsUp(fetchAnswer(region), timeIsUp), clock)),
    )
  try {
    const [linked, accounts] = await Promise.all([
      ask('manager_accounts', region => profiles.countLinkedAccounts(region, accessToken)),
      ask('ads_accounts', region => profiles.listAdsAccounts(region, accessToken)),
    ])
    return explainEmptyProfileList({
      linkedAccounts: linked.flatMap(answersOf).reduce((sum, count) => sum + count, 0),
      adsAccounts: accounts.flatMap(answersOf).flat(),
      unanswered: [...linked, ...accounts].flatMap(({ unanswered }) => unanswered ?? []),
    })
  } catch (error) {
    if (!(error instanceof SecretDecryptionError)) throw error
    return unexplained
  }
}

type CallResult<Answer> =
  | { readonly answer: Answer; readonly unanswered: null }
  | { readonly answer: null; readonly unanswered: FailedDiagnosticCall }

const settleCall = <Answer>(
  call: DiagnosticCall,
  region: Region,
  response: Promise<Answer>,
  clock: Clock,
): Promise<CallResult<Answer>> =>
  response.then(
    answer => ({ answer, unanswered: null }),
    error => {
      const why = toRegionFailure(error)
      return { answer: null, unanswered: { call, region, why, ...errorDetails(error, clock.now()) } }
    },
  )

const answersOf = <Answer>(result: CallResult<Answer>): Answer[] => (result.unanswered ? [] : [result.answer])
