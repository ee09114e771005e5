import { type DayRange, dayIn } from '../../domain/calendar.ts'
import type { ConnectionId } from '../../domain/identifiers.ts'
import { definitionOf, type ReportType } from '../../domain/ingestion/catalogue.ts'
import type { FailedReport } from '../../domain/ingestion/report.ts'
import { outerDays } from '../../domain/performance/coverage.ts'
import type { Level } from '../../domain/performance/level.ts'
import { type PeriodChoice, periodOf } from '../../domain/performance/period.ts'
import { ExportsBusy } from '../../domain/performance/refusals.ts'
import { factTableOf } from '../../domain/performance/roll-up.ts'
import type { Ingestions } from '../ingestion/ports.ts'
import type { Clock } from '../ports.ts'
import type { Figures, FigureTables, TableAsk, TableRow } from './ports.ts'

/** What a table lacks; totals and rows may still grow. */
export interface Lacking {
  /** Never loaded yet, and on their way. */
  readonly arriving: readonly ReportType[]
  /** Whose last loading failed for good. */
  readonly failed: readonly FailedReport[]
}

export type ShownTable =
  | {
      readonly shows: 'rows'
      readonly loaded: DayRange
      readonly days: DayRange
      readonly count: number
      readonly rows: readonly TableRow[]
      /** Whether more rows follow. */
      readonly hasMore: boolean
      readonly lacking: Lacking
    }
  /** None of the days that were asked for is loaded. */
  | { readonly shows: 'other_days'; readonly loaded: DayRange }
  | { readonly shows: 'nothing_loaded' }

/** All rows, batch by batch, for a file. */
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
  readonly ingestions: Ingestions
  readonly clock: Clock
}

/** For one account, in one process: a person who waits for two has no use for a third. */
const exportsAtOnce = 2

/** The rows of one level in a period, sorted and filtered: a page of them, or all (S-28). */
export class ShowTable {
  readonly #needs: Needs
  readonly #exports = new Map<ConnectionId, number>()

  constructor(needs: Needs) {
    this.#needs = needs
  }

  /** The caller answers for whose connection it is. */
  async run(asker: Asker, choice: PeriodChoice, ask: Omit<TableAsk, 'days'>): Promise<ShownTable> {
    const { connectionId } = asker
    const { loaded, days } = await this.#period(asker, choice)
    if (!loaded) return { shows: 'nothing_loaded' }
    if (!days) return { shows: 'other_days', loaded }
    const [{ count, rows }, lacking] = await Promise.all([
      // One more than fits tells whether there are more.
      this.#needs.tables.page(connectionId, { ...ask, days, limit: ask.limit + 1 }),
      this.#lacking(connectionId, ask.level),
    ])
    return {
      shows: 'rows',
      loaded,
      days,
      count,
      rows: rows.slice(0, ask.limit),
      hasMore: rows.length > ask.limit,
      lacking,
    }
  }

  /**
   * The caller answers for whose connection it is.
   * @param over comes when nobody waits for rows any more, at the end too.
   * @throws {ExportsBusy}
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
    const batches = this.#needs.tables.rows(asker.connectionId, { ...ask, days }, over)
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

  async #lacking(connectionId: ConnectionId, level: Level): Promise<Lacking> {
    const { ingestions } = this.#needs
    const isOwn = ({ type }: { readonly type: ReportType }) => definitionOf(type).table === factTableOf(level)
    const [settled, open] = await Promise.all([
      ingestions.latestSettled(connectionId),
      ingestions.openOf(connectionId),
    ])
    const own = settled.filter(isOwn)
    const isSettled = (type: ReportType) => own.some(report => report.type === type)
    return {
      arriving: open.filter(isOwn).flatMap(({ type }) => (isSettled(type) ? [] : [type])),
      failed: own.filter(report => report.status === 'failed'),
    }
  }
}
