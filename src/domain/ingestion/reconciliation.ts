import type { Day } from '../calendar.ts'
import { DecimalSum } from '../decimal-sum.ts'
import { definitionOf, type ReportType } from './catalogue.ts'
import type { FileSums } from './file-totals.ts'

export interface DaySums extends FileSums {
  readonly type: ReportType
  readonly day: Day
}

export interface Mismatch {
  readonly type: ReportType
  readonly day: Day
  /** `rows` or a column; roll-ups add the prefix `rolled up` or `total`. */
  readonly figure: string
  readonly file: string
  readonly served: string
}

/** All from one snapshot. */
export interface ReconciliationTotals {
  readonly files: readonly DaySums[]
  readonly facts: readonly DaySums[]
  /** Per campaign; row counts aren't compared. */
  readonly rollUps: readonly DaySums[]
  readonly totals: readonly DaySums[]
}

/** Compares only days that have file totals. */
export function reconcile({ files, facts, rollUps, totals }: ReconciliationTotals): Mismatch[] {
  const [factsByDay, filesByDay] = [byDay(facts), byDay(files)]
  const [rollUpsByDay, totalsByDay] = [byDay(rollUps), byDay(totals)]
  return files.flatMap(file => {
    const served = factsByDay.get(keyOf(file))
    const pairs = Object.entries({ rows: String(file.rows), ...file.sums }).map(
      ([figure, expected]): [string, string, string] => [
        figure,
        expected,
        figure === 'rows' ? String(served?.rows ?? 0) : (served?.sums[figure] ?? '0'),
      ],
    )
    const rolledUpPairs = (name: string, sumsByDay: ReadonlyMap<string, DaySums>) =>
      rolledUpFigures.map((figure): [string, string, string] => [
        `${name} ${figure}`,
        rolledUpSum(file, figure, filesByDay),
        sumsByDay.get(keyOf(file))?.sums[figure] ?? '0',
      ])
    if (isRolledUp(file.type))
      pairs.push(...rolledUpPairs('rolled up', rollUpsByDay), ...rolledUpPairs('total', totalsByDay))
    return pairs
      .filter(([, expected, found]) => expected !== found)
      .map(([figure, expected, found]) => ({
        type: file.type,
        day: file.day,
        figure,
        file: expected,
        served: found,
      }))
  })
}

export const rolledUpFigures = ['impressions', 'clicks', 'orders', 'cost', 'sales'] as const

/** Roll-ups are per ad product, so they add the legacy campaigns to the others. */
const isRolledUp = (type: ReportType): boolean =>
  definitionOf(type).table === 'campaign_fact' && type !== 'sb_legacy_campaigns'

function rolledUpSum(file: DaySums, figure: string, filesByDay: ReadonlyMap<string, DaySums>): string {
  const sum = new DecimalSum()
  sum.add(file.sums[figure] ?? '0')
  if (file.type === 'sb_campaigns')
    sum.add(filesByDay.get(keyOf({ ...file, type: 'sb_legacy_campaigns' }))?.sums[figure] ?? '0')
  return String(sum)
}

const keyOf = ({ type, day }: DaySums): string => `${type} ${day}`
const byDay = (sums: readonly DaySums[]) => new Map(sums.map(one => [keyOf(one), one]))
