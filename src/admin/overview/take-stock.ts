import type { Sighting } from '../ports.ts'
import { type OverviewNeeds, readOverview, type WholeOverview } from './read-overview.ts'

/** What the metrics tell of the database: numbers alone, and nobody's name (S-52). */
export interface Stock
  extends Pick<WholeOverview, 'at' | 'alarms' | 'cases' | 'failures' | 'regions' | 'workerSeenAt'> {
  readonly queue: Omit<WholeOverview['queue'], 'longestWaiting'>
  /** Since when the seller waits who waits longest for a first or a renewed loading. */
  readonly longestWaitingSince: Date | null
  /** Mails whose time has come. */
  readonly mailsDue: Sighting
}

/** How all of it fares, for machines that watch. Only reads. */
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
