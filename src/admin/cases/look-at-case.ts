import type { AccountViews } from '../../application/access/index.ts'
import { demandStaff, type People } from '../../application/access/index.ts'
import type { Connections } from '../../application/connection/index.ts'
import type { Clock, UnitOfWork } from '../../application/ports.ts'
import { isStaff, roles } from '../../domain/access/person.ts'
import { PersonUnknown } from '../../domain/access/staff-action.ts'
import type { ConnectionId, PersonId } from '../../domain/identifiers.ts'
import type { StoryEntry } from '../diagnosis/facts.ts'
import type { CaseDigests, Stories, StoryFilter } from '../ports.ts'
import type { CaseKey } from './case.ts'
import type { CaseReader, ReadCase } from './read-case.ts'

interface Needs {
  readonly people: Pick<People, 'byId' | 'listOf'>
  readonly connections: Pick<Connections, 'find'>
  readonly digests: Pick<CaseDigests, 'connectionsOf'>
  readonly stories: Pick<Stories, 'page'>
  readonly caseReader: CaseReader
  readonly views: AccountViews
  readonly unitOfWork: UnitOfWork
  readonly clock: Clock
}

export const entriesOnPage = 100

export interface LookedAtCase extends ReadCase {
  readonly story: readonly StoryEntry[]
  /** True when older entries match the filter. */
  readonly hasMore: boolean
  readonly staffNames: ReadonlyMap<PersonId, string>
  readonly others: readonly ConnectionId[]
}

/** Diagnosis and timeline of a case (S-41, S-42). The seller sees the access in the staff access log. */
export class LookAtCase {
  readonly #needs: Needs

  constructor(needs: Needs) {
    this.#needs = needs
  }

  /**
   * @param id of a connection or a user.
   * @throws {StaffOnly}
   * @throws {UserNotFound}
   */
  async run({
    by,
    id,
    filter,
  }: {
    readonly by: PersonId
    readonly id: string
    readonly filter: Omit<StoryFilter, 'limit'>
  }): Promise<LookedAtCase> {
    const { people, stories, caseReader, digests, views, unitOfWork, clock } = this.#needs
    await demandStaff(people, by)
    const key = await this.#keyOf(id)
    const read = await caseReader.read(key)
    const ownKey = { ...key, connectionId: key.connectionId ?? read.connection?.id ?? null }
    const [entries, others, staff] = await Promise.all([
      stories.page(ownKey, { ...filter, limit: entriesOnPage + 1 }),
      digests.connectionsOf(key.personId),
      people.listOf(roles.filter(isStaff)),
    ])
    if (by !== key.personId)
      await unitOfWork.run(() =>
        views.note({ personId: key.personId, viewerId: by, connectionId: key.connectionId, at: clock.now() }),
      )
    return {
      ...read,
      story: entries.slice(0, entriesOnPage),
      hasMore: entries.length > entriesOnPage,
      staffNames: new Map(staff.map(({ id, name }) => [id, name])),
      others: others.filter(other => other !== key.connectionId),
    }
  }

  /**
   * @throws {StaffOnly}
   * @throws {UserNotFound}
   */
  async keyOf({ by, id }: { by: PersonId; id: string }): Promise<CaseKey> {
    await demandStaff(this.#needs.people, by)
    return this.#keyOf(id)
  }

  async #keyOf(id: string): Promise<CaseKey> {
    const { people, connections } = this.#needs
    const connection = await connections.find(id as ConnectionId)
    if (connection) return { personId: connection.personId, connectionId: connection.id }
    if (await people.byId(id as PersonId)) return { personId: id as PersonId, connectionId: null }
    throw new PersonUnknown()
  }
}
