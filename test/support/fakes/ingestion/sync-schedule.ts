import { JobQueue, SyncSchedule } from '../../../../src/application/ingestion/ports.ts'
import type { DueReport } from '../../../../src/application/ingestion/report-ports.ts'
import { after } from '../../../../src/domain/calendar.ts'
import type { ConnectionId, ReportId, UserId } from '../../../../src/domain/identifiers.ts'
import { maxClockSkew } from '../../../../src/domain/ingestion/deferral.ts'
import { maxSyncDeferral } from '../../../../src/domain/ingestion/sync-schedule.ts'
import type { Region } from '../../../../src/domain/profile/region.ts'
import type { FakeConnections } from '../connection/connections.ts'
import { type FakeUnitOfWork, Table } from '../kernel.ts'

export class FakeSyncSchedule extends SyncSchedule {
  readonly planned = new Table<ConnectionId, Date>()
  readonly interactive = new Table<ConnectionId, true>()
  readonly deferUntil = new Table<ConnectionId, Date>()
  readonly #connections: FakeConnections

  constructor(connections: FakeConnections, unitOfWork: FakeUnitOfWork) {
    super()
    this.#connections = connections
    unitOfWork.memories.push(this.planned, this.interactive, this.deferUntil)
  }

  async schedule(connectionId: ConnectionId, at: Date, isInteractive = false): Promise<void> {
    this.planned.set(connectionId, at)
    this.deferUntil.delete(connectionId)
    if (isInteractive) this.interactive.set(connectionId, true)
    else this.interactive.delete(connectionId)
  }

  async cancel(connectionId: ConnectionId): Promise<void> {
    this.planned.delete(connectionId)
  }

  async scheduleMissing(at: Date): Promise<number> {
    const missing = this.#connections.all.filter(
      ({ id, status }) => status === 'active' && !this.planned.get(id),
    )
    for (const { id } of missing) this.planned.set(id, at)
    return missing.length
  }

  async scheduleAllOf(userId: UserId, at: Date): Promise<void> {
    for (const { id, userId: owner, status } of this.#connections.all)
      if (owner === userId && status === 'active') await this.schedule(id, at, true)
  }

  async due(now: Date, limit: number, regions: readonly Region[]): Promise<ConnectionId[]> {
    const due: { id: ConnectionId; at: Date }[] = []
    for (const [id, at] of this.planned.entries()) {
      const connection = await this.#connections.find(id)
      if (at > now || connection?.status !== 'active') continue
      const deferUntil = this.deferUntil.get(id) ?? at
      if (deferUntil > now && deferUntil <= after(now, maxSyncDeferral + maxClockSkew)) continue
      if (this.interactive.get(id) || regions.includes(connection.profile.region)) due.push({ id, at })
    }
    const rank = ({ id }: (typeof due)[number]) => (this.interactive.get(id) ? 0 : 1)
    due.sort((a, b) => rank(a) - rank(b) || a.at.getTime() - b.at.getTime())
    return due.slice(0, limit).map(({ id }) => id)
  }

  async claimDue(
    connectionId: ConnectionId,
    now: Date,
    next: Date,
  ): Promise<{ isInteractive: boolean } | null> {
    const at = this.planned.get(connectionId)
    if (!at || at > now) return null
    const isInteractive = this.interactive.get(connectionId) ?? false
    await this.schedule(connectionId, next)
    return { isInteractive }
  }

  async defer(
    connectionId: ConnectionId,
    now: Date,
    { interactive, other }: { readonly interactive: Date; readonly other: Date },
  ): Promise<void> {
    const at = this.planned.get(connectionId)
    if (at && at <= now)
      this.deferUntil.set(connectionId, this.interactive.get(connectionId) ? interactive : other)
  }
}

export class RecordingJobQueue extends JobQueue {
  readonly #assertOutside: () => void
  readonly enqueued: { readonly reportIds: readonly ReportId[]; readonly inMilliseconds: number }[] = []

  constructor(unitOfWork: FakeUnitOfWork) {
    super()
    this.#assertOutside = unitOfWork.assertOutside
  }

  async enqueue(reports: readonly DueReport[], inMilliseconds: number): Promise<void> {
    this.#assertOutside()
    if (reports.length > 0) this.enqueued.push({ reportIds: reports.map(({ id }) => id), inMilliseconds })
  }
}
