import { planRestrictionOf } from '../../domain/access/subscription.ts'
import type { ConnectionId } from '../../domain/identifiers.ts'
import type { Users } from '../access/index.ts'
import type { RequestSync } from '../ingestion/index.ts'
import type { Clock, UnitOfWork } from '../ports.ts'
import type { Connections } from './ports.ts'

interface Dependencies {
  readonly users: Users
  readonly connections: Connections
  readonly ingestion: RequestSync
  readonly unitOfWork: UnitOfWork
  readonly clock: Clock
}

/** S-23 */
export class StartDueSyncs {
  readonly #deps: Dependencies

  constructor(deps: Dependencies) {
    this.#deps = deps
  }

  /**
   * Safe to run concurrently.
   * @throws {AggregateError} at the end.
   */
  async execute(limit: number): Promise<number> {
    const { ingestion } = this.#deps
    const due = await ingestion.findDueSyncs(limit)
    const failures: unknown[] = []
    for (const id of due) {
      await this.#start(id).catch(async error => {
        failures.push(error)
        await ingestion.deferDailySync(id)
      })
    }
    if (failures.length > 0) throw new AggregateError(failures, 'daily syncs could not be started')
    return due.length
  }

  scheduleMissing(): Promise<number> {
    return this.#deps.ingestion.scheduleMissingSyncs()
  }

  async #start(id: ConnectionId): Promise<void> {
    const { users, connections, ingestion, unitOfWork, clock } = this.#deps
    const owner = (await connections.find(id))?.userId
    if (!owner) return
    const enqueue = await unitOfWork.transaction(async () => {
      await users.lock(owner)
      const connection = await connections.find(id)
      if (connection?.status !== 'active') return []
      const planRestriction = planRestrictionOf(await users.subscriptionOf(owner), clock.now())
      if (!planRestriction) return ingestion.startDailySync(connection)
      await ingestion.skipDailySync(connection, planRestriction.kind)
      return []
    })
    await ingestion.enqueue(enqueue)
  }
}
