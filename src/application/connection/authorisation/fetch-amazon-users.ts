import { after, hours } from '../../../domain/calendar.ts'
import { isAmazonUserUnknown } from '../../../domain/connection/connection.ts'
import type { ConnectionId } from '../../../domain/identifiers.ts'
import { entry } from '../../../domain/timeline/entry.ts'
import type { Users } from '../../access/index.ts'
import type { Clock, Timeline, UnitOfWork } from '../../ports.ts'
import type { AmazonLogin, Connections } from '../ports.ts'
import type { GetAccessToken } from './get-access-token.ts'

interface Dependencies {
  readonly users: Users
  readonly connections: Connections
  readonly getAccessToken: GetAccessToken
  readonly login: AmazonLogin
  readonly timeline: Timeline
  readonly unitOfWork: UnitOfWork
  readonly clock: Clock
}

const retryDelay = hours(6)

/** S-09 */
export class FetchAmazonUsers {
  readonly #deps: Dependencies

  constructor(deps: Dependencies) {
    this.#deps = deps
  }

  /** Safe to run concurrently. */
  async execute(limit: number): Promise<number> {
    const { connections, clock } = this.#deps
    const now = clock.now()
    let identifiedCount = 0
    for (const id of await connections.findWithUnknownAmazonUser(now, limit)) {
      // First, so that an error or crash doesn't block others.
      await connections.postponeAmazonUserLookup(id, after(now, retryDelay))
      identifiedCount += await this.#identify(id).then(Number, () => 0)
    }
    return identifiedCount
  }

  async #identify(connectionId: ConnectionId): Promise<boolean> {
    const { users, connections, getAccessToken, login, timeline, unitOfWork, clock } = this.#deps
    const before = await connections.find(connectionId)
    if (!before || !isAmazonUserUnknown(before)) return false
    const token = await getAccessToken.execute(connectionId)
    const user = await login.fetchUserProfile(before.grant.loginRegion, token)
    return unitOfWork.transaction(async () => {
      // Other writers under this lock write the whole connection.
      await users.lock(before.userId)
      // A newer grant may be another user's.
      if (!(await connections.saveAmazonUser(connectionId, before.pendingConnectionId, user))) return false
      const about = { userId: before.userId, connectionId }
      const event = { kind: 'amazon_user_fetched', userId: user.userId } as const
      await timeline.append(entry(clock.now(), about, event))
      return true
    })
  }
}
