import { requirePlan } from '../../domain/access/subscription.ts'
import { canHaveSeveralConnections } from '../../domain/access/user.ts'
import { close, consentOf, type LiveConnection } from '../../domain/connection/connection.ts'
import { consentDateOf } from '../../domain/connection/consent-date.ts'
import {
  isProfileChoiceError,
  NoPendingConnection,
  PendingConnectionExpired,
  PendingConnectionUndecryptable,
  ProfileNotEligible,
} from '../../domain/connection/errors.ts'
import {
  decideProfileChoice,
  findAlreadyChosen,
  type ProfileChoiceDecision,
} from '../../domain/connection/one-account-rule.ts'
import { type PendingConnection, timelineSubject } from '../../domain/connection/pending-connection.ts'
import type { DomainError } from '../../domain/domain-error.ts'
import { replacedEmail } from '../../domain/email/triggers.ts'
import type { ConnectionId } from '../../domain/identifiers.ts'
import type { AdvertisingProfile } from '../../domain/profile/profile.ts'
import { SecretDecryptionError } from '../../domain/secret.ts'
import { entry, type TimelineEvent } from '../../domain/timeline/entry.ts'
import type { Sessions, Subscriptions, Users } from '../access/index.ts'
import type { Outbox } from '../email/index.ts'
import type { RequestSync } from '../ingestion/index.ts'
import type { Clock, Timeline, UnitOfWork } from '../ports.ts'
import type { EndPendingConnection } from './end-pending-connection.ts'
import type { Connections, PendingConnections } from './ports.ts'
import {
  buildConnection,
  connectionEventOf,
  outcomeByEvent,
  type ProfileChoiceResult,
  type ProfileSelection,
  requireSelectableProfile,
} from './profile-choice.ts'

interface Dependencies {
  readonly consentDays: number
  readonly users: Users
  readonly subscriptions: Pick<Subscriptions, 'of'>
  readonly sessions: Sessions
  readonly pendingConnections: PendingConnections
  readonly endPendingConnection: EndPendingConnection
  readonly connections: Connections
  readonly requestSync: RequestSync
  readonly outbox: Outbox
  readonly timeline: Timeline
  readonly unitOfWork: UnitOfWork
  readonly clock: Clock
}

/** Saves the connection and its sync run in one transaction (S-11). */
export class ChooseProfile {
  readonly #deps: Dependencies

  constructor(deps: Dependencies) {
    this.#deps = deps
  }

  /**
   * @throws {PlanRequired | NoPendingConnection | PendingConnectionExpired | PendingConnectionUndecryptable}
   * @throws {PickerOutdated | ProfileNotListed | ProfileNotEligible | ReplacementOutdated}
   */
  async execute(choice: ProfileSelection): Promise<ProfileChoiceResult> {
    const { pendingConnections, unitOfWork, timeline, requestSync, clock } = this.#deps
    try {
      const { chosen, enqueue } = await unitOfWork.transaction(() => this.#decide(choice))
      // After the commit, so that a worker sees the reports.
      await requestSync.enqueue(enqueue)
      return chosen
    } catch (error) {
      const choiceError =
        error instanceof SecretDecryptionError ? await this.#endUndecryptable(choice) : error
      if (isProfileChoiceError(choiceError)) {
        const { userId } = choice
        const pending = await pendingConnections.findByUser(userId)
        const about = pending ? timelineSubject(pending) : { userId }
        const { code } = choiceError
        const why = choiceError instanceof ProfileNotEligible ? { why: choiceError.why } : {}
        await timeline.append(entry(clock.now(), about, { kind: 'choice_rejected', code, ...why }))
      }
      throw choiceError
    }
  }

  async #endUndecryptable({ userId }: ProfileSelection): Promise<DomainError> {
    const { pendingConnections, endPendingConnection } = this.#deps
    const pending = await pendingConnections.findByUser(userId)
    if (pending) await endPendingConnection.eraseUndecryptable(pending)
    return new PendingConnectionUndecryptable()
  }

