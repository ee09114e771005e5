import { ConnectLinkForeign, ConnectLinkWorthless } from '../../domain/access/access-link.ts'
import type { Person } from '../../domain/access/person.ts'
import type { SessionId } from '../../domain/identifiers.ts'
import type { Secret } from '../../domain/secret.ts'
import { entry } from '../../domain/timeline/entry.ts'
import type { AccessLinks, People } from '../access/index.ts'
import type { Clock, Timeline } from '../ports.ts'
import type { BeginAuthorisation } from './begin-authorisation.ts'

interface Needs {
  readonly people: People
  readonly links: AccessLinks
  readonly beginAuthorisation: Pick<BeginAuthorisation, 'run'>
  readonly timeline: Timeline
  readonly clock: Clock
}

interface Asked {
  readonly token: Secret
  /** The signed-in user: the link alone opens nothing. */
  readonly person: Person
}

/** Continues at Amazon's consent page (S-43). */
export class FollowConnectLink {
  readonly #needs: Needs

  constructor(needs: Needs) {
    this.#needs = needs
  }

  /**
   * Keeps the link, because email scanners open every link.
   * @throws {ConnectLinkInvalid | ConnectLinkForAnotherUser}
   */
  async look({ token, person }: Asked): Promise<void> {
    const { links, clock } = this.#needs
    const link = await links.find(token, 'connect', clock.now())
    if (!link) throw new ConnectLinkWorthless()
    if (link.personId !== person.id) throw new ConnectLinkForeign(person.email)
  }

  /** Keeps the link on any error. @throws {ConnectLinkInvalid | ConnectLinkForAnotherUser | PlanRequired} */
  async run(asked: Asked & { readonly sessionId: SessionId }): Promise<{ readonly url: string }> {
    const { people, links, beginAuthorisation, timeline, clock } = this.#needs
    const { person, sessionId } = asked
    const { id: personId } = person
    await this.look(asked)
    return beginAuthorisation.run({ personId, sessionId, region: null, renews: null }, async () => {
      await people.lock(personId)
      // Of two concurrent uses the second fails.
      await this.look(asked)
      await links.eraseAllOf(personId, 'connect')
      await timeline.append(entry(clock.now(), { personId }, { kind: 'connect_link_used' }))
    })
  }
}
