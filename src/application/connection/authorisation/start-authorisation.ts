import { randomBytes, randomUUID } from 'node:crypto'
import { PlanRequired, planRestrictionOf } from '../../../domain/access/subscription.ts'
import { startAuthorisationAttempt } from '../../../domain/connection/authorisation-attempt.ts'
import { consentOf, type LiveConnection } from '../../../domain/connection/connection.ts'
import { ConnectionNotFound } from '../../../domain/connection/errors.ts'
import type { AttemptId, ConnectionId, SessionId, UserId } from '../../../domain/identifiers.ts'
import type { Region } from '../../../domain/profile/region.ts'
import { Secret } from '../../../domain/secret.ts'
import { entry } from '../../../domain/timeline/entry.ts'
import type { Subscriptions, Users } from '../../access/index.ts'
import type { Clock, Timeline, UnitOfWork } from '../../ports.ts'
import type { AmazonLogin, AuthorisationAttempts, Connections } from '../ports.ts'

interface Dependencies {
  readonly users: Users
  readonly subscriptions: Pick<Subscriptions, 'of'>
  readonly attempts: AuthorisationAttempts
  readonly connections: Connections
  readonly login: AmazonLogin
  readonly timeline: Timeline
  readonly unitOfWork: UnitOfWork
  readonly clock: Clock
}

/** S-06, S-26 */
export class StartAuthorisation {
  readonly #deps: Dependencies

  constructor(deps: Dependencies) {
    this.#deps = deps
  }

  /**
   * `region` null means the last one, initially North America. If `inSameTransaction` throws, nothing is
   * saved.
   * @throws {ConnectionNotFound} when closed or another user's.
   * @throws {PlanRequired} recorded on the timeline.
   */
  async execute(
    by: {
      userId: UserId
      sessionId: SessionId
      region: Region | null
      reauthorisedConnectionId: ConnectionId | null
    },
    inSameTransaction?: () => Promise<void>,
  ): Promise<{ readonly url: string }> {
    const { subscriptions, attempts, login, timeline, unitOfWork, clock } = this.#deps
    const { userId, sessionId, reauthorisedConnectionId } = by
    const now = clock.now()
    const reauthorised =
      reauthorisedConnectionId && (await this.#getLiveConnection(userId, reauthorisedConnectionId))

    const planRestriction = planRestrictionOf(await subscriptions.of(userId), now)
    if (planRestriction) {
      const about = { userId, connectionId: reauthorisedConnectionId }
      await timeline.append(
        entry(now, about, { kind: 'connect_rejected', planRestriction: planRestriction.kind }),
      )
      throw new PlanRequired(planRestriction)
    }

    const defaultRegion = reauthorised
      ? consentOf(reauthorised).loginRegion
      : await attempts.lastRegionOf(userId)
    const region = by.region ?? defaultRegion ?? 'na'
    const state = new Secret(randomBytes(32).toString('base64url'))
    const { url, verifier } = await login.authorisationUrl(region, state)
    const attempt = startAuthorisationAttempt(
      { id: randomUUID() as AttemptId, userId, sessionId, reauthorisedConnectionId, region, verifier },
      now,
    )

    await unitOfWork.transaction(async () => {
      await inSameTransaction?.()
      await attempts.save(attempt, state)
      const about = { userId, attemptId: attempt.id, connectionId: reauthorisedConnectionId }
      await timeline.append(entry(now, about, { kind: 'sent_to_amazon', region }))
    })
    return { url }
  }

  async #getLiveConnection(userId: UserId, id: ConnectionId): Promise<LiveConnection> {
    const live = await this.#deps.connections.liveByUser(userId)
    const connection = live.find(one => one.id === id)
    if (!connection) throw new ConnectionNotFound()
    return connection
  }
}
