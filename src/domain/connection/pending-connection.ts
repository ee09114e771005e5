import { after, hours } from '../calendar.ts'
import type { AttemptId, ConnectionId, PendingConnectionId, ProfileId, UserId } from '../identifiers.ts'
import { type AdvertisingProfile, ineligibility } from '../profile/profile.ts'
import { type Region, regions } from '../profile/region.ts'
import type { Secret } from '../secret.ts'
import type { AmazonUser } from './consent.ts'

/** S-13 */
export const pendingLifetime = hours(1)

export type RegionResult =
  | { readonly state: 'not_fetched' }
  | { readonly state: 'fetched'; readonly profiles: readonly AdvertisingProfile[] }
  | { readonly state: 'failed'; readonly why: RegionFailure }

/** `refused`: this Amazon user. `our_error`: our client or request. */
export type RegionFailure = 'unreachable' | 'timeout' | 'refused' | 'our_error' | 'throttled' | 'unreadable'

export type RegionResults = Readonly<Record<Region, RegionResult>>

export interface PendingConnection {
  readonly id: PendingConnectionId
  readonly userId: UserId
  readonly attemptId: AttemptId
  /** Null for a new connection. */
  readonly reauthorisedConnectionId: ConnectionId | null
  readonly region: Region
  readonly refreshToken: Secret
  readonly accessToken: Secret
  readonly accessTokenExpiresAt: Date
  /** {@link isConsentPageSkipped} of the attempt. */
  readonly isConsentPageSkipped: boolean
  readonly amazonUser: AmazonUser | null
  readonly regionResults: RegionResults
  readonly savedAt: Date
  readonly expiresAt: Date
}

const notFetched: RegionResult = { state: 'not_fetched' }

export function createPendingConnection(
  authorised: Pick<
    PendingConnection,
    | 'id'
    | 'userId'
    | 'attemptId'
    | 'reauthorisedConnectionId'
    | 'region'
    | 'refreshToken'
    | 'accessToken'
    | 'accessTokenExpiresAt'
    | 'isConsentPageSkipped'
  >,
  now: Date,
): PendingConnection {
  return {
    ...authorised,
    amazonUser: null,
    regionResults: { na: notFetched, eu: notFetched, fe: notFetched },
    savedAt: now,
    expiresAt: after(now, pendingLifetime),
  }
}

/** S-13, S-15: resuming doesn't extend the hour. */
export const isExpired = (pending: Pick<PendingConnection, 'expiresAt'>, now: Date): boolean =>
  now >= pending.expiresAt

export const timelineSubject = ({
  userId,
  attemptId,
  reauthorisedConnectionId,
}: Pick<PendingConnection, 'userId' | 'attemptId' | 'reauthorisedConnectionId'>) => ({
  userId,
  attemptId,
  connectionId: reauthorisedConnectionId,
})

export function listedProfiles(regionResults: RegionResults): AdvertisingProfile[] {
  return regions.flatMap(region => {
    const regionResult = regionResults[region]
    return regionResult.state === 'fetched' ? regionResult.profiles : []
  })
}

export function unfetchedRegions(regionResults: RegionResults): Region[] {
  return regions.filter(region => regionResults[region].state !== 'fetched')
}

/** S-10: false until all regions have responded (S-09). */
export function hasNoSelectableProfile(regionResults: RegionResults): boolean {
  return (
    unfetchedRegions(regionResults).length === 0 &&
    listedProfiles(regionResults).every(profile => ineligibility(profile) !== null)
  )
}

export function findListedProfile(
  regionResults: RegionResults,
  profileId: ProfileId,
): AdvertisingProfile | null {
  return listedProfiles(regionResults).find(({ id }) => id === profileId) ?? null
}
