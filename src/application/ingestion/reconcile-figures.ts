import { after, hours } from '../../domain/calendar.ts'
import type { ConnectionId, UserId } from '../../domain/identifiers.ts'
import { reconcile } from '../../domain/ingestion/reconciliation.ts'
import { entry } from '../../domain/timeline/entry.ts'
import type { Clock, Timeline, UnitOfWork } from '../ports.ts'
import type { Reconciliations } from './ports.ts'

interface Dependencies {
  readonly reconciliations: Reconciliations
  readonly timeline: Timeline
  readonly unitOfWork: UnitOfWork
  readonly clock: Clock
}

/** Always our bug. */
export class FiguresMismatch extends Error {
  override readonly name = 'FiguresMismatch'
}

const maxLoggedMismatches = 20

/** S-25 */
export class ReconcileFigures {
  readonly #deps: Dependencies

  constructor(deps: Dependencies) {
    this.#deps = deps
  }

  /**
   * Safe to run twice and concurrently.
   * @throws {AggregateError} at the end, with every {@link FiguresMismatch}.
   */
  async execute(limit: number): Promise<number> {
    const { reconciliations, clock } = this.#deps
    const due = await reconciliations.due(clock.now(), limit)
    const failures: unknown[] = []
    for (const { connectionId, userId } of due) {
      await this.#check(connectionId, userId).catch(async error => {
        failures.push(error)
        if (error instanceof FiguresMismatch) return
        await reconciliations.defer(connectionId, after(clock.now(), hours(1)))
      })
    }
    if (failures.length > 0) throw new AggregateError(failures, 'figures could not be reconciled')
    return due.length
  }

  async #check(connectionId: ConnectionId, userId: UserId): Promise<void> {
    const { reconciliations, timeline, unitOfWork, clock } = this.#deps
    const { dueAt, setAside, ...totals } = await reconciliations.totals(connectionId)
    if (!dueAt) return
    const mismatches = reconcile(totals)
    const now = clock.now()
    const isFirst = await unitOfWork.transaction(async () => {
      const outcome = { checkedAt: now, mismatches: mismatches.length }
      if (!(await reconciliations.complete(connectionId, dueAt, outcome))) return false
      if (totals.files.length === 0) return false
      const event =
        mismatches.length === 0
          ? ({
              kind: 'figures_reconciled',
              days: new Set(totals.files.map(({ day }) => day)).size,
              setAside,
            } as const)
          : ({
              kind: 'figures_mismatch',
              count: mismatches.length,
              mismatches: mismatches.slice(0, maxLoggedMismatches),
            } as const)
      await timeline.append(entry(now, { userId, connectionId }, event))
      return true
    })
    const [first] = mismatches
    if (isFirst && first) {
      throw new FiguresMismatch(
        `connection ${connectionId}: ${mismatches.length} figures differ from Amazon's files, first ` +
          `${first.type} ${first.day} ${first.figure}: ${first.served}, not ${first.file}`,
      )
    }
  }
}
