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

/** Discarded (S-16), expired (S-15), or undecryptable with our keys. */
export class EndPending {
  readonly #needs: Needs

  constructor(needs: Needs) {
    this.#needs = needs
  }

  /**
   * No error when already gone.
   * @param shown in the picker: an old picker must not discard a newer connection (S-16).
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

  /** The user must authorise again. */
  async eraseUnreadable(pending: PendingConnection): Promise<void> {
    const { pendings, timeline, unitOfWork, clock } = this.#needs
    await unitOfWork.run(async () => {
      if (await pendings.erase(pending.id))
        await timeline.append(entry(clock.now(), storyOf(pending), { kind: 'pending_unreadable' }))
    })
  }

  /** Keeps the timeline (S-15). Safe to run concurrently. */
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
