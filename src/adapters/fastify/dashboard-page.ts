import type { Loading } from '../../application/ingestion/index.ts'
import type { Dashboard, ProductFigures } from '../../application/performance/index.ts'
import type { Mover } from '../../application/performance/ports.ts'
import type { DayRange } from '../../domain/calendar.ts'
import type { HeldConnection } from '../../domain/connection/connection.ts'
import { DecimalSum, quotientOf } from '../../domain/decimal-sum.ts'
import { adProductNames, definitionOf } from '../../domain/ingestion/catalogue.ts'
import { failureSentences } from '../../domain/ingestion/trouble.ts'
import { changeFrom, type Kpis } from '../../domain/performance/figures.ts'
import { type MetricName, metricNames } from '../../domain/performance/metric.ts'
import { addressOf, type Kept } from './address.ts'
import { type ChartedMetrics, dailyChart, sparkline } from './daily-chart.ts'
import {
  formatChange,
  formatDate,
  formatDays,
  formatMoment,
  formatMoney,
  formatShare,
  formatTime,
  formatTimezone,
} from './formats.ts'
import { metrics } from './metrics.ts'
import type {
  CampaignRow,
  DashboardPage,
  KpiTile,
  MoverRow,
  OtherDaysPage,
  PeriodControls,
  ProductRow,
} from './page-models/performance.ts'
import type { Shell } from './page-models/shell.ts'
import { accountLabel } from './shell.ts'
import { levelLinks } from './table-page.ts'
import { statusWords } from './table-words.ts'

export function dashboardPage(
  shell: Shell,
  {
    connection,
    dashboard,
    charted,
    kept,
    controls,
    loading,
  }: {
    readonly connection: HeldConnection
    readonly dashboard: Dashboard
    readonly charted: ChartedMetrics
    readonly kept: Kept
    readonly controls: PeriodControls
    readonly loading: Loading
  },
): DashboardPage {
  const { currency, timezone } = connection.profile
  const { days, daysBefore, now } = dashboard
  const { stage, reports } = loading.progress
  return {
    ...shell,
    account: accountLabel(connection.profile),
    connectionId: connection.id,
    period: {
      label: formatDays(days.from, days.to),
      before: daysBefore && formatDays(daysBefore.from, daysBefore.to),
      timezone: formatTimezone(timezone),
      currency,
    },
    levels: levelLinks(null, kept),
    controls,
    tiles: tilesOf(dashboard, currency),
    chart: dailyChart(dashboard, charted, currency),
    productHeads: productMetrics.map(name => metrics[name].label),
    products: dashboard.products.map(product => productRow(product, now, currency)),
    movers: moversOf(dashboard, kept, currency),
    campaignsHref: addressOf('/dashboard/ads/campaigns', kept),
    campaigns: dashboard.campaigns.map(campaign => campaignRow(campaign, kept, currency)),
    campaignCount: dashboard.campaignCount,
    footnotes,
    loading: stage === 'ready' || stage === 'failed' ? null : reports,
    failedReports: loading.settled.flatMap(report =>
      report.status === 'failed'
        ? [{ name: definitionOf(report.type).name, sentence: failureSentences[report.reason.trouble] }]
        : [],
    ),
    updated: `updated ${updatedAt(loading)}`,
    reconciled: reconciledAt(loading),
    figuresDiffer: (loading.reconciled?.differences ?? 0) > 0,
  }
}

export const otherDaysPage = (
  shell: Shell,
  its: { readonly connection: HeldConnection; readonly controls: PeriodControls; readonly loaded: DayRange },
): OtherDaysPage => ({
  ...shell,
  account: accountLabel(its.connection.profile),
  controls: its.controls,
  loaded: formatDays(its.loaded.from, its.loaded.to),
})

