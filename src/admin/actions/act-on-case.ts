import { type AuditLog, demandStaff, type People } from '../../application/access/index.ts'
import type {
  Connections,
  Disconnect,
  EndPending,
  LoseAuthorisation,
  PendingConnections,
} from '../../application/connection/index.ts'
import type { DueReport, LoadingRecords, SteerIngestion } from '../../application/ingestion/index.ts'
import type { Clock, Timeline, UnitOfWork } from '../../application/ports.ts'
import type { AuditState, Origin } from '../../domain/access/audit.ts'
import { ActionStale, type CaseAction, demandReason } from '../../domain/access/staff-action.ts'
import { lackOf } from '../../domain/access/subscription.ts'
import type { DayRange } from '../../domain/calendar.ts'
import { type ActiveConnection, type HeldConnection, isHeld } from '../../domain/connection/connection.ts'
import { isExpired } from '../../domain/connection/pending-connection.ts'
import type { ConnectionId, PersonId } from '../../domain/identifiers.ts'
import { entry } from '../../domain/timeline/entry.ts'
import type { CaseKey } from '../cases/case.ts'

interface Needs {
  readonly people: People
  readonly connections: Connections
  readonly pendings: PendingConnections
  readonly records: LoadingRecords
  readonly steerIngestion: SteerIngestion
  readonly disconnect: Disconnect
  readonly endPending: EndPending
  readonly loseAuthorisation: LoseAuthorisation
  readonly audit: AuditLog
  readonly timeline: Timeline
  readonly unitOfWork: UnitOfWork
  readonly clock: Clock
}

/** `test_live` changes nothing and has its own use case. */
export type CaseOrder =
  | { readonly action: Exclude<CaseAction, 'test_live' | 'load_again'> }
  | { readonly action: 'load_again'; readonly days: DayRange }

/** Acts through the seller's own use cases, with an audit entry in the same commit (S-43). */
export class ActOnCase {
  readonly #needs: Needs

  constructor(needs: Needs) {
    this.#needs = needs
  }

  /**
   * @throws {InvalidReason}
   * @throws {StaffOnly}
   * @throws {ActionNotPossible} nothing was changed.
   * @throws {InvalidDateRange}
   */
  async run(asked: {
    readonly by: PersonId
    readonly key: CaseKey
    readonly order: CaseOrder
    readonly reason: string
    readonly from: Origin
  }): Promise<void> {
    const { people, audit, timeline, unitOfWork, clock } = this.#needs
    const { by, key, order, from } = asked
    const reason = demandReason(asked.reason)
    const then = await unitOfWork.run(async () => {
      await demandStaff(people, by)
      await people.lock(key.personId)
      const before = await this.#state(key)
      const then = await this.#do(key, order)
      const about = { personId: key.personId, connectionId: key.connectionId }
      const now = clock.now()
      const { action } = order
      const after = await this.#state(key)
      await audit.append({ ...about, at: now, staffId: by, action, reason, before, after, from })
      await timeline.append(entry(now, about, { kind: 'staff_acted', action, by: { personId: by, reason } }))
      return then
    })
    await then()
  }

  /** @returns work for after the commit: calls to Amazon, or waking workers. */
  async #do({ personId, connectionId }: CaseKey, order: CaseOrder): Promise<() => Promise<void>> {
    const { steerIngestion, disconnect, endPending } = this.#needs
    const nothing = async () => undefined
    const ring = (reports: readonly DueReport[]) => () => steerIngestion.ring(reports)
    switch (order.action) {
      case 'discard_pending':
        await this.#demandPending(personId)
        await endPending.discard(personId, null)
        return nothing
      case 'disconnect':
        await disconnect.run({
          personId,
          connectionId: (await this.#held(connectionId)).id,
          erasesData: false,
        })
        return nothing
      case 'mark_unauthorised':
        await this.#markUnauthorised(await this.#active(connectionId))
        return nothing
      case 'cancel_run': {
        const held = await this.#held(connectionId)
        const underway = await steerIngestion.cancel(held.id)
        return () => steerIngestion.cancelAtAmazon(held, underway)
      }
      case 'sync_now':
        await steerIngestion.syncNow((await this.#served(connectionId)).id)
        return nothing
      case 'retry_failed':
        return ring(await steerIngestion.retryFailed(await this.#served(connectionId)))
      case 'load_again':
        return ring(await steerIngestion.loadAgain(await this.#served(connectionId), order.days))
    }
  }

  async #demandPending(personId: PersonId): Promise<void> {
    const { pendings, clock } = this.#needs
    const pending = await pendings.of(personId)
    if (!pending || isExpired(pending, clock.now())) throw new ActionStale('nothing_pending')
  }

  async #held(id: ConnectionId | null): Promise<HeldConnection> {
    const connection = id && (await this.#needs.connections.find(id))
    if (!connection || !isHeld(connection)) throw new ActionStale('not_connected')
    return connection
  }

  async #active(id: ConnectionId | null): Promise<ActiveConnection> {
    const connection = await this.#held(id)
    if (connection.status !== 'active') throw new ActionStale('not_authorised')
    return connection
  }

  /** Nothing is loaded without a plan (S-03). */
  async #served(id: ConnectionId | null): Promise<ActiveConnection> {
    const { people, clock } = this.#needs
    const connection = await this.#active(id)
    if (lackOf(await people.subscriptionOf(connection.personId), clock.now()))
      throw new ActionStale('plan_lacking')
    return connection
  }

  async #markUnauthorised({ id, grant }: ActiveConnection): Promise<void> {
    const { records, steerIngestion, loseAuthorisation } = this.#needs
    // Otherwise unfinished reports would end with an error from Amazon.
    if ((await records.of(id)).open.length > 0) await steerIngestion.cancel(id)
    await loseAuthorisation.run(id, 'marked_by_us', grant.consentedAt)
  }

  async #state({ personId, connectionId }: CaseKey): Promise<AuditState> {
    const { connections, pendings, records } = this.#needs
    const connection = connectionId && (await connections.find(connectionId))
    if (!connection) return { pending: (await pendings.of(personId)) !== null }
    const { open, nextSyncAt } = await records.of(connection.id)
    return { status: connection.status, loading: open.length, nextSync: nextSyncAt?.toISOString() ?? null }
  }
}
