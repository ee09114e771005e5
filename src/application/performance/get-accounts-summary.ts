import { type DayRange, dayIn } from '../../domain/calendar.ts'
import type { LiveConnection } from '../../domain/connection/connection.ts'
import type { Counting } from '../../domain/performance/counting.ts'
import { type Kpis, kpisOf, sumTotals, type Totals } from '../../domain/performance/figures.ts'
import { type PeriodChoice, periodOf } from '../../domain/performance/period.ts'
import type { Clock } from '../ports.ts'
import type { Figures } from './ports.ts'

/** `days` and `now` are null when no day of the period is loaded. */
export interface AccountFigures {
  readonly connection: LiveConnection
  readonly days: DayRange | null
  readonly now: Kpis | null
}

export interface CurrencyFigures {
  readonly currency: string
  readonly accounts: readonly AccountFigures[]
  readonly all: Kpis
}

interface Dependencies {
  readonly figures: Figures
  readonly clock: Clock
}

/** Never sums two currencies (S-28). */
export class GetAccountsSummary {
  readonly #deps: Dependencies

  constructor(deps: Dependencies) {
    this.#deps = deps
  }

  /** The caller checks ownership. */
  async execute(
    live: readonly LiveConnection[],
    choice: PeriodChoice,
    counting: Counting,
  ): Promise<CurrencyFigures[]> {
    const { figures, clock } = this.#deps
    const now = clock.now()
    const loaded = await figures.loadedDays(live.map(({ id }) => id))
    const ranges = new Map(
      live.flatMap(({ id, profile }) => {
        const days = loaded.get(id)
        const period = days && periodOf(choice, days, dayIn(profile.timezone, now))
        return period ? [[id, period.days]] : []
      }),
    )
    const totals = await figures.totals(ranges, counting)
    return [...Map.groupBy(live, ({ profile }) => profile.currency)]
      .sort(
        ([one, oneConnections], [other, otherConnections]) =>
          otherConnections.length - oneConnections.length || (one < other ? -1 : 1),
      )
      .map(([currency, connections]) => ({
        currency,
        accounts: connections.map(connection => ({
          connection,
          days: ranges.get(connection.id) ?? null,
          now: kpisOrNull(totals.get(connection.id)),
        })),
        all: kpisOf(sumTotals(connections.flatMap(({ id }) => totals.get(id) ?? []))),
      }))
  }
}

const kpisOrNull = (totals: Totals | undefined): Kpis | null => (totals ? kpisOf(totals) : null)
