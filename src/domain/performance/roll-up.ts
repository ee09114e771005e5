import { type Day, type DayRange, hours } from '../calendar.ts'
import { allReports, definitionOf, type FactTable, type ReportType } from '../ingestion/catalogue.ts'
import type { Counting } from './counting.ts'
import { type Level, levelDefinitions, levels } from './level.ts'
import { type Period, type Preset, periodOf } from './period.ts'

export interface RollUp {
  readonly level: Level
  readonly counting: Counting
  readonly days: DayRange
}

export interface ReportedRows {
  readonly type: ReportType
  readonly day: Day
  readonly rows: number
}

/** Smaller tables are aggregated on page load (decision 16). */
export const minRollUpRows = 5000

export const requestedRollUpRetention = hours(24)
export const maxRequestedRollUps = 5

/**
 * Periods above {@link minRollUpRows} rows. Campaigns are compared with the previous period: both get a roll-
 * up or neither. The dashboard ranks campaigns in either way of counting; other levels by click are rolled up on request.
 */
export function plannedRollUps(reported: readonly ReportedRows[], loaded: DayRange): RollUp[] {
  const byTable = Map.groupBy(reported, ({ type }) => definitionOf(type).table)
  return levels.flatMap(level => {
    const levelRows = byTable.get(factTableOf(level)) ?? []
    const periodRanges = ({ days, before }: Period) =>
      level === 'campaigns' && before.from >= loaded.from ? [days, before] : [days]
    const countings: readonly Counting[] =
      level === 'campaigns' && levelRows.some(hasViews) ? ['console', 'clicks'] : ['console']
    return defaultPeriods(loaded)
      .filter(period => rowsIn(levelRows, periodRanges(period)) > minRollUpRows)
      .flatMap(periodRanges)
      .filter(isFirstOccurrence)
      .flatMap(days => countings.map(counting => ({ level, counting, days })))
  })
}

const hasViews = ({ type, rows }: ReportedRows): boolean => rows > 0 && definitionOf(type).adProduct !== 'SP'

export const reportTypesOf = (level: Level): readonly ReportType[] =>
  allReports.filter(({ table }) => table === factTableOf(level)).map(({ type }) => type)

export const levelsFrom = (table: FactTable): readonly Level[] =>
  levels.filter(level => factTableOf(level) === table)

/** Campaigns have their own roll-up, with a row per fact. */
export function factTableOf(level: Level): FactTable {
  const { table } = levelDefinitions[level]
  return table === 'campaign_day' ? 'campaign_fact' : table
}

const presetsByUse: readonly Preset[] = ['30d', '14d', '7d', 'this_month', 'last_month']

/** "This month" depends on the day of viewing; the last two months cover it. */
const defaultPeriods = (loaded: DayRange): Period[] =>
  presetsByUse.flatMap(preset => periodOf({ preset }, loaded, loaded.to) ?? [])

const isFirstOccurrence = (days: DayRange, index: number, ranges: readonly DayRange[]): boolean =>
  ranges.findIndex(({ from, to }) => from === days.from && to === days.to) === index

const rowsIn = (reported: readonly ReportedRows[], ranges: readonly DayRange[]): number =>
  ranges
    .flatMap(({ from, to }) => reported.filter(({ day }) => from <= day && day <= to))
    .reduce((sum, { rows }) => sum + rows, 0)
