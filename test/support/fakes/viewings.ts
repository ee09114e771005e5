import { type KnownViewing, Viewings } from '../../../src/application/access/ports.ts'
import type { Viewing } from '../../../src/domain/access/viewing.ts'
import type { PersonId, ViewingId } from '../../../src/domain/identifiers.ts'
import { type FakeUnitOfWork, Table } from './kernel.ts'
import type { FakePeople } from './people.ts'
import type { FakeSessions } from './sessions.ts'

type Row = Viewing & { readonly endedAt: Date | null }

export class FakeViewings extends Viewings {
  readonly #rows = new Table<ViewingId, Row>()
  readonly #people: FakePeople
  readonly #sessions: FakeSessions

  constructor(people: FakePeople, sessions: FakeSessions, unitOfWork: FakeUnitOfWork) {
    super()
    this.#people = people
    this.#sessions = sessions
    unitOfWork.memories.push(this.#rows)
  }

  async begin(viewing: Viewing): Promise<void> {
    this.#rows.set(viewing.id, { ...viewing, endedAt: null })
  }

  async find(id: ViewingId): Promise<KnownViewing | null> {
    const row = this.#rows.get(id)
    return row && row.endedAt === null ? this.#known(row) : null
  }

  async notEnded(limit: number): Promise<KnownViewing[]> {
    const open = this.#rows.all().filter(({ endedAt }) => endedAt === null)
    open.sort((one, other) => one.begunAt.getTime() - other.begunAt.getTime())
    return open.slice(0, limit).map(row => this.#known(row))
  }

  async notEndedOf(viewerId: PersonId): Promise<KnownViewing[]> {
    const open = await this.notEnded(Number.POSITIVE_INFINITY)
    return open.filter(({ viewing }) => viewing.viewerId === viewerId)
  }

  async end(id: ViewingId, at: Date): Promise<boolean> {
    const row = this.#rows.get(id)
    if (!row || row.endedAt !== null) return false
    this.#rows.set(id, { ...row, endedAt: at })
    return true
  }

  of(personId: PersonId): { viewerId: PersonId; at: Date; until: Date }[] {
    const own = this.#rows.all().filter(row => row.personId === personId)
    return own.map(({ viewerId, begunAt, endsAt, endedAt }) => ({
      viewerId,
      at: begunAt,
      until: endedAt ?? endsAt,
    }))
  }

  #known({ endedAt: _, ...viewing }: Row): KnownViewing {
    const [person, viewer] = [this.#people.find(viewing.personId), this.#people.find(viewing.viewerId)]
    if (!person || !viewer) throw new Error('nobody looks at nobody')
    return {
      viewing,
      person,
      viewer,
      signInEndsAt: this.#sessions.endOf(viewing.staffSessionId) ?? viewing.begunAt,
      accountId: this.#sessions.lastAccountOf(person.id),
    }
  }
}
