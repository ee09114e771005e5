/** What advertising is measured by, each by the name that stands in addresses. */
export const metricNames = [
  'spend',
  'sales',
  'acos',
  'roas',
  'orders',
  'impressions',
  'clicks',
  'ctr',
  'cpc',
] as const
export type MetricName = (typeof metricNames)[number]
