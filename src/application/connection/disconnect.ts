import { close } from '../../domain/connection/connection.ts'
import type { ConnectionId, PersonId } from '../../domain/identifiers.ts'
import { entry } from '../../domain/timeline/entry.ts'
import type { People } from '../access/index.ts'
import type { RequestIngestion } from '../ingestion/index.ts'
import type { Clock, Timeline, UnitOfWork } from '../ports.ts'
import type { Connections } from './ports.ts'

interface Needs {
  readonly people: People
  readonly connections: Connections
  readonly ingestion: RequestIngestion
  readonly timeline: Timeline
  readonly unitOfWork: UnitOfWork
  readonly clock: Clock
}

/** A seller gives a connection up: its token goes at once, its running work ends, the slot is free. */
export class Disconnect {
  readonly #needs: Needs

  constructor(needs: Needs) {
    this.#needs = needs
  }

  /**
   * Disconnecting twice changes nothing.
   * @throws {ConnectionNotFound} also for another person's.
   */
  async run({ personId, connectionId }: { personId: PersonId; connectionId: ConnectionId }): Promise<void> {
    const { people, connections, ingestion, timeline, unitOfWork, clock } = this.#needs
    await unitOfWork.run(async () => {
      await people.lock(personId)
      const connection = await connections.get(connectionId, personId)
      if (connection.status === 'closed') return
      const now = clock.now()
      await connections.save(close(connection, 'disconnected', now))
      await ingestion.abandon(connectionId)
      await timeline.append(
        entry(now, { personId, connectionId }, { kind: 'closed', reason: 'disconnected' }),
      )
    })
  }
}
