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
export function toFactRow({ columns }: ReportDefinition, days: DayRange, row: FileRow): FactRow {
  const day = row['date']
  if (!isDayOf(days, day)) {
    throw new InvalidRow(`a row for ${JSON.stringify(day)} in a report for ${days.from} to ${days.to}`)
  }
  const values = new Array<Value>(columns.length + 1)
  values[0] = day
  let index = 0
  for (const { amazonName, fallback, kind, isOptional, neverNull } of columns) {
    const value = row[amazonName] ?? (fallback && row[fallback]) ?? row[amazonName]
    const isMissing = value === undefined ? kind !== 'text' && !isOptional : value === null && neverNull
    if (isMissing) throw new InvalidRow(`a row without ${amazonName}`)
    index += 1
    values[index] = parseValue(kind, value ?? null, amazonName)
  }
  return values as [Day, ...Value[]]
}

/** Also the most that a small file may lose: one unreadable row of ten would be a tenth of its figures. */
const maxSetAsideShare = 0.01

/** Reads one file, batch by batch. Unreadable rows are set aside, so that they don't cost the seller the rest. */
export class RowReader {
  readonly #definition: ReportDefinition
  readonly #days: DayRange
  #rows = 0
  #setAside = 0
  #example = ''

  constructor(definition: ReportDefinition, days: DayRange) {
    this.#definition = definition
    this.#days = days
  }

  get setAside(): number {
    return this.#setAside
  }

  read(batch: readonly FileRow[]): FactRow[] {
    const facts: FactRow[] = []
    for (const row of batch) {
      this.#rows += 1
      try {
        facts.push(toFactRow(this.#definition, this.#days, row))
      } catch (error) {
        if (!(error instanceof InvalidRow)) throw error
        this.#setAside += 1
        this.#example ||= error.message
      }
    }
    return facts
  }

  /**
   * Call after the last batch.
   * @throws {InvalidRow} when the file lacks too much to be shown.
   */
  finish(): void {
    if (this.#setAside > this.#rows * maxSetAsideShare)
      throw new InvalidRow(`${this.#setAside} of ${this.#rows} rows unreadable, such as ${this.#example}`)
  }
}

const daysIn = new WeakMap<DayRange, ReadonlySet<unknown>>()

/** A string comparison would accept text that isn't a day. */
function isDayOf(range: DayRange, day: unknown): day is Day {
  const knownDays = daysIn.get(range) ?? new Set<unknown>(daysOf(range))
  daysIn.set(range, knownDays)
  return knownDays.has(day)
}

type Value = string | number | null

/** A switch is faster than a lookup, for a million rows. */
function parseValue(kind: ColumnKind, value: unknown, column: string): Value {
  switch (kind) {
    case 'key':
      // Primary key: never null.
      return value === null ? '' : String(value)
    case 'text':
      return value === null ? null : String(value)
    case 'count':
      return Number.isSafeInteger(value) ? (value as number) : parseCount(value, column)
    case 'money':
      // Below 1e21, a double's shortest text is the amount that Amazon wrote.
      return typeof value === 'number' && Math.abs(value) < 1e21 ? String(value) : parseAmount(value, column)
  }
}

function parseCount(value: unknown, column: string): number {
  const number = value === null ? 0 : typeof value === 'string' && value.trim() ? Number(value) : value
  if (typeof number !== 'number' || !Number.isSafeInteger(number))
    throw new InvalidRow(`${column} is not a count: ${String(value)}`)
  return number
}

function parseAmount(value: unknown, column: string): string {
  const text = value === null ? '0' : String(value)
  if (!/^-?\d+(\.\d+)?(e-?\d+)?$/i.test(text)) throw new InvalidRow(`${column} is not an amount: ${text}`)
  return text
}
