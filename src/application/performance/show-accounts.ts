import { type DayRange, dayIn } from '../../domain/calendar.ts'
import type { HeldConnection } from '../../domain/connection/connection.ts'
import { addUp, type Kpis, kpisOf, type Totals } from '../../domain/performance/figures.ts'
import { type PeriodChoice, periodOf } from '../../domain/performance/period.ts'
import type { Clock } from '../ports.ts'
import type { Figures } from './ports.ts'

/** One account among several; null where nothing of the period is loaded. */
export interface AccountFigures {
  readonly connection: HeldConnection
  readonly days: DayRange | null
  readonly now: Kpis | null
}

/** Accounts that may be added up, since they are paid in one currency. */
export interface CurrencyFigures {
  readonly currency: string
  readonly accounts: readonly AccountFigures[]
  /** Of those that have figures. */
  readonly all: Kpis
}

interface Needs {
  readonly figures: Figures
  readonly clock: Clock
}

/** All accounts of somebody who holds several, side by side; never two currencies in one sum (S-28). */
export class ShowAccounts {
  readonly #needs: Needs

  constructor(needs: Needs) {
    this.#needs = needs
  }

  /**
   * By currency, the one with the most accounts first. Two questions, however many accounts there are.
   * @param held the caller answers for whose they are.
   */
  async run(held: readonly HeldConnection[], choice: PeriodChoice): Promise<CurrencyFigures[]> {
    const { figures, clock } = this.#needs
    const now = clock.now()
    const loaded = await figures.loadedDays(held.map(({ id }) => id))
    const asked = new Map(
      held.flatMap(({ id, profile }) => {
        const days = loaded.get(id)
        const period = days && periodOf(choice, days, dayIn(profile.timezone, now))
        return period ? [[id, period.days]] : []
      }),
    )
    const totals = await figures.totals(asked)
    return [...Map.groupBy(held, ({ profile }) => profile.currency)]
      .sort(([one, own], [other, others]) => others.length - own.length || (one < other ? -1 : 1))
      .map(([currency, own]) => ({
        currency,
        accounts: own.map(connection => ({
          connection,
          days: asked.get(connection.id) ?? null,
          now: kpisOrNull(totals.get(connection.id)),
        })),
        all: kpisOf(addUp(own.flatMap(({ id }) => totals.get(id) ?? []))),
      }))
  }
}

const kpisOrNull = (totals: Totals | undefined): Kpis | null => (totals ? kpisOf(totals) : null)
