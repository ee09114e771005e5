import { HelpRequests } from '../../../src/application/help/ports.ts'
import type { HelpRequest } from '../../../src/domain/help/help-request.ts'
import type { HelpFormId, HelpRequestId, PersonId } from '../../../src/domain/identifiers.ts'
import { type FakeUnitOfWork, Table } from './kernel.ts'

export class FakeHelpRequests extends HelpRequests {
  readonly #rows = new Table<HelpRequestId, { readonly request: HelpRequest; readonly form: HelpFormId }>()

  constructor(unitOfWork: FakeUnitOfWork) {
    super()
    unitOfWork.memories.push(this.#rows)
  }

  async sentWith(personId: PersonId, form: HelpFormId): Promise<HelpRequestId | null> {
    const sent = this.#rows.all().find(row => row.request.personId === personId && row.form === form)
    return sent?.request.id ?? null
  }

  async keep(request: HelpRequest, form: HelpFormId): Promise<void> {
    if (await this.sentWith(request.personId, form)) throw new Error('the form was sent already')
    this.#rows.set(request.id, { request, form })
  }

  async countSince(personId: PersonId, since: Date): Promise<number> {
    return this.#of(personId).filter(({ askedAt }) => askedAt > since).length
  }

  async latestOf(personId: PersonId, limit: number): Promise<HelpRequest[]> {
    return this.#of(personId)
      .sort((one, other) => other.askedAt.getTime() - one.askedAt.getTime())
      .slice(0, limit)
  }

  /** Those that an erasure takes away. */
  forget(isErased: (request: HelpRequest) => boolean): void {
    for (const { request } of this.#rows.all()) if (isErased(request)) this.#rows.delete(request.id)
  }

  #of(personId: PersonId): HelpRequest[] {
    return this.#rows.all().flatMap(({ request }) => (request.personId === personId ? [request] : []))
  }
}
