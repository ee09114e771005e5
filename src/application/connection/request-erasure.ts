import { expireRetention, isLive, isRetained } from '../../domain/connection/connection.ts'
import { StillConnected } from '../../domain/connection/errors.ts'
import type { ConnectionId, UserId } from '../../domain/identifiers.ts'
import { entry } from '../../domain/timeline/entry.ts'
import type { Users } from '../access/index.ts'
import type { Clock, Timeline, UnitOfWork } from '../ports.ts'
import type { Connections } from './ports.ts'

interface Dependencies {
  readonly users: Users
  readonly connections: Connections
  readonly timeline: Timeline
  readonly unitOfWork: UnitOfWork
  readonly clock: Clock
}

/** S-27 */
export class RequestErasure {
  readonly #deps: Dependencies

  constructor(deps: Dependencies) {
    this.#deps = deps
  }

  /**
   * Safe to run twice; the worker erases within seconds.
   * @throws {ConnectionNotFound | StillConnected}
   */
  async execute({ userId, connectionId }: { userId: UserId; connectionId: ConnectionId }): Promise<void> {
    const { users, connections, timeline, unitOfWork, clock } = this.#deps
    await unitOfWork.transaction(async () => {
      await users.lock(userId)
      const connection = await connections.get(connectionId, userId)
      if (isLive(connection)) throw new StillConnected(connectionId)
      const now = clock.now()
      if (connection.status !== 'closed' || !isRetained(connection, now)) return
      await connections.save(expireRetention(connection, now))
      await timeline.append(entry(now, { userId, connectionId }, { kind: 'erasure_requested' }))
    })
  }
}
