import { after, minutes } from '../../domain/calendar.ts'
import {
  type PendingConnection,
  type RegionFailure,
  type RegionResult,
  timelineSubject,
} from '../../domain/connection/pending-connection.ts'
import type { AdvertisingProfile } from '../../domain/profile/profile.ts'
import type { Region } from '../../domain/profile/region.ts'
import { type Secret, SecretDecryptionError } from '../../domain/secret.ts'
import { entry, type TimelineEvent } from '../../domain/timeline/entry.ts'
import { AmazonFailure, errorDetails, isAmazonFailure, isInvalidGrant } from '../amazon-failure.ts'
import type { Clock, Timeline, UnitOfWork } from '../ports.ts'
import type { EndPendingConnection } from './end-pending-connection.ts'
import type { AmazonLogin, PendingConnections, ProfileDirectory } from './ports.ts'

interface Dependencies {
  readonly pendingConnections: PendingConnections
  readonly endPendingConnection: EndPendingConnection
  readonly login: AmazonLogin
  readonly profiles: ProfileDirectory
  readonly timeline: Timeline
  readonly unitOfWork: UnitOfWork
  readonly clock: Clock
}

export type FetchProfilesResult =
  | { readonly outcome: 'pending'; readonly pending: PendingConnection }
  | { readonly outcome: 'gone' }
  /** The user must authorise again. */
  | { readonly outcome: 'unreadable' }

export class FetchProfiles {
  readonly #deps: Dependencies

  constructor(deps: Dependencies) {
    this.#deps = deps
  }

  /** In parallel, each region with its own timeout, and none longer than until `timeIsUp`. */
  async execute(
    pending: PendingConnection,
    missingRegions: readonly Region[],
    timeIsUp: AbortSignal,
  ): Promise<FetchProfilesResult> {
    try {
      return await this.#fetch(pending, missingRegions, timeIsUp)
    } catch (error) {
      if (!(error instanceof SecretDecryptionError)) throw error
      await this.#deps.endPendingConnection.eraseUndecryptable(pending)
      return { outcome: 'unreadable' }
    }
  }

