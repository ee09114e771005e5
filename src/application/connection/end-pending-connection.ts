import {
  isExpired,
  type PendingConnection,
  timelineSubject,
} from '../../domain/connection/pending-connection.ts'
import type { PendingConnectionId, UserId } from '../../domain/identifiers.ts'
import { entry } from '../../domain/timeline/entry.ts'
import type { Users } from '../access/index.ts'
import type { Clock, Timeline, UnitOfWork } from '../ports.ts'
import type { PendingConnections } from './ports.ts'

interface Dependencies {
  readonly users: Users
  readonly pendingConnections: PendingConnections
  readonly timeline: Timeline
  readonly unitOfWork: UnitOfWork
  readonly clock: Clock
}

export class EndPendingConnection {
  readonly #deps: Dependencies

  constructor(deps: Dependencies) {
    this.#deps = deps
  }

  /** Safe to run twice. Keeps a pending connection that is newer than `shown` (S-16). */
  async discard(userId: UserId, shown: PendingConnectionId | null): Promise<void> {
    const { users, pendingConnections, timeline, unitOfWork, clock } = this.#deps
    await unitOfWork.transaction(async () => {
      await users.lock(userId)
      const pending = await pendingConnections.findByUser(userId)
      if (!pending || (shown && shown !== pending.id)) return
      if (!(await pendingConnections.erase(pending.id))) return
      const now = clock.now()
      const kind = isExpired(pending, now) ? 'pending_expired' : 'pending_discarded'
      await timeline.append(entry(now, timelineSubject(pending), { kind }))
    })
  }

  async eraseUndecryptable(pending: PendingConnection): Promise<void> {
    const { pendingConnections, timeline, unitOfWork, clock } = this.#deps
    await unitOfWork.transaction(async () => {
      if (await pendingConnections.erase(pending.id))
        await timeline.append(entry(clock.now(), timelineSubject(pending), { kind: 'pending_undecryptable' }))
    })
  }

  /** Keeps the timeline (S-15). Safe to run concurrently. */
  async expire(): Promise<number> {
    const { pendingConnections, timeline, unitOfWork, clock } = this.#deps
    const expired = await pendingConnections.expired(clock.now(), 100)
    for (const pending of expired) {
      await unitOfWork.transaction(async () => {
        if (await pendingConnections.erase(pending.id)) {
          await timeline.append(entry(clock.now(), timelineSubject(pending), { kind: 'pending_expired' }))
        }
      })
    }
    return expired.length
  }
}
