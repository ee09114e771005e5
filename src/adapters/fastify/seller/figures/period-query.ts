import { type Static, Type } from 'typebox'
import type { Day, DayRange } from '../../../../domain/calendar.ts'
import type { Counting } from '../../../../domain/performance/counting.ts'
import { metricNames } from '../../../../domain/performance/metric.ts'
import { type PeriodChoice, type Preset, presets } from '../../../../domain/performance/period.ts'
import { hiddenFields, type QueryParameters, urlWithQuery } from '../../kit/url-query.ts'
import type { PeriodControls } from '../page-models/performance.ts'
import type { ChartedMetrics } from './daily-chart.ts'

/** `''` when blank. */
const OptionalDay = Type.Union([
  Type.Literal(''),
  Type.String({ format: 'date', pattern: '^2\\d{3}-\\d\\d-\\d\\d$' }),
])

/** S-28. */
export const periodQuery = {
  period: Type.Optional(Type.Enum([...presets])),
  from: Type.Optional(OptionalDay),
  to: Type.Optional(OptionalDay),
  columns: Type.Optional(Type.Enum([...metricNames])),
  line: Type.Optional(Type.Enum([...metricNames])),
  /** Absent: as in Amazon's console. */
  count: Type.Optional(Type.Literal('clicks')),
}
const PeriodQuery = Type.Object(periodQuery)
export type PeriodQuery = Static<typeof PeriodQuery>

const defaultPreset: Preset = '30d'

export const periodParameters = ({ period, from, to, count }: PeriodQuery): QueryParameters => ({
  period,
  from,
  to,
  count,
})

export const parseCounting = ({ count }: PeriodQuery): Counting => count ?? 'console'

/** Days take precedence; a reversed range is swapped. */
export function parsePeriodChoice({ period, from, to }: PeriodQuery): PeriodChoice {
  const [first, last] = [from || to, to || from].sort() as [Day | undefined, Day | undefined]
  return first && last ? { days: { from: first, to: last } } : { preset: period ?? defaultPreset }
}

export const parseChartedMetrics = ({ columns = 'spend', line = 'sales' }: PeriodQuery): ChartedMetrics => ({
  columns,
  line,
})

const labels: Readonly<Record<Preset, string>> = {
  '7d': '7 days',
  '14d': '14 days',
  '30d': '30 days',
  this_month: 'This month',
  last_month: 'Last month',
}

const countingNames: Readonly<Record<Counting, string>> = {
  console: 'As in Amazon’s console',
  clicks: 'Clicks only',
}

export function periodControls(
  query: PeriodQuery,
  others: QueryParameters,
  {
    loaded,
    shown,
    path,
  }: { readonly loaded: DayRange | null; readonly shown: DayRange | null; readonly path: string },
): PeriodControls {
  const choice = parsePeriodChoice(query)
  const days = 'days' in choice ? choice.days : null
  const period = 'preset' in choice ? { period: choice.preset } : choice.days
  return {
    path,
    presets: presets.map(preset => ({
      label: labels[preset],
      href: urlWithQuery(path, { ...others, period: preset }),
      isCurrent: 'preset' in choice && choice.preset === preset,
    })),
    from: days?.from ?? shown?.from ?? loaded?.from ?? '',
    to: days?.to ?? shown?.to ?? loaded?.to ?? '',
    isCustom: days !== null,
    firstLoaded: loaded?.from ?? '',
    lastLoaded: loaded?.to ?? '',
    hiddenFields: hiddenFields(others),
    chartHiddenFields: hiddenFields({ account: others['account'], ...period, count: query.count }),
    countings: (['console', 'clicks'] as const).map(counting => ({
      label: countingNames[counting],
      href: urlWithQuery(path, {
        ...others,
        ...periodParameters(query),
        count: counting === 'clicks' ? counting : undefined,
      }),
      isCurrent: parseCounting(query) === counting,
    })),
  }
}
