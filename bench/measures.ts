/** One figure beside what it is held against. */
export interface Measure {
  readonly name: string
  readonly unit: string
  readonly ours: number
  readonly reference: number
  readonly referenceName: string
  /** A share of what is right: the more, the better. */
  readonly more?: 'better'
  /** What the design asks of {@link ratioOf}; null where a figure is only told. */
  readonly target: number | null
}

/** The more, the better for us, whatever the unit: as a rule the reference divided by ours. */
export const ratioOf = ({ ours, reference, more }: Measure): number =>
  more === 'better' ? ours / reference : reference / ours

export function median(values: readonly number[]): number {
  return quantile(values, 0.5)
}

/** Between two values in proportion, as `percentile_cont` of PostgreSQL. @throws {RangeError} of no values. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((one, other) => one - other)
  const position = (sorted.length - 1) * share
  const [low, high] = [sorted[Math.floor(position)], sorted[Math.ceil(position)]]
  if (low === undefined || high === undefined) throw new RangeError('no values, no quantile')
  return low + (high - low) * (position - Math.floor(position))
}

/** For people. */
export function tableOf(measures: readonly Measure[]): string {
  const head = ['measure', 'ours', 'reference', 'is', 'ratio', 'target']
  const rows = measures.map(measure => {
    const { name, unit, ours, reference, referenceName, target } = measure
    const goal = target === null ? '' : `at least ${rounded(target)}`
    return [
      name,
      `${rounded(ours)} ${unit}`,
      `${rounded(reference)} ${unit}`,
      referenceName,
      rounded(ratioOf(measure)),
      goal,
    ]
  })
  return columns([head, ...rows])
}

/** For machines: one JSON object a line (design §6). */
export function linesOf(measures: readonly Measure[]): string {
  return measures
    .map(measure => {
      const { name, unit, ours, reference, referenceName, more } = measure
      return JSON.stringify({ name, unit, ours, reference, referenceName, more, ratio: ratioOf(measure) })
    })
    .join('\n')
}

export function columns(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map(row => row[column]?.length ?? 0))) ?? []
  return rows
    .map(row =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

/** Three digits that count, and never less than the whole number. */
export const rounded = (value: number): string =>
  Math.abs(value) >= 100
    ? Math.round(value).toLocaleString('en-US')
    : value.toLocaleString('en-US', { maximumSignificantDigits: 3 })
