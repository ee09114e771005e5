import type { Dashboard } from '../../../../application/performance/get-dashboard.ts'
import { isWeekend } from '../../../../domain/calendar.ts'
import { type Kpis, kpisOf } from '../../../../domain/performance/figures.ts'
import { type MetricName, metricNames } from '../../../../domain/performance/metric.ts'
import { formatDay, formatDayShort } from '../../kit/formats.ts'
import type { DailyChart } from '../page-models/performance.ts'
import { metrics, shortText, tableMetrics } from './metrics.ts'

/** View box units. */
const width = 720
const top = 20
const bottom = 192
/** Share of a day's width. */
const columnShare = 0.7

export interface ChartedMetrics {
  readonly columns: MetricName
  readonly line: MetricName
}

export function dailyChart(
  { daily, provisionalFrom }: Pick<Dashboard, 'daily' | 'provisionalFrom'>,
  charted: ChartedMetrics,
  currency: string,
): DailyChart | null {
  const [columns, line] = [metrics[charted.columns], metrics[charted.line]]
  const days = daily.map(totals => ({ day: totals.day, kpis: kpisOf(totals) }))
  const columnValues = days.map(({ kpis }) => columns.value(kpis))
  const lineValues = days.map(({ kpis }) => line.value(kpis))
  if (maxOf(columnValues) === 0 && maxOf(lineValues) === 0) return null

  const hasSharedScale = columns.unit === line.unit
  const columnCeiling = niceCeiling(maxOf(hasSharedScale ? [...columnValues, ...lineValues] : columnValues))
  const lineCeiling = hasSharedScale ? columnCeiling : niceCeiling(maxOf(lineValues))
  const slot = width / days.length
  const y = (value: number, ceiling: number) => roundToTenth(bottom - (value / ceiling) * (bottom - top))
  const middle = (index: number) => roundToTenth((index + 0.5) * slot)
  const ticks = (ceiling: number, unit: typeof columns.unit) =>
    [0.5, 1].map(part => ({
      y: y(ceiling * part, ceiling),
      label: shortText[unit](ceiling * part, currency),
    }))
  const tickInterval = Math.ceil(days.length / 35) * 7
  const points = lineValues.flatMap((value, index) =>
    value === null ? [] : [{ index, x: middle(index), y: y(value, lineCeiling) }],
  )
  const dayTexts = days.map(({ day, kpis }) => ({
    day: formatDay(day),
    isProvisional: day >= provisionalFrom,
    text: textsOf(kpis, currency),
  }))
  return {
    title: `${columns.label} and ${lowercaseUnlessAcronym(line.label)}, day by day`,
    columnsName: columns.label,
    lineName: line.label,
    columns: columnValues.map((value, index) => {
      const { day } = days[index] as (typeof days)[number]
      return {
        x: roundToTenth(index * slot + (slot * (1 - columnShare)) / 2),
        y: y(value ?? 0, columnCeiling),
        width: roundToTenth(slot * columnShare),
        height: roundToTenth(bottom - y(value ?? 0, columnCeiling)),
        isWeekend: isWeekend(day),
        isProvisional: day >= provisionalFrom,
        label: labelOf(dayTexts[index] as (typeof dayTexts)[number], charted),
      }
    }),
    points: points.map(({ x, y }) => ({ x, y })),
    // A day without a value is a gap, not a zero.
    line: points
      .map(
        ({ index, x, y }, pointIndex) =>
          `${points[pointIndex - 1]?.index === index - 1 ? 'L' : 'M'}${x} ${y}`,
      )
      .join(''),
    yTicks: ticks(columnCeiling, columns.unit),
    lineTicks: hasSharedScale ? [] : ticks(lineCeiling, line.unit),
    xTicks: days.flatMap(({ day }, index) =>
      index % tickInterval === 0 ? [{ x: middle(index), label: formatDayShort(day) }] : [],
    ),
    rows: dayTexts.map(({ text, ...row }) => ({ ...row, figures: tableMetrics.map(name => text[name]) })),
    tableHeads: tableMetrics.map(name => metrics[name].label),
    choices: metricNames.map(name => ({
      name,
      label: metrics[name].label,
      isColumns: name === charted.columns,
      isLine: name === charted.line,
    })),
  }
}

type Text = Readonly<Record<MetricName, string>>

const textsOf = (kpis: Kpis, currency: string): Text =>
  Object.fromEntries(metricNames.map(name => [name, metrics[name].text(kpis, currency)])) as Text

const labelOf = (
  {
    day,
    isProvisional,
    text,
  }: { readonly day: string; readonly isProvisional: boolean; readonly text: Text },
  { columns, line }: ChartedMetrics,
): string =>
  `${day}: ${metrics[columns].label} ${text[columns]}, ${metrics[line].label} ${text[line]}${isProvisional ? '; not final yet' : ''}`

/** SVG path data, 100 × 24; null when there is nothing to draw. */
export function sparkline(daily: Dashboard['daily'], name: MetricName): string | null {
  const values = daily.map(totals => metrics[name].value(kpisOf(totals)))
  const ceiling = maxOf(values)
  if (ceiling === 0 || values.length < 2) return null
  const step = 100 / (values.length - 1)
  return values
    .map((value, index) =>
      value === null
        ? ''
        : `${(values[index - 1] ?? null) === null ? 'M' : 'L'}${roundToTenth(index * step)} ${roundToTenth(22 - (value / ceiling) * 20)}`,
    )
    .join('')
}

const maxOf = (values: readonly (number | null)[]): number => Math.max(0, ...values.map(value => value ?? 0))

export const roundToTenth = (value: number): number => Math.round(value * 10) / 10

const lowercaseUnlessAcronym = (label: string): string =>
  /^[A-Z]{2}/.test(label) ? label : label.toLowerCase()

function niceCeiling(value: number): number {
  if (value === 0) return 1
  const power = 10 ** Math.floor(Math.log10(value))
  const step = [1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10].find(factor => factor * power >= value) ?? 10
  return step * power
}
