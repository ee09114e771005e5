import { after, hours } from '../../domain/calendar.ts'
import type { ConnectionId } from '../../domain/identifiers.ts'
import { coveredRange } from '../../domain/performance/coverage.ts'
import {
  maxRequestedRollUps,
  plannedRollUps,
  requestedRollUpRetention,
} from '../../domain/performance/roll-up.ts'
import type { Clock } from '../ports.ts'
import type { Figures, TableRollUps } from './ports.ts'

interface Dependencies {
  readonly figures: Figures
  readonly rollUps: TableRollUps
  readonly clock: Clock
}

/** See decision 16. */
export class BuildTableRollUps {
  readonly #deps: Dependencies

  constructor(deps: Dependencies) {
    this.#deps = deps
  }

  /**
   * Safe to run twice and concurrently. On abort, another process continues.
   * @throws {AggregateError} at the end; failed connections retry in an hour.
   */
  async execute(limit: number, signal: AbortSignal): Promise<number> {
    const { rollUps, clock } = this.#deps
    const due = await rollUps.due(clock.now(), limit)
    const failures: unknown[] = []
    for (const { connectionId, dueAt } of due) {
      try {
        await this.#build(connectionId, signal)
        await rollUps.conclude(connectionId, dueAt)
      } catch (error) {
        // Still due: another process continues.
        if (signal.aborted) return due.length
        failures.push(error)
        await rollUps.postpone(connectionId, after(clock.now(), hours(1)))
      }
    }
    if (failures.length > 0) throw new AggregateError(failures, 'tables could not be rolled up')
    return due.length
  }

  async #build(connectionId: ConnectionId, signal: AbortSignal): Promise<void> {
    const { figures, rollUps, clock } = this.#deps
    const requestCutoff = after(clock.now(), -requestedRollUpRetention)
    const [ranges, reported, requested] = await Promise.all([
      figures.loadedRanges(connectionId),
      rollUps.reportedRows(connectionId),
      rollUps.requested(connectionId, requestCutoff, maxRequestedRollUps),
    ])
    const loaded = coveredRange(ranges)
    const wanted = loaded ? [...requested, ...plannedRollUps(reported, loaded)] : []
    await rollUps.retainOnly(connectionId, wanted, requestCutoff)
    for (const rollUp of wanted) await rollUps.build(connectionId, rollUp, signal)
  }
}
