import type { StaffAccessLog, Users } from '../../application/access/ports.ts'
import type { Connections } from '../../application/connection/ports.ts'
import type { Clock, UnitOfWork } from '../../application/ports.ts'
import { UserNotFound } from '../../domain/access/staff-action.ts'
import { isStaff, roles } from '../../domain/access/user.ts'
import type { ConnectionId, UserId } from '../../domain/identifiers.ts'
import type { StoredTimelineEntry } from '../diagnosis/diagnosis-input.ts'
import type { CaseSummaries, TimelineFilter, TimelineReader } from '../ports.ts'
import { requireStaff } from '../require-staff.ts'
import type { CaseKey } from './case-key.ts'
import type { CaseReader, CaseState } from './case-state.ts'

interface Dependencies {
  readonly users: Pick<Users, 'byId' | 'listOf'>
  readonly connections: Pick<Connections, 'find'>
  readonly summaries: Pick<CaseSummaries, 'connectionsOf'>
  readonly timelineReader: Pick<TimelineReader, 'page'>
  readonly caseReader: CaseReader
  readonly staffAccessLog: StaffAccessLog
  readonly unitOfWork: UnitOfWork
  readonly clock: Clock
}

export const timelinePageSize = 100

export interface CaseDetails extends CaseState {
  readonly timeline: readonly StoredTimelineEntry[]
  readonly hasMore: boolean
  readonly staffNames: ReadonlyMap<UserId, string>
  readonly otherConnectionIds: readonly ConnectionId[]
}

/** S-41, S-42. Logged for the seller. */
export class OpenCase {
  readonly #deps: Dependencies

  constructor(deps: Dependencies) {
    this.#deps = deps
  }

  /**
   * @param id of a connection or a user.
   * @throws {StaffOnly}
   * @throws {UserNotFound}
   */
  async execute({
    by,
    id,
    filter,
  }: {
    readonly by: UserId
    readonly id: string
    readonly filter: Omit<TimelineFilter, 'limit'>
  }): Promise<CaseDetails> {
    const { users, timelineReader, caseReader, summaries, staffAccessLog, unitOfWork, clock } = this.#deps
    await requireStaff(users, by)
    const key = await this.#keyOf(id)
    const caseState = await caseReader.read(key)
    const timelineKey = { ...key, connectionId: key.connectionId ?? caseState.connection?.id ?? null }
    const [entries, others, staff] = await Promise.all([
      timelineReader.page(timelineKey, { ...filter, limit: timelinePageSize + 1 }),
      summaries.connectionsOf(key.userId),
      users.listOf(roles.filter(isStaff)),
    ])
    if (by !== key.userId)
      await unitOfWork.transaction(() =>
        staffAccessLog.record({
          userId: key.userId,
          viewerId: by,
          connectionId: key.connectionId,
          at: clock.now(),
        }),
      )
    return {
      ...caseState,
      timeline: entries.slice(0, timelinePageSize),
      hasMore: entries.length > timelinePageSize,
      staffNames: new Map(staff.map(({ id, name }) => [id, name])),
      otherConnectionIds: others.filter(other => other !== key.connectionId),
    }
  }

  /**
   * @throws {StaffOnly}
   * @throws {UserNotFound}
   */
  async keyOf({ by, id }: { by: UserId; id: string }): Promise<CaseKey> {
    await requireStaff(this.#deps.users, by)
    return this.#keyOf(id)
  }

  async #keyOf(id: string): Promise<CaseKey> {
    const { users, connections } = this.#deps
    const connection = await connections.find(id as ConnectionId)
    if (connection) return { userId: connection.userId, connectionId: connection.id }
    if (await users.byId(id as UserId)) return { userId: id as UserId, connectionId: null }
    throw new UserNotFound()
  }
}
