import { type AuditLog, requireStaff, type Users } from '../../application/access/index.ts'
import type {
  Connections,
  Disconnect,
  EndPendingConnection,
  PendingConnections,
  RecordAuthorisationLoss,
} from '../../application/connection/index.ts'
import type { ControlSync, DueReport, SyncHistories } from '../../application/ingestion/index.ts'
import type { Clock, Timeline, UnitOfWork } from '../../application/ports.ts'
import type { AuditState, RequestOrigin } from '../../domain/access/audit.ts'
import { ActionNotPossible, type CaseAction, parseReason } from '../../domain/access/staff-action.ts'
import { planRestrictionOf } from '../../domain/access/subscription.ts'
import type { DayRange } from '../../domain/calendar.ts'
import { type ActiveConnection, isLive, type LiveConnection } from '../../domain/connection/connection.ts'
import { isExpired } from '../../domain/connection/pending-connection.ts'
import type { ConnectionId, UserId } from '../../domain/identifiers.ts'
import { entry } from '../../domain/timeline/entry.ts'
import type { CaseKey } from '../cases/case-key.ts'

interface Dependencies {
  readonly users: Users
  readonly connections: Connections
  readonly pendingConnections: PendingConnections
  readonly syncHistories: SyncHistories
  readonly controlSync: ControlSync
  readonly disconnect: Disconnect
  readonly endPendingConnection: EndPendingConnection
  readonly recordAuthorisationLoss: RecordAuthorisationLoss
  readonly audit: AuditLog
  readonly timeline: Timeline
  readonly unitOfWork: UnitOfWork
  readonly clock: Clock
}

/** `test_live` has its own use case. */
export type CaseActionRequest =
  | { readonly action: Exclude<CaseAction, 'test_live' | 'load_again'> }
  | { readonly action: 'load_again'; readonly days: DayRange }

/** Uses the seller's own use cases, with an audit entry in the same commit (S-43). */
export class PerformCaseAction {
  readonly #deps: Dependencies

  constructor(deps: Dependencies) {
    this.#deps = deps
  }

  /**
   * @throws {InvalidReason}
   * @throws {StaffOnly}
   * @throws {ActionNotPossible} nothing was changed.
   * @throws {InvalidDateRange}
   */
  async execute(request: {
    readonly by: UserId
    readonly key: CaseKey
    readonly order: CaseActionRequest
    readonly reason: string
    readonly from: RequestOrigin
  }): Promise<void> {
    const { users, audit, timeline, unitOfWork, clock } = this.#deps
    const { by, key, order, from } = request
    const reason = parseReason(request.reason)
    const then = await unitOfWork.transaction(async () => {
      await requireStaff(users, by)
      await users.lock(key.userId)
      const before = await this.#state(key)
      const then = await this.#do(key, order)
      const about = { userId: key.userId, connectionId: key.connectionId }
      const now = clock.now()
      const { action } = order
      const after = await this.#state(key)
      await audit.append({ ...about, at: now, staffId: by, action, reason, before, after, from })
      await timeline.append(entry(now, about, { kind: 'staff_action', action, by: { userId: by, reason } }))
      return then
    })
    await then()
  }

  /** @returns work to do after commit. */
  async #do({ userId, connectionId }: CaseKey, order: CaseActionRequest): Promise<() => Promise<void>> {
    const { controlSync, disconnect, endPendingConnection } = this.#deps
    const nothing = async () => undefined
    const enqueue = (reports: readonly DueReport[]) => () => controlSync.enqueue(reports)
    switch (order.action) {
      case 'discard_pending':
        await this.#assertPending(userId)
        await endPendingConnection.discard(userId, null)
        return nothing
      case 'disconnect':
        await disconnect.execute({
          userId,
          connectionId: (await this.#live(connectionId)).id,
          erasesData: false,
        })
        return nothing
      case 'mark_unauthorised':
        await this.#markUnauthorised(await this.#active(connectionId))
        return nothing
      case 'cancel_run': {
        const live = await this.#live(connectionId)
        const underway = await controlSync.cancel(live.id)
        return () => controlSync.cancelAtAmazon(live, underway)
      }
      case 'sync_now':
        await controlSync.syncNow((await this.#served(connectionId)).id)
        return nothing
      case 'retry_failed':
        return enqueue(await controlSync.retryFailed(await this.#served(connectionId)))
      case 'load_again':
        return enqueue(await controlSync.backfill(await this.#served(connectionId), order.days))
    }
  }

  async #assertPending(userId: UserId): Promise<void> {
    const { pendingConnections, clock } = this.#deps
    const pending = await pendingConnections.findByUser(userId)
    if (!pending || isExpired(pending, clock.now())) throw new ActionNotPossible('no_pending_connection')
  }

  async #live(id: ConnectionId | null): Promise<LiveConnection> {
    const connection = id && (await this.#deps.connections.find(id))
    if (!connection || !isLive(connection)) throw new ActionNotPossible('not_connected')
    return connection
  }

  async #active(id: ConnectionId | null): Promise<ActiveConnection> {
    const connection = await this.#live(id)
    if (connection.status !== 'active') throw new ActionNotPossible('not_authorised')
    return connection
  }

  /** Nothing is loaded without a plan (S-03). */
  async #served(id: ConnectionId | null): Promise<ActiveConnection> {
    const { users, clock } = this.#deps
    const connection = await this.#active(id)
    if (planRestrictionOf(await users.subscriptionOf(connection.userId), clock.now()))
      throw new ActionNotPossible('plan_required')
    return connection
  }

  async #markUnauthorised({ id, grant }: ActiveConnection): Promise<void> {
    const { syncHistories, controlSync, recordAuthorisationLoss } = this.#deps
    // Unfinished reports would end with an error from Amazon.
    if ((await syncHistories.of(id)).open.length > 0) await controlSync.cancel(id)
    await recordAuthorisationLoss.execute(id, 'marked_by_staff', grant.consentedAt)
  }

  async #state({ userId, connectionId }: CaseKey): Promise<AuditState> {
    const { connections, pendingConnections, syncHistories } = this.#deps
    const connection = connectionId && (await connections.find(connectionId))
    if (!connection) return { pending: (await pendingConnections.findByUser(userId)) !== null }
    const { open, nextSyncAt } = await syncHistories.of(connection.id)
    return { status: connection.status, loading: open.length, nextSync: nextSyncAt?.toISOString() ?? null }
  }
}
