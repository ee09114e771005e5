import { type Day, type DayRange, daysOf } from '../calendar.ts'
import { DecimalSum } from '../decimal-sum.ts'
import type { AmazonReportId } from '../identifiers.ts'
import type { ReportDefinition } from './catalogue.ts'
import type { FactRow } from './fact-row.ts'

/** By column name; exact decimal text without trailing zeros. */
export interface FileSums {
  readonly rows: number
  readonly sums: Readonly<Record<string, string>>
}

export const summableColumns = ({ columns }: ReportDefinition): string[] =>
  columns.filter(({ kind }) => kind === 'count' || kind === 'money').map(({ name }) => name)

/** Requested days without rows count as zero. */
export class FileTotals {
  readonly #figures: readonly {
    readonly name: string
    readonly position: number
    readonly isMoney: boolean
  }[]
  readonly #days: ReadonlyMap<Day, DayCount>

  constructor({ columns }: ReportDefinition, days: DayRange) {
    this.#figures = columns.flatMap(({ name, kind }, index) =>
      // Position 0 is the day.
      kind === 'count' || kind === 'money' ? [{ name, position: index + 1, isMoney: kind === 'money' }] : [],
    )
    this.#days = new Map(daysOf(days).map(day => [day, new DayCount(this.#figures.length)]))
  }

  add(rows: readonly FactRow[]): void {
    for (const row of rows) {
      const count = this.#days.get(row[0])
      if (!count) throw new RangeError(`${row[0]} was not requested`)
      count.rows += 1
      for (let index = 0; index < this.#figures.length; index += 1) {
        const figure = this.#figures[index]
        if (!figure) continue
        const value = row[figure.position]
        if (figure.isMoney) count.money[index]?.add(String(value))
        else count.counts[index] = (count.counts[index] ?? 0) + Number(value)
      }
    }
  }

  byDay(): readonly (FileSums & { readonly day: Day })[] {
    return [...this.#days].map(([day, count]) => ({ day, rows: count.rows, sums: this.#sums([count]) }))
  }

  whole(): FileSums {
    const counts = [...this.#days.values()]
    return { rows: counts.reduce((sum, { rows }) => sum + rows, 0), sums: this.#sums(counts) }
  }

  #sums(counts: readonly DayCount[]): Record<string, string> {
    return Object.fromEntries(
      this.#figures.map(({ name }, index) => {
        const sum = new DecimalSum()
        for (const { money, counts: whole } of counts) {
          sum.add(String(money[index] ?? 0))
          sum.add(String(whole[index] ?? 0))
        }
        return [name, String(sum)]
      }),
    )
  }
}

class DayCount {
  rows = 0
  readonly counts: number[]
  readonly money: readonly DecimalSum[]

  constructor(figures: number) {
    this.counts = new Array<number>(figures).fill(0)
    this.money = Array.from({ length: figures }, () => new DecimalSum())
  }
}

/** A file that replaces nothing until a second report agrees with it (S-24). */
export interface UnconfirmedFile {
  readonly amazonReportId: AmazonReportId
  readonly rows: number
  readonly cost: number
}

type DaySums = FileSums & { readonly day: Day }

/**
 * Amazon has sent empty and shrunken files that were wrong. Compares only the days that were loaded before.
 * @param unconfirmed the previous file of the report that replaced nothing.
 */
export function decideReplacement({
  loaded,
  file,
  amazonReportId,
  unconfirmed,
}: {
  readonly loaded: readonly DaySums[]
  readonly file: readonly DaySums[]
  readonly amazonReportId: AmazonReportId
  readonly unconfirmed: UnconfirmedFile | null
}):
  | { readonly decision: 'replace' }
  | { readonly decision: 'wait'; readonly unconfirmed: UnconfirmedFile; readonly loaded: Volume } {
  const loadedDays = new Set(loaded.map(({ day }) => day))
  const before = volumeOf(loaded)
  const now = { amazonReportId, ...volumeOf(file.filter(({ day }) => loadedDays.has(day))) }
  const removesMost = 2 * now.rows < before.rows || (before.cost > 0 && 2 * now.cost < before.cost)
  const isConfirmed =
    unconfirmed !== null && unconfirmed.amazonReportId !== amazonReportId && agree(unconfirmed, now)
  return removesMost && !isConfirmed
    ? { decision: 'wait', unconfirmed: now, loaded: before }
    : { decision: 'replace' }
}

export type Volume = Pick<UnconfirmedFile, 'rows' | 'cost'>

/** As numbers: only shares are compared. Purchased products have no cost. */
const volumeOf = (days: readonly FileSums[]): Volume => ({
  rows: days.reduce((sum, { rows }) => sum + rows, 0),
  cost: days.reduce((sum, { sums }) => sum + Number(sums['cost'] ?? 0), 0),
})

/** Amazon restates recent days between two reports. */
const maxDifference = 0.1

const agree = (one: UnconfirmedFile, other: UnconfirmedFile): boolean =>
  isNear(one.rows, other.rows) && isNear(one.cost, other.cost)

const isNear = (one: number, other: number): boolean => Math.abs(one - other) <= Math.abs(one) * maxDifference
