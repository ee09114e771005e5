import {
  type StaffAccess,
  type StaffAccessEntry,
  StaffAccessLog,
} from '../../../../src/application/access/ports.ts'
import type { UserId } from '../../../../src/domain/identifiers.ts'
import { type FakeUnitOfWork, Table } from '../kernel.ts'
import type { FakeUsers } from './users.ts'
import type { FakeViewAsSessions } from './view-as-sessions.ts'

export class FakeStaffAccessLog extends StaffAccessLog {
  readonly #rows = new Table<number, StaffAccess>()
  readonly #users: FakeUsers
  readonly #viewAsSessions: FakeViewAsSessions

  constructor(users: FakeUsers, viewAsSessions: FakeViewAsSessions, unitOfWork: FakeUnitOfWork) {
    super()
    this.#users = users
    this.#viewAsSessions = viewAsSessions
    unitOfWork.memories.push(this.#rows)
  }

  async record(view: StaffAccess): Promise<void> {
    this.#rows.set(this.#rows.size, view)
  }

  async latestOf(userId: UserId, limit: number): Promise<StaffAccessEntry[]> {
    const nameOf = (id: UserId) => this.#users.find(id)?.name ?? ''
    const views = this.#rows.all().filter(view => view.userId === userId)
    const newestFirst = views.reverse().sort(byTimeDescending)
    const hourOf = ({ viewerId, connectionId, at }: StaffAccess) =>
      `${viewerId} ${connectionId} ${Math.floor(at.getTime() / 3_600_000)}`
    const seen = new Set<string>()
    const inConsole = newestFirst
      .filter(view => !seen.has(hourOf(view)) && seen.add(hourOf(view)))
      .map(({ viewerId, connectionId, at }): StaffAccessEntry => {
        return { how: 'in_console', viewerName: nameOf(viewerId), connectionId, at }
      })
    const asSeller = this.#viewAsSessions.of(userId).map(({ viewerId, at, until }): StaffAccessEntry => {
      return { how: 'as_seller', viewerName: nameOf(viewerId), at, until }
    })
    return [...asSeller.reverse(), ...inConsole].sort(byTimeDescending).slice(0, limit)
  }
}

const byTimeDescending = (one: { readonly at: Date }, other: { readonly at: Date }): number =>
  other.at.getTime() - one.at.getTime()
