import type { AccountLabel } from '../../../src/adapters/fastify/kit/shell-model.ts'
import { metrics, tableMetrics } from '../../../src/adapters/fastify/seller/figures/metrics.ts'
import { periodControls } from '../../../src/adapters/fastify/seller/figures/period-query.ts'
import { levelLinks } from '../../../src/adapters/fastify/seller/figures/table-page.ts'
import { healthCard } from '../../../src/adapters/fastify/seller/health-texts.ts'
import type { AccountPage, PickerPage } from '../../../src/adapters/fastify/seller/page-models/connecting.ts'
import type {
  AccountsPage,
  DashboardPage,
  TablePage,
} from '../../../src/adapters/fastify/seller/page-models/performance.ts'
import type { ConnectionId } from '../../../src/domain/identifiers.ts'
import { levels } from '../../../src/domain/performance/level.ts'
import { noon } from '../../support/examples.ts'
import { healths } from '../healths.ts'
import { account, blocked, entry, picker } from './connecting-pages.ts'
import { dashboard, lastThirty, loadedDays, table } from './performance-pages.ts'
import { long, type Sample, sampleShell as shell, switcherWith, us } from './sample.ts'

const emirates: AccountLabel = { name: 'متجر النور!', marketplace: 'Amazon.ae', flag: 'AE', country: 'AE' }
const egypt: AccountLabel = { name: 'بيت (القاهرة)', marketplace: 'Amazon.eg', flag: 'EG', country: 'EG' }

const about = { id: 'c-0' as ConnectionId, now: noon }
const healthPages = Object.entries(healths).map(([name, health]): Sample => {
  const page: AccountPage = { ...account, health: healthCard(health, about) }
  return { name: `health-${name}`, view: 'ads/account', page }
})

const mine = ['€972.41', '€4,210.00', '23.10%', '4.33', '81', '1,204', '€0.81', '90,410', '1.33%']
const longs = ['€1,120.09', '€3,980.00', '28.14%', '3.55', '74', '1,310', '€0.86', '95,020', '1.38%']
const sums = ['€2,092.50', '€8,190.00', '25.55%', '3.91', '155', '2,514', '€0.83', '185,430', '1.36%']
const accounts: AccountsPage = {
  ...shell,
  title: 'All accounts',
  switcher: switcherWith([us, emirates, egypt]),
  controls: periodControls(
    {},
    {},
    { loaded: loadedDays, shown: lastThirty, path: '/dashboard/ads/accounts' },
  ),
  heads: tableMetrics.map(name => metrics[name].label),
  currencies: [
    {
      currency: 'EUR',
      rows: [
        { account: us, href: '#', days: '25 Oct – 23 Nov 2026', figures: mine },
        { account: long, href: '#', days: '24 Oct – 22 Nov 2026', figures: longs },
      ],
      all: sums,
    },
    { currency: 'AED', rows: [{ account: emirates, href: '#', days: null, figures: [] }], all: null },
  ],
}

const levelPages = levels.map((level): Sample => {
  const links = levelLinks(level, {})
  const name = links.find(({ isCurrent }) => isCurrent)?.label ?? ''
  const page: TablePage = { ...table, name, levels: links }
  return { name: `level-${level}`, view: 'ads/table', page }
})
const inTable = (name: string, overrides: Partial<TablePage>): Sample => ({
  name: `table-${name}`,
  view: 'ads/table',
  page: { ...table, ...overrides } as TablePage,
})
const onDashboard = (name: string, overrides: Partial<DashboardPage>): Sample => ({
  name: `dashboard-${name}`,
  view: 'ads/dashboard',
  page: { ...dashboard, ...overrides } as DashboardPage,
})
const inPicker = (name: string, overrides: Partial<PickerPage>): Sample => ({
  name: `picker-${name}`,
  view: 'ads/picker',
  page: { ...picker, ...overrides } as PickerPage,
})

const rightToLeft = {
  account: emirates,
  switcher: switcherWith([emirates, egypt, us]),
  user: { name: 'ليلى حسن', email: 'laila@demo.test' },
}

export const stateSamples: readonly Sample[] = [
  ...healthPages,
  ...levelPages,
  { name: 'all-accounts', view: 'ads/accounts', page: accounts },
  inTable('last-page', { firstHref: '/dashboard/ads/campaigns', nextHref: null }),
  inTable('middle-page', { firstHref: '/dashboard/ads/campaigns' }),
  inTable('empty', { rows: [], count: '0 campaigns', nextHref: null }),
  inTable('ascending', {
    heads: table.heads.map(head => ({ ...head, isDescending: false, isAscending: head.label === 'CTR' })),
  }),
  inTable('right-to-left', {
    ...rightToLeft,
    rows: table.rows.map(row => ({ ...row, title: 'حملة الصيف | 2026!' })),
  }),
  onDashboard('right-to-left', {
    ...rightToLeft,
    campaigns: dashboard.campaigns.map(each => ({ ...each, name: 'حملة الصيف | 2026!' })),
  }),
  onDashboard('custom-days', {
    controls: periodControls(
      { from: '2026-11-01', to: '2026-11-07' },
      {},
      { loaded: loadedDays, shown: lastThirty, path: '/dashboard/ads/' },
    ),
  }),
  onDashboard('nothing-before', { period: { ...dashboard.period, before: null } }),
  onDashboard('no-account', { switcher: { ...switcherWith([us]), current: null } }),
  onDashboard('may-not-connect', { switcher: switcherWith([us, long], false) }),
  inPicker('right-to-left', {
    ...rightToLeft,
    amazonUser: '\u2068سارة\u2069 (sara@example.com)',
    entries: [emirates, egypt, us].map((label, at) => entry(label, `${772 + at}`)),
  }),
  inPicker('searchable', { isSearchable: true }),
  inPicker('one', { entries: picker.entries.slice(0, 1) }),
  inPicker('nobody-known', { amazonUser: null }),
  inPicker('last-minute', { expires: { ...picker.expires, minutes: 0 } }),
  inPicker('blocked-right-to-left', {
    ...rightToLeft,
    blocked: {
      chosen: { profileId: '772', ...emirates },
      live: [{ connectionId: 'c-0', ...egypt }],
      replaces: { connectionId: 'c-0', ...egypt },
    },
  }),
  inPicker('blocked-long', {
    switcher: switcherWith([long]),
    blocked: { ...blocked, replaces: { connectionId: 'c-0', ...long } },
  }),
]
