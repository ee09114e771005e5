import { resetsAllowed } from '../../domain/access/access-link.ts'
import { endedKept } from '../../domain/access/session.ts'
import { after } from '../../domain/calendar.ts'
import type { Clock } from '../ports.ts'
import type { AccessLinks, Sessions } from './ports.ts'

/** What nobody signs in with any more is erased after a while. Can run twice, and in two places. */
export class SweepAccess {
  readonly #needs: { sessions: Sessions; links: AccessLinks; clock: Clock }

  constructor(needs: { sessions: Sessions; links: AccessLinks; clock: Clock }) {
    this.#needs = needs
  }

  async run(): Promise<void> {
    const { sessions, links, clock } = this.#needs
    const now = clock.now()
    await sessions.eraseEnded(after(now, -endedKept))
    // Kept for as long as they count against another one.
    await links.eraseExpired(after(now, -resetsAllowed.within))
  }
}
