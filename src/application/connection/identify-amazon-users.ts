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

/** Whoever does not answer is asked again four times a day. */
const untilNextTry = hours(6)

/** S-09: who said yes may be unknown at the choice; it blocks nothing, and is read later. */
export class IdentifyAmazonUsers {
  readonly #needs: Needs

  constructor(needs: Needs) {
    this.#needs = needs
  }

  /**
   * Asks for those that are due. Can run twice, and in two places.
   * @returns how many are known now.
   */
  async run(limit: number): Promise<number> {
    const { connections, clock } = this.#needs
    const now = clock.now()
    let known = 0
    for (const id of await connections.unnamed(now, limit)) {
      // Put off first: what fails, or ends this process, stands in nobody's way.
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
      // Whoever changes the connection under this lock writes it whole.
      await people.lock(before.personId)
      // The answer is about this consent: a newer one is somebody else's, perhaps.
      if (!(await connections.name(connectionId, before.grant.consentedAt, user))) return false
      const about = { personId: before.personId, connectionId }
      const told = { kind: 'amazon_user_read', userId: user.userId } as const
      await timeline.append(entry(clock.now(), about, told))
      return true
    })
  }
}
