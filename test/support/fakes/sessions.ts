import { type Session, Sessions } from '../../../src/application/access/ports.ts'
import { type SessionKind, sessionKinds } from '../../../src/domain/access/session.ts'
import type { ConnectionId, PersonId, SessionId } from '../../../src/domain/identifiers.ts'
import { type FakeUnitOfWork, Table } from './kernel.ts'
import type { FakePeople } from './people.ts'

type Row = Session & { readonly closedAt: Date | null }

export class FakeSessions extends Sessions {
  readonly #sessions = new Table<SessionId, Row>()
  readonly #people: FakePeople
  noted = 0

  constructor(people: FakePeople, unitOfWork: FakeUnitOfWork) {
    super()
    this.#people = people
    unitOfWork.memories.push(this.#sessions)
  }

  async open(session: Session): Promise<void> {
    this.#sessions.set(session.id, { ...session, closedAt: null })
  }

  async find(id: SessionId, now: Date) {
    const row = this.#sessions.get(id)
    const person = row && this.#people.find(row.personId)
    if (!person || !isOpen(row, now)) return null
    return { session: toSession(row), person }
  }

  async noteSeen({ id, lastSeenAt, expiresAt }: Session, unlessAfter: Date): Promise<void> {
    const row = this.#sessions.get(id)
    if (!row || row.lastSeenAt > unlessAfter) return
    this.noted += 1
    this.#change(id, { lastSeenAt, expiresAt })
  }

  async openOf(personId: PersonId, now: Date): Promise<Session[]> {
    const open = this.#of(personId).filter(row => isOpen(row, now))
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

  async closeOneOf(personId: PersonId, id: SessionId, at: Date): Promise<void> {
    if (this.#sessions.get(id)?.personId === personId) await this.close(id, at)
  }

  async closeAllOf(
    personId: PersonId,
    at: Date,
    { kinds = sessionKinds, but }: { kinds?: readonly SessionKind[]; but?: SessionId } = {},
  ): Promise<void> {
    for (const { id, kind } of this.#of(personId))
      if (kinds.includes(kind) && id !== but) await this.close(id, at)
  }

  async makeCurrent(id: SessionId, currentConnectionId: ConnectionId): Promise<void> {
    this.#change(id, { currentConnectionId })
  }

  async eraseEnded(by: Date): Promise<number> {
    const ended = this.#sessions
      .all()
      .filter(({ closedAt, expiresAt }) => (closedAt !== null && closedAt <= by) || expiresAt <= by)
    for (const { id } of ended) this.#sessions.delete(id)
    return ended.length
  }

  /** When it was closed or expires; null for an erased one. */
  endOf(id: SessionId): Date | null {
    const row = this.#sessions.get(id)
    return row ? (row.closedAt ?? row.expiresAt) : null
  }

  lastAccountOf(personId: PersonId): ConnectionId | null {
    const looking = this.#of(personId).filter(row => row.kind === 'seller' && row.currentConnectionId)
    looking.sort((one, other) => other.lastSeenAt.getTime() - one.lastSeenAt.getTime())
    return looking[0]?.currentConnectionId ?? null
  }

  #of(personId: PersonId): Row[] {
    return this.#sessions.all().filter(row => row.personId === personId)
  }

  #change(id: SessionId, change: Partial<Row>): void {
    const row = this.#sessions.get(id)
    if (row) this.#sessions.set(id, { ...row, ...change })
  }
}

const isOpen = (row: Row, now: Date): boolean => row.closedAt === null && now < row.expiresAt
const toSession = ({ closedAt: _, ...session }: Row): Session => session
