import { divideDecimals } from '../../../../domain/decimal-sum.ts'
import type { Kpis, Totals } from '../../../../domain/performance/figures.ts'
import type { MetricName } from '../../../../domain/performance/metric.ts'
import {
  formatCount,
  formatCountShort,
  formatMoney,
  formatMoneyShort,
  formatMultiple,
  formatRatio,
  formatRatioShort,
} from '../../kit/formats.ts'

export interface Metric {
  readonly label: string
  readonly definition: string
  readonly unit: 'money' | 'count' | 'percent' | 'multiple'
  /** Null when the divisor is zero. */
  readonly value: (kpis: Kpis) => number | null
  /** Exact, never from a double. */
  readonly text: (totals: Totals, currency: string) => string
  /** Null when neutral. */
  readonly isHigherBetter: boolean | null
}

export const metrics: Readonly<Record<MetricName, Metric>> = {
  spend: {
    label: 'Spend',
    definition: 'What your ads cost, as Amazon reports it.',
    unit: 'money',
    value: ({ cost }) => Number(cost),
    text: ({ cost }, currency) => formatMoney(cost, currency),
    isHigherBetter: null,
  },
  sales: {
    label: 'Sales',
    definition: 'Sales that Amazon credits to your ads. The notes on this page say which count.',
    unit: 'money',
    value: ({ sales }) => Number(sales),
    text: ({ sales }, currency) => formatMoney(sales, currency),
    isHigherBetter: true,
  },
  acos: {
    label: 'ACOS',
    definition: 'Spend divided by sales. Lower is better.',
    unit: 'percent',
    value: ({ acos }) => acos,
    text: ({ cost, sales }) => formatRatio(divideDecimals(cost, sales)),
    isHigherBetter: false,
  },
  roas: {
    label: 'ROAS',
    definition: 'Sales divided by spend: what each unit of spend brings in.',
    unit: 'multiple',
    value: ({ roas }) => roas,
    text: ({ cost, sales }) => formatMultiple(divideDecimals(sales, cost)),
    isHigherBetter: true,
  },
  orders: {
    label: 'Orders',
    definition: 'Orders that Amazon credits to your ads, counted like sales.',
    unit: 'count',
    value: ({ orders }) => orders,
    text: ({ orders }) => formatCount(orders),
    isHigherBetter: true,
  },
  impressions: {
    label: 'Impressions',
    definition: 'How often your ads were shown.',
    unit: 'count',
    value: ({ impressions }) => impressions,
    text: ({ impressions }) => formatCount(impressions),
    isHigherBetter: true,
  },
  clicks: {
    label: 'Clicks',
    definition: 'Clicks on your ads, excluding invalid ones.',
    unit: 'count',
    value: ({ clicks }) => clicks,
    text: ({ clicks }) => formatCount(clicks),
    isHigherBetter: true,
  },
  ctr: {
    label: 'CTR',
    definition: 'Clicks divided by impressions.',
    unit: 'percent',
    value: ({ ctr }) => ctr,
    text: ({ clicks, impressions }) => formatRatio(divideDecimals(String(clicks), String(impressions))),
    isHigherBetter: true,
  },
  cpc: {
    label: 'CPC',
    definition: 'Spend divided by clicks: what a click costs.',
    unit: 'money',
    value: ({ cpc }) => cpc,
    text: ({ cost, clicks }, currency) => formatMoney(divideDecimals(cost, String(clicks)), currency),
    isHigherBetter: false,
  },
}

/** `$2.5K`, `1.2K`, `25%`, `3` */
export const shortText: Readonly<Record<Metric['unit'], (value: number, currency: string) => string>> = {
  money: formatMoneyShort,
  count: formatCountShort,
  percent: formatRatioShort,
  multiple: formatCountShort,
}

export const tableMetrics = [
  'spend',
  'sales',
  'acos',
  'roas',
  'orders',
  'clicks',
  'cpc',
  'impressions',
  'ctr',
] as const satisfies readonly MetricName[]
