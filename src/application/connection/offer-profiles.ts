import { demandPlan, lackOf } from '../../domain/access/subscription.ts'
import { after, minutes } from '../../domain/calendar.ts'
import {
  hasNothingToChoose,
  isExpired,
  offeredProfiles,
  type PendingConnection,
  type RegionFailure,
  type RegionReading,
  unansweredRegions,
} from '../../domain/connection/pending-connection.ts'
import { NothingPending, PendingConnectionExpired } from '../../domain/connection/refusals.ts'
import type { PersonId } from '../../domain/identifiers.ts'
import type { Region } from '../../domain/profile/region.ts'
import { type Secret, SecretUnreadable } from '../../domain/secret.ts'
import { entry } from '../../domain/timeline/entry.ts'
import type { People } from '../access/index.ts'
import {
  AmazonRefused,
  AmazonThrottled,
  AmazonTimeout,
  AmazonUnreachable,
  AmazonUnreadable,
  type Clock,
  type Timeline,
  type UnitOfWork,
} from '../ports.ts'
import type { AmazonLogin, PendingConnections, ProfileDirectory } from './ports.ts'

interface Needs {
  readonly people: People
  readonly pendings: PendingConnections
  readonly login: AmazonLogin
  readonly profiles: ProfileDirectory
  readonly timeline: Timeline
  readonly unitOfWork: UnitOfWork
  readonly clock: Clock
}

/** What the picker has to show. */
export type Offer =
  | { readonly offer: 'nothing_pending' }
  /** S-15: its hour is over; its tokens are erased by the worker within seconds. */
  | { readonly offer: 'expired'; readonly attemptId: PendingConnection['attemptId'] }
  /** Its tokens do not open with our keys: it is erased, and the person authorises anew. */
  | { readonly offer: 'unreadable'; readonly attemptId: PendingConnection['attemptId'] }
  | { readonly offer: 'picker'; readonly pending: PendingConnection }
  /** S-10; `agencies` tells how many profiles were found that cannot be chosen. */
  | {
      readonly offer: 'no_profiles'
      readonly agencies: number
      readonly attemptId: PendingConnection['attemptId']
    }

/** The person sees what can be connected, as long as the plan allows it: each region is read once and kept with the pending connection (S-08). */
export class OfferProfiles {
  readonly #needs: Needs

  constructor(needs: Needs) {
    this.#needs = needs
  }

  async run(personId: PersonId): Promise<Offer> {
    const { people, pendings, clock } = this.#needs
    const pending = await pendings.of(personId)
    if (!pending) return { offer: 'nothing_pending' }
    if (isExpired(pending, clock.now())) return { offer: 'expired', attemptId: pending.attemptId }
    if (lackOf(await people.subscriptionOf(personId), clock.now())) return { offer: 'nothing_pending' }
    return this.#read(
      pending,
      unansweredRegions(pending.readings).filter(region => pending.readings[region].state === 'unread'),
    )
  }

  /**
   * S-09: the way to try a region again.
   * @throws {PlanLacking}
   * @throws {PendingConnectionExpired}
   * @throws {NothingPending}
   */
  async retry(personId: PersonId, region: Region): Promise<Offer> {
    const { people, pendings, clock } = this.#needs
    demandPlan(await people.subscriptionOf(personId), clock.now())
    const pending = await pendings.of(personId)
    if (!pending) throw new NothingPending()
    if (isExpired(pending, clock.now())) throw new PendingConnectionExpired()
    return this.#read(pending, pending.readings[region].state === 'read' ? [] : [region])
  }

  async #read(pending: PendingConnection, unread: readonly Region[]): Promise<Offer> {
    try {
      return await this.#ask(pending, unread)
    } catch (error) {
      if (!(error instanceof SecretUnreadable)) throw error
      return this.#endUnreadable(pending)
    }
  }

  async #ask(pending: PendingConnection, unread: readonly Region[]): Promise<Offer> {
    const token =
      unread.length > 0 || !pending.amazonUser ? await this.#accessToken(pending) : pending.accessToken
    const { pendings } = this.#needs
    // Amazon may take a token for old before its hour is over; one new one then serves all regions.
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
    if (!now || now.id !== pending.id) return { offer: 'nothing_pending' }
    return hasNothingToChoose(now.readings)
      ? this.#endWithoutProfiles(now)
      : { offer: 'picker', pending: now }
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
    const reading: RegionReading = await found.then(
      found => ({ state: 'read', profiles: found }),
      error => ({ state: 'failed', why: regionFailure(error) }),
    )
    await unitOfWork.run(async () => {
      await pendings.keepReading(pending.id, region, reading)
      await timeline.append(
        entry(
          clock.now(),
          pending,
          reading.state === 'read'
            ? { kind: 'profiles_read', region, count: reading.profiles.length }
            : {
                kind: 'profiles_unread',
                region,
                why: reading.state === 'failed' ? reading.why : 'unreachable',
              },
        ),
      )
    })
  }

  /** Not knowing who said yes blocks nothing (S-09); the next look at the picker asks again. */
  async #readUser(pending: PendingConnection, token: Secret): Promise<void> {
    const { pendings, login, timeline, unitOfWork, clock } = this.#needs
    const answer = await login.describeUser(token).then(
      user => ({ user, why: null }),
      error => ({ user: null, why: regionFailure(error) }),
    )
    await unitOfWork.run(async () => {
      if (answer.user) {
        await pendings.keepAmazonUser(pending.id, answer.user)
        await timeline.append(
          entry(clock.now(), pending, { kind: 'amazon_user_read', userId: answer.user.userId }),
        )
      } else {
        await timeline.append(entry(clock.now(), pending, { kind: 'amazon_user_unknown', why: answer.why }))
      }
    })
  }

  /** The token of the exchange lives as long as the hour; towards its end a new one is minted. */
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

  async #endUnreadable(pending: PendingConnection): Promise<Offer> {
    const { pendings, timeline, unitOfWork, clock } = this.#needs
    await unitOfWork.run(async () => {
      if (await pendings.erase(pending.id))
        await timeline.append(entry(clock.now(), pending, { kind: 'pending_unreadable' }))
    })
    return { offer: 'unreadable', attemptId: pending.attemptId }
  }

  #endWithoutProfiles(pending: PendingConnection): Promise<Offer> {
    const { pendings, timeline, unitOfWork, clock } = this.#needs
    const agencies = offeredProfiles(pending.readings).length
    return unitOfWork.run(async () => {
      if (await pendings.erase(pending.id)) {
        await timeline.append(entry(clock.now(), pending, { kind: 'no_profiles', agencies }))
      }
      return { offer: 'no_profiles', agencies, attemptId: pending.attemptId }
    })
  }
}

const isUnauthorised = (error: unknown): boolean => error instanceof AmazonRefused && error.httpStatus === 401

/**
 * A 403, and a grant that is gone already, are about the login. What a fresh token does not mend of a 401 is not: our
 * client is not (or no longer) approved for the Ads API, or is another than the token's.
 * @throws what is no trouble of Amazon's: a defect of ours.
 */
function regionFailure(error: unknown): RegionFailure {
  if (error instanceof AmazonTimeout) return 'timeout'
  if (error instanceof AmazonUnreachable) return 'unreachable'
  if (error instanceof AmazonThrottled) return 'throttled'
  if (error instanceof AmazonRefused) {
    return error.httpStatus === 403 || error.code === 'invalid_grant' ? 'refused' : 'our_fault'
  }
  if (error instanceof AmazonUnreadable) return 'unreadable'
  throw error
}
