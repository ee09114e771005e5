import { type DayRange, dayIn } from '../../domain/calendar.ts'
import type { ConnectionId } from '../../domain/identifiers.ts'
import { outerDays } from '../../domain/performance/coverage.ts'
import type { Level } from '../../domain/performance/level.ts'
import { type PeriodChoice, periodOf } from '../../domain/performance/period.ts'
import type { Clock } from '../ports.ts'
import type { Figures, FigureTables, TableAsk, TableRow } from './ports.ts'

export type ShownTable =
  | {
      readonly shows: 'rows'
      readonly loaded: DayRange
      readonly days: DayRange
      readonly count: number
      readonly rows: readonly TableRow[]
      /** Whether more rows follow. */
      readonly hasMore: boolean
    }
  /** None of the days that were asked for is loaded. */
  | { readonly shows: 'other_days'; readonly loaded: DayRange }
  | { readonly shows: 'nothing_loaded' }

interface Needs {
  readonly figures: Figures
  readonly tables: FigureTables
  readonly clock: Clock
}

/** The rows of one level in a period, sorted, filtered, a page of them (S-28). */
export class ShowTable {
  readonly #needs: Needs

  constructor(needs: Needs) {
    this.#needs = needs
  }

  /** The caller answers for whose connection it is. */
  async run(
    { connectionId, timezone }: { readonly connectionId: ConnectionId; readonly timezone: string },
    choice: PeriodChoice,
    ask: Omit<TableAsk, 'days'> & { readonly level: Level },
  ): Promise<ShownTable> {
    const { figures, tables, clock } = this.#needs
    const loaded = outerDays(await figures.loadedStretches(connectionId))
    if (!loaded) return { shows: 'nothing_loaded' }
    const period = periodOf(choice, loaded, dayIn(timezone, clock.now()))
    if (!period) return { shows: 'other_days', loaded }

    const { days } = period
    // One more than fits tells whether there are more.
    const { count, rows } = await tables.page(connectionId, { ...ask, days, limit: ask.limit + 1 })
    return {
      shows: 'rows',
      loaded,
      days,
      count,
      rows: rows.slice(0, ask.limit),
      hasMore: rows.length > ask.limit,
    }
  }
}
