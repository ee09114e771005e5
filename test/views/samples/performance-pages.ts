import { countingNote } from '../../../src/adapters/fastify/seller/figures/counting-texts.ts'
import {
  type ChartedMetrics,
  dailyChart,
  sparkline,
} from '../../../src/adapters/fastify/seller/figures/daily-chart.ts'
import { metrics, tableMetrics } from '../../../src/adapters/fastify/seller/figures/metrics.ts'
import { periodControls } from '../../../src/adapters/fastify/seller/figures/period-query.ts'
import { levelLinks } from '../../../src/adapters/fastify/seller/figures/table-page.ts'
import type {
  CampaignRow,
  DashboardPage,
  KpiTile,
  OtherDaysPage,
  TablePage,
} from '../../../src/adapters/fastify/seller/page-models/performance.ts'
import type { Dashboard } from '../../../src/application/performance/get-dashboard.ts'
import { addDays, parseDay } from '../../../src/domain/calendar.ts'
import { sampleShell as shell, switcherWith, us } from './sample.ts'

/** Figures of thirty days, the last fourteen provisional. */
function sampleDays(scale = 1): Dashboard['daily'] {
  return Array.from({ length: 30 }, (_, at) => {
    const wave = scale * (1 + 0.28 * Math.sin(at / 2.3) + 0.14 * Math.cos(at * 1.7))
    const sales = 1560 * wave * (1 + 0.18 * Math.sin(at * 0.9))
    return {
      day: addDays(parseDay('2026-10-25'), at),
      cost: (400 * wave).toFixed(2),
      sales: sales.toFixed(2),
      clicks: Math.round(488 * wave),
      impressions: Math.round(124_000 * wave),
      orders: Math.round(sales / 29.7),
    }
  })
}

const tile = (
  name: string,
  value: string,
  change: string | null,
  isGood: boolean | null,
  before: string,
  definition: string,
): KpiTile => ({
  name,
  value,
  change:
    change === null ? null : { text: change, direction: change.startsWith('▲') ? 'up' : 'down', isGood },
  before,
  definition,
  sparkline: sparkline(sampleDays(), 'sales'),
})

export const tiles: readonly KpiTile[] = [
  tile('Spend', '$12,418.07', '▲ 4.1%', null, '$11,929.00', 'What Amazon charged for clicks and views.'),
  tile(
    'Sales',
    '$48,903.55',
    '▲ 12.4%',
    true,
    '$43,508.50',
    'Sales within 7 days of a click (Sponsored Products) or 14 days (Sponsored Brands and Display).',
  ),
  tile('Orders', '1,644', '▲ 9.8%', true, '1,497', 'Orders within the same number of days as sales.'),
  tile('ACOS', '25.39%', '▼ 2.0 pts', true, '27.42%', 'Spend divided by sales. Lower is better.'),
  tile('ROAS', '3.94', '▲ 8.0%', true, '3.65', 'Sales divided by spend. Higher is better.'),
  tile('Clicks', '15,208', '▲ 0.6%', true, '15,117', 'Clicks on your ads, excluding invalid ones.'),
  tile('Impressions', '3,904,411', '▼ 3.2%', false, '4,033,483', 'How often your ads were shown.'),
  tile('CTR', '0.39%', '▲ 3.9%', true, '0.37%', 'Clicks divided by impressions.'),
  tile('CPC', '$0.82', '▲ 3.5%', false, '$0.79', 'Spend divided by clicks.'),
]

const dollars = new Intl.NumberFormat('en-US', { style: 'currency', currency: 'USD' })
const wholeNumbers = new Intl.NumberFormat('en-US')

/** A chart rendered by the server's own code. */
export const chartIn = (
  currency: string,
  scale = 1,
  charted: ChartedMetrics = { columns: 'spend', line: 'sales' },
) => dailyChart({ daily: sampleDays(scale), provisionalFrom: parseDay('2026-11-10') }, charted, currency)

export const loadedDays = { from: parseDay('2026-09-25'), to: parseDay('2026-11-23') }
export const lastThirty = { from: parseDay('2026-10-25'), to: parseDay('2026-11-23') }
export const otherDays: OtherDaysPage = {
  ...shell,
  title: 'Ads',
  switcher: switcherWith([us]),
  account: us,
  controls: periodControls(
    { period: 'this_month' },
    {},
    { loaded: loadedDays, shown: null, path: '/dashboard/ads/' },
  ),
  loaded: '25 Sep – 23 Nov 2026',
}

const campaign = (name: string, adProduct: string, status: string, scale: number): CampaignRow => ({
  name,
  href: '/dashboard/ads/ad-groups?campaign=1',
  adProduct,
  status,
  figures: [
    dollars.format(1790.1 * scale),
    dollars.format(7240.44 * scale),
    '24.70%',
    '4.04',
    wholeNumbers.format(Math.round(241 * scale)),
    wholeNumbers.format(Math.round(2210 * scale)),
    '$0.81',
    wholeNumbers.format(Math.round(481_220 * scale)),
    '0.46%',
  ],
})

