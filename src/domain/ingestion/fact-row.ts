import { type Day, type DayRange, daysOf } from '../calendar.ts'
import type { ColumnKind, ReportDefinition } from './catalogue.ts'

/** One row of Amazon's file, as it was parsed: ids are text already. */
export type FileRow = Readonly<Record<string, unknown>>

/** The day and then the report's columns in their order; money as exact decimal text. */
export type FactRow = readonly [day: Day, ...values: (string | number | null)[]]

/** A row that cannot be placed or counted: the file is not what was asked for. */
export class RowUnreadable extends Error {
  override readonly name = 'RowUnreadable'
}

/**
 * Facts are keyed by Amazon's own `date`: a row without it, or of a day that was not asked for, could not be
 * replaced by the next load of its day.
 *
 * @throws {RowUnreadable} also where a column is absent that was asked for: a figure that Amazon renamed must
 * never be taken for zero. `null` is Amazon's word for nothing.
 */
export function factRow({ columns }: ReportDefinition, days: DayRange, row: FileRow): FactRow {
  const day = row['date']
  if (!isDayOf(days, day)) {
    throw new RowUnreadable(`a row of ${JSON.stringify(day)} in a report of ${days.from} to ${days.to}`)
  }
  const values = new Array<Value>(columns.length + 1)
  values[0] = day
  let at = 0
  for (const { amazon, otherwise, kind, mayBeAbsent } of columns) {
    const value = row[amazon] ?? (otherwise && row[otherwise]) ?? row[amazon]
    if (value === undefined && kind !== 'text' && !mayBeAbsent)
      throw new RowUnreadable(`a row without ${amazon}`)
    at += 1
    values[at] = read(kind, value ?? null, amazon)
  }
  return values as [Day, ...Value[]]
}

const daysIn = new WeakMap<DayRange, ReadonlySet<unknown>>()

/** One of these days, as Amazon writes them: a text between two days may still be no day. */
function isDayOf(range: DayRange, day: unknown): day is Day {
  const known = daysIn.get(range) ?? new Set<unknown>(daysOf(range))
  daysIn.set(range, known)
  return known.has(day)
}

type Value = string | number | null

/** A switch and no table of functions, which would be looked up for each value of a million rows. */
function read(kind: ColumnKind, value: unknown, column: string): Value {
  switch (kind) {
    case 'key':
      // Part of what tells rows apart: never null.
      return value === null ? '' : String(value)
    case 'text':
      return value === null ? null : String(value)
    case 'count':
      return Number.isSafeInteger(value) ? (value as number) : countOf(value, column)
    case 'money':
      // Most are numbers of an everyday size, whose text is an amount for sure. The shortest text of a double is what Amazon
      // wrote: two decimals survive exactly.
      return typeof value === 'number' && Math.abs(value) < 1e21 ? String(value) : amountOf(value, column)
  }
}

function countOf(value: unknown, column: string): number {
  const number = value === null ? 0 : typeof value === 'string' && value.trim() ? Number(value) : value
  if (typeof number !== 'number' || !Number.isSafeInteger(number))
    throw new RowUnreadable(`${column} is no count: ${String(value)}`)
  return number
}

function amountOf(value: unknown, column: string): string {
  const text = value === null ? '0' : String(value)
  if (!/^-?\d+(\.\d+)?(e-?\d+)?$/i.test(text)) throw new RowUnreadable(`${column} is no amount: ${text}`)
  return text
}
