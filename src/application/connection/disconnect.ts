import { randomUUID } from 'node:crypto'
import { close, expireRetention, isLive } from '../../domain/connection/connection.ts'
import { disconnectedEmail, erasedEmail } from '../../domain/email/triggers.ts'
import type { ConnectionId, UserId } from '../../domain/identifiers.ts'
import { entry, type TimelineEvent } from '../../domain/timeline/entry.ts'
import type { Users } from '../access/index.ts'
import type { Outbox } from '../email/index.ts'
import type { RequestSync } from '../ingestion/index.ts'
import type { Clock, Timeline, UnitOfWork } from '../ports.ts'
import type { Connections } from './ports.ts'

interface Dependencies {
  readonly users: Users
  readonly connections: Connections
  readonly requestSync: RequestSync
  readonly outbox: Outbox
  readonly timeline: Timeline
  readonly unitOfWork: UnitOfWork
  readonly clock: Clock
}

/** S-27 */
export class Disconnect {
  readonly #deps: Dependencies

  constructor(deps: Dependencies) {
    this.#deps = deps
  }

  /**
   * Safe to run twice.
   * @throws {ConnectionNotFound} also for another user's.
   */
  async execute(request: { userId: UserId; connectionId: ConnectionId; erasesData: boolean }): Promise<void> {
    const { users, connections, requestSync, outbox, timeline, unitOfWork, clock } = this.#deps
    const { userId, connectionId, erasesData } = request
    await unitOfWork.transaction(async () => {
      await users.lock(userId)
      const connection = await connections.get(connectionId, userId)
      if (!isLive(connection)) return
      const now = clock.now()
      const closed = close(connection, 'disconnected', now)
      await connections.save(erasesData ? expireRetention(closed, now) : closed)
      await requestSync.cancelAll(connectionId)
      await outbox.put(erasesData ? erasedEmail(closed, randomUUID) : disconnectedEmail(closed))
      const events: TimelineEvent[] = [{ kind: 'closed', reason: 'disconnected' }]
      if (erasesData) events.push({ kind: 'erasure_requested' })
      await timeline.append(...events.map(event => entry(now, { userId, connectionId }, event)))
    })
  }
}