export const dashboard: DashboardPage = {
  ...shell,
  title: 'Ads performance',
  switcher: switcherWith([us]),
  account: us,
  connectionId: 'c-0',
  period: {
    label: '25 Oct – 23 Nov 2026',
    before: '25 Sep – 24 Oct 2026',
    timezone: 'Los Angeles time',
    currency: 'USD',
  },
  controls: periodControls({}, {}, { loaded: loadedDays, shown: lastThirty, path: '/dashboard/ads/' }),
  levels: levelLinks(null, {}),
  productHeads: ['Spend', 'Sales', 'ACOS', 'ROAS', 'Orders', 'Clicks', 'Impressions'],
  products: [
    {
      name: 'Sponsored Products',
      share: '71.2%',
      figures: ['$8,841.67', '$36,204.11', '24.42%', '4.09', '1,211', '11,020', '2,301,877'],
      before: { spend: '$8,402.90', sales: '$31,877.05' },
    },
    {
      name: 'Sponsored Brands',
      share: '28.8%',
      figures: ['$3,576.40', '$12,699.44', '28.16%', '3.55', '433', '4,188', '1,602,534'],
      before: { spend: '$3,526.10', sales: '$11,631.45' },
    },
  ],
  tiles,
  chart: chartIn('USD'),
  movers: [
    {
      title: 'Sales up',
      rows: [
        {
          name: 'SP | Walnut serving boards | Exact',
          adProduct: 'Sponsored Products',
          by: '▲ $1,204.50',
          sales: 'from $3,100.00 to $4,304.50',
          spend: '$610.20 spent before, $702.11 now',
          href: '/dashboard/ads/search-terms?campaign=1',
        },
      ],
    },
    {
      title: 'Sales down',
      rows: [
        {
          name: 'SB | Brand video | Kitchen',
          adProduct: 'Sponsored Brands',
          by: '▼ $312.00',
          sales: 'from $900.00 to $588.00',
          spend: '$200.00 spent before, $240.10 now',
          href: '/dashboard/ads/search-terms?campaign=2',
        },
      ],
    },
  ],
  campaignsHref: '/dashboard/ads/campaigns',
  campaignColumns: ['Spend', 'Sales', 'ACOS', 'ROAS', 'Orders', 'Clicks', 'CPC', 'Impressions', 'CTR'],
  campaigns: [
    campaign('SP | Walnut serving boards | Exact', 'Sponsored Products', 'Enabled', 1.6),
    campaign('Brand defence', 'Sponsored Brands', 'Enabled', 1.3),
    campaign(
      'SP | Auto | All kitchen | 2026 relaunch with a name that is far too long',
      'Sponsored Products',
      'Enabled',
      1.1,
    ),
    campaign('Competitor ASINs', 'Sponsored Products', 'Paused', 0.8),
    campaign('Retargeting 30 days', 'Sponsored Display', 'Enabled', 0.5),
    campaign('Oak trays | Broad', 'Sponsored Products', 'Archived', 0.2),
  ],
  campaignCount: 134,
  footnotes: [
    countingNote('console', { accountType: 'seller' }),
    'Figures for recent days aren’t final. Amazon may correct them over the next few weeks.',
  ],
  loading: null,
  failedReports: [],
  updated: 'updated 24 November 2026, 06:12 UTC',
  reconciled: 'checked against Amazon’s reports at 06:13 UTC',
  figuresMismatch: false,
}

export const table: TablePage = {
  ...shell,
  title: 'Ads',
  switcher: switcherWith([us]),
  account: us,
  name: 'Campaigns',
  levels: levelLinks('campaigns', {}),
  controls: periodControls(
    {},
    {},
    { loaded: loadedDays, shown: lastThirty, path: '/dashboard/ads/campaigns' },
  ),
  period: '25 Oct – 23 Nov 2026',
  loaded: '25 Sep – 23 Nov 2026',
  currency: 'USD',
  timezone: 'Los Angeles time',
  path: '/dashboard/ads/campaigns',
  filter: {
    q: '',
    isWastedSpend: false,
    hasBounds: false,
    bounds: tableMetrics.map(name => ({
      name,
      label: metrics[name].label,
      isPercent: metrics[name].unit === 'percent',
      least: '',
      most: '',
    })),
    columns: tableMetrics.map(name => ({ name, label: metrics[name].label, isShown: true })),
    hasAllColumns: true,
    isFiltered: false,
    allHref: '/dashboard/ads/campaigns',
    hiddenFields: [],
  },
  parent: null,
  missingReports: [],
  csvHref: '/dashboard/ads/campaigns.csv',
  heads: dashboard.campaignColumns.map(label => ({
    label,
    href: `/dashboard/ads/campaigns?sort=${label.toLowerCase()}`,
    isDescending: label === 'Spend',
    isAscending: false,
  })),
  rows: dashboard.campaigns.map(({ name, adProduct, status, figures }) => ({
    title: name,
    more: `${adProduct} · ${status}`,
    childLink: { label: 'Ad groups', href: '/dashboard/ads/ad-groups?campaign=1' },
    drillDownLinks: [
      { label: 'Targeting', href: '/dashboard/ads/targeting?campaign=1' },
      { label: 'Search terms', href: '/dashboard/ads/search-terms?campaign=1' },
    ],
    figures,
  })),
  count: '134 campaigns by spend, highest first',
  firstHref: null,
  nextHref: '/dashboard/ads/campaigns?after=x',
  footnotes: [
    'Amazon’s reports omit legacy Sponsored Brands campaigns.',
    countingNote('clicks', { accountType: 'vendor' }),
  ],
}
