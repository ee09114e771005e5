import { after, hours } from '../../domain/calendar.ts'
import type { ConnectionId, PersonId } from '../../domain/identifiers.ts'
import { reconcile } from '../../domain/ingestion/reconciliation.ts'
import { entry } from '../../domain/timeline/entry.ts'
import type { Clock, Timeline, UnitOfWork } from '../ports.ts'
import type { Reconciliations } from './ports.ts'

interface Needs {
  readonly reconciliations: Reconciliations
  readonly timeline: Timeline
  readonly unitOfWork: UnitOfWork
  readonly clock: Clock
}

/** Always our bug: an operator must check. */
export class FiguresDiffer extends Error {
  override readonly name = 'FiguresDiffer'
}

/** Enough to locate the bug; one wrong key would list every day. */
const told = 20

/** S-25: compares served figures with Amazon's files to the cent after each sync run. */
export class ReconcileFigures {
  readonly #needs: Needs

  constructor(needs: Needs) {
    this.#needs = needs
  }

  /**
   * Safe to run twice and concurrently.
   * @returns the number of due connections.
   * @throws {AggregateError} at the end, of every {@link FiguresMismatch} and other error.
   */
  async run(limit: number): Promise<number> {
    const { reconciliations, clock } = this.#needs
    const due = await reconciliations.due(clock.now(), limit)
    const failures: unknown[] = []
    for (const { connectionId, personId } of due) {
      await this.#check(connectionId, personId).catch(async error => {
        failures.push(error)
        if (error instanceof FiguresDiffer) return
        await reconciliations.postpone(connectionId, after(clock.now(), hours(1)))
      })
    }
    if (failures.length > 0) throw new AggregateError(failures, 'figures could not be reconciled')
    return due.length
  }

  async #check(connectionId: ConnectionId, personId: PersonId): Promise<void> {
    const { reconciliations, timeline, unitOfWork, clock } = this.#needs
    const { dueAt, ...books } = await reconciliations.books(connectionId)
    if (!dueAt) return
    const differences = reconcile(books)
    const now = clock.now()
    const isFirst = await unitOfWork.run(async () => {
      const outcome = { checkedAt: now, differences: differences.length }
      if (!(await reconciliations.conclude(connectionId, dueAt, outcome))) return false
      // Nothing was loaded: nothing to record.
      if (books.files.length === 0) return false
      const happening =
        differences.length === 0
          ? ({ kind: 'figures_reconciled', days: new Set(books.files.map(({ day }) => day)).size } as const)
          : ({
              kind: 'figures_differ',
              count: differences.length,
              differences: differences.slice(0, told),
            } as const)
      await timeline.append(entry(now, { personId, connectionId }, happening))
      return true
    })
    const [first] = differences
    if (isFirst && first) {
      throw new FiguresDiffer(
        `connection ${connectionId}: ${differences.length} figures differ from Amazon's files, first ` +
          `${first.type} ${first.day} ${first.figure}: ${first.served}, not ${first.file}`,
      )
    }
  }
}
