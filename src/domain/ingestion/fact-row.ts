import { type Day, type DayRange, daysOf } from '../calendar.ts'
import type { ColumnKind, ReportDefinition } from './catalogue.ts'

/** Parsed JSON with ids as text. */
export type FileRow = Readonly<Record<string, unknown>>

/** In the report's column order; money as exact decimal text. */
export type FactRow = readonly [day: Day, ...values: (string | number | null)[]]

export class InvalidRow extends Error {
  override readonly name = 'InvalidRow'
}

/** @throws {InvalidRow} also for a missing column: a renamed figure must never become zero. */
export function factRow({ columns }: ReportDefinition, days: DayRange, row: FileRow): FactRow {
  const day = row['date']
  if (!isDayOf(days, day)) {
    throw new InvalidRow(`a row for ${JSON.stringify(day)} in a report for ${days.from} to ${days.to}`)
  }
  const values = new Array<Value>(columns.length + 1)
  values[0] = day
  let at = 0
  for (const { amazon, fallback, kind, isOptional } of columns) {
    const value = row[amazon] ?? (fallback && row[fallback]) ?? row[amazon]
    if (value === undefined && kind !== 'text' && !isOptional) throw new InvalidRow(`a row without ${amazon}`)
    at += 1
    values[at] = read(kind, value ?? null, amazon)
  }
  return values as [Day, ...Value[]]
}

const daysIn = new WeakMap<DayRange, ReadonlySet<unknown>>()

/** A string comparison would accept text that isn't a day. */
function isDayOf(range: DayRange, day: unknown): day is Day {
  const known = daysIn.get(range) ?? new Set<unknown>(daysOf(range))
  daysIn.set(range, known)
  return known.has(day)
}

type Value = string | number | null

/** A switch is faster than a lookup, for a million rows. */
function read(kind: ColumnKind, value: unknown, column: string): Value {
  switch (kind) {
    case 'key':
      // Primary key: never null.
      return value === null ? '' : String(value)
    case 'text':
      return value === null ? null : String(value)
    case 'count':
      return Number.isSafeInteger(value) ? (value as number) : countOf(value, column)
    case 'money':
      // Below 1e21, a double's shortest text is the amount that Amazon wrote.
      return typeof value === 'number' && Math.abs(value) < 1e21 ? String(value) : amountOf(value, column)
  }
}

function countOf(value: unknown, column: string): number {
  const number = value === null ? 0 : typeof value === 'string' && value.trim() ? Number(value) : value
  if (typeof number !== 'number' || !Number.isSafeInteger(number))
    throw new InvalidRow(`${column} is not a count: ${String(value)}`)
  return number
}

function amountOf(value: unknown, column: string): string {
  const text = value === null ? '0' : String(value)
  if (!/^-?\d+(\.\d+)?(e-?\d+)?$/i.test(text)) throw new InvalidRow(`${column} is not an amount: ${text}`)
  return text
}
