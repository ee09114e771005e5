import type { PersonId, SessionId } from '../../domain/identifiers.ts'
import type { Clock } from '../ports.ts'
import type { Sessions } from './ports.ts'

/** Ended sessions are rejected at the next request, in every process. */
export class EndSessions {
  readonly #needs: { sessions: Sessions; clock: Clock }

  constructor(needs: { sessions: Sessions; clock: Clock }) {
    this.#needs = needs
  }

  async one(personId: PersonId, id: SessionId): Promise<void> {
    const { sessions, clock } = this.#needs
    await sessions.closeOneOf(personId, id, clock.now())
  }

  async allBut(personId: PersonId, kept: SessionId): Promise<void> {
    const { sessions, clock } = this.#needs
    await sessions.closeAllOf(personId, clock.now(), { but: kept })
  }

  async all(personId: PersonId): Promise<void> {
    const { sessions, clock } = this.#needs
    await sessions.closeAllOf(personId, clock.now())
  }
}
