import { Erasures } from '../../../../src/application/connection/ports.ts'
import type { ClosedConnection, Connection } from '../../../../src/domain/connection/connection.ts'
import type { ConnectionId } from '../../../../src/domain/identifiers.ts'
import type { FakeOutbox } from '../emails.ts'
import type { FakeReportLoader } from '../ingestion/report-loader.ts'
import type { FakeSyncRuns } from '../ingestion/sync-runs.ts'
import type { FakeSyncSchedule } from '../ingestion/sync-schedule.ts'
import type { FakeConnections } from './connections.ts'

interface ErasedStores {
  readonly connections: FakeConnections
  readonly syncRuns: FakeSyncRuns
  readonly syncSchedule: FakeSyncSchedule
  readonly outbox: FakeOutbox
  readonly loader: FakeReportLoader
}

/** Erases what belongs to the connection by its id. Only PostgreSQL also finds texts that name it. */
export class FakeErasures extends Erasures {
  readonly #stores: ErasedStores

  constructor(stores: ErasedStores) {
    super()
    this.#stores = stores
  }

  async due(now: Date, limit: number): Promise<ConnectionId[]> {
    const eraseAt = (connection: Connection) =>
      connection.status === 'closed' ? connection.eraseAt.getTime() : 0
    return this.#stores.connections.all
      .filter(one => one.status === 'erasing' || (one.status === 'closed' && one.eraseAt <= now))
      .sort((a, b) => eraseAt(a) - eraseAt(b))
      .slice(0, limit)
      .map(({ id }) => id)
  }

  async eraseDetails({ id }: ClosedConnection): Promise<void> {
    this.#stores.syncRuns.forget(id)
    this.#stores.outbox.forget(id)
    await this.#stores.syncSchedule.cancel(id)
  }

  async eraseFigures(id: ConnectionId): Promise<void> {
    this.#stores.loader.forget(id)
  }
}
