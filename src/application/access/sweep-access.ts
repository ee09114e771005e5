import { resetsAllowed } from '../../domain/access/access-link.ts'
import { endedKept } from '../../domain/access/session.ts'
import { after } from '../../domain/calendar.ts'
import type { Clock } from '../ports.ts'
import type { AccessLinks, Sessions } from './ports.ts'

/** Safe to run concurrently. */
export class SweepAccess {
  readonly #needs: { sessions: Sessions; links: AccessLinks; clock: Clock }

  constructor(needs: { sessions: Sessions; links: AccessLinks; clock: Clock }) {
    this.#needs = needs
  }

  async run(): Promise<void> {
    const { sessions, links, clock } = this.#needs
    const now = clock.now()
    await sessions.eraseEnded(after(now, -endedKept))
    // Expired links still count towards the reset limit.
    await links.eraseExpired(after(now, -resetsAllowed.within))
  }
}
