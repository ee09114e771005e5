import { type Static, type TOptional, type TString, Type } from 'typebox'
import {
  type Level,
  levelDefinitions,
  type MetricFilter,
  type PageCursor,
  type RowFilter,
  type Sorting,
} from '../../../../domain/performance/level.ts'
import { type MetricName, metricNames } from '../../../../domain/performance/metric.ts'
import type { QueryParameters } from '../../kit/url-query.ts'
import { metrics, tableMetrics } from './metrics.ts'
import { periodParameters, periodQuery } from './period-query.ts'

/** May be blank. */
const AnyNumber = Type.Optional(Type.String({ pattern: '^(\\d{1,12}(\\.\\d{0,6})?)?$' }))
const AnyId = Type.Optional(Type.String({ pattern: '^[0-9A-Za-z_-]{0,60}$' }))

export const sides = ['least', 'most'] as const
type BoundName = `${(typeof sides)[number]}_${MetricName}`
const boundName = (side: MetricFilter['side'], metric: MetricName): BoundName => `${side}_${metric}`

const bounds = Object.fromEntries(
  sides.flatMap(side => metricNames.map(metric => [boundName(side, metric), AnyNumber])),
) as Record<BoundName, TOptional<TString>>

/** S-28. */
export const TableQuery = Type.Object({
  account: Type.Optional(Type.String({ maxLength: 100 })),
  period: periodQuery.period,
  from: periodQuery.from,
  to: periodQuery.to,
  count: periodQuery.count,
  sort: Type.Optional(Type.Enum([...metricNames])),
  order: Type.Optional(Type.Enum(['descending', 'ascending'])),
  /** Part of a name. */
  q: Type.Optional(Type.String({ maxLength: 200 })),
  ...bounds,
  wasted: Type.Optional(Type.Enum(['', 'yes'])),
  campaign: AnyId,
  group: AnyId,
  column: Type.Optional(Type.Array(Type.Enum([...metricNames]), { maxItems: metricNames.length })),
  after: Type.Optional(Type.String({ pattern: '^[0-9A-Za-z_-]{0,4000}$' })),
})
export type TableQuery = Static<typeof TableQuery>

class InvalidAddress extends Error {
  readonly statusCode = 400
}

export const sortingIn = ({ sort = 'spend', order = 'descending' }: TableQuery): Sorting => ({
  by: sort,
  order,
})

/** All if none was chosen. */
export const columnsIn = ({ column = [] }: TableQuery): readonly MetricName[] =>
  column.length > 0 ? tableMetrics.filter(name => column.includes(name)) : tableMetrics

export const filterIn = (query: TableQuery): RowFilter => ({
  // PostgreSQL text can't hold NUL.
  text: (query.q ?? '').replace(/\p{Cc}+/gu, ' ').trim(),
  campaignId: query.campaign || null,
  adGroupId: query.group || null,
  bounds: tableMetrics.flatMap(metric =>
    sides.flatMap(side => {
      const typed = query[boundName(side, metric)]
      return typed ? [{ metric, side, value: toDecimal(typed, metric) }] : []
    }),
  ),
  isWastedSpend: query.wasted === 'yes',
})

/** Moves a percentage's decimal point: exact. */
function toDecimal(typed: string, metric: MetricName): string {
  if (metrics[metric].unit !== 'percent') return typed.replace(/\.$/, '')
  const [whole = '', fraction = ''] = typed.split('.')
  const digits = whole.padStart(3, '0')
  return `${digits.slice(0, -2)}.${digits.slice(-2)}${fraction}`
}

export const hasRedundantParameters = (query: TableQuery): boolean =>
  Object.values(query).includes('') || query.column?.length === tableMetrics.length

/** Omits the cursor. */
export const selectionIn = (query: TableQuery): QueryParameters => ({
  account: query.account,
  ...periodParameters(query),
  sort: query.sort,
  order: query.order,
  campaign: query.campaign,
  group: query.group,
  ...typedFilters(query),
  column: query.column?.length === tableMetrics.length ? undefined : query.column,
})

/** Without campaign and ad group. */
export const typedFilters = (query: TableQuery): QueryParameters => ({
  q: query.q,
  wasted: query.wasted,
  ...typedBounds(query),
})

export const typedBounds = (query: TableQuery): Readonly<Partial<Record<BoundName, string>>> =>
  Object.fromEntries(
    Object.keys(bounds).flatMap(name => {
      const typed = query[name as BoundName]
      return typed ? [[name, typed]] : []
    }),
  )

export const encodeCursor = ({ value, cost, adProduct, keys }: PageCursor): string =>
  Buffer.from(JSON.stringify([value, cost, adProduct, ...keys])).toString('base64url')

/** @throws {InvalidAddress} for a malformed cursor or one of another level. */
export function decodeCursor(text: string | undefined, level: Level): PageCursor | null {
  if (!text) return null
  const [value, cost, adProduct, ...keys] = partsOf(text)
  const isDecimal = (part: unknown): part is string =>
    typeof part === 'string' && /^-?\d{1,40}(\.\d{1,60})?$/.test(part)
  const isValue = (part: unknown): part is string | null => part === null || isDecimal(part)
  const isKey = (key: unknown): key is string => typeof key === 'string' && !key.includes('\u0000')
  if (
    !isValue(value) ||
    !isDecimal(cost) ||
    !isKey(adProduct) ||
    !keys.every(isKey) ||
    keys.length !== levelDefinitions[level].keys.length
  )
    throw new InvalidAddress('invalid cursor')
  return { value, cost, adProduct, keys }
}

function partsOf(text: string): unknown[] {
  try {
    const parts: unknown = JSON.parse(Buffer.from(text, 'base64url').toString())
    return Array.isArray(parts) ? parts : []
  } catch {
    return []
  }
}
