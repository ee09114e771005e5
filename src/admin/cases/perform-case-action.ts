import type { Subscriptions } from '../../application/access/index.ts'
import type {
  Disconnect,
  EndPendingConnection,
  RecordAuthorisationLoss,
} from '../../application/connection/index.ts'
import type { Connections, PendingConnections } from '../../application/connection/ports.ts'
import type { ControlSync } from '../../application/ingestion/index.ts'
import type { SyncHistories } from '../../application/ingestion/ports.ts'
import type { DueReport } from '../../application/ingestion/report-ports.ts'
import type { Timeline } from '../../application/ports.ts'
import type { AuditState } from '../../domain/access/audit.ts'
import { ActionNotPossible, type CaseAction } from '../../domain/access/staff-action.ts'
import { planRestrictionOf } from '../../domain/access/subscription.ts'
import type { DayRange } from '../../domain/calendar.ts'
import { type ActiveConnection, isLive, type LiveConnection } from '../../domain/connection/connection.ts'
import { isExpired } from '../../domain/connection/pending-connection.ts'
import type { ConnectionId, UserId } from '../../domain/identifiers.ts'
import { entry, type StaffActor } from '../../domain/timeline/entry.ts'
import {
  type AuditedDependencies,
  audited,
  auditedAfterVerification,
  type StaffRequest,
  type Verification,
  type VerificationDependencies,
} from '../audited.ts'
import { requireStaff } from '../require-staff.ts'
import type { CaseKey } from './case-key.ts'

interface Dependencies extends AuditedDependencies, VerificationDependencies {
  readonly connections: Connections
  readonly pendingConnections: PendingConnections
  readonly subscriptions: Pick<Subscriptions, 'of'>
  readonly syncHistories: SyncHistories
  readonly controlSync: ControlSync
  readonly disconnect: Disconnect
  readonly endPendingConnection: EndPendingConnection
  readonly recordAuthorisationLoss: RecordAuthorisationLoss
  readonly timeline: Timeline
}

/** `test_live` has its own use case. */
export type CaseActionRequest =
  | { readonly action: Exclude<CaseAction, 'test_live' | 'load_again' | 'disconnect'> }
  | { readonly action: 'disconnect'; readonly verification: Verification }
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
   * @throws {VerificationRequired} when disconnecting, and the other errors of {@link VerifyIdentity}.
   */
  async execute(
    request: StaffRequest & { readonly key: CaseKey; readonly actionRequest: CaseActionRequest },
  ): Promise<void> {
    const { users, timeline, clock } = this.#deps
    const { key, actionRequest } = request
    const { action } = actionRequest
    const subject = { userId: key.userId, connectionId: key.connectionId }
    const perform = async (by: StaffActor) => {
      await users.lock(key.userId)
      const before = await this.#readState(key)
      const afterCommit = await this.#perform(key, actionRequest)
      await timeline.append(entry(clock.now(), subject, { kind: 'staff_action', action, by }))
      const after = await this.#readState(key)
      return { result: afterCommit, entry: { ...subject, action, before, after } }
    }
    const runAfterCommit =
      actionRequest.action === 'disconnect'
        ? await auditedAfterVerification(this.#deps, requireStaff, { ...request, ...actionRequest }, perform)
        : await audited(this.#deps, requireStaff, request, perform)
    await runAfterCommit()
  }

  /** @returns work to do after commit. */
  async #perform(
    { userId, connectionId }: CaseKey,
    actionRequest: CaseActionRequest,
  ): Promise<() => Promise<void>> {
    const { controlSync, disconnect, endPendingConnection } = this.#deps
    const doNothing = async () => undefined
    const enqueue = (reports: readonly DueReport[]) => () => controlSync.enqueue(reports)
    switch (actionRequest.action) {
      case 'discard_pending':
        await this.#assertPending(userId)
        await endPendingConnection.discard(userId, null)
        return doNothing
      case 'disconnect':
        await disconnect.execute({
          userId,
          connectionId: (await this.#requireLive(connectionId)).id,
          erasesData: false,
        })
        return doNothing
      case 'mark_unauthorised':
        await this.#markUnauthorised(await this.#requireActive(connectionId))
        return doNothing
      case 'cancel_run': {
        const live = await this.#requireLive(connectionId)
        const cancelled = await controlSync.cancel(live.id)
        return () => controlSync.cancelAtAmazon(live, cancelled)
      }
      case 'sync_now':
        await controlSync.syncNow((await this.#requireSyncable(connectionId)).id)
        return doNothing
      case 'retry_failed':
        return enqueue(await controlSync.retryFailed(await this.#requireSyncable(connectionId)))
      case 'load_again':
        return enqueue(
          await controlSync.backfill(await this.#requireSyncable(connectionId), actionRequest.days),
        )
    }
  }

  async #assertPending(userId: UserId): Promise<void> {
    const { pendingConnections, clock } = this.#deps
    const pending = await pendingConnections.findByUser(userId)
    if (!pending || isExpired(pending, clock.now())) throw new ActionNotPossible('no_pending_connection')
  }

  async #requireLive(id: ConnectionId | null): Promise<LiveConnection> {
    const connection = id && (await this.#deps.connections.find(id))
    if (!connection || !isLive(connection)) throw new ActionNotPossible('not_connected')
    return connection
  }

  async #requireActive(id: ConnectionId | null): Promise<ActiveConnection> {
    const connection = await this.#requireLive(id)
    if (connection.status !== 'active') throw new ActionNotPossible('not_authorised')
    return connection
  }

  /** Nothing is loaded without a plan (S-03). */
  async #requireSyncable(id: ConnectionId | null): Promise<ActiveConnection> {
    const { subscriptions, clock } = this.#deps
    const connection = await this.#requireActive(id)
    if (planRestrictionOf(await subscriptions.of(connection.userId), clock.now()))
      throw new ActionNotPossible('plan_required')
    return connection
  }

  async #markUnauthorised({ id, pendingConnectionId }: ActiveConnection): Promise<void> {
    const { syncHistories, controlSync, recordAuthorisationLoss } = this.#deps
    // Unfinished reports would end with an error from Amazon.
    if ((await syncHistories.of(id)).open.length > 0) await controlSync.cancel(id)
    await recordAuthorisationLoss.execute(id, 'marked_by_staff', pendingConnectionId)
  }

  async #readState({ userId, connectionId }: CaseKey): Promise<AuditState> {
    const { connections, pendingConnections, syncHistories } = this.#deps
    const connection = connectionId && (await connections.find(connectionId))
    if (!connection) return { pending: (await pendingConnections.findByUser(userId)) !== null }
    const { open, nextSyncAt } = await syncHistories.of(connection.id)
    return { status: connection.status, loading: open.length, nextSync: nextSyncAt?.toISOString() ?? null }
  }
}
