import { eraseNow, isHeld, isKept } from '../../domain/connection/connection.ts'
import { StillConnected } from '../../domain/connection/refusals.ts'
import type { ConnectionId, PersonId } from '../../domain/identifiers.ts'
import { entry } from '../../domain/timeline/entry.ts'
import type { People } from '../access/index.ts'
import type { Clock, Timeline, UnitOfWork } from '../ports.ts'
import type { Connections } from './ports.ts'

interface Needs {
  readonly people: People
  readonly connections: Connections
  readonly timeline: Timeline
  readonly unitOfWork: UnitOfWork
  readonly clock: Clock
}

/** Ends the thirty days of retention (S-27). */
export class AskErasure {
  readonly #needs: Needs

  constructor(needs: Needs) {
    this.#needs = needs
  }

  /** The worker erases within seconds. Safe to run twice. @throws {ConnectionNotFound | StillConnected} */
  async run({ personId, connectionId }: { personId: PersonId; connectionId: ConnectionId }): Promise<void> {
    const { people, connections, timeline, unitOfWork, clock } = this.#needs
    await unitOfWork.run(async () => {
      await people.lock(personId)
      const connection = await connections.get(connectionId, personId)
      if (isHeld(connection)) throw new StillConnected(connectionId)
      const now = clock.now()
      if (connection.status !== 'closed' || !isKept(connection, now)) return
      await connections.save(eraseNow(connection, now))
      await timeline.append(entry(now, { personId, connectionId }, { kind: 'erasure_asked' }))
    })
  }
}
