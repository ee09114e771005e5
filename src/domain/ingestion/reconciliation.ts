import type { Day } from '../calendar.ts'
import { definitionOf, type ReportType } from './catalogue.ts'
import type { FileSums } from './file-totals.ts'

/** What one place holds of one day: a report's table, or a roll-up that the pages read. */
export interface DaySums extends FileSums {
  readonly type: ReportType
  readonly day: Day
}

/** A day of a report whose figures are not those of Amazon's file. */
export interface Difference {
  readonly type: ReportType
  readonly day: Day
  /** `rows` or a column's name; behind `rolled up` or `total` it is a roll-up that differs. */
  readonly figure: string
  readonly file: string
  readonly served: string
}

/** What the files said, and what the database serves in their place; all of it read at one moment. */
export interface Books {
  readonly files: readonly DaySums[]
  readonly facts: readonly DaySums[]
  /** Of the campaign reports alone, for each campaign; it has rows of its own, which are not counted. */
  readonly rollUps: readonly DaySums[]
  /** The same, for the ad product as a whole. */
  readonly totals: readonly DaySums[]
}

/**
 * Every figure of every day that the files account for, compared exactly. Days that were loaded before files were
 * counted are not known here, and not compared.
 */
export function reconcile({ files, facts, rollUps, totals }: Books): Difference[] {
  const fact = byDay(facts)
  const [rollUp, total] = [byDay(rollUps), byDay(totals)]
  return files.flatMap(file => {
    const served = fact.get(keyOf(file))
    const pairs = Object.entries({ rows: String(file.rows), ...file.sums }).map(
      ([figure, said]): [string, string, string] => [
        figure,
        said,
        figure === 'rows' ? String(served?.rows ?? 0) : (served?.sums[figure] ?? '0'),
      ],
    )
    const rolledUp = (name: string, book: ReadonlyMap<string, DaySums>) =>
      rolledUpFigures.map((figure): [string, string, string] => [
        `${name} ${figure}`,
        file.sums[figure] ?? '0',
        book.get(keyOf(file))?.sums[figure] ?? '0',
      ])
    if (isRolledUp(file.type)) pairs.push(...rolledUp('rolled up', rollUp), ...rolledUp('total', total))
    return pairs
      .filter(([, said, found]) => said !== found)
      .map(([figure, said, found]) => ({
        type: file.type,
        day: file.day,
        figure,
        file: said,
        served: found,
      }))
  })
}

/** What the pages read of each campaign, or ad product, and day. */
export const rolledUpFigures = ['impressions', 'clicks', 'orders', 'cost', 'sales'] as const

const isRolledUp = (type: ReportType): boolean => definitionOf(type).table === 'campaign_fact'

const keyOf = ({ type, day }: DaySums): string => `${type} ${day}`
const byDay = (sums: readonly DaySums[]) => new Map(sums.map(one => [keyOf(one), one]))
