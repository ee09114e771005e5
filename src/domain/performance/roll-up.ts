import { addDays, type Day, type DayRange, monthOf, overlapOf } from '../calendar.ts'
import { definitionOf, type FactTable, type ReportType } from '../ingestion/catalogue.ts'
import { type Level, levelDefinitions, levels } from './level.ts'
import { countedDays } from './period.ts'

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
const fewRows = 5000

/**
 * Of the periods that are usual those that have more than a few rows. Any other days are added up when they are asked
 * for.
 * @param loaded the outer days, as the pages count their periods from them.
 */
export function rollUpsOf(reported: readonly ReportedRows[], loaded: DayRange): RollUp[] {
  const byTable = Map.groupBy(reported, ({ type }) => definitionOf(type).table)
  return levels.flatMap(level => {
    const own = byTable.get(factTableOf(level)) ?? []
    return usualDays(loaded)
      .filter(days => rowsIn(own, days) > fewRows)
      .map(days => ({ level, days }))
  })
}

/** Which tables list what is loaded into these facts. */
export const levelsFrom = (table: FactTable): readonly Level[] =>
  levels.filter(level => factTableOf(level) === table)

/** Campaigns are listed from their own roll-up, which has a row for each fact. */
export function factTableOf(level: Level): FactTable {
  const { table } = levelDefinitions[level]
  return table === 'campaign_day' ? 'campaign_fact' : table
}

/**
 * Those that a page shows by one click, the first of all pages first. Which month is this and which the last one depends
 * on the day that somebody looks; the two that end last are either, whenever that is.
 */
function usualDays(loaded: DayRange): DayRange[] {
  const month = monthOf(loaded.to)
  const asked = [
    ...countedDays.map(count => ({ from: addDays(loaded.to, 1 - count), to: loaded.to })),
    month,
    monthOf(addDays(month.from, -1)),
  ]
  const found = asked.flatMap(days => overlapOf(days, loaded) ?? [])
  return found.filter(
    (days, at) => found.findIndex(({ from, to }) => from === days.from && to === days.to) === at,
  )
}

const rowsIn = (reported: readonly ReportedRows[], { from, to }: DayRange): number =>
  reported.reduce((all, { day, rows }) => (from <= day && day <= to ? all + rows : all), 0)
