import type { SessionId, UserId } from '../../domain/identifiers.ts'
import type { Clock } from '../ports.ts'
import type { Sessions } from './ports.ts'

export class EndSessions {
  readonly #deps: { sessions: Sessions; clock: Clock }

  constructor(deps: { sessions: Sessions; clock: Clock }) {
    this.#deps = deps
  }

  async endOne(userId: UserId, id: SessionId): Promise<void> {
    const { sessions, clock } = this.#deps
    await sessions.closeOneOf(userId, id, clock.now())
  }

  async endAllExcept(userId: UserId, sessionId: SessionId): Promise<void> {
    const { sessions, clock } = this.#deps
    await sessions.closeAllOf(userId, clock.now(), { except: sessionId })
  }

  async endAll(userId: UserId): Promise<void> {
    const { sessions, clock } = this.#deps
    await sessions.closeAllOf(userId, clock.now())
  }
}
