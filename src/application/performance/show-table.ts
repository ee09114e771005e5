import { type DayRange, dayIn } from '../../domain/calendar.ts'
import type { ConnectionId } from '../../domain/identifiers.ts'
import { outerDays } from '../../domain/performance/coverage.ts'
import { type PeriodChoice, periodOf } from '../../domain/performance/period.ts'
import { ExportsBusy } from '../../domain/performance/refusals.ts'
import { fewRows } from '../../domain/performance/roll-up.ts'
import type { Clock } from '../ports.ts'
import type { Figures, FigureTables, TableAsk, TableRollUps, TableRow } from './ports.ts'

export type ShownTable =
  | {
      readonly shows: 'rows'
      readonly loaded: DayRange
      readonly days: DayRange
      readonly count: number
      readonly rows: readonly TableRow[]
      readonly hasMore: boolean
    }
  | { readonly shows: 'other_days'; readonly loaded: DayRange }
  | { readonly shows: 'nothing_loaded' }

export type ExportedTable =
  | {
      readonly exports: 'rows'
      readonly days: DayRange
      readonly batches: AsyncIterable<readonly TableRow[]>
    }
  | { readonly exports: 'nothing' }

interface Asker {
  readonly connectionId: ConnectionId
  readonly timezone: string
}

interface Needs {
  readonly figures: Figures
  readonly tables: FigureTables
  readonly rollUps: Pick<TableRollUps, 'ask'>
  readonly clock: Clock
}

/** Per account and process. */
const exportsAtOnce = 2

/** One page of a table, or all rows (S-28). */
export class ShowTable {
  readonly #needs: Needs
  readonly #exports = new Map<ConnectionId, number>()

  constructor(needs: Needs) {
    this.#needs = needs
  }

  /**
   * The caller checks ownership.
   * @param over aborts when the client disconnects.
   * @throws {TooManyTableQueries}
   */
  async run(
    asker: Asker,
    choice: PeriodChoice,
    ask: Omit<TableAsk, 'days'>,
    over: AbortSignal,
  ): Promise<ShownTable> {
    const { connectionId } = asker
    const { loaded, days } = await this.#period(asker, choice)
    if (!loaded) return { shows: 'nothing_loaded' }
    if (!days) return { shows: 'other_days', loaded }
    // One more row shows whether more follow.
    const limit = ask.limit + 1
    const { tables, rollUps, clock } = this.#needs
    const { count, rows, isAddedUp } = await tables.page(connectionId, { ...ask, days, limit }, over)
    // The user will probably sort and page.
    if (isAddedUp)
      await rollUps.ask(connectionId, { level: ask.level, days }, { moreThan: fewRows, now: clock.now() })
    return {
      shows: 'rows',
      loaded,
      days,
      count,
      rows: rows.slice(0, ask.limit),
      hasMore: rows.length > ask.limit,
    }
  }

  /**
   * The caller checks ownership.
   * @param over must abort on disconnect and when the rows are sent: it frees the slot.
   * @throws {TooManyExports}
   */
  async export(
    asker: Asker,
    choice: PeriodChoice,
    ask: Omit<TableAsk, 'days' | 'after' | 'limit'>,
    over: AbortSignal,
  ): Promise<ExportedTable> {
    const { days } = await this.#period(asker, choice)
    if (!days) return { exports: 'nothing' }
    this.#begin(asker.connectionId, over)
    const batches = await this.#needs.tables.rows(asker.connectionId, { ...ask, days }, over)
    return { exports: 'rows', days, batches }
  }

  #begin(connectionId: ConnectionId, over: AbortSignal): void {
    const others = this.#exports.get(connectionId) ?? 0
    if (others >= exportsAtOnce) throw new ExportsBusy()
    this.#exports.set(connectionId, others + 1)
    const end = () => {
      const left = (this.#exports.get(connectionId) ?? 1) - 1
      if (left > 0) this.#exports.set(connectionId, left)
      else this.#exports.delete(connectionId)
    }
    if (over.aborted) end()
    else over.addEventListener('abort', end, { once: true })
  }

  async #period(
    { connectionId, timezone }: Asker,
    choice: PeriodChoice,
  ): Promise<{ loaded: DayRange | null; days: DayRange | null }> {
    const { figures, clock } = this.#needs
    const loaded = outerDays(await figures.loadedStretches(connectionId))
    const period = loaded && periodOf(choice, loaded, dayIn(timezone, clock.now()))
    return { loaded, days: period?.days ?? null }
  }
}
