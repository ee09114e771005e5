import type { AdProduct } from '../../figures/campaigns.ts'

export type Grain = 'campaign' | 'adGroup' | 'ad' | 'target' | 'term' | 'purchase'

export interface GroupBy {
  readonly columns: readonly string[]
  readonly filters: Readonly<Record<string, readonly string[]>>
}

/** Limits by Amazon's report-type pages. */
export interface ReportType {
  readonly adProduct: AdProduct
  readonly grain: Grain
  readonly maxRangeDays: number
  readonly retentionDays: number
  readonly columns: readonly string[]
  readonly groupBys: Readonly<Record<string, GroupBy>>
}

export type GroupBys = Readonly<Record<string, GroupBy>>

export function by(columns: readonly string[], filters: GroupBy['filters']): GroupBy {
  return { columns, filters }
}

export function sp(
  grain: Grain,
  retentionDays: number,
  columns: readonly string[],
  groupBys: GroupBys,
): ReportType {
  return { adProduct: 'SPONSORED_PRODUCTS', grain, maxRangeDays: 31, retentionDays, columns, groupBys }
}

export function sb(grain: Grain, columns: readonly string[], groupBys: GroupBys): ReportType {
  return { adProduct: 'SPONSORED_BRANDS', grain, maxRangeDays: 31, retentionDays: 60, columns, groupBys }
}

export function sd(grain: Grain, columns: readonly string[], groupBys: GroupBys): ReportType {
  return { adProduct: 'SPONSORED_DISPLAY', grain, maxRangeDays: 31, retentionDays: 65, columns, groupBys }
}

/**
 * `date` is allowed only with DAILY, `startDate` and `endDate` only with SUMMARY, the share of top-of-search impressions
 * only for campaigns as a whole.
 */
export function allowedColumns(
  type: ReportType,
  groupBy: readonly string[],
  timeUnit: string,
): readonly string[] {
  const all = new Set([...type.columns, ...groupBy.flatMap(name => type.groupBys[name]?.columns ?? [])])
  for (const forbidden of timeUnit === 'DAILY' ? ['startDate', 'endDate'] : ['date']) all.delete(forbidden)
  if (groupBy.length > 1) all.delete('topOfSearchImpressionShare')
  return [...all]
}
