import { type Day, type DayRange, hours } from '../calendar.ts'
import { definitionOf, type FactTable, type ReportType, reportCatalogue } from '../ingestion/catalogue.ts'
import { type Level, levelDefinitions, levels } from './level.ts'
import { type Period, type Preset, periodOf } from './period.ts'

/** A table that is added up once, ahead of the people who open it. */
export interface RollUp {
  readonly level: Level
  readonly days: DayRange
}

/** How many rows a report brought for a day. */
export interface ReportedRows {
  readonly type: ReportType
  readonly day: Day
  readonly rows: number
}

/** So many are added up while a page is opened, within ten milliseconds: a roll-up would be written for nothing. */
export const fewRows = 5000

/** Days that somebody has chosen are sorted and turned for a while, and not looked at again for long. */
export const askedKept = hours(24)
/** Each is as large as a usual one. */
export const askedAtMost = 5

/**
 * Of the periods that are usual those that have more than a few rows. Any other days are added up when they are first
 * asked for. Campaigns are set against the days before, and are rolled up for both or for neither.
 * @param loaded the outer days, as the pages count their periods from them.
 */
export function rollUpsOf(reported: readonly ReportedRows[], loaded: DayRange): RollUp[] {
  const byTable = Map.groupBy(reported, ({ type }) => definitionOf(type).table)
  return levels.flatMap(level => {
    const own = byTable.get(factTableOf(level)) ?? []
    const read = ({ days, before }: Period) =>
      level === 'campaigns' && before.from >= loaded.from ? [days, before] : [days]
    return usualPeriods(loaded)
      .filter(period => rowsIn(own, read(period)) > fewRows)
      .flatMap(read)
      .filter(isFirstOfItsKind)
      .map(days => ({ level, days }))
  })
}

/** The reports that a table is added up from. */
export const reportTypesOf = (level: Level): readonly ReportType[] =>
  reportCatalogue.filter(({ table }) => table === factTableOf(level)).map(({ type }) => type)

/** Which tables list what is loaded into these facts. */
export const levelsFrom = (table: FactTable): readonly Level[] =>
  levels.filter(level => factTableOf(level) === table)

/** Campaigns are listed from their own roll-up, which has a row for each fact. */
export function factTableOf(level: Level): FactTable {
  const { table } = levelDefinitions[level]
  return table === 'campaign_day' ? 'campaign_fact' : table
}

/** Those that a page shows by one click, the one that pages open with first. */
const byUse: readonly Preset[] = ['30d', '14d', '7d', 'this_month', 'last_month']

/**
 * Which month is this and which the last one depends
 * on the day that somebody looks; the two that end last are either, whenever that is.
 */
const usualPeriods = (loaded: DayRange): Period[] =>
  byUse.flatMap(preset => periodOf({ preset }, loaded, loaded.to) ?? [])

const isFirstOfItsKind = (days: DayRange, at: number, all: readonly DayRange[]): boolean =>
  all.findIndex(({ from, to }) => from === days.from && to === days.to) === at

const rowsIn = (reported: readonly ReportedRows[], ranges: readonly DayRange[]): number =>
  ranges
    .flatMap(({ from, to }) => reported.filter(({ day }) => from <= day && day <= to))
    .reduce((all, { rows }) => all + rows, 0)