  async #fetch(
    pending: PendingConnection,
    missingRegions: readonly Region[],
    timeIsUp: AbortSignal,
  ): Promise<FetchProfilesResult> {
    const token =
      missingRegions.length > 0 || !pending.amazonUser
        ? await this.#accessToken(pending, timeIsUp)
        : pending.accessToken
    const { pendingConnections } = this.#deps
    // Amazon may reject a token early; one refresh serves all regions.
    let refreshing: Promise<Secret> | null = null
    const refreshOnce = () => {
      refreshing ??= this.#refreshAccessToken(pending)
      return refreshing
    }
    await Promise.all([
      ...missingRegions.map(region => this.#fetchRegion(pending, region, { token, refreshOnce, timeIsUp })),
      ...(pending.amazonUser ? [] : [this.#fetchAmazonUser(pending, token, timeIsUp)]),
    ])
    const current = await pendingConnections.findByUser(pending.userId)
    return current?.id === pending.id ? { outcome: 'pending', pending: current } : { outcome: 'gone' }
  }

  async #fetchRegion(
    pending: PendingConnection,
    region: Region,
    {
      token,
      refreshOnce,
      timeIsUp,
    }: { token: Secret; refreshOnce: () => Promise<Secret>; timeIsUp: AbortSignal },
  ): Promise<void> {
    const { pendingConnections, profiles, timeline, unitOfWork, clock } = this.#deps
    const found = profiles.listProfiles(region, token).catch(async error => {
      if (!isUnauthorised(error)) throw error
      return profiles.listProfiles(region, await refreshOnce())
    })
    const { regionResult, event } = await beforeTimeIsUp(found, timeIsUp).then(
      profiles => fetchedRegion(region, profiles),
      error => failedRegion(region, error, clock.now()),
    )
    await unitOfWork.transaction(async () => {
      await pendingConnections.saveRegionResult(pending.id, region, regionResult)
      await timeline.append(entry(clock.now(), timelineSubject(pending), event))
    })
  }

  /** An unknown Amazon user blocks nothing; a retry asks again, or FetchAmazonUsers after connecting (S-09). */
  async #fetchAmazonUser(pending: PendingConnection, token: Secret, timeIsUp: AbortSignal): Promise<void> {
    const { pendingConnections, login, timeline, unitOfWork, clock } = this.#deps
    const answer = await beforeTimeIsUp(login.fetchUserProfile(pending.region, token), timeIsUp).then(
      user => ({ user, why: null }),
      error => ({ user: null, why: toRegionFailure(error), ...errorDetails(error, clock.now()) }),
    )
    await unitOfWork.transaction(async () => {
      if (answer.user) {
        await pendingConnections.saveAmazonUser(pending.id, answer.user)
        await timeline.append(
          entry(clock.now(), timelineSubject(pending), {
            kind: 'amazon_user_fetched',
            userId: answer.user.userId,
          }),
        )
      } else {
        const { user: _, ...unknown } = answer
        await timeline.append(
          entry(clock.now(), timelineSubject(pending), { kind: 'amazon_user_fetch_failed', ...unknown }),
        )
      }
    })
  }

  async #accessToken(pending: PendingConnection, timeIsUp: AbortSignal): Promise<Secret> {
    const { clock } = this.#deps
    if (after(clock.now(), minutes(1)) < pending.accessTokenExpiresAt) return pending.accessToken
    try {
      return await beforeTimeIsUp(this.#refreshAccessToken(pending), timeIsUp)
    } catch (error) {
      // Rethrows bugs.
      toRegionFailure(error)
      return pending.accessToken
    }
  }

  async #refreshAccessToken(pending: PendingConnection): Promise<Secret> {
    const { pendingConnections, login, clock } = this.#deps
    const refreshed = await login.refresh(pending.region, pending.refreshToken)
    const expiresAt = after(clock.now(), refreshed.expiresInSeconds * 1000)
    await pendingConnections.saveAccessToken(pending.id, refreshed.accessToken, expiresAt)
    return refreshed.accessToken
  }
}

/**
 * The call itself ends by its own timeout.
 * @throws {AmazonFailure} `timeout`
 */
export function beforeTimeIsUp<Answer>(call: Promise<Answer>, timeIsUp: AbortSignal): Promise<Answer> {
  const { promise: end, reject } = Promise.withResolvers<never>()
  const stopWaiting = () => reject(new AmazonFailure('timeout', 'Amazon did not respond in time'))
  if (timeIsUp.aborted) stopWaiting()
  timeIsUp.addEventListener('abort', stopWaiting, { once: true })
  return Promise.race([call, end]).finally(() => timeIsUp.removeEventListener('abort', stopWaiting))
}

interface RegionFetch {
  readonly regionResult: RegionResult
  readonly event: TimelineEvent
}

const fetchedRegion = (region: Region, profiles: readonly AdvertisingProfile[]): RegionFetch => ({
  regionResult: { state: 'fetched', profiles },
  event: { kind: 'profiles_fetched', region, count: profiles.length },
})

function failedRegion(region: Region, error: unknown, now: Date): RegionFetch {
  const why = toRegionFailure(error)
  return {
    regionResult: { state: 'failed', why },
    event: { kind: 'profiles_fetch_failed', region, why, ...errorDetails(error, now) },
  }
}

const isUnauthorised = (error: unknown): boolean =>
  isAmazonFailure(error, 'rejected') && error.httpStatus === 401

/**
 * A 401 with a fresh token is our client's fault; a 403 or revoked grant, the login's.
 * @throws any other error, which is a bug.
 */
export function toRegionFailure(error: unknown): RegionFailure {
  if (!isAmazonFailure(error) || error.kind === 'untrusted_host') throw error
  if (error.kind !== 'rejected') return error.kind
  return error.httpStatus === 403 || isInvalidGrant(error) ? 'refused' : 'our_error'
}
