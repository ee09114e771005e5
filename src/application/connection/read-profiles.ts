import { after, minutes } from '../../domain/calendar.ts'
import {
  type PendingConnection,
  type RegionFailure,
  type RegionReading,
  storyOf,
} from '../../domain/connection/pending-connection.ts'
import type { AdvertisingProfile } from '../../domain/profile/profile.ts'
import type { Region } from '../../domain/profile/region.ts'
import { type Secret, SecretUnreadable } from '../../domain/secret.ts'
import { entry, type Happening } from '../../domain/timeline/entry.ts'
import {
  AmazonRefused,
  AmazonThrottled,
  AmazonTimeout,
  AmazonUnreachable,
  AmazonUnreadable,
  type Clock,
  refusalTraceOf,
  type Timeline,
  type UnitOfWork,
} from '../ports.ts'
import type { EndPending } from './end-pending.ts'
import type { AmazonLogin, PendingConnections, ProfileDirectory } from './ports.ts'

interface Needs {
  readonly pendings: PendingConnections
  readonly endPending: EndPending
  readonly login: AmazonLogin
  readonly profiles: ProfileDirectory
  readonly timeline: Timeline
  readonly unitOfWork: UnitOfWork
  readonly clock: Clock
}

export type Read =
  | { readonly read: 'pending'; readonly pending: PendingConnection }
  /** Chosen, discarded or replaced since. */
  | { readonly read: 'gone' }
  /** Our keys can't decrypt it; the user must authorise again. */
  | { readonly read: 'unreadable' }

/** Stores profiles and Amazon user with the pending connection. */
export class ReadProfiles {
  readonly #needs: Needs

  constructor(needs: Needs) {
    this.#needs = needs
  }

  /** Asks the given regions in parallel, each with its own timeout. */
  async run(pending: PendingConnection, unread: readonly Region[]): Promise<Read> {
    try {
      return await this.#ask(pending, unread)
    } catch (error) {
      if (!(error instanceof SecretUnreadable)) throw error
      await this.#needs.endPending.eraseUnreadable(pending)
      return { read: 'unreadable' }
    }
  }

  async #ask(pending: PendingConnection, unread: readonly Region[]): Promise<Read> {
    const token =
      unread.length > 0 || !pending.amazonUser ? await this.#accessToken(pending) : pending.accessToken
    const { pendings } = this.#needs
    // Amazon may reject a token within its hour; one refresh serves all regions.
    let minting: Promise<Secret> | null = null
    const anew = () => {
      minting ??= this.#mint(pending)
      return minting
    }
    await Promise.all([
      ...unread.map(region => this.#readRegion(pending, region, token, anew)),
      ...(pending.amazonUser ? [] : [this.#readUser(pending, token)]),
    ])
    const now = await pendings.of(pending.personId)
    return now?.id === pending.id ? { read: 'pending', pending: now } : { read: 'gone' }
  }

  async #readRegion(
    pending: PendingConnection,
    region: Region,
    token: Secret,
    anew: () => Promise<Secret>,
  ): Promise<void> {
    const { pendings, profiles, timeline, unitOfWork, clock } = this.#needs
    const found = profiles.read(region, token).catch(async error => {
      if (!isUnauthorised(error)) throw error
      return profiles.read(region, await anew())
    })
    const { reading, told } = await found.then(
      profiles => read(region, profiles),
      error => unread(region, error, clock.now()),
    )
    await unitOfWork.run(async () => {
      await pendings.keepReading(pending.id, region, reading)
      await timeline.append(entry(clock.now(), storyOf(pending), told))
    })
  }

  /** An unknown Amazon user blocks nothing; the next page view asks again (S-09). */
  async #readUser(pending: PendingConnection, token: Secret): Promise<void> {
    const { pendings, login, timeline, unitOfWork, clock } = this.#needs
    const answer = await login.describeUser(token).then(
      user => ({ user, why: null }),
      error => ({ user: null, why: regionFailure(error), ...refusalTraceOf(error, clock.now()) }),
    )
    await unitOfWork.run(async () => {
      if (answer.user) {
        await pendings.keepAmazonUser(pending.id, answer.user)
        await timeline.append(
          entry(clock.now(), storyOf(pending), { kind: 'amazon_user_read', userId: answer.user.userId }),
        )
      } else {
        const { user: _, ...unknown } = answer
        await timeline.append(
          entry(clock.now(), storyOf(pending), { kind: 'amazon_user_unknown', ...unknown }),
        )
      }
    })
  }

  /** The token expires with the pending connection; it is refreshed in its last minute. */
  async #accessToken(pending: PendingConnection): Promise<Secret> {
    const { clock } = this.#needs
    if (after(clock.now(), minutes(1)) < pending.accessTokenExpiresAt) return pending.accessToken
    try {
      return await this.#mint(pending)
    } catch (error) {
      regionFailure(error)
      return pending.accessToken
    }
  }

  async #mint(pending: PendingConnection): Promise<Secret> {
    const { pendings, login, clock } = this.#needs
    const minted = await login.refresh(pending.region, pending.refreshToken)
    const expiresAt = after(clock.now(), minted.expiresInSeconds * 1000)
    await pendings.keepAccessToken(pending.id, minted.accessToken, expiresAt)
    return minted.accessToken
  }
}

interface Answered {
  readonly reading: RegionReading
  readonly told: Happening
}

const read = (region: Region, profiles: readonly AdvertisingProfile[]): Answered => ({
  reading: { state: 'read', profiles },
  told: { kind: 'profiles_read', region, count: profiles.length },
})

function unread(region: Region, error: unknown, now: Date): Answered {
  const why = regionFailure(error)
  return {
    reading: { state: 'failed', why },
    told: { kind: 'profiles_unread', region, why, ...refusalTraceOf(error, now) },
  }
}

const isUnauthorised = (error: unknown): boolean => error instanceof AmazonRefused && error.httpStatus === 401

/**
 * 403 and a revoked grant concern the login. A 401 despite a fresh token concerns our client: not approved for the Ads
 * API, or not the token's.
 * @throws any other error, which is a bug.
 */
export function regionFailure(error: unknown): RegionFailure {
  if (error instanceof AmazonTimeout) return 'timeout'
  if (error instanceof AmazonUnreachable) return 'unreachable'
  if (error instanceof AmazonThrottled) return 'throttled'
  if (error instanceof AmazonRefused) {
    return error.httpStatus === 403 || error.code === 'invalid_grant' ? 'refused' : 'our_fault'
  }
  if (error instanceof AmazonUnreadable) return 'unreadable'
  throw error
}
