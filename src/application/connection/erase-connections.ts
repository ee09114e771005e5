import { randomUUID } from 'node:crypto'
import { endErasure, erase, isKept } from '../../domain/connection/connection.ts'
import type { ConnectionId } from '../../domain/identifiers.ts'
import { erasedMail, farewellEpisode } from '../../domain/mail/occasions.ts'
import { entry } from '../../domain/timeline/entry.ts'
import type { People } from '../access/index.ts'
import type { Outbox } from '../mail/index.ts'
import type { Clock, Timeline, UnitOfWork } from '../ports.ts'
import type { Connections, Erasures } from './ports.ts'

interface Needs {
  readonly people: People
  readonly connections: Connections
  readonly erasures: Erasures
  readonly outbox: Outbox
  readonly timeline: Timeline
  readonly unitOfWork: UnitOfWork
  readonly clock: Clock
}

/**
 * S-27: one commit removes everything that names users or Amazon's objects, then the figures follow, maybe millions of
 * rows. Only the connection's dates remain.
 */
export class EraseConnections {
  readonly #needs: Needs

  constructor(needs: Needs) {
    this.#needs = needs
  }

  /**
   * Safe to run concurrently; resumes interrupted erasures.
   * @returns the number of connections.
   * @throws {AggregateError} at the end.
   */
  async run(limit: number): Promise<number> {
    const { erasures, clock } = this.#needs
    const due = await erasures.due(clock.now(), limit)
    const failures: unknown[] = []
    for (const id of due) await this.#erase(id).catch(error => failures.push(error))
    if (failures.length > 0) throw new AggregateError(failures, 'a connection could not be erased')
    return due.length
  }

  async #erase(id: ConnectionId): Promise<void> {
    if (!(await this.#begin(id))) return
    await this.#needs.erasures.eraseFigures(id)
    await this.#end(id)
  }

  /** Under the user's lock, so that choosing the profile again is either before or too late. */
  async #begin(id: ConnectionId): Promise<boolean> {
    const { people, connections, erasures, outbox, timeline, unitOfWork, clock } = this.#needs
    const owner = (await connections.find(id))?.personId
    if (!owner) return false
    return unitOfWork.run(async () => {
      await people.lock(owner)
      const connection = await connections.find(id)
      if (connection?.status === 'erasing') return true
      const now = clock.now()
      if (connection?.status !== 'closed' || isKept(connection, now)) return false
      // The unsent closing email is erased; this one replaces it.
      if (await outbox.isWaiting(farewellEpisode(connection)))
        await outbox.put(erasedMail(connection, randomUUID))
      await erasures.eraseDetails(connection)
      await connections.save(erase(connection))
      await timeline.append(entry(now, { personId: owner, connectionId: id }, { kind: 'erasure_begun' }))
      return true
    })
  }

  async #end(id: ConnectionId): Promise<void> {
    const { people, connections, timeline, unitOfWork, clock } = this.#needs
    const owner = (await connections.find(id))?.personId
    if (!owner) return
    await unitOfWork.run(async () => {
      await people.lock(owner)
      const connection = await connections.find(id)
      if (connection?.status !== 'erasing') return
      await connections.save(endErasure(connection))
      const about = { personId: owner, connectionId: id }
      await timeline.append(entry(clock.now(), about, { kind: 'erased' }))
    })
  }
}
