import { isExpired, type PendingConnection, storyOf } from '../../domain/connection/pending-connection.ts'
import type { PendingConnectionId, PersonId } from '../../domain/identifiers.ts'
import { entry } from '../../domain/timeline/entry.ts'
import type { People } from '../access/index.ts'
import type { Clock, Timeline, UnitOfWork } from '../ports.ts'
import type { PendingConnections } from './ports.ts'

interface Needs {
  readonly people: People
  readonly pendings: PendingConnections
  readonly timeline: Timeline
  readonly unitOfWork: UnitOfWork
  readonly clock: Clock
}

/**
 * Pending connections that end without a choice: the seller discards one (S-16), the hour ends others (S-15), and one
 * whose tokens do not open with our keys serves nobody.
 */
export class EndPending {
  readonly #needs: Needs

  constructor(needs: Needs) {
    this.#needs = needs
  }

  /**
   * Discarding what is gone already is no mistake: the seller wanted it gone.
   * @param shown what the picker on the screen belongs to: an old one must not discard what took its place (S-16).
   */
  async discard(personId: PersonId, shown: PendingConnectionId | null): Promise<void> {
    const { people, pendings, timeline, unitOfWork, clock } = this.#needs
    await unitOfWork.run(async () => {
      await people.lock(personId)
      const pending = await pendings.of(personId)
      if (!pending || (shown && shown !== pending.id)) return
      if (!(await pendings.erase(pending.id))) return
      const now = clock.now()
      const kind = isExpired(pending, now) ? 'pending_expired' : 'pending_discarded'
      await timeline.append(entry(now, storyOf(pending), { kind }))
    })
  }

  /** The person has to authorise anew, and support sees why. */
  async eraseUnreadable(pending: PendingConnection): Promise<void> {
    const { pendings, timeline, unitOfWork, clock } = this.#needs
    await unitOfWork.run(async () => {
      if (await pendings.erase(pending.id))
        await timeline.append(entry(clock.now(), storyOf(pending), { kind: 'pending_unreadable' }))
    })
  }

  /** S-15: erases the tokens, not only the view of them, and leaves the story. Can run twice, and in two places. */
  async expire(): Promise<number> {
    const { pendings, timeline, unitOfWork, clock } = this.#needs
    const expired = await pendings.expired(clock.now(), 100)
    for (const pending of expired) {
      await unitOfWork.run(async () => {
        if (await pendings.erase(pending.id)) {
          await timeline.append(entry(clock.now(), storyOf(pending), { kind: 'pending_expired' }))
        }
      })
    }
    return expired.length
  }
}
