import { randomUUID } from 'node:crypto'
import { erase, finishErasure, isRetained } from '../../domain/connection/connection.ts'
import { closureIdempotencyKey, erasedEmail } from '../../domain/email/triggers.ts'
import type { ConnectionId } from '../../domain/identifiers.ts'
import { entry } from '../../domain/timeline/entry.ts'
import type { Users } from '../access/index.ts'
import type { Outbox } from '../email/index.ts'
import type { Clock, Timeline, UnitOfWork } from '../ports.ts'
import type { Connections, Erasures } from './ports.ts'

interface Dependencies {
  readonly users: Users
  readonly connections: Connections
  readonly erasures: Erasures
  readonly outbox: Outbox
  readonly timeline: Timeline
  readonly unitOfWork: UnitOfWork
  readonly clock: Clock
}

/**
 * S-27: one commit removes everything that identifies users or Amazon's objects. The figures follow in
 * batches.
 */
export class EraseConnections {
  readonly #deps: Dependencies

  constructor(deps: Dependencies) {
    this.#deps = deps
  }

  /**
   * Safe to run concurrently; resumes interrupted erasures.
   * @throws {AggregateError} at the end.
   */
  async execute(limit: number): Promise<number> {
    const { erasures, clock } = this.#deps
    const due = await erasures.due(clock.now(), limit)
    const failures: unknown[] = []
    for (const id of due) await this.#erase(id).catch(error => failures.push(error))
    if (failures.length > 0) throw new AggregateError(failures, 'connections could not be erased')
    return due.length
  }

  async #erase(id: ConnectionId): Promise<void> {
    if (!(await this.#begin(id))) return
    await this.#deps.erasures.eraseFigures(id)
    await this.#end(id)
  }

  /** Under the user's lock: a concurrent profile choice commits first or fails. */
  async #begin(id: ConnectionId): Promise<boolean> {
    const { users, connections, erasures, outbox, timeline, unitOfWork, clock } = this.#deps
    const owner = (await connections.find(id))?.userId
    if (!owner) return false
    return unitOfWork.transaction(async () => {
      await users.lock(owner)
      const connection = await connections.find(id)
      if (connection?.status === 'erasing') return true
      const now = clock.now()
      if (connection?.status !== 'closed' || isRetained(connection, now)) return false
      // Replaces the unsent closing email, which is erased.
      if (await outbox.isWaiting(closureIdempotencyKey(connection)))
        await outbox.put(erasedEmail(connection, randomUUID))
      await erasures.eraseDetails(connection)
      await connections.save(erase(connection))
      await timeline.append(entry(now, { userId: owner, connectionId: id }, { kind: 'erasure_started' }))
      return true
    })
  }

  async #end(id: ConnectionId): Promise<void> {
    const { users, connections, timeline, unitOfWork, clock } = this.#deps
    const owner = (await connections.find(id))?.userId
    if (!owner) return
    await unitOfWork.transaction(async () => {
      await users.lock(owner)
      const connection = await connections.find(id)
      if (connection?.status !== 'erasing') return
      await connections.save(finishErasure(connection))
      const about = { userId: owner, connectionId: id }
      await timeline.append(entry(clock.now(), about, { kind: 'erased' }))
    })
  }
}
