import { isFreshlyVerified, type Session, VerificationRequired } from '../../domain/access/session.ts'
import type { SessionId, UserId } from '../../domain/identifiers.ts'
import type { Clock } from '../ports.ts'
import type { Sessions } from './ports.ts'

export class EndSessions {
  readonly #deps: { sessions: Sessions; clock: Clock }

  constructor(deps: { sessions: Sessions; clock: Clock }) {
    this.#deps = deps
  }

  /** @throws {VerificationRequired} */
  async endOne(own: Session, id: SessionId): Promise<void> {
    await this.#deps.sessions.closeOneOf(own.userId, id, this.#verifiedNow(own))
  }

  /** @throws {VerificationRequired} */
  async endOthers(own: Session): Promise<void> {
    await this.#deps.sessions.closeAllOf(own.userId, this.#verifiedNow(own), { except: own.id })
  }

  /** Needs no verification: anyone with a session may sign out. */
  async endAll(userId: UserId): Promise<void> {
    const { sessions, clock } = this.#deps
    await sessions.closeAllOf(userId, clock.now())
  }

  #verifiedNow(own: Session): Date {
    const now = this.#deps.clock.now()
    if (!isFreshlyVerified(own, now)) throw new VerificationRequired()
    return now
  }
}
