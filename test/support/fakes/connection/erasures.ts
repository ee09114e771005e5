import { Erasures } from '../../../../src/application/connection/ports.ts'
import {
  type ClosedConnection,
  type Connection,
  consentOf,
  isErased,
  type LiveConnection,
} from '../../../../src/domain/connection/connection.ts'
import { identifyingTerms, isErasedWithConnection } from '../../../../src/domain/help/erasure.ts'
import type { ConnectionId } from '../../../../src/domain/identifiers.ts'
import type { FakeSupportRequestComments, FakeSupportRequests } from '../console/support-requests.ts'
import type { FakeOutbox } from '../emails.ts'
import type { FakeReportLoader } from '../ingestion/report-loader.ts'
import type { FakeSyncRuns } from '../ingestion/sync-runs.ts'
import type { FakeSyncSchedule } from '../ingestion/sync-schedule.ts'
import type { RecordingTimeline } from '../kernel.ts'
import type { FakeConnections } from './connections.ts'

interface ErasedStores {
  readonly connections: FakeConnections
  readonly syncRuns: FakeSyncRuns
  readonly syncSchedule: FakeSyncSchedule
  readonly outbox: FakeOutbox
  readonly loader: FakeReportLoader
  readonly supportRequests: FakeSupportRequests
  readonly comments: FakeSupportRequestComments
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
    const { connections, syncRuns, syncSchedule, outbox, supportRequests, comments, timeline } = this.#stores
    const { id, userId } = connection
    syncRuns.forget(id)
    outbox.forget(id)
    await syncSchedule.cancel(id)
    const own = connections.all.filter(other => other.userId === userId && other.id !== id)
    const shared = own.flatMap(other => (isErased(other) ? [] : textsOf(other)))
    const terms = textsOf(connection).filter(text => !shared.includes(text))
    timeline.eraseDetails({ id, userId, terms })
    const sharedNames = own.flatMap(other => (isErased(other) ? [] : identifyingTerms(other)))
    const names = identifyingTerms(connection).filter(name => !sharedNames.includes(name))
    for (const { id: requestId } of supportRequests.forget(
      request =>
        request.userId === userId &&
        isErasedWithConnection(request, comments.findComments(request.id), connection, names),
    )) {
      comments.forget(requestId)
      outbox.forgetRequest(requestId)
    }
  }

  async eraseFigures(id: ConnectionId): Promise<void> {
    this.#stores.loader.forget(id)
  }
}

const textsOf = (connection: LiveConnection | ClosedConnection): string[] => {
  const { amazonUser } = consentOf(connection)
  return [connection.profile.id, ...(amazonUser ? [amazonUser.userId] : [])]
}
