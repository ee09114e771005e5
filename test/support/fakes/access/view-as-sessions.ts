import { type ViewAsContext, ViewAsSessions } from '../../../../src/application/access/ports.ts'
import type { ViewAsSession } from '../../../../src/domain/access/view-as-session.ts'
import type { UserId, ViewAsSessionId } from '../../../../src/domain/identifiers.ts'
import { type FakeUnitOfWork, Table } from '../kernel.ts'
import type { FakeSessions } from './sessions.ts'
import type { FakeUsers } from './users.ts'

type Row = ViewAsSession & { readonly endedAt: Date | null }

export class FakeViewAsSessions extends ViewAsSessions {
  readonly #rows = new Table<ViewAsSessionId, Row>()
  readonly #users: FakeUsers
  readonly #sessions: FakeSessions

  constructor(users: FakeUsers, sessions: FakeSessions, unitOfWork: FakeUnitOfWork) {
    super()
    this.#users = users
    this.#sessions = sessions
    unitOfWork.memories.push(this.#rows)
  }

  async begin(viewAs: ViewAsSession): Promise<void> {
    this.#rows.set(viewAs.id, { ...viewAs, endedAt: null })
  }

  async find(id: ViewAsSessionId): Promise<ViewAsContext | null> {
    const row = this.#rows.get(id)
    return row && row.endedAt === null ? this.#contextOf(row) : null
  }

  async notEnded(limit: number): Promise<ViewAsContext[]> {
    const open = this.#rows.all().filter(({ endedAt }) => endedAt === null)
    open.sort((one, other) => one.startedAt.getTime() - other.startedAt.getTime())
    return open.slice(0, limit).map(row => this.#contextOf(row))
  }

  async notEndedOf(viewerId: UserId): Promise<ViewAsContext[]> {
    const open = await this.notEnded(Number.POSITIVE_INFINITY)
    return open.filter(({ viewAs }) => viewAs.viewerId === viewerId)
  }

  async end(id: ViewAsSessionId, at: Date): Promise<boolean> {
    const row = this.#rows.get(id)
    if (!row || row.endedAt !== null) return false
    this.#rows.set(id, { ...row, endedAt: at })
    return true
  }

  of(userId: UserId): { viewerId: UserId; at: Date; until: Date }[] {
    const own = this.#rows.all().filter(row => row.userId === userId)
    return own.map(({ viewerId, startedAt, endsAt, endedAt }) => ({
      viewerId,
      at: startedAt,
      until: endedAt ?? endsAt,
    }))
  }

  #contextOf({ endedAt: _, ...viewAs }: Row): ViewAsContext {
    const [user, viewer] = [this.#users.find(viewAs.userId), this.#users.find(viewAs.viewerId)]
    if (!user || !viewer) throw new Error('the user or the viewer is unknown')
    return {
      viewAs,
      user,
      viewer,
      signInEndsAt: this.#sessions.endOf(viewAs.staffSessionId) ?? viewAs.startedAt,
      currentConnectionId: this.#sessions.lastAccountOf(user.id),
    }
  }
}
