import type { Person } from '../../domain/access/person.ts'
import type { ClosedConnection, HeldConnection } from '../../domain/connection/connection.ts'
import { type HelpRequest, HelpRequestUnknown } from '../../domain/help/help-request.ts'
import type { HelpRemark } from '../../domain/help/remark.ts'
import type { HelpRequestId, PersonId } from '../../domain/identifiers.ts'
import { type AccountViews, demandStaff, type People } from '../access/index.ts'
import type { Connections } from '../connection/index.ts'
import type { Clock, UnitOfWork } from '../ports.ts'
import type { HelpRemarks, HelpRequests } from './ports.ts'

interface Needs {
  readonly people: Pick<People, 'byId'>
  readonly helpRequests: Pick<HelpRequests, 'byId'>
  readonly remarks: Pick<HelpRemarks, 'on'>
  readonly connections: Pick<Connections, 'heldBy' | 'closedBy'>
  readonly views: Pick<AccountViews, 'note'>
  readonly unitOfWork: UnitOfWork
  readonly clock: Clock
}

export interface OpenedRequest {
  readonly request: HelpRequest
  readonly person: Person
  /** Live ones in the order of connecting, then retained ones. */
  readonly connections: readonly (HeldConnection | ClosedConnection)[]
  /** In the order of writing. */
  readonly remarks: readonly HelpRemark[]
  /** Of the comments' authors and of who set the status. */
  readonly names: ReadonlyMap<PersonId, string>
}

/** Shows the user's address, so the staff access log records it (S-30). */
export class ReadHelpRequest {
  readonly #needs: Needs

  constructor(needs: Needs) {
    this.#needs = needs
  }

  /** @throws {StaffOnly | SupportRequestNotFound} */
  run({ by, requestId }: { by: PersonId; requestId: HelpRequestId }): Promise<OpenedRequest> {
    const { people, helpRequests, remarks, connections, views, unitOfWork, clock } = this.#needs
    return unitOfWork.run(async () => {
      await demandStaff(people, by)
      const request = await helpRequests.byId(requestId)
      const person = request && (await people.byId(request.personId))
      if (!person) throw new HelpRequestUnknown()
      const { id: personId } = person
      if (by !== personId) await views.note({ personId, viewerId: by, connectionId: null, at: clock.now() })
      const written = await remarks.on(requestId)
      return {
        request,
        person,
        connections: [...(await connections.heldBy(personId)), ...(await connections.closedBy(personId))],
        remarks: written,
        names: await this.#namesOf([request.standing.by, ...written.map(({ writtenBy }) => writtenBy)]),
      }
    })
  }

  async #namesOf(ids: readonly (PersonId | null)[]): Promise<ReadonlyMap<PersonId, string>> {
    const names = new Map<PersonId, string>()
    for (const id of new Set(ids)) {
      const person = id && (await this.#needs.people.byId(id))
      if (person) names.set(person.id, person.name)
    }
    return names
  }
}
