import { randomUUID } from 'node:crypto'
import { close, eraseNow, isHeld } from '../../domain/connection/connection.ts'
import type { ConnectionId, PersonId } from '../../domain/identifiers.ts'
import { disconnectedMail, erasedMail } from '../../domain/mail/occasions.ts'
import { entry, type Happening } from '../../domain/timeline/entry.ts'
import type { People } from '../access/index.ts'
import type { RequestIngestion } from '../ingestion/index.ts'
import type { Outbox } from '../mail/index.ts'
import type { Clock, Timeline, UnitOfWork } from '../ports.ts'
import type { Connections } from './ports.ts'

interface Needs {
  readonly people: People
  readonly connections: Connections
  readonly ingestion: RequestIngestion
  readonly outbox: Outbox
  readonly timeline: Timeline
  readonly unitOfWork: UnitOfWork
  readonly clock: Clock
}

/** Deletes the token, ends the work and frees the slot (S-27). */
export class Disconnect {
  readonly #needs: Needs

  constructor(needs: Needs) {
    this.#needs = needs
  }

  /**
   * Safe to run twice.
   * @param order with `erasesData`: at once instead of after thirty days.
   * @throws {ConnectionNotFound} also for another user's.
   */
  async run(order: { personId: PersonId; connectionId: ConnectionId; erasesData: boolean }): Promise<void> {
    const { people, connections, ingestion, outbox, timeline, unitOfWork, clock } = this.#needs
    const { personId, connectionId, erasesData } = order
    await unitOfWork.run(async () => {
      await people.lock(personId)
      const connection = await connections.get(connectionId, personId)
      if (!isHeld(connection)) return
      const now = clock.now()
      const closed = close(connection, 'disconnected', now)
      await connections.save(erasesData ? eraseNow(closed, now) : closed)
      await ingestion.abandon(connectionId)
      await outbox.put(erasesData ? erasedMail(closed, randomUUID) : disconnectedMail(closed))
      const told: Happening[] = [{ kind: 'closed', reason: 'disconnected' }]
      if (erasesData) told.push({ kind: 'erasure_asked' })
      await timeline.append(...told.map(happening => entry(now, { personId, connectionId }, happening)))
    })
  }
}