const footnotes = [
  'Sales and orders count within 7 days of the click for Sponsored Products. For Sponsored Brands and Display, within 14 days.',
  'Figures for recent days aren’t final. Amazon may correct them over the next few weeks.',
  'Amazon’s reports omit legacy Sponsored Brands campaigns. Totals can be lower than in Amazon’s console.',
]

const updatedAt = ({ lastLoadedAt }: Loading): string =>
  lastLoadedAt ? formatMoment(lastLoadedAt) : 'just now'

/** Omits the day when it is that of the load, shown before it. Null while figures mismatch. */
function reconciledAt({ reconciled, lastLoadedAt }: Loading): string | null {
  if (!reconciled || reconciled.differences > 0) return null
  const { checkedAt } = reconciled
  const isSameDay = lastLoadedAt && formatDate(checkedAt) === formatDate(lastLoadedAt)
  return `Checked against Amazon’s reports at ${isSameDay ? formatTime(checkedAt) : formatMoment(checkedAt)}`
}

function tilesOf({ now, before, daily }: Dashboard, currency: string): KpiTile[] {
  return metricNames.map(name => {
    const { label, definition, value, words, moreIsBetter } = metrics[name]
    const change = changeFrom(before && value(before), value(now))
    const text = formatChange(change)
    const direction = change === null || Math.abs(change) < 0.0005 ? 'same' : change > 0 ? 'up' : 'down'
    const isGood =
      moreIsBetter === null || direction === 'same' ? null : (direction === 'up') === moreIsBetter
    return {
      name: label,
      definition,
      value: words(now, currency),
      change: text === null ? null : { text, direction, isGood },
      before: before ? words(before, currency) : '–',
      spark: sparkline(daily, name),
    }
  })
}

const productMetrics = ['spend', 'sales', 'acos', 'roas', 'orders', 'clicks', 'impressions'] as const

function productRow({ adProduct, now, before }: ProductFigures, all: Kpis, currency: string): ProductRow {
  return {
    name: adProductNames[adProduct],
    share: formatShare(quotientOf(now.cost, all.cost)),
    figures: productMetrics.map(name => metrics[name].words(now, currency)),
    before: before && {
      spend: metrics.spend.words(before, currency),
      sales: metrics.sales.words(before, currency),
    },
  }
}

function moversOf({ movers }: Dashboard, kept: Kept, currency: string): DashboardPage['movers'] {
  const row = ({ id, name, adProduct, now, before }: Mover): MoverRow => {
    const by = new DecimalSum()
    by.add(now.sales)
    by.subtract(before.sales)
    const moved = String(by)
    return {
      name,
      adProduct: adProductNames[adProduct],
      by: `${moved.startsWith('-') ? '▼' : '▲'} ${formatMoney(moved.replace('-', ''), currency)}`,
      sales: `from ${formatMoney(before.sales, currency)} to ${formatMoney(now.sales, currency)}`,
      spend: `${formatMoney(before.cost, currency)} spent before, ${formatMoney(now.cost, currency)} now`,
      href: addressOf('/dashboard/ads/search-terms', { ...kept, campaign: id }),
    }
  }
  return [
    { title: 'Sales up', rows: movers.gained.map(row) },
    { title: 'Sales down', rows: movers.lost.map(row) },
  ].filter(({ rows }) => rows.length > 0)
}

function campaignRow(campaign: Dashboard['campaigns'][number], kept: Kept, currency: string): CampaignRow {
  const words = (name: MetricName) => metrics[name].words(campaign, currency)
  return {
    name: campaign.name,
    href: addressOf('/dashboard/ads/ad-groups', { ...kept, campaign: campaign.id }),
    adProduct: adProductNames[campaign.adProduct],
    status: statusWords(campaign.status),
    impressions: words('impressions'),
    clicks: words('clicks'),
    ctr: words('ctr'),
    cpc: words('cpc'),
    spend: words('spend'),
    sales: words('sales'),
    orders: words('orders'),
    acos: words('acos'),
    roas: words('roas'),
  }
}
