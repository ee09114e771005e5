import { periodControls } from '../../../src/adapters/fastify/seller/figures/period-query.ts'
import { levelLinks } from '../../../src/adapters/fastify/seller/figures/table-page.ts'
import type {
  DashboardPage,
  OtherDaysPage,
  TablePage,
} from '../../../src/adapters/fastify/seller/page-models/performance.ts'
import { chartIn, dashboard, lastThirty, loadedDays, otherDays, table, tiles } from './performance-pages.ts'
import { long, notice, type Sample, switcherWith, uk, us } from './sample.ts'

const ads = {
  dashboard: (name: string, page: DashboardPage): Sample => ({ name, view: 'ads/dashboard', page }),
  table: (name: string, page: TablePage): Sample => ({ name, view: 'ads/table', page }),
  otherDays: (name: string, page: OtherDaysPage): Sample => ({ name, view: 'ads/other-days', page }),
}

const inYen = (text: string): string =>
  text.replace(
    /^\$(.*)/,
    (_, dollars) => `¥${Math.round(Number(dollars.replaceAll(',', '')) * 1150).toLocaleString('en-US')}`,
  )

export const performanceSamples: readonly Sample[] = [
  ads.dashboard('dashboard', dashboard),
  ads.dashboard('dashboard-three-accounts', {
    ...dashboard,
    account: long,
    switcher: switcherWith([long, us, uk]),
    notice: notice(
      'success',
      'Now showing another account',
      'Each account has its own figures and currency.',
    ),
  }),
  ads.dashboard('dashboard-two-scales', {
    ...dashboard,
    controls: periodControls(
      { from: '2026-10-25', to: '2026-11-23' },
      {},
      { loaded: loadedDays, shown: lastThirty, path: '/dashboard/ads/' },
    ),
    chart: chartIn('USD', 1, { columns: 'impressions', line: 'acos' }),
  }),
  ads.otherDays('dashboard-other-days', otherDays),
  ads.table('table-campaigns', table),
  ads.table('table-in-a-campaign', {
    ...table,
    name: 'Search terms',
    levels: levelLinks('search-terms', {}),
    filter: { ...table.filter, q: 'walnut', isWastedSpend: true, hasBounds: true, isFiltered: true },
    parent: {
      name: 'SP | Walnut serving boards | Exact',
      kind: 'campaign',
      href: '/dashboard/ads/search-terms',
    },
    missingReports: [
      {
        name: 'Sponsored Products search terms',
        sentence: 'not loaded yet. Rows appear here when the report arrives.',
      },
      {
        name: 'Sponsored Brands search terms',
        sentence: 'Amazon was too busy to create this report. The next daily sync requests it again.',
      },
    ],
    rows: table.rows.map(row => ({
      ...row,
      more: 'walnut board · broad match · Boards',
      childLink: null,
      drillDownLinks: [],
    })),
    count: '6 search terms by spend, highest first',
    firstHref: '/dashboard/ads/search-terms',
    nextHref: null,
  }),
  ads.table('table-nothing-fits', {
    ...table,
    filter: { ...table.filter, q: 'zebra', isFiltered: true },
    csvHref: null,
    rows: [],
    count: '0 campaigns',
    nextHref: null,
  }),
  ads.table('table-other-days', { ...table, period: null, rows: [], nextHref: null }),
  ads.dashboard('dashboard-partial', {
    ...dashboard,
    tiles: tiles.map(each => ({ ...each, change: null, before: '–' })),
    loading: { done: 5, total: 7 },
    reconciled: null,
    figuresMismatch: true,
    failedReports: [
      {
        name: 'Sponsored Brands search terms',
        sentence: 'Amazon was too busy to create this report. The next daily sync requests it again.',
      },
    ],
  }),
  ads.dashboard('dashboard-yen', {
    ...dashboard,
    account: { name: 'Profile 772', marketplace: 'Amazon.co.jp', flag: 'JP', country: 'JP' },
    period: { ...dashboard.period, timezone: 'Tokyo time', currency: 'JPY' },
    tiles: tiles.map(each => ({ ...each, value: inYen(each.value), before: inYen(each.before) })),
    chart: chartIn('JPY', 1150),
  }),
  ads.dashboard('dashboard-empty', {
    ...dashboard,
    tiles: tiles.map(each => ({ ...each, value: '–', change: null, before: '–', sparkline: null })),
    chart: null,
    products: [],
    campaigns: [],
    campaignCount: 0,
  }),
  ads.dashboard('dashboard-needs-authorisation', {
    ...dashboard,
    notice: notice(
      'error',
      'Amazon needs your permission again',
      'Our access at Amazon was removed, so syncing has stopped. Authorise again: your history is kept.',
      { reauthorisedConnectionId: 'c-0' },
    ),
  }),
]
