import type { SyncProgress } from '../../../../application/ingestion/get-sync-progress.ts'
import type { Dashboard, ProductFigures } from '../../../../application/performance/get-dashboard.ts'
import type { Mover } from '../../../../application/performance/ports.ts'
import type { DayRange } from '../../../../domain/calendar.ts'
import type { LiveConnection } from '../../../../domain/connection/connection.ts'
import { DecimalSum, divideDecimals } from '../../../../domain/decimal-sum.ts'
import { adProductNames } from '../../../../domain/ingestion/catalogue.ts'
import type { Counting } from '../../../../domain/performance/counting.ts'
import { type Kpis, relativeChange } from '../../../../domain/performance/figures.ts'
import { metricNames } from '../../../../domain/performance/metric.ts'
import {
  formatChange,
  formatDate,
  formatDateTime,
  formatDays,
  formatMoney,
  formatShare,
  formatTime,
  formatTimezone,
} from '../../kit/formats.ts'
import { accountLabel } from '../../kit/shell.ts'
import type { Shell } from '../../kit/shell-model.ts'
import { type QueryParameters, urlWithQuery } from '../../kit/url-query.ts'
import type {
  CampaignRow,
  DashboardPage,
  KpiTile,
  MoverRow,
  OtherDaysPage,
  PeriodControls,
  ProductRow,
} from '../page-models/performance.ts'
import { unloadedReports } from '../report-failure-texts.ts'
import { countingNote } from './counting-texts.ts'
import { type ChartedMetrics, dailyChart, sparkline } from './daily-chart.ts'
import { legacyCampaignsTexts } from './legacy-campaigns-text.ts'
import { metrics, tableMetrics } from './metrics.ts'
import { levelLinks } from './table-page.ts'
import { statusText } from './table-texts.ts'

export function dashboardPage(
  shell: Shell,
  {
    connection,
    dashboard,
    charted,
    counting,
    queryParameters,
    controls,
    loading,
  }: {
    readonly connection: LiveConnection
    readonly dashboard: Dashboard
    readonly charted: ChartedMetrics
    readonly counting: Counting
    readonly queryParameters: QueryParameters
    readonly controls: PeriodControls
    readonly loading: SyncProgress
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
    levels: levelLinks(null, queryParameters),
    controls,
    tiles: tilesOf(dashboard, currency),
    chart: dailyChart(dashboard, charted, currency),
    productHeads: productMetrics.map(name => metrics[name].label),
    products: dashboard.products.map(product => productRow(product, now, currency)),
    movers: moversOf(dashboard, queryParameters, currency),
    campaignsHref: urlWithQuery('/dashboard/ads/campaigns', queryParameters),
    campaignColumns: tableMetrics.map(name => metrics[name].label),
    campaigns: dashboard.campaigns.map(campaign => campaignRow(campaign, queryParameters, currency)),
    campaignCount: dashboard.campaignCount,
    footnotes: [
      countingNote(counting, connection.profile),
      ...footnotes,
      ...legacyCampaignsTexts(loading.finished),
    ],
    loading: stage === 'ready' || stage === 'failed' ? null : reports,
    failedReports: unloadedReports(loading),
    updated: `updated ${updatedText(loading)}`,
    reconciled: reconciledText(loading),
    figuresMismatch: (loading.reconciled?.mismatches ?? 0) > 0,
  }
}

export const otherDaysPage = (
  shell: Shell,
  input: {
    readonly connection: LiveConnection
    readonly controls: PeriodControls
    readonly loaded: DayRange
  },
): OtherDaysPage => ({
  ...shell,
  account: accountLabel(input.connection.profile),
  controls: input.controls,
  loaded: formatDays(input.loaded.from, input.loaded.to),
})

const footnotes = ['Figures for recent days aren’t final. Amazon may correct them over the next few weeks.']

const updatedText = ({ lastLoadedAt }: SyncProgress): string =>
  lastLoadedAt ? formatDateTime(lastLoadedAt) : 'just now'

/** Null while figures mismatch. */
function reconciledText({ reconciled, lastLoadedAt }: SyncProgress): string | null {
  if (!reconciled || reconciled.mismatches > 0) return null
  const { checkedAt } = reconciled
  const isSameDay = lastLoadedAt && formatDate(checkedAt) === formatDate(lastLoadedAt)
  return `checked against Amazon’s reports at ${isSameDay ? formatTime(checkedAt) : formatDateTime(checkedAt)}`
}

function tilesOf({ now, before, daily }: Dashboard, currency: string): KpiTile[] {
  return metricNames.map(name => {
    const { label, definition, value, text: format, isHigherBetter } = metrics[name]
    const change = relativeChange(before && value(before), value(now))
    const text = formatChange(change)
    const direction = change === null || Math.abs(change) < 0.0005 ? 'same' : change > 0 ? 'up' : 'down'
    const isGood =
      isHigherBetter === null || direction === 'same' ? null : (direction === 'up') === isHigherBetter
    return {
      name: label,
      definition,
      value: format(now, currency),
      change: text === null ? null : { text, direction, isGood },
      before: before ? format(before, currency) : '–',
      sparkline: sparkline(daily, name),
    }
  })
}

const productMetrics = ['spend', 'sales', 'acos', 'roas', 'orders', 'clicks', 'impressions'] as const

function productRow({ adProduct, now, before }: ProductFigures, all: Kpis, currency: string): ProductRow {
  return {
    name: adProductNames[adProduct],
    share: formatShare(divideDecimals(now.cost, all.cost)),
    figures: productMetrics.map(name => metrics[name].text(now, currency)),
    before: before && {
      spend: metrics.spend.text(before, currency),
      sales: metrics.sales.text(before, currency),
    },
  }
}

function moversOf(
  { movers }: Dashboard,
  queryParameters: QueryParameters,
  currency: string,
): DashboardPage['movers'] {
  const row = ({ id, name, adProduct, now, before }: Mover): MoverRow => {
    const difference = new DecimalSum()
    difference.add(now.sales)
    difference.subtract(before.sales)
    const differenceText = String(difference)
    return {
      name,
      adProduct: adProductNames[adProduct],
      by: `${differenceText.startsWith('-') ? '▼' : '▲'} ${formatMoney(differenceText.replace('-', ''), currency)}`,
      sales: `from ${formatMoney(before.sales, currency)} to ${formatMoney(now.sales, currency)}`,
      spend: `${formatMoney(before.cost, currency)} spent before, ${formatMoney(now.cost, currency)} now`,
      href: urlWithQuery('/dashboard/ads/search-terms', { ...queryParameters, campaign: id }),
    }
  }
  return [
    { title: 'Sales up', rows: movers.gained.map(row) },
    { title: 'Sales down', rows: movers.lost.map(row) },
  ].filter(({ rows }) => rows.length > 0)
}

function campaignRow(
  campaign: Dashboard['campaigns'][number],
  queryParameters: QueryParameters,
  currency: string,
): CampaignRow {
  return {
    name: campaign.name,
    href: urlWithQuery('/dashboard/ads/ad-groups', { ...queryParameters, campaign: campaign.id }),
    adProduct: adProductNames[campaign.adProduct],
    status: statusText(campaign.status),
    figures: tableMetrics.map(name => metrics[name].text(campaign, currency)),
  }
}
