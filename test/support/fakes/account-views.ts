import { type AccountView, AccountViews } from '../../../src/application/access/ports.ts'
import type { PersonId } from '../../../src/domain/identifiers.ts'
import { type FakeUnitOfWork, Table } from './kernel.ts'
import type { FakePeople } from './people.ts'

export class FakeAccountViews extends AccountViews {
  readonly #rows = new Table<number, AccountView>()
  readonly #people: FakePeople

  constructor(people: FakePeople, unitOfWork: FakeUnitOfWork) {
    super()
    this.#people = people
    unitOfWork.memories.push(this.#rows)
  }

  async note(view: AccountView): Promise<void> {
    this.#rows.set(this.#rows.size, view)
  }

  async latestOf(personId: PersonId, limit: number) {
    const views = this.#rows.all().filter(view => view.personId === personId)
    const newestFirst = views.reverse().sort((one, other) => other.at.getTime() - one.at.getTime())
    const hourOf = ({ viewerId, connectionId, at }: AccountView) =>
      `${viewerId} ${connectionId} ${Math.floor(at.getTime() / 3_600_000)}`
    const seen = new Set<string>()
    return newestFirst
      .filter(view => !seen.has(hourOf(view)) && seen.add(hourOf(view)))
      .slice(0, limit)
      .map(({ viewerId, connectionId, at }) => {
        const viewerName = this.#people.find(viewerId)?.name ?? ''
        return { viewerName, connectionId, at }
      })
  }
}
