import { type AccountView, AccountViews, type NamedView } from '../../../src/application/access/ports.ts'
import type { PersonId } from '../../../src/domain/identifiers.ts'
import { type FakeUnitOfWork, Table } from './kernel.ts'
import type { FakePeople } from './people.ts'
import type { FakeViewings } from './viewings.ts'

export class FakeAccountViews extends AccountViews {
  readonly #rows = new Table<number, AccountView>()
  readonly #people: FakePeople
  readonly #viewings: FakeViewings

  constructor(people: FakePeople, viewings: FakeViewings, unitOfWork: FakeUnitOfWork) {
    super()
    this.#people = people
    this.#viewings = viewings
    unitOfWork.memories.push(this.#rows)
  }

  async note(view: AccountView): Promise<void> {
    this.#rows.set(this.#rows.size, view)
  }

  async latestOf(personId: PersonId, limit: number): Promise<NamedView[]> {
    const nameOf = (id: PersonId) => this.#people.find(id)?.name ?? ''
    const views = this.#rows.all().filter(view => view.personId === personId)
    const newestFirst = views.reverse().sort(byMoment)
    const hourOf = ({ viewerId, connectionId, at }: AccountView) =>
      `${viewerId} ${connectionId} ${Math.floor(at.getTime() / 3_600_000)}`
    const seen = new Set<string>()
    const inConsole = newestFirst
      .filter(view => !seen.has(hourOf(view)) && seen.add(hourOf(view)))
      .map(({ viewerId, connectionId, at }): NamedView => {
        return { looked: 'in_console', viewerName: nameOf(viewerId), connectionId, at }
      })
    const asSeller = this.#viewings.of(personId).map(({ viewerId, at, until }): NamedView => {
      return { looked: 'as_seller', viewerName: nameOf(viewerId), at, until }
    })
    return [...asSeller.reverse(), ...inConsole].sort(byMoment).slice(0, limit)
  }
}

const byMoment = (one: { readonly at: Date }, other: { readonly at: Date }): number =>
  other.at.getTime() - one.at.getTime()
