import type { CountSince } from '../ports.ts'
import { type FullOverview, type OverviewDependencies, readOverview } from './read-overview.ts'

/** Numbers only, no personal data (S-52). */
export interface SystemMetrics
  extends Pick<FullOverview, 'at' | 'alerts' | 'cases' | 'failures' | 'regions' | 'workerSeenAt'> {
  readonly queue: Omit<FullOverview['queue'], 'longestWaiting'>
  /** Null if no one waits. */
  readonly longestWaitingSince: Date | null
  readonly emailsDue: CountSince
}

export class CollectSystemMetrics {
  readonly #deps: OverviewDependencies

  constructor(deps: OverviewDependencies) {
    this.#deps = deps
  }

  async execute(): Promise<SystemMetrics> {
    const { overviews, clock } = this.#deps
    const [overview, emailsDue] = await Promise.all([
      readOverview(this.#deps),
      overviews.emailsDue(clock.now()),
    ])
    const { longestWaiting, ...queue } = overview.queue
    return { ...overview, queue, longestWaitingSince: longestWaiting?.since ?? null, emailsDue }
  }
}
