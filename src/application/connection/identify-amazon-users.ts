import { after, hours } from '../../domain/calendar.ts'
import { isUnnamed } from '../../domain/connection/connection.ts'
import type { ConnectionId } from '../../domain/identifiers.ts'
import { entry } from '../../domain/timeline/entry.ts'
import type { People } from '../access/index.ts'
import type { Clock, Timeline, UnitOfWork } from '../ports.ts'
import type { MintAccessToken } from './mint-access-token.ts'
import type { AmazonLogin, Connections } from './ports.ts'

interface Needs {
  readonly people: People
  readonly connections: Connections
  readonly mintAccessToken: MintAccessToken
  readonly login: AmazonLogin
  readonly timeline: Timeline
  readonly unitOfWork: UnitOfWork
  readonly clock: Clock
}

const untilNextTry = hours(6)

/** Looks up users that were unknown at the choice (S-09). */
export class IdentifyAmazonUsers {
  readonly #needs: Needs

  constructor(needs: Needs) {
    this.#needs = needs
  }

  /** Safe to run concurrently. @returns how many are known now. */
  async run(limit: number): Promise<number> {
    const { connections, clock } = this.#needs
    const now = clock.now()
    let known = 0
    for (const id of await connections.unnamed(now, limit)) {
      // Reschedules first, so that a failure or crash doesn't block others.
      await connections.postponeNaming(id, after(now, untilNextTry))
      known += await this.#identify(id).then(Number, () => 0)
    }
    return known
  }

  async #identify(connectionId: ConnectionId): Promise<boolean> {
    const { people, connections, mintAccessToken, login, timeline, unitOfWork, clock } = this.#needs
    const before = await connections.find(connectionId)
    if (!before || !isUnnamed(before)) return false
    const token = await mintAccessToken.run(connectionId)
    const user = await login.describeUser(token)
    return unitOfWork.run(async () => {
      // Other writers under this lock write the whole connection.
      await people.lock(before.personId)
      // A newer consent may be another user's.
      if (!(await connections.name(connectionId, before.grant.consentedAt, user))) return false
      const about = { personId: before.personId, connectionId }
      const told = { kind: 'amazon_user_read', userId: user.userId } as const
      await timeline.append(entry(clock.now(), about, told))
      return true
    })
  }
}
