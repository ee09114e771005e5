import type { Loading } from '../../application/ingestion/index.ts'
import type { Dashboard } from '../../application/performance/index.ts'
import type { HeldConnection } from '../../domain/connection/connection.ts'
import { adProductNames, definitionOf } from '../../domain/ingestion/catalogue.ts'
import { failureSentences } from '../../domain/ingestion/trouble.ts'
import { changeFrom, type Kpis, kpisOf } from '../../domain/performance/figures.ts'
import { dailyChart } from './daily-chart.ts'
import {
  formatChange,
  formatCount,
  formatDate,
  formatDays,
  formatMoment,
  formatMoney,
  formatMultiple,
  formatRatio,
  formatTime,
} from './formats.ts'
import type { CampaignRow, DashboardPage, KpiTile, Shell } from './page-models.ts'
import { accountLabel } from './shell.ts'

export function dashboardPage(
  shell: Shell,
  {
    connection,
    dashboard,
    loading,
  }: { readonly connection: HeldConnection; readonly dashboard: Dashboard; readonly loading: Loading },
): DashboardPage {
  const { currency, timezone } = connection.profile
  const { days, now, before } = dashboard
  const { stage, reports } = loading.progress
  return {
    ...shell,
    account: accountLabel(connection.profile),
    connectionId: connection.id,
    period: { label: formatDays(days.from, days.to), timezone, currency },
    tiles: tilesOf(now, before, currency),
    chart: dailyChart(dashboard.daily, currency),
    campaigns: dashboard.campaigns.map(campaign => campaignRow(campaign, currency)),
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

/** The caveats that Amazon's data has, where the figures are. */
const footnotes = [
  'Sponsored Products sales and orders are counted within 7 days of the click, Sponsored Brands and Display within 14 days of the click.',
  'Amazon still corrects the figures of recent days; they settle over the following weeks.',
  'Legacy Sponsored Brands campaigns are missing from Amazon’s reports, so totals can be lower than in Amazon’s own console.',
]

const updatedAt = ({ lastLoadedAt }: Loading): string =>
  lastLoadedAt ? formatMoment(lastLoadedAt) : 'just now'

/** The day is said where it is not the one of the loading, which stands before it. */
function reconciledAt({ reconciled, lastLoadedAt }: Loading): string | null {
  if (!reconciled || reconciled.differences > 0) return null
  const { checkedAt } = reconciled
  const isSameDay = lastLoadedAt && formatDate(checkedAt) === formatDate(lastLoadedAt)
  return `figures reconciled with Amazon’s files at ${isSameDay ? formatTime(checkedAt) : formatMoment(checkedAt)}`
}

interface Kpi {
  readonly name: string
  readonly definition: string
  readonly value: (kpis: Kpis) => number | null
  readonly words: (kpis: Kpis, currency: string) => string
  /** Whether more of it is better; null where that depends. */
  readonly moreIsBetter: boolean | null
}

const kpis: readonly Kpi[] = [
  {
    name: 'Spend',
    definition: 'What your ads cost, as Amazon reports it.',
    value: ({ cost }) => Number(cost),
    words: ({ cost }, currency) => formatMoney(cost, currency),
    moreIsBetter: null,
  },
  {
    name: 'Sales',
    definition:
      'Sales that Amazon attributes to clicks: within 7 days for Sponsored Products, 14 for Brands and Display.',
    value: ({ sales }) => Number(sales),
    words: ({ sales }, currency) => formatMoney(sales, currency),
    moreIsBetter: true,
  },
  {
    name: 'ACOS',
    definition: 'Spend divided by sales: what a unit of sales costs in ads. Lower is better.',
    value: ({ acos }) => acos,
    words: ({ acos }) => formatRatio(acos),
    moreIsBetter: false,
  },
  {
    name: 'ROAS',
    definition: 'Sales divided by spend: what each unit of spend brings in.',
    value: ({ roas }) => roas,
    words: ({ roas }) => formatMultiple(roas),
    moreIsBetter: true,
  },
  {
    name: 'Orders',
    definition: 'Purchases that Amazon attributes to clicks, within the same windows as sales.',
    value: ({ orders }) => orders,
    words: ({ orders }) => formatCount(orders),
    moreIsBetter: true,
  },
  {
    name: 'Impressions',
    definition: 'How often your ads were shown.',
    value: ({ impressions }) => impressions,
    words: ({ impressions }) => formatCount(impressions),
    moreIsBetter: true,
  },
  {
    name: 'Clicks',
    definition: 'How often your ads were clicked, invalid clicks removed.',
    value: ({ clicks }) => clicks,
    words: ({ clicks }) => formatCount(clicks),
    moreIsBetter: true,
  },
  {
    name: 'CTR',
    definition: 'Clicks divided by impressions.',
    value: ({ ctr }) => ctr,
    words: ({ ctr }) => formatRatio(ctr),
    moreIsBetter: true,
  },
  {
    name: 'CPC',
    definition: 'Spend divided by clicks: what a click costs.',
    value: ({ cpc }) => cpc,
    words: ({ cpc }, currency) => formatMoney(cpc, currency),
    moreIsBetter: false,
  },
]

function tilesOf(now: Kpis, before: Kpis | null, currency: string): KpiTile[] {
  return kpis.map(({ name, definition, value, words, moreIsBetter }) => {
    const change = changeFrom(before && value(before), value(now))
    const text = formatChange(change)
    const direction = change === null || Math.abs(change) < 0.0005 ? 'same' : change > 0 ? 'up' : 'down'
    const isGood =
      moreIsBetter === null || direction === 'same' ? null : (direction === 'up') === moreIsBetter
    return {
      name,
      definition,
      value: words(now, currency),
      change: text === null ? null : { text, direction, isGood },
      before: before ? words(before, currency) : '–',
    }
  })
}

const statusWords: Readonly<Record<string, string>> = {
  ENABLED: 'Enabled',
  PAUSED: 'Paused',
  ARCHIVED: 'Archived',
}

function campaignRow(campaign: Dashboard['campaigns'][number], currency: string): CampaignRow {
  const { ctr, cpc, acos, roas, ...totals } = kpisOf(campaign)
  return {
    name: campaign.name,
    adProduct: adProductNames[campaign.adProduct],
    status: statusWords[campaign.status] ?? campaign.status,
    impressions: formatCount(totals.impressions),
    clicks: formatCount(totals.clicks),
    ctr: formatRatio(ctr),
    cpc: formatMoney(cpc, currency),
    spend: formatMoney(totals.cost, currency),
    sales: formatMoney(totals.sales, currency),
    orders: formatCount(totals.orders),
    acos: formatRatio(acos),
    roas: formatMultiple(roas),
  }
}
