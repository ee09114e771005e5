export interface Measure {
  readonly name: string
  readonly unit: string
  readonly ours: number
  readonly reference: number
  readonly referenceName: string
  /** Set when a higher value is better. */
  readonly more?: 'better'
  /** Minimum {@link ratioOf} that the design requires; null when the result is only reported. */
  readonly target: number | null
}

/** Higher is always better: the reference divided by ours, or the inverse if a higher value is better. */
export const ratioOf = ({ ours, reference, more }: Measure): number =>
  more === 'better' ? ours / reference : reference / ours

export function median(values: readonly number[]): number {
  return quantile(values, 0.5)
}

/** Interpolates linearly, as PostgreSQL's `percentile_cont`. @throws {RangeError} without values. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((one, other) => one - other)
  const position = (sorted.length - 1) * share
  const [low, high] = [sorted[Math.floor(position)], sorted[Math.ceil(position)]]
  if (low === undefined || high === undefined) throw new RangeError('a quantile needs at least one value')
  return low + (high - low) * (position - Math.floor(position))
}

export function tableOf(measures: readonly Measure[]): string {
  const header = ['measure', 'ours', 'reference', 'reference name', 'ratio', 'target']
  const rows = measures.map(measure => {
    const { name, unit, ours, reference, referenceName, target } = measure
    const goal = target === null ? '' : `at least ${formatNumber(target)}`
    return [
      name,
      `${formatNumber(ours)} ${unit}`,
      `${formatNumber(reference)} ${unit}`,
      referenceName,
      formatNumber(ratioOf(measure)),
      goal,
    ]
  })
  return columns([header, ...rows])
}

/** One JSON object per line. */
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

/** Rounds to three significant digits, or to the whole number from 100 on. */
export const formatNumber = (value: number): string =>
  Math.abs(value) >= 100
    ? Math.round(value).toLocaleString('en-US')
    : value.toLocaleString('en-US', { maximumSignificantDigits: 3 })
