import { lackOf } from '../../domain/access/subscription.ts'
import type { ConnectionId } from '../../domain/identifiers.ts'
import type { People } from '../access/index.ts'
import type { RequestIngestion } from '../ingestion/index.ts'
import type { Clock, UnitOfWork } from '../ports.ts'
import type { Connections } from './ports.ts'

interface Needs {
  readonly people: People
  readonly connections: Connections
  readonly ingestion: RequestIngestion
  readonly unitOfWork: UnitOfWork
  readonly clock: Clock
}

/** Once a day while authorised and the plan allows it (S-23). */
export class StartSyncs {
  readonly #needs: Needs

  constructor(needs: Needs) {
    this.#needs = needs
  }

  /**
   * Safe to run concurrently.
   * @returns the number of due syncs; at the limit there may be more.
   * @throws {AggregateError} at the end.
   */
  async run(limit: number): Promise<number> {
    const { ingestion } = this.#needs
    const due = await ingestion.syncsDue(limit)
    const failures: unknown[] = []
    for (const id of due) {
      await this.#start(id).catch(async error => {
        failures.push(error)
        await ingestion.postpone(id)
      })
    }
    if (failures.length > 0) throw new AggregateError(failures, 'a daily sync could not be started')
    return due.length
  }

  repair(): Promise<number> {
    return this.#needs.ingestion.planMissingSyncs()
  }

  async #start(id: ConnectionId): Promise<void> {
    const { people, connections, ingestion, unitOfWork, clock } = this.#needs
    const owner = (await connections.find(id))?.personId
    if (!owner) return
    const ring = await unitOfWork.run(async () => {
      await people.lock(owner)
      const connection = await connections.find(id)
      if (connection?.status !== 'active') return []
      const lack = lackOf(await people.subscriptionOf(owner), clock.now())
      if (!lack) return ingestion.sync(connection)
      await ingestion.pause(connection, lack.lack)
      return []
    })
    await ingestion.ring(ring)
  }
}
