import { endedKept } from '../../domain/access/session.ts'
import { after } from '../../domain/calendar.ts'
import type { Clock } from '../ports.ts'
import type { Sessions } from './ports.ts'

/** What nobody signs in with any more is erased after a while. Can run twice, and in two places. */
export class SweepAccess {
  readonly #needs: { sessions: Sessions; clock: Clock }

  constructor(needs: { sessions: Sessions; clock: Clock }) {
    this.#needs = needs
  }

  async run(): Promise<void> {
    const { sessions, clock } = this.#needs
    await sessions.eraseEnded(after(clock.now(), -endedKept))
  }
}
