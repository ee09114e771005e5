import { after, hours } from '../calendar.ts'
import type { AttemptId, ConnectionId, PendingConnectionId, PersonId, ProfileId } from '../identifiers.ts'
import { type AdvertisingProfile, ineligibility } from '../profile/profile.ts'
import { type Region, regions } from '../profile/region.ts'
import type { Secret } from '../secret.ts'
import type { AmazonUser } from './consent.ts'

/** S-13: from saving. */
export const pendingLifetime = hours(1)

export type RegionReading =
  | { readonly state: 'unread' }
  | { readonly state: 'read'; readonly profiles: readonly AdvertisingProfile[] }
  | { readonly state: 'failed'; readonly why: RegionFailure }

/** `rejected`: this Amazon user. `our_error`: our client or request. */
export type RegionFailure = 'unreachable' | 'timeout' | 'refused' | 'our_fault' | 'throttled' | 'unreadable'

export type Readings = Readonly<Record<Region, RegionReading>>

export interface PendingConnection {
  readonly id: PendingConnectionId
  readonly personId: PersonId
  readonly attemptId: AttemptId
  /** The connection to reauthorise; null for a new one. */
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

/** S-13, S-15: resumable at 59:59, gone at 60:00; resuming doesn't extend it. */
export const isExpired = (pending: Pick<PendingConnection, 'expiresAt'>, now: Date): boolean =>
  now >= pending.expiresAt

/** Includes the connection that it reauthorises. */
export const storyOf = ({
  personId,
  attemptId,
  renews,
}: Pick<PendingConnection, 'personId' | 'attemptId' | 'renews'>) => ({
  personId,
  attemptId,
  connectionId: renews,
})

export function offeredProfiles(readings: Readings): AdvertisingProfile[] {
  return regions.flatMap(region => {
    const reading = readings[region]
    return reading.state === 'read' ? reading.profiles : []
  })
}

/** Not fetched yet, or failed. */
export function unansweredRegions(readings: Readings): Region[] {
  return regions.filter(region => readings[region].state !== 'read')
}

/** True when all three regions responded without a selectable profile (S-10); undecided before (S-09). */
export function hasNothingToChoose(readings: Readings): boolean {
  return (
    unansweredRegions(readings).length === 0 &&
    offeredProfiles(readings).every(profile => ineligibility(profile) !== null)
  )
}

export function findOffered(readings: Readings, profileId: ProfileId): AdvertisingProfile | null {
  return offeredProfiles(readings).find(({ id }) => id === profileId) ?? null
}
