import { ConnectLinkForAnotherUser, ConnectLinkInvalid } from '../../../domain/access/access-link.ts'
import type { User } from '../../../domain/access/user.ts'
import type { SessionId } from '../../../domain/identifiers.ts'
import type { Secret } from '../../../domain/secret.ts'
import { entry } from '../../../domain/timeline/entry.ts'
import type { AccessLinks, Users } from '../../access/index.ts'
import type { Clock, Timeline } from '../../ports.ts'
import type { StartAuthorisation } from './start-authorisation.ts'

interface Dependencies {
  readonly users: Users
  readonly links: AccessLinks
  readonly startAuthorisation: Pick<StartAuthorisation, 'execute'>
  readonly timeline: Timeline
  readonly clock: Clock
}

interface LinkRequest {
  readonly token: Secret
  /** The signed-in user. */
  readonly user: User
}

/** S-43 */
export class FollowConnectLink {
  readonly #deps: Dependencies

  constructor(deps: Dependencies) {
    this.#deps = deps
  }

  /**
   * Keeps the link: email scanners open every link.
   * @throws {ConnectLinkInvalid | ConnectLinkForAnotherUser}
   */
  async checkLink({ token, user }: LinkRequest): Promise<void> {
    const { links, clock } = this.#deps
    const link = await links.find(token, 'connect', clock.now())
    if (!link) throw new ConnectLinkInvalid()
    if (link.userId !== user.id) throw new ConnectLinkForAnotherUser(user.email)
  }

  /**
   * Keeps the link on any error.
   * @throws {ConnectLinkInvalid | ConnectLinkForAnotherUser | PlanRequired}
   */
  async execute(request: LinkRequest & { readonly sessionId: SessionId }): Promise<{ readonly url: string }> {
    const { users, links, startAuthorisation, timeline, clock } = this.#deps
    const { user, sessionId } = request
    const { id: userId } = user
    await this.checkLink(request)
    return startAuthorisation.execute(
      { userId, sessionId, region: null, reauthorisedConnectionId: null },
      async () => {
        await users.lock(userId)
        // Two concurrent uses: the second fails.
        await this.checkLink(request)
        await links.eraseAllOf(userId, 'connect')
        await timeline.append(entry(clock.now(), { userId }, { kind: 'connect_link_used' }))
      },
    )
  }
}
