import { after, hours } from '../calendar.ts'
import type { AttemptId, ConnectionId, PendingConnectionId, PersonId, ProfileId } from '../identifiers.ts'
import { type AdvertisingProfile, ineligibility } from '../profile/profile.ts'
import { type Region, regions } from '../profile/region.ts'
import type { Secret } from '../secret.ts'
import type { AmazonUser } from './consent.ts'

/** S-13: kept for exactly one hour from the moment it was saved. */
export const pendingLifetime = hours(1)

/** What one region of Amazon answered when it was asked for profiles. */
export type RegionReading =
  | { readonly state: 'unread' }
  | { readonly state: 'read'; readonly profiles: readonly AdvertisingProfile[] }
  | { readonly state: 'failed'; readonly why: RegionFailure }

/** `refused` keeps this login out; `our_fault` is a no to what we are or ask, which the seller cannot mend. */
export type RegionFailure = 'unreachable' | 'timeout' | 'refused' | 'our_fault' | 'throttled' | 'unreadable'

export type Readings = Readonly<Record<Region, RegionReading>>

/** Authorised at Amazon, nothing chosen yet. */
export interface PendingConnection {
  readonly id: PendingConnectionId
  readonly personId: PersonId
  readonly attemptId: AttemptId
  /** The connection that the person left for Amazon to renew; null for one that is to be chosen. */
  readonly renews: ConnectionId | null
  readonly region: Region
  readonly refreshToken: Secret
  readonly accessToken: Secret
  readonly accessTokenExpiresAt: Date
  readonly amazonUser: AmazonUser | null
  readonly readings: Readings
  readonly savedAt: Date
  readonly expiresAt: Date
}

const unread: RegionReading = { state: 'unread' }

export function savePending(
  authorised: Pick<
    PendingConnection,
    | 'id'
    | 'personId'
    | 'attemptId'
    | 'renews'
    | 'region'
    | 'refreshToken'
    | 'accessToken'
    | 'accessTokenExpiresAt'
  >,
  now: Date,
): PendingConnection {
  return {
    ...authorised,
    amazonUser: null,
    readings: { na: unread, eu: unread, fe: unread },
    savedAt: now,
    expiresAt: after(now, pendingLifetime),
  }
}

/** S-13, S-15: resumable at 59:59, gone at 60:00. Resuming never extends it. */
export const isExpired = (pending: Pick<PendingConnection, 'expiresAt'>, now: Date): boolean =>
  now >= pending.expiresAt

/** Whose story it tells what happens to a pending connection: also the connection's that it is to renew. */
export const storyOf = ({
  personId,
  attemptId,
  renews,
}: Pick<PendingConnection, 'personId' | 'attemptId' | 'renews'>) => ({
  personId,
  attemptId,
  connectionId: renews,
})

/** Every profile that was found, region by region. */
export function offeredProfiles(readings: Readings): AdvertisingProfile[] {
  return regions.flatMap(region => {
    const reading = readings[region]
    return reading.state === 'read' ? reading.profiles : []
  })
}

/** The regions that have not answered yet, or not well. */
export function unansweredRegions(readings: Readings): Region[] {
  return regions.filter(region => readings[region].state !== 'read')
}

/**
 * S-10: all three regions answered and nothing can be chosen. While any region is unread the question
 * is open (S-09).
 */
export function hasNothingToChoose(readings: Readings): boolean {
  return (
    unansweredRegions(readings).length === 0 &&
    offeredProfiles(readings).every(profile => ineligibility(profile) !== null)
  )
}

export function findOffered(readings: Readings, profileId: ProfileId): AdvertisingProfile | null {
  return offeredProfiles(readings).find(({ id }) => id === profileId) ?? null
}