  async #decide(
    choice: ProfileSelection,
  ): Promise<{ chosen: ProfileChoiceResult; enqueue: Parameters<RequestSync['enqueue']>[0] }> {
    const {
      users,
      subscriptions,
      sessions,
      pendingConnections,
      connections,
      requestSync,
      clock,
      consentDays,
    } = this.#deps
    const { userId, sessionId } = choice
    const { role } = await users.lock(userId)
    const now = clock.now()
    requirePlan(await subscriptions.of(userId), now)

    const live = await connections.liveByUser(userId)
    const pending = await pendingConnections.findByUser(userId)
    if (!pending) {
      const alreadyChosen = findAlreadyChosen(live, choice.profileId, choice.pendingId)
      if (!alreadyChosen) throw new NoPendingConnection()
      return { chosen: { outcome: 'connected', connectionId: alreadyChosen.id }, enqueue: [] }
    }
    const profile = requireSelectableProfile(pending, choice, now)
    const { amazonUser } = pending
    const closed = await connections.closedByUser(userId)
    const decision = decideProfileChoice({ ...choice, role, live, closed, profile, amazonUser }, now)
    const { reauthorisedConnectionId } = choice
    if (
      reauthorisedConnectionId &&
      !('connection' in decision && decision.connection.id === reauthorisedConnectionId)
    )
      return { chosen: { outcome: 'nothing_reauthorised' }, enqueue: [] }

    if (decision.decision === 'blocked' || decision.decision === 'different_amazon_user') {
      await this.#recordUnresolved(decision, pending, profile, now)
      return { chosen: { outcome: decision.decision, profileId: profile.id }, enqueue: [] }
    }
    if (decision.decision === 'connect' && decision.replacedConnection)
      await this.#closeReplaced(decision.replacedConnection, pending, now)
    const consentedAt = consentDateOf(pending, [...live, ...closed], consentDays, now)
    const connection = buildConnection(decision, {
      pending,
      consentedAt,
      profile,
      isExclusive: !canHaveSeveralConnections(role),
      now,
    })
    // The expiry sweep doesn't take the user's lock and may have erased the row already.
    if (!(await pendingConnections.erase(pending.id))) throw new PendingConnectionExpired()
    await connections.save(connection)
    await sessions.selectConnection(sessionId, connection.id)
    if (consentedAt < pending.savedAt) {
      const skipped = { kind: 'consent_page_skipped', consentedAt: consentedAt.toISOString() } as const
      await this.#record(pending, connection.id, skipped, now)
    }
    const event = connectionEventOf(decision, pending, profile)
    await this.#record(pending, connection.id, event, now)
    const outcome = outcomeByEvent[event.kind]
    const enqueue = await requestSync.execute({
      connection,
      kind: outcome === 'connected' ? 'initial' : 'reauthorisation',
    })
    return { chosen: { outcome, connectionId: connection.id }, enqueue }
  }

  async #recordUnresolved(
    decision: Extract<ProfileChoiceDecision, { decision: 'blocked' | 'different_amazon_user' }>,
    pending: PendingConnection,
    { id: profileId }: AdvertisingProfile,
    now: Date,
  ): Promise<void> {
    if (decision.decision === 'blocked') {
      const live = decision.live.map(({ id }) => id)
      return this.#record(pending, null, { kind: 'choice_blocked', profileId, live }, now)
    }
    const before = consentOf(decision.connection).amazonUser?.userId ?? ''
    const event = {
      kind: 'reauthorisation_unconfirmed',
      before,
      now: pending.amazonUser?.userId ?? '',
    } as const
    return this.#record(pending, decision.connection.id, event, now)
  }

  async #closeReplaced(
    replaced: LiveConnection,
    { userId, attemptId }: PendingConnection,
    now: Date,
  ): Promise<void> {
    const { connections, requestSync, outbox, timeline } = this.#deps
    const closed = close(replaced, 'replaced', now)
    await connections.save(closed)
    await requestSync.cancelAll(replaced.id)
    await outbox.put(replacedEmail(closed))
    const about = { userId, attemptId, connectionId: replaced.id }
    await timeline.append(entry(now, about, { kind: 'closed', reason: 'replaced' }))
  }

  #record(
    { userId, attemptId }: PendingConnection,
    connectionId: ConnectionId | null,
    event: TimelineEvent,
    now: Date,
  ): Promise<void> {
    return this.#deps.timeline.append(entry(now, { userId, attemptId, connectionId }, event))
  }
}
