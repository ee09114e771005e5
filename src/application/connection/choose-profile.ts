import { randomUUID } from 'node:crypto'
import { mayHoldSeveral } from '../../domain/access/person.ts'
import { demandPlan } from '../../domain/access/subscription.ts'
import { close, connect, type HeldConnection, renew } from '../../domain/connection/connection.ts'
import { choiceTakenUp, ruleOnChoice } from '../../domain/connection/one-account-rule.ts'
import { findOffered, isExpired, type PendingConnection } from '../../domain/connection/pending-connection.ts'
import {
  NothingPending,
  PendingConnectionExpired,
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
import { type AdvertisingProfile, ineligibility, profileLabel } from '../../domain/profile/profile.ts'
import { Refusal } from '../../domain/refusal.ts'
import { entry, type Happening } from '../../domain/timeline/entry.ts'
import type { People, Sessions } from '../access/index.ts'
import type { RequestIngestion } from '../ingestion/index.ts'
import type { Clock, Timeline, UnitOfWork } from '../ports.ts'
import type { Connections, PendingConnections } from './ports.ts'

interface Needs {
  readonly people: People
  readonly sessions: Sessions
  readonly pendings: PendingConnections
  readonly connections: Connections
  readonly ingestion: RequestIngestion
  readonly timeline: Timeline
  readonly unitOfWork: UnitOfWork
  readonly clock: Clock
}

export interface Choice {
  readonly personId: PersonId
  readonly sessionId: SessionId
  readonly profileId: ProfileId
  /** The connection that the seller confirmed to give up. */
  readonly replace: ConnectionId | null
  /** Which authorisation the picker on the screen belongs to; null where the form did not say. */
  readonly pendingId: PendingConnectionId | null
}

export type Chosen =
  | { readonly outcome: 'connected' | 'renewed'; readonly connectionId: ConnectionId }
  /** S-17: the pending connection is kept. */
  | { readonly outcome: 'blocked'; readonly profileId: ProfileId }

/** The seller picks a profile: it is connected and its loading is on record, or neither (S-11). */
export class ChooseProfile {
  readonly #needs: Needs

  constructor(needs: Needs) {
    this.#needs = needs
  }

  /**
   * @throws {PlanLacking}
   * @throws {NothingPending}
   * @throws {PendingConnectionExpired}
   * @throws {PickerStale}
   * @throws {ProfileNotOffered}
   * @throws {ProfileNotEligible}
   * @throws {ReplacementStale}
   */
  async run(choice: Choice): Promise<Chosen> {
    const { pendings, unitOfWork, timeline, ingestion, clock } = this.#needs
    try {
      const { chosen, ring } = await unitOfWork.run(() => this.#decide(choice))
      // After the commit: a worker must never look for a report that it cannot see yet.
      await ingestion.ring(ring)
      return chosen
    } catch (refusal) {
      if (refusal instanceof Refusal) {
        const { personId } = choice
        const attemptId = (await pendings.of(personId))?.attemptId ?? null
        const about = { personId, attemptId }
        await timeline.append(entry(clock.now(), about, { kind: 'choice_refused', code: refusal.code }))
      }
      throw refusal
    }
  }

  async #decide(choice: Choice): Promise<{ chosen: Chosen; ring: Parameters<RequestIngestion['ring']>[0] }> {
    const { people, sessions, pendings, connections, ingestion, clock } = this.#needs
    const { personId, sessionId, replace } = choice
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
    const ruling = ruleOnChoice({ role, held, profile, replace })

    if (ruling.ruling === 'blocked') {
      const holding = ruling.held.map(({ id }) => id)
      await this.#tell(pending, null, { kind: 'choice_blocked', profileId: profile.id, held: holding }, now)
      return { chosen: { outcome: 'blocked', profileId: profile.id }, ring: [] }
    }

    if (ruling.ruling === 'replace') await this.#give(ruling.gives, pending, now)

    const renews = ruling.ruling === 'renew'
    const connection = renews
      ? renew(ruling.connection, pending, profile)
      : connect(
          { id: randomUUID() as ConnectionId, isExclusive: !mayHoldSeveral(role) },
          pending,
          profile,
          now,
        )
    // The sweep of what has expired asks no one's leave: whoever erases it first has it.
    if (!(await pendings.erase(pending.id))) throw new PendingConnectionExpired()
    await connections.save(connection)
    await sessions.makeCurrent(sessionId, connection.id)
    await this.#tell(
      pending,
      connection.id,
      renews
        ? { kind: 'authorisation_renewed' }
        : { kind: 'connected', profileId: profile.id, label: profileLabel(profile) },
      now,
    )
    const ring = await ingestion.run({ connection, kind: renews ? 'renewal' : 'first' })
    return { chosen: { outcome: renews ? 'renewed' : 'connected', connectionId: connection.id }, ring }
  }

  async #give(given: HeldConnection, { personId, attemptId }: PendingConnection, now: Date): Promise<void> {
    const { connections, ingestion, timeline } = this.#needs
    await connections.save(close(given, 'replaced', now))
    await ingestion.abandon(given.id)
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

function offeredProfile(pending: PendingConnection, choice: Choice, now: Date): AdvertisingProfile {
  if (isExpired(pending, now)) throw new PendingConnectionExpired()
  if (choice.pendingId && choice.pendingId !== pending.id) throw new PickerStale()
  const profile = findOffered(pending.readings, choice.profileId)
  if (!profile) throw new ProfileNotOffered(choice.profileId)
  const why = ineligibility(profile)
  if (why) throw new ProfileNotEligible(why)
  return profile
}
