import { after, hours } from '../../domain/calendar.ts'
import type { ConnectionId } from '../../domain/identifiers.ts'
import { outerDays } from '../../domain/performance/coverage.ts'
import { askedAtMost, askedKept, rollUpsOf } from '../../domain/performance/roll-up.ts'
import type { Clock } from '../ports.ts'
import type { Figures, TableRollUps } from './ports.ts'

interface Needs {
  readonly figures: Figures
  readonly rollUps: TableRollUps
  readonly clock: Clock
}

/**
 * Aggregates large accounts' tables after each sync run, so that they open at once; other days while users view them.
 */
export class RollUpTables {
  readonly #needs: Needs

  constructor(needs: Needs) {
    this.#needs = needs
  }

  /**
   * Safe to run twice and concurrently; without a roll-up, tables are aggregated when opened.
   * @param over the process stops; another one continues.
   * @returns the number of due connections.
   * @throws {AggregateError} at the end; failed connections retry in an hour.
   */
  async run(limit: number, over: AbortSignal): Promise<number> {
    const { rollUps, clock } = this.#needs
    const due = await rollUps.due(clock.now(), limit)
    const failures: unknown[] = []
    for (const { connectionId, dueAt } of due) {
      try {
        await this.#build(connectionId, over)
        await rollUps.conclude(connectionId, dueAt)
      } catch (error) {
        // Still due: another process continues.
        if (over.aborted) return due.length
        failures.push(error)
        await rollUps.postpone(connectionId, after(clock.now(), hours(1)))
      }
    }
    if (failures.length > 0) throw new AggregateError(failures, 'tables could not be rolled up')
    return due.length
  }

  async #build(connectionId: ConnectionId, over: AbortSignal): Promise<void> {
    const { figures, rollUps, clock } = this.#needs
    const forgotten = after(clock.now(), -askedKept)
    const [stretches, reported, asked] = await Promise.all([
      figures.loadedStretches(connectionId),
      rollUps.reportedRows(connectionId),
      rollUps.asked(connectionId, forgotten, askedAtMost),
    ])
    const loaded = outerDays(stretches)
    const wanted = loaded ? [...asked, ...rollUpsOf(reported, loaded)] : []
    await rollUps.keepOnly(connectionId, wanted, forgotten)
    for (const rollUp of wanted) await rollUps.build(connectionId, rollUp, over)
  }
}
