import type { AdProduct } from '../figures/campaigns.ts'

/** What a row of a report is about when it is grouped in the report type's first way. */
export type Grain = 'campaign' | 'adGroup' | 'ad' | 'target' | 'term' | 'purchase'

export interface GroupBy {
  readonly columns: readonly string[]
  readonly filters: Readonly<Record<string, readonly string[]>>
}

/** A report type and its limits (facts §3.4 and §3.5; Amazon's report-type pages). */
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

/** The columns that a request may name (facts §3.3: `date` with DAILY, the two others with SUMMARY). */
export function allowedColumns(
  type: ReportType,
  groupBy: readonly string[],
  timeUnit: string,
): readonly string[] {
  const all = new Set([...type.columns, ...groupBy.flatMap(name => type.groupBys[name]?.columns ?? [])])
  for (const forbidden of timeUnit === 'DAILY' ? ['startDate', 'endDate'] : ['date']) all.delete(forbidden)
  return [...all]
}
