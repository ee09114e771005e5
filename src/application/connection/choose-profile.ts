import { randomUUID } from 'node:crypto'
import { mayHoldSeveral } from '../../domain/access/person.ts'
import { demandPlan } from '../../domain/access/subscription.ts'
import {
  type ActiveConnection,
  close,
  connect,
  consentOf,
  type HeldConnection,
  renew,
  reopen,
} from '../../domain/connection/connection.ts'
import { isOtherAmazonUser } from '../../domain/connection/consent.ts'
import { choiceTakenUp, type Ruling, ruleOnChoice } from '../../domain/connection/one-account-rule.ts'
import {
  findOffered,
  isExpired,
  type PendingConnection,
  storyOf,
} from '../../domain/connection/pending-connection.ts'
import {
  isChoiceRefusal,
  NothingPending,
  PendingConnectionExpired,
  PendingConnectionUnreadable,
  PickerStale,
  ProfileNotEligible,
  ProfileNotOffered,
} from '../../domain/connection/refusals.ts'
import type {
  ConnectionId,
  PendingConnectionId,
  PersonId,
  ProfileId,
  SessionId,
} from '../../domain/identifiers.ts'
import { replacedMail } from '../../domain/mail/occasions.ts'
import { type AdvertisingProfile, ineligibility, profileLabel } from '../../domain/profile/profile.ts'
import type { Refusal } from '../../domain/refusal.ts'
import { SecretUnreadable } from '../../domain/secret.ts'
import { entry, type Happening } from '../../domain/timeline/entry.ts'
import type { People, Sessions } from '../access/index.ts'
import type { RequestIngestion } from '../ingestion/index.ts'
import type { Outbox } from '../mail/index.ts'
import type { Clock, Timeline, UnitOfWork } from '../ports.ts'
import type { EndPending } from './end-pending.ts'
import type { Connections, PendingConnections } from './ports.ts'

interface Needs {
  readonly people: People
  readonly sessions: Sessions
  readonly pendings: PendingConnections
  readonly endPending: EndPending
  readonly connections: Connections
  readonly ingestion: RequestIngestion
  readonly outbox: Outbox
  readonly timeline: Timeline
  readonly unitOfWork: UnitOfWork
  readonly clock: Clock
}

export interface Choice {
  readonly personId: PersonId
  readonly sessionId: SessionId
  readonly profileId: ProfileId
  /** The connection that the seller agreed to replace. */
  readonly replace: ConnectionId | null
  readonly pendingId: PendingConnectionId | null
  /** A different Amazon user, confirmed by the seller (S-26). */
  readonly confirmedUserId: string | null
  /** Only reauthorise this one; null when a profile was picked. */
  readonly renews: ConnectionId | null
}

export type Chosen =
  | { readonly outcome: 'connected' | 'renewed' | 'reopened'; readonly connectionId: ConnectionId }
  /** S-26: the pending connection stays until the seller confirms. */
  | { readonly outcome: 'other_amazon_user'; readonly profileId: ProfileId }
  /** S-26: the connection is no longer live; the pending one stays. */
  | { readonly outcome: 'nothing_renewed' }
  /** S-17: the pending connection stays. */
  | { readonly outcome: 'blocked'; readonly profileId: ProfileId }

/** Saves the connection and its sync run in one transaction (S-11). */
export class ChooseProfile {
  readonly #needs: Needs

  constructor(needs: Needs) {
    this.#needs = needs
  }

  /**
   * @throws {PlanRequired | NoPendingConnection | PendingConnectionExpired | PendingConnectionUndecryptable}
   * @throws {PickerOutdated | ProfileNotListed | ProfileNotEligible | ReplacementOutdated}
   */
  async run(choice: Choice): Promise<Chosen> {
    const { pendings, unitOfWork, timeline, ingestion, clock } = this.#needs
    try {
      const { chosen, ring } = await unitOfWork.run(() => this.#decide(choice))
      // After the commit, so that a worker can see the reports.
      await ingestion.ring(ring)
      return chosen
    } catch (error) {
      const refusal = error instanceof SecretUnreadable ? await this.#endUnreadable(choice) : error
      if (isChoiceRefusal(refusal)) {
        const { personId } = choice
        const pending = await pendings.of(personId)
        const about = pending ? storyOf(pending) : { personId }
        await timeline.append(entry(clock.now(), about, { kind: 'choice_refused', code: refusal.code }))
      }
      throw refusal
    }
  }

  async #endUnreadable({ personId }: Choice): Promise<Refusal> {
    const { pendings, endPending } = this.#needs
    const pending = await pendings.of(personId)
    if (pending) await endPending.eraseUnreadable(pending)
    return new PendingConnectionUnreadable()
  }

  async #decide(choice: Choice): Promise<{ chosen: Chosen; ring: Parameters<RequestIngestion['ring']>[0] }> {
    const { people, sessions, pendings, connections, ingestion, clock } = this.#needs
    const { personId, sessionId } = choice
    const { role } = await people.lock(personId)
    const now = clock.now()
    demandPlan(await people.subscriptionOf(personId), now)

