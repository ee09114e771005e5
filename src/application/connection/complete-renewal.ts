import { lackOf } from '../../domain/access/subscription.ts'
import { consentOf, type HeldConnection } from '../../domain/connection/connection.ts'
import { type AmazonUser, isOtherAmazonUser } from '../../domain/connection/consent.ts'
import {
  findOffered,
  isExpired,
  type PendingConnection,
  type RegionFailure,
  storyOf,
} from '../../domain/connection/pending-connection.ts'
import type { ConnectionId, PersonId, SessionId } from '../../domain/identifiers.ts'
import type { Region } from '../../domain/profile/region.ts'
import { entry } from '../../domain/timeline/entry.ts'
import type { People } from '../access/index.ts'
import type { Clock, Timeline, UnitOfWork } from '../ports.ts'
import type { ChooseProfile } from './choose-profile.ts'
import type { Connections, PendingConnections } from './ports.ts'
import type { ReadProfiles } from './read-profiles.ts'

interface Needs {
  readonly people: People
  readonly pendings: PendingConnections
  readonly connections: Connections
  readonly readProfiles: ReadProfiles
  readonly chooseProfile: ChooseProfile
  readonly timeline: Timeline
  readonly unitOfWork: UnitOfWork
  readonly clock: Clock
}

export type Renewal =
  | { readonly renewal: 'renewed'; readonly connectionId: ConnectionId }
  /** The authorisation stays for a retry. */
  | {
      readonly renewal: 'region_unread'
      readonly connection: HeldConnection
      readonly pending: PendingConnection
      readonly region: Region
      readonly why: RegionFailure
    }
  /** The different Amazon user reaches the profile too; the seller is asked once. */
  | {
      readonly renewal: 'other_amazon_user'
      readonly connection: HeldConnection
      readonly pending: PendingConnection
    }
  /** Nothing of this authorisation is stored. */
  | {
      readonly renewal: 'profile_not_reached'
      readonly connection: HeldConnection
      readonly amazonUser: AmazonUser | null
      readonly attemptId: PendingConnection['attemptId']
    }

/** S-26: the profile is known, so there is no picker. */
export class CompleteRenewal {
  readonly #needs: Needs

  constructor(needs: Needs) {
    this.#needs = needs
  }

  /**
   * @returns null when there is nothing to reauthorise; a pending connection is then for the picker.
   * @throws {DomainError} as choosing the profile does.
   */
  async run(by: { personId: PersonId; sessionId: SessionId }): Promise<Renewal | null> {
    const renewing = await this.#renewing(by.personId)
    if (!renewing) return null
    const { connection } = renewing
    const { region, id: profileId } = connection.profile

    // Retried when the seller asks, not on each page view.
    const isAsked = renewing.pending.readings[region].state !== 'unread'
    const read = await this.#needs.readProfiles.run(renewing.pending, isAsked ? [] : [region])
    if (read.read !== 'pending') return null
    const { pending } = read
    const reading = pending.readings[region]
    if (reading.state !== 'read') {
      const why = reading.state === 'failed' ? reading.why : 'unreachable'
      return { renewal: 'region_unread', connection, pending, region, why }
    }
    if (!findOffered(pending.readings, profileId)) return this.#refuse(connection, pending)

    const isToldAlready = isAsked && renewing.pending.amazonUser !== null
    if (isToldAlready && isOtherAmazonUser(consentOf(connection).amazonUser, pending.amazonUser))
      return { renewal: 'other_amazon_user', connection, pending }
    const confirmation = { pendingId: pending.id, replace: null, confirmedUserId: null }
    const renews = connection.id
    const chosen = await this.#needs.chooseProfile.run({ ...by, profileId, ...confirmation, renews })
    // Disconnected while Amazon responded.
    if (chosen.outcome === 'nothing_renewed') return null
    return chosen.outcome === 'other_amazon_user'
      ? { renewal: 'other_amazon_user', connection, pending }
      : { renewal: 'renewed', connectionId: connection.id }
  }

  async #renewing(
    personId: PersonId,
  ): Promise<{ connection: HeldConnection; pending: PendingConnection } | null> {
    const { people, pendings, connections, clock } = this.#needs
    const pending = await pendings.of(personId)
    if (!pending?.renews || isExpired(pending, clock.now())) return null
    if (lackOf(await people.subscriptionOf(personId), clock.now())) return null
    // Disconnected since then: an ordinary authorisation.
    const connection = (await connections.heldBy(personId)).find(({ id }) => id === pending.renews)
    return connection ? { connection, pending } : null
  }

  #refuse(connection: HeldConnection, pending: PendingConnection): Promise<Renewal> {
    const { pendings, timeline, unitOfWork, clock } = this.#needs
    const { amazonUser, attemptId } = pending
    return unitOfWork.run(async () => {
      if (await pendings.erase(pending.id)) {
        const refused = { kind: 'renewal_refused', why: 'profile_not_reached' } as const
        await timeline.append(entry(clock.now(), storyOf(pending), refused))
      }
      return { renewal: 'profile_not_reached', connection, amazonUser, attemptId }
    })
  }
}
