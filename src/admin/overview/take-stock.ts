import type { Sighting } from '../ports.ts'
import { type OverviewNeeds, readOverview, type WholeOverview } from './read-overview.ts'

/** Numbers only, no personal data (S-52). */
export interface Stock
  extends Pick<WholeOverview, 'at' | 'alarms' | 'cases' | 'failures' | 'regions' | 'workerSeenAt'> {
  readonly queue: Omit<WholeOverview['queue'], 'longestWaiting'>
  /** Null if no one waits for an initial or reauthorisation sync. */
  readonly longestWaitingSince: Date | null
  readonly mailsDue: Sighting
}

export class TakeStock {
  readonly #needs: OverviewNeeds

  constructor(needs: OverviewNeeds) {
    this.#needs = needs
  }

  async run(): Promise<Stock> {
    const { overviews, clock } = this.#needs
    const [overview, mailsDue] = await Promise.all([
      readOverview(this.#needs),
      overviews.mailsDue(clock.now()),
    ])
    const { longestWaiting, ...queue } = overview.queue
    return { ...overview, queue, longestWaitingSince: longestWaiting?.since ?? null, mailsDue }
  }
}