    const held = await connections.heldBy(personId)
    const pending = await pendings.of(personId)
    if (!pending) {
      const taken = choiceTakenUp(held, choice.profileId, choice.pendingId)
      if (!taken) throw new NothingPending()
      return { chosen: { outcome: 'connected', connectionId: taken.id }, ring: [] }
    }
    const profile = offeredProfile(pending, choice, now)
    const { amazonUser } = pending
    const closed = await connections.closedBy(personId)
    const ruling = ruleOnChoice({ ...choice, role, held, closed, profile, amazonUser }, now)
    const { renews } = choice
    if (renews && !('connection' in ruling && ruling.connection.id === renews))
      return { chosen: { outcome: 'nothing_renewed' }, ring: [] }

    if (ruling.ruling === 'blocked' || ruling.ruling === 'other_amazon_user') {
      await this.#tellHeldUp(ruling, pending, profile, now)
      return { chosen: { outcome: ruling.ruling, profileId: profile.id }, ring: [] }
    }
    if (ruling.ruling === 'connect' && ruling.gives) await this.#give(ruling.gives, pending, now)
    const connection = connectionOf(ruling, { pending, profile, isExclusive: !mayHoldSeveral(role), now })
    // The expiry sweep doesn't take the user's lock and may have erased the row already.
    if (!(await pendings.erase(pending.id))) throw new PendingConnectionExpired()
    await connections.save(connection)
    await sessions.makeCurrent(sessionId, connection.id)
    const begun = beginning(ruling, pending, profile)
    await this.#tell(pending, connection.id, begun, now)
    const outcome = outcomes[begun.kind]
    const ring = await ingestion.run({ connection, kind: outcome === 'connected' ? 'first' : 'renewal' })
    return { chosen: { outcome, connectionId: connection.id }, ring }
  }

  async #tellHeldUp(
    ruling: Extract<Ruling, { ruling: 'blocked' | 'other_amazon_user' }>,
    pending: PendingConnection,
    { id: profileId }: AdvertisingProfile,
    now: Date,
  ): Promise<void> {
    if (ruling.ruling === 'blocked') {
      const held = ruling.held.map(({ id }) => id)
      return this.#tell(pending, null, { kind: 'choice_blocked', profileId, held }, now)
    }
    const before = consentOf(ruling.connection).amazonUser?.userId ?? ''
    const asked = { kind: 'renewal_unconfirmed', before, now: pending.amazonUser?.userId ?? '' } as const
    return this.#tell(pending, ruling.connection.id, asked, now)
  }

  async #give(given: HeldConnection, { personId, attemptId }: PendingConnection, now: Date): Promise<void> {
    const { connections, ingestion, outbox, timeline } = this.#needs
    const closed = close(given, 'replaced', now)
    await connections.save(closed)
    await ingestion.abandon(given.id)
    await outbox.put(replacedMail(closed))
    const about = { personId, attemptId, connectionId: given.id }
    await timeline.append(entry(now, about, { kind: 'closed', reason: 'replaced' }))
  }

  #tell(
    { personId, attemptId }: PendingConnection,
    connectionId: ConnectionId | null,
    happening: Happening,
    now: Date,
  ): Promise<void> {
    return this.#needs.timeline.append(entry(now, { personId, attemptId, connectionId }, happening))
  }
}

type Yes = Extract<Ruling, { ruling: 'connect' | 'renew' }>

function connectionOf(
  ruling: Yes,
  by: {
    readonly pending: PendingConnection
    readonly profile: AdvertisingProfile
    readonly isExclusive: boolean
    readonly now: Date
  },
): ActiveConnection {
  const { pending, profile, isExclusive, now } = by
  if (ruling.ruling === 'renew') return renew(ruling.connection, pending, profile)
  if (ruling.reopens) return reopen(ruling.reopens, { isExclusive }, pending, profile)
  return connect({ id: randomUUID() as ConnectionId, isExclusive }, pending, profile, now)
}

type Beginning = Extract<Happening, { kind: 'connected' | 'reopened' | 'authorisation_renewed' }>

function beginning(
  ruling: Yes,
  { amazonUser: now }: PendingConnection,
  profile: AdvertisingProfile,
): Beginning {
  if (ruling.ruling === 'connect') {
    const kind = ruling.reopens ? 'reopened' : 'connected'
    return { kind, profileId: profile.id, label: profileLabel(profile) }
  }
  const before = consentOf(ruling.connection).amazonUser
  const amazonUser = before && now ? (isOtherAmazonUser(before, now) ? 'other' : 'same') : 'unknown'
  return { kind: 'authorisation_renewed', amazonUser }
}

const outcomes = {
  connected: 'connected',
  reopened: 'reopened',
  authorisation_renewed: 'renewed',
} as const satisfies Record<Beginning['kind'], Chosen['outcome']>

function offeredProfile(pending: PendingConnection, choice: Choice, now: Date): AdvertisingProfile {
  if (isExpired(pending, now)) throw new PendingConnectionExpired()
  if (choice.pendingId && choice.pendingId !== pending.id) throw new PickerStale()
  const profile = findOffered(pending.readings, choice.profileId)
  if (!profile) throw new ProfileNotOffered(choice.profileId)
  const why = ineligibility(profile)
  if (why) throw new ProfileNotEligible(why)
  return profile
}
