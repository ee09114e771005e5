import { planRestrictionOf } from '../../domain/access/subscription.ts'
import type { ConnectionId } from '../../domain/identifiers.ts'
import type { Subscriptions, Users } from '../access/index.ts'
import type { RequestSync } from '../ingestion/index.ts'
import type { Clock, UnitOfWork } from '../ports.ts'
import type { Connections } from './ports.ts'

interface Dependencies {
  readonly users: Users
  readonly subscriptions: Pick<Subscriptions, 'of'>
  readonly connections: Connections
  readonly requestSync: RequestSync
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
    const { requestSync } = this.#deps
    const due = await requestSync.findDueSyncs(limit)
    const failures: unknown[] = []
    for (const id of due) {
      await this.#start(id).catch(async error => {
        failures.push(error)
        await requestSync.deferDailySync(id)
      })
    }
    if (failures.length > 0) throw new AggregateError(failures, 'daily syncs could not be started')
    return due.length
  }

  scheduleMissing(): Promise<number> {
    return this.#deps.requestSync.scheduleMissingSyncs()
  }

  async #start(id: ConnectionId): Promise<void> {
    const { users, subscriptions, connections, requestSync, unitOfWork, clock } = this.#deps
    const owner = (await connections.find(id))?.userId
    if (!owner) return
    const enqueue = await unitOfWork.transaction(async () => {
      await users.lock(owner)
      const connection = await connections.find(id)
      if (connection?.status !== 'active') return []
      const planRestriction = planRestrictionOf(await subscriptions.of(owner), clock.now())
      if (!planRestriction) return requestSync.startDailySync(connection)
      await requestSync.skipDailySync(connection, planRestriction.kind)
      return []
    })
    await requestSync.enqueue(enqueue)
  }
}
