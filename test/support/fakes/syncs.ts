import { Bell, type DueReport, Syncs } from '../../../src/application/ingestion/ports.ts'
import { after } from '../../../src/domain/calendar.ts'
import type { ConnectionId, PersonId, ReportId } from '../../../src/domain/identifiers.ts'
import { clocksApart } from '../../../src/domain/ingestion/region-traffic.ts'
import { longestPutOff } from '../../../src/domain/ingestion/schedule.ts'
import type { Region } from '../../../src/domain/profile/region.ts'
import type { FakeConnections } from './connections.ts'
import { type FakeUnitOfWork, Table } from './kernel.ts'

export class FakeSyncs extends Syncs {
  readonly planned = new Table<ConnectionId, Date>()
  readonly awaited = new Table<ConnectionId, true>()
  readonly putOff = new Table<ConnectionId, Date>()
  readonly #connections: FakeConnections

  constructor(connections: FakeConnections, unitOfWork: FakeUnitOfWork) {
    super()
    this.#connections = connections
    unitOfWork.memories.push(this.planned, this.awaited, this.putOff)
  }

  async plan(connectionId: ConnectionId, at: Date, isAwaited = false): Promise<void> {
    this.planned.set(connectionId, at)
    this.putOff.delete(connectionId)
    if (isAwaited) this.awaited.set(connectionId, true)
    else this.awaited.delete(connectionId)
  }

  async cancel(connectionId: ConnectionId): Promise<void> {
    this.planned.delete(connectionId)
  }

  async planMissing(at: Date): Promise<number> {
    const missing = this.#connections.all.filter(
      ({ id, status }) => status === 'active' && !this.planned.get(id),
    )
    for (const { id } of missing) this.planned.set(id, at)
    return missing.length
  }

  async planAllOf(personId: PersonId, at: Date): Promise<void> {
    for (const { id, personId: owner, status } of this.#connections.all)
      if (owner === personId && status === 'active') await this.plan(id, at, true)
  }

  async due(now: Date, limit: number, regions: readonly Region[]): Promise<ConnectionId[]> {
    const due: { id: ConnectionId; at: Date }[] = []
    for (const [id, at] of this.planned.entries()) {
      const connection = await this.#connections.find(id)
      if (at > now || connection?.status !== 'active') continue
      const putOff = this.putOff.get(id) ?? at
      if (putOff > now && putOff <= after(now, longestPutOff + clocksApart)) continue
      if (this.awaited.get(id) || regions.includes(connection.profile.region)) due.push({ id, at })
    }
    const rank = ({ id }: (typeof due)[number]) => (this.awaited.get(id) ? 0 : 1)
    due.sort((a, b) => rank(a) - rank(b) || a.at.getTime() - b.at.getTime())
    return due.slice(0, limit).map(({ id }) => id)
  }

  async move(connectionId: ConnectionId, now: Date, next: Date): Promise<{ isAwaited: boolean } | null> {
    const at = this.planned.get(connectionId)
    if (!at || at > now) return null
    const isAwaited = this.awaited.get(connectionId) ?? false
    await this.plan(connectionId, next)
    return { isAwaited }
  }

  async delay(
    connectionId: ConnectionId,
    now: Date,
    { awaited, other }: { readonly awaited: Date; readonly other: Date },
  ): Promise<void> {
    const at = this.planned.get(connectionId)
    if (at && at <= now) this.putOff.set(connectionId, this.awaited.get(connectionId) ? awaited : other)
  }
}

export class RecordingBell extends Bell {
  readonly #demandOutside: () => void
  readonly rung: { readonly reportIds: readonly ReportId[]; readonly inMilliseconds: number }[] = []

  constructor(unitOfWork: FakeUnitOfWork) {
    super()
    this.#demandOutside = unitOfWork.demandOutside
  }

  async ring(reports: readonly DueReport[], inMilliseconds: number): Promise<void> {
    this.#demandOutside()
    if (reports.length > 0) this.rung.push({ reportIds: reports.map(({ id }) => id), inMilliseconds })
  }
}
