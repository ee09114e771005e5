import {
  HelpInbox,
  HelpRemarks,
  HelpRequests,
  type InboxOrder,
  type InboxPlace,
} from '../../../src/application/help/ports.ts'
import type { HelpRequest } from '../../../src/domain/help/help-request.ts'
import type { HelpRemark } from '../../../src/domain/help/remark.ts'
import { type HelpStanding, type HelpState, helpStates } from '../../../src/domain/help/standing.ts'
import type { HelpFormId, HelpRemarkId, HelpRequestId, PersonId } from '../../../src/domain/identifiers.ts'
import { type FakeUnitOfWork, Table } from './kernel.ts'
import type { FakePeople } from './people.ts'

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

  async byId(id: HelpRequestId): Promise<HelpRequest | null> {
    return this.#rows.get(id)?.request ?? null
  }

  async put(id: HelpRequestId, standing: HelpStanding): Promise<void> {
    const row = this.#rows.get(id)
    if (row) this.#rows.set(id, { ...row, request: { ...row.request, standing } })
  }

  forget(isErased: (request: HelpRequest) => boolean): HelpRequest[] {
    const gone = this.all.filter(isErased)
    for (const { id } of gone) this.#rows.delete(id)
    return gone
  }

  get all(): HelpRequest[] {
    return this.#rows.all().map(({ request }) => request)
  }

  #of(personId: PersonId): HelpRequest[] {
    return this.all.filter(request => request.personId === personId)
  }
}

export class FakeHelpRemarks extends HelpRemarks {
  readonly #rows = new Table<HelpRemarkId, { readonly remark: HelpRemark; readonly form: HelpFormId }>()

  constructor(unitOfWork: FakeUnitOfWork) {
    super()
    unitOfWork.memories.push(this.#rows)
  }

  async sentWith(requestId: HelpRequestId, form: HelpFormId): Promise<HelpRemarkId | null> {
    const sent = this.#rows.all().find(row => row.remark.requestId === requestId && row.form === form)
    return sent?.remark.id ?? null
  }

  async keep(remark: HelpRemark, form: HelpFormId): Promise<void> {
    if (await this.sentWith(remark.requestId, form)) throw new Error('the form was sent already')
    this.#rows.set(remark.id, { remark, form })
  }

  async on(requestId: HelpRequestId): Promise<HelpRemark[]> {
    return this.written(requestId)
  }

  async answersTo(requestIds: readonly HelpRequestId[]): Promise<HelpRemark[]> {
    return this.#inOrder().filter(
      ({ requestId, kind }) => requestIds.includes(requestId) && kind === 'answer',
    )
  }

  written(requestId: HelpRequestId): HelpRemark[] {
    return this.#inOrder().filter(remark => remark.requestId === requestId)
  }

  forget(requestId: HelpRequestId): void {
    for (const { id } of this.written(requestId)) this.#rows.delete(id)
  }

  #inOrder(): HelpRemark[] {
    const remarks = this.#rows.all().map(({ remark }) => remark)
    return remarks.sort((one, other) => one.writtenAt.getTime() - other.writtenAt.getTime())
  }
}

export class FakeHelpInbox extends HelpInbox {
  readonly #requests: FakeHelpRequests
  readonly #people: FakePeople

  constructor(requests: FakeHelpRequests, people: FakePeople) {
    super()
    this.#requests = requests
    this.#people = people
  }

  async list(
    which: { readonly state: HelpState; readonly order: InboxOrder; readonly after: InboxPlace | null },
    limit: number,
  ) {
    const { state, order, after } = which
    const way = order === 'oldest' ? 1 : -1
    const compare = (one: InboxPlace, other: InboxPlace) =>
      way * (one.since.getTime() - other.since.getTime() || (one.id < other.id ? -1 : 1))
    const placeOf = ({ id, standing }: HelpRequest): InboxPlace => ({ id, since: standing.since })
    return this.#requests.all
      .filter(request => request.standing.state === state)
      .sort((one, other) => compare(placeOf(one), placeOf(other)))
      .filter(request => !after || (request.id !== after.id && compare(placeOf(request), after) > 0))
      .slice(0, limit)
      .map(request => ({ request, name: this.#people.find(request.personId)?.name ?? '' }))
  }

  async counts(most: number): Promise<Record<HelpState, number>> {
    const count = (state: HelpState) =>
      Math.min(most, this.#requests.all.filter(({ standing }) => standing.state === state).length)
    return Object.fromEntries(helpStates.map(state => [state, count(state)])) as Record<HelpState, number>
  }
}
