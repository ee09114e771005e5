import { Erasures } from '../../../src/application/connection/ports.ts'
import {
  type ClosedConnection,
  type Connection,
  consentOf,
  type HeldConnection,
  isErased,
} from '../../../src/domain/connection/connection.ts'
import { isErasedWith, namesOf } from '../../../src/domain/help/names.ts'
import type { ConnectionId } from '../../../src/domain/identifiers.ts'
import type { FakeConnections } from './connections.ts'
import type { FakeHelpRemarks, FakeHelpRequests } from './help-requests.ts'
import type { FakeIngestions } from './ingestions.ts'
import type { RecordingTimeline } from './kernel.ts'
import type { FakeReportLoader } from './loading.ts'
import type { FakeOutbox } from './mails.ts'
import type { FakeSyncs } from './syncs.ts'

interface ErasedStores {
  readonly connections: FakeConnections
  readonly ingestions: FakeIngestions
  readonly syncs: FakeSyncs
  readonly outbox: FakeOutbox
  readonly loader: FakeReportLoader
  readonly helpRequests: FakeHelpRequests
  readonly remarks: FakeHelpRemarks
  readonly timeline: RecordingTimeline
}

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

  async eraseDetails(connection: ClosedConnection): Promise<void> {
    const { connections, ingestions, syncs, outbox, helpRequests, remarks, timeline } = this.#stores
    const { id, personId } = connection
    ingestions.forget(id)
    outbox.forget(id)
    await syncs.cancel(id)
    const own = connections.all.filter(other => other.personId === personId && other.id !== id)
    const shared = own.flatMap(other => (isErased(other) ? [] : wordsOf(other)))
    const words = wordsOf(connection).filter(word => !shared.includes(word))
    timeline.eraseDetails({ id, personId, words })
    const sharedNames = own.flatMap(other => (isErased(other) ? [] : namesOf(other)))
    const names = namesOf(connection).filter(name => !sharedNames.includes(name))
    for (const { id: requestId } of helpRequests.forget(
      request =>
        request.personId === personId &&
        isErasedWith(request, remarks.written(request.id), connection, names),
    )) {
      remarks.forget(requestId)
      outbox.forgetRequest(requestId)
    }
  }

  async eraseFigures(id: ConnectionId): Promise<void> {
    this.#stores.loader.forget(id)
  }
}

const wordsOf = (connection: HeldConnection | ClosedConnection): string[] => {
  const { amazonUser } = consentOf(connection)
  return [connection.profile.id, ...(amazonUser ? [amazonUser.userId] : [])]
}
