import { passwordResetLimit } from '../../domain/access/access-link.ts'
import { endedSessionRetention } from '../../domain/access/session.ts'
import { after } from '../../domain/calendar.ts'
import type { Clock } from '../ports.ts'
import type { AccessLinks, Sessions } from './ports.ts'

/** Safe to run concurrently. */
export class PurgeExpiredAccess {
  readonly #deps: { sessions: Sessions; links: AccessLinks; clock: Clock }

  constructor(deps: { sessions: Sessions; links: AccessLinks; clock: Clock }) {
    this.#deps = deps
  }

  async execute(): Promise<void> {
    const { sessions, links, clock } = this.#deps
    const now = clock.now()
    await sessions.eraseEnded(after(now, -endedSessionRetention))
    // Expired links still count towards the reset limit.
    await links.eraseExpired(after(now, -passwordResetLimit.within))
  }
}
