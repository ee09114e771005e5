import { randomBytes, randomUUID } from 'node:crypto'
import { lackOf, PlanLacking } from '../../domain/access/subscription.ts'
import { beginAttempt } from '../../domain/connection/attempt.ts'
import { consentOf, type HeldConnection } from '../../domain/connection/connection.ts'
import { ConnectionNotFound } from '../../domain/connection/refusals.ts'
import type { AttemptId, ConnectionId, PersonId, SessionId } from '../../domain/identifiers.ts'
import type { Region } from '../../domain/profile/region.ts'
import { Secret } from '../../domain/secret.ts'
import { entry } from '../../domain/timeline/entry.ts'
import type { People } from '../access/index.ts'
import type { Clock, Timeline, UnitOfWork } from '../ports.ts'
import type { AmazonLogin, Attempts, Connections } from './ports.ts'

interface Needs {
  readonly people: People
  readonly attempts: Attempts
  readonly connections: Connections
  readonly login: AmazonLogin
  readonly timeline: Timeline
  readonly unitOfWork: UnitOfWork
  readonly clock: Clock
}

/** After *Connect* or *Authorise again* (S-06, S-26). */
export class BeginAuthorisation {
  readonly #needs: Needs

  constructor(needs: Needs) {
    this.#needs = needs
  }

  /**
   * @param by with `region` null for the last one, initially North America.
   * @param inSameTransaction if it throws, nothing is saved.
   * @throws {ConnectionNotFound} when closed or another user's.
   * @throws {PlanRequired} S-02; recorded on the timeline.
   */
  async run(
    by: {
      personId: PersonId
      sessionId: SessionId
      region: Region | null
      renews: ConnectionId | null
    },
    alongside?: () => Promise<void>,
  ): Promise<{ readonly url: string }> {
    const { people, attempts, login, timeline, unitOfWork, clock } = this.#needs
    const { personId, sessionId, renews } = by
    const now = clock.now()
    const renewed = renews && (await this.#held(personId, renews))

    const lack = lackOf(await people.subscriptionOf(personId), now)
    if (lack) {
      const about = { personId, connectionId: renews }
      await timeline.append(entry(now, about, { kind: 'connect_refused', lack: lack.lack }))
      throw new PlanLacking(lack)
    }

    const usual = renewed ? consentOf(renewed).loginRegion : await attempts.lastRegionOf(personId)
    const region = by.region ?? usual ?? 'na'
    const state = new Secret(randomBytes(32).toString('base64url'))
    const { url, verifier } = await login.invite(region, state)
    const attempt = beginAttempt(
      { id: randomUUID() as AttemptId, personId, sessionId, renews, region, verifier },
      now,
    )

    await unitOfWork.run(async () => {
      await alongside?.()
      await attempts.save(attempt, state)
      const about = { personId, attemptId: attempt.id, connectionId: renews }
      await timeline.append(entry(now, about, { kind: 'sent_to_amazon', region }))
    })
    return { url }
  }

  async #held(personId: PersonId, id: ConnectionId): Promise<HeldConnection> {
    const held = await this.#needs.connections.heldBy(personId)
    const connection = held.find(one => one.id === id)
    if (!connection) throw new ConnectionNotFound()
    return connection
  }
}
