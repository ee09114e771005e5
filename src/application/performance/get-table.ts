import { type DayRange, dayIn } from '../../domain/calendar.ts'
import type { ConnectionId } from '../../domain/identifiers.ts'
import { coveredRange } from '../../domain/performance/coverage.ts'
import { TooManyExports } from '../../domain/performance/errors.ts'
import { type PeriodChoice, periodOf } from '../../domain/performance/period.ts'
import { minRollUpRows } from '../../domain/performance/roll-up.ts'
import type { Clock } from '../ports.ts'
import type { Figures, FigureTables, TableRequest, TableRollUps, TableRow } from './ports.ts'

export type TableResult =
  | {
      readonly result: 'rows'
      readonly loaded: DayRange
      readonly days: DayRange
      readonly count: number
      readonly rows: readonly TableRow[]
      readonly hasMore: boolean
    }
  | { readonly result: 'outside_loaded_days'; readonly loaded: DayRange }
  | { readonly result: 'nothing_loaded' }

export type ExportResult =
  | {
      readonly exports: 'rows'
      readonly days: DayRange
      readonly batches: AsyncIterable<readonly TableRow[]>
    }
  | { readonly exports: 'nothing' }

interface TableAccount {
  readonly connectionId: ConnectionId
  readonly timezone: string
}

interface Dependencies {
  readonly figures: Figures
  readonly tables: FigureTables
  readonly rollUps: Pick<TableRollUps, 'request'>
  readonly clock: Clock
}

/** Per account and process. */
const maxConcurrentExports = 2

/** S-28 */
export class GetTable {
  readonly #deps: Dependencies
  readonly #exports = new Map<ConnectionId, number>()

  constructor(deps: Dependencies) {
    this.#deps = deps
  }

  /**
   * The caller checks ownership.
   * @param signal aborts when the client disconnects.
   * @throws {TooManyTableQueries}
   */
  async execute(
    account: TableAccount,
    choice: PeriodChoice,
    request: Omit<TableRequest, 'days'>,
    signal: AbortSignal,
  ): Promise<TableResult> {
    const { connectionId } = account
    const { loaded, days } = await this.#period(account, choice)
    if (!loaded) return { result: 'nothing_loaded' }
    if (!days) return { result: 'outside_loaded_days', loaded }
    const limit = request.limit + 1
    const { tables, rollUps, clock } = this.#deps
    const { count, rows, isAggregated } = await tables.page(connectionId, { ...request, days, limit }, signal)
    // The user will probably sort and page.
    if (isAggregated)
      await rollUps.request(
        connectionId,
        { level: request.level, counting: request.counting, days },
        { moreThan: minRollUpRows, now: clock.now() },
      )
    return {
      result: 'rows',
      loaded,
      days,
      count,
      rows: rows.slice(0, request.limit),
      hasMore: rows.length > request.limit,
    }
  }

  /**
   * The caller checks ownership.
   * @param signal must abort on disconnect and after the last row: it frees the slot.
   * @throws {TooManyExports}
   */
  async export(
    account: TableAccount,
    choice: PeriodChoice,
    request: Omit<TableRequest, 'days' | 'after' | 'limit'>,
    signal: AbortSignal,
  ): Promise<ExportResult> {
    const { days } = await this.#period(account, choice)
    if (!days) return { exports: 'nothing' }
    this.#beginExport(account.connectionId, signal)
    const batches = await this.#deps.tables.rows(account.connectionId, { ...request, days }, signal)
    return { exports: 'rows', days, batches }
  }

  #beginExport(connectionId: ConnectionId, signal: AbortSignal): void {
    const others = this.#exports.get(connectionId) ?? 0
    if (others >= maxConcurrentExports) throw new TooManyExports()
    this.#exports.set(connectionId, others + 1)
    const end = () => {
      const left = (this.#exports.get(connectionId) ?? 1) - 1
      if (left > 0) this.#exports.set(connectionId, left)
      else this.#exports.delete(connectionId)
    }
    if (signal.aborted) end()
    else signal.addEventListener('abort', end, { once: true })
  }

  async #period(
    { connectionId, timezone }: TableAccount,
    choice: PeriodChoice,
  ): Promise<{ loaded: DayRange | null; days: DayRange | null }> {
    const { figures, clock } = this.#deps
    const loaded = coveredRange(await figures.loadedRanges(connectionId))
    const period = loaded && periodOf(choice, loaded, dayIn(timezone, clock.now()))
    return { loaded, days: period?.days ?? null }
  }
}
