/** As in URLs. */
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
