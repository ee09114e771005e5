import { type Session, Sessions } from '../../../../src/application/access/ports.ts'
import { type SessionKind, sessionKinds } from '../../../../src/domain/access/session.ts'
import type { ConnectionId, SessionId, UserId } from '../../../../src/domain/identifiers.ts'
import { type FakeUnitOfWork, Table } from '../kernel.ts'
import type { FakeUsers } from './users.ts'

type Row = Session & { readonly closedAt: Date | null }

export class FakeSessions extends Sessions {
  readonly #sessions = new Table<SessionId, Row>()
  readonly #users: FakeUsers
  touchCount = 0

  constructor(users: FakeUsers, unitOfWork: FakeUnitOfWork) {
    super()
    this.#users = users
    unitOfWork.memories.push(this.#sessions)
  }

  async open(session: Session): Promise<void> {
    this.#sessions.set(session.id, { ...session, closedAt: null })
  }

  async find(id: SessionId, now: Date) {
    const row = this.#sessions.get(id)
    const user = row && this.#users.find(row.userId)
    if (!user || !isOpen(row, now)) return null
    return { session: toSession(row), user }
  }

  async touch({ id, lastSeenAt, expiresAt }: Session, unlessAfter: Date): Promise<void> {
    const row = this.#sessions.get(id)
    if (!row || row.lastSeenAt > unlessAfter) return
    this.touchCount += 1
    this.#change(id, { lastSeenAt, expiresAt })
  }

  async activeByUser(userId: UserId, now: Date): Promise<Session[]> {
    const open = this.#of(userId).filter(row => isOpen(row, now))
    open.sort(
      (one, other) =>
        other.lastSeenAt.getTime() - one.lastSeenAt.getTime() ||
        other.openedAt.getTime() - one.openedAt.getTime(),
    )
    return open.map(toSession)
  }

  async close(id: SessionId, at: Date): Promise<void> {
    if (this.#sessions.get(id)?.closedAt === null) this.#change(id, { closedAt: at })
  }

  async closeOneOf(userId: UserId, id: SessionId, at: Date): Promise<void> {
    if (this.#sessions.get(id)?.userId === userId) await this.close(id, at)
  }

  async closeAllOf(
    userId: UserId,
    at: Date,
    { kinds = sessionKinds, except }: { kinds?: readonly SessionKind[]; except?: SessionId } = {},
  ): Promise<void> {
    for (const { id, kind } of this.#of(userId))
      if (kinds.includes(kind) && id !== except) await this.close(id, at)
  }

  async saveVerified(id: SessionId, verifiedAt: Date): Promise<void> {
    this.#change(id, { verifiedAt })
  }

  async selectConnection(id: SessionId, currentConnectionId: ConnectionId): Promise<void> {
    this.#change(id, { currentConnectionId })
  }

  async eraseEnded(by: Date): Promise<number> {
    const ended = this.#sessions
      .all()
      .filter(({ closedAt, expiresAt }) => (closedAt !== null && closedAt <= by) || expiresAt <= by)
    for (const { id } of ended) this.#sessions.delete(id)
    return ended.length
  }

  /** When the session was closed or expires; null for an erased session. */
  endOf(id: SessionId): Date | null {
    const row = this.#sessions.get(id)
    return row ? (row.closedAt ?? row.expiresAt) : null
  }

  lastAccountOf(userId: UserId): ConnectionId | null {
    const sellerSessions = this.#of(userId).filter(row => row.kind === 'seller' && row.currentConnectionId)
    sellerSessions.sort((one, other) => other.lastSeenAt.getTime() - one.lastSeenAt.getTime())
    return sellerSessions[0]?.currentConnectionId ?? null
  }

  #of(userId: UserId): Row[] {
    return this.#sessions.all().filter(row => row.userId === userId)
  }

  #change(id: SessionId, change: Partial<Row>): void {
    const row = this.#sessions.get(id)
    if (row) this.#sessions.set(id, { ...row, ...change })
  }
}

const isOpen = (row: Row, now: Date): boolean => row.closedAt === null && now < row.expiresAt
const toSession = ({ closedAt: _, ...session }: Row): Session => session
