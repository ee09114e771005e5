import { type ChartedMetrics, dailyChart, sparkline } from '../../src/adapters/fastify/daily-chart.ts'
import { metrics, tableMetrics } from '../../src/adapters/fastify/metrics.ts'
import type { MailChoicePage, SignInPage } from '../../src/adapters/fastify/page-models/access.ts'
import type {
  AccountPage,
  NoPlanPage,
  PartingPage,
  PickerEntry,
  PickerPage,
  RenewalPage,
  StageState,
  WaitingPage,
  WelcomePage,
} from '../../src/adapters/fastify/page-models/connecting.ts'
import type {
  CampaignRow,
  DashboardPage,
  KpiTile,
  OtherDaysPage,
  TablePage,
} from '../../src/adapters/fastify/page-models/performance.ts'
import type {
  AccountLabel,
  ErrorPage,
  Notice,
  Shell,
  Switcher,
} from '../../src/adapters/fastify/page-models/shell.ts'
import { periodControls } from '../../src/adapters/fastify/period-query.ts'
import { levelLinks } from '../../src/adapters/fastify/table-page.ts'
import type { Dashboard } from '../../src/application/performance/index.ts'
import { addDays, parseDay } from '../../src/domain/calendar.ts'
import { accessSamples } from './access-samples.ts'
import { helpSamples } from './help-samples.ts'
import { sampleShell as shell } from './sample-shell.ts'

export interface Sample {
  readonly name: string
  readonly view: string
  readonly page: Shell
}

export const us: AccountLabel = { name: 'My Brand US', marketplace: 'Amazon.com', flag: 'US', country: 'US' }
const uk: AccountLabel = { name: 'Larch & Loam Home', marketplace: 'Amazon.co.uk', flag: 'GB', country: 'UK' }
export const long: AccountLabel = {
  name: 'Schwarzwälder Uhren- und Holzwarenmanufaktur GmbH & Co. KG',
  marketplace: 'Amazon.de',
  flag: 'DE',
  country: 'DE',
}

export const switcherWith = (accounts: readonly AccountLabel[], mayConnect = true): Switcher => ({
  current: accounts[0] ?? null,
  accounts: accounts.map((account, at) => ({ ...account, id: `c-${at}`, isCurrent: at === 0 })),
  mayConnect,
})

const notice = (
  tone: Notice['tone'],
  title: string,
  sentence: string,
  more: Partial<Notice> = {},
): Notice => ({
  tone,
  title,
  sentence,
  reference: null,
  steps: [],
  way: null,
  offersConnect: false,
  renews: null,
  ...more,
})

export const signIn: SignInPage = {
  ...shell,
  title: 'Sign in',
  person: null,
  next: '/dashboard/ads/',
  email: '',
  problem: null,
}

const noPlan = (title: string, sentence: string, mend: string): NoPlanPage => ({
  ...shell,
  lack: { title, sentence, mend },
})

export const welcome: WelcomePage = {
  ...shell,
  title: 'Connect your Amazon Ads account',
  otherRegions: [
    { value: 'eu', name: 'Europe' },
    { value: 'fe', name: 'Far East' },
  ],
  kept: [],
}

export const entry = (
  account: AccountLabel,
  profileId: string,
  kind = 'Seller',
  more: Partial<PickerEntry> = {},
): PickerEntry => ({
  ...account,
  profileId,
  kind,
  isConnected: false,
  reason: null,
  ...more,
})

const entries: readonly PickerEntry[] = [
  entry(us, '3716291847563920'),
  entry({ name: 'My Brand CA', marketplace: 'Amazon.ca', flag: 'CA', country: 'CA' }, '1029384756102938'),
  entry(uk, '8374650192837465', 'Vendor'),
  entry({ name: 'My Store IN', marketplace: 'Amazon.in', flag: 'IN', country: 'IN' }, '5647382910564738'),
  entry({ name: 'Profile 772', marketplace: 'Amazon.co.jp', flag: 'JP', country: 'JP' }, '772'),
]

export const picker: PickerPage = {
  ...shell,
  title: 'Choose an account',
  pendingId: 'p-1',
  entries,
  isSearchable: false,
  unreadRegions: [],
  amazonUser: 'Jane Doe (jane@example.com)',
  signOutUrl: 'https://www.amazon.com/gp/flex/sign-out.html',
  expires: { time: '15:42', iso: new Date(Date.now() + 54 * 60_000).toISOString(), minutes: 54 },
  blocked: null,
}

export const account: AccountPage = {
  ...shell,
  title: 'Your account',
  switcher: switcherWith([us]),
  connectionId: 'c-0',
  account: us,
  reference: '7F3K-2QXD',
  health: {
    name: 'Connected',
    tone: 'success',
    since: '3 November 2026, 10:12 UTC',
    sentence: 'Your figures are up to date.',
    next: 'The next sync is due on 26 November 2026, 03:12 UTC.',
    action: { label: 'See your dashboard', href: '/dashboard/ads/?account=c-0' },
  },
  facts: [
    { term: 'Currency', value: 'USD' },
    { term: 'Time zone', value: 'America/Los_Angeles' },
    { term: 'Connected on', value: '3 November 2026, 10:12 UTC' },
    { term: 'Authorised by', value: 'Jane Doe (jane@example.com)' },
    { term: 'Last loaded', value: '25 November 2026, 03:20 UTC' },
  ],
  failedReports: [],
  mayRenew: true,
  mayDisconnect: true,
  mayErase: false,
  signOutUrl: picker.signOutUrl,
  removeAppUrl: 'https://www.amazon.com/ap/adam',
}

const parting: PartingPage = {
  ...shell,
  title: 'Disconnect',
  switcher: switcherWith([us]),
  connectionId: 'c-0',
  account: us,
  keptDays: 30,
  keptUntil: null,
  removeAppUrl: account.removeAppUrl,
}

export const renewal: RenewalPage = {
  ...shell,
  title: 'Authorise again',
  switcher: switcherWith([us]),
  account: us,
  connectionId: 'c-0',
  profileId: '3716291847563920',
  pendingId: 'p-1',
  unread: null,
  before: 'Jane Doe (jane@example.com)',
  now: 'Bob Roe (bob@example.com)',
  confirmedUserId: 'amzn1.account.BOB',
  signOutUrl: picker.signOutUrl,
}

const places = [
  ['Amazon.com', 'US', 'US'],
  ['Amazon.ca', 'CA', 'CA'],
  ['Amazon.co.uk', 'GB', 'UK'],
  ['Amazon.de', 'DE', 'DE'],
  ['Amazon.fr', 'FR', 'FR'],
  ['Amazon.co.jp', 'JP', 'JP'],
  ['Amazon.com.au', 'AU', 'AU'],
  ['Amazon.in', 'IN', 'IN'],
] as const

const thousand = Array.from({ length: 1000 }, (_, at) => {
  const [marketplace, flag, country] = places[at % places.length] ?? places[0]
  return entry(
    { name: `Client ${1 + Math.floor(at / 8)}`, marketplace, flag, country },
    `${90_000_000_001 + at}`,
  )
})

const failedRegion = (region: 'na' | 'eu' | 'fe', name: string) => ({
  region,
  sentence: `Amazon did not answer for ${name}. Profiles there are missing from this list.`,
})

export const blocked = {
  chosen: { profileId: '8374650192837465', ...uk },
  held: [{ connectionId: 'c-0', ...us }],
  replaces: { connectionId: 'c-0', ...us },
}

const stagesAt = (states: readonly StageState[]): WaitingPage['stages'] =>
  (['OAuth', 'Generating Reports', 'Processing', 'Ready'] as const).map((name, at) => ({
    name,
    state: states[at] ?? 'waiting',
  }))

const reportNames = [
  'Sponsored Products campaigns',
  'Sponsored Products targeting',
  'Sponsored Products search terms',
  'Sponsored Products advertised products',
  'Sponsored Brands campaigns',
  'Sponsored Brands search terms',
  'Sponsored Display campaigns',
]

const reportWords = {
  waiting: 'Being requested',
  generating: 'Amazon is preparing it',
  loading: 'Being loaded',
  loaded: 'Loaded; 1,204 rows',
  failed: 'Amazon was too busy to make this report. The next daily sync asks for it again.',
} as const

const reportsIn = (...states: (keyof typeof reportWords)[]): WaitingPage['reportList'] =>
  reportNames.map((name, at) => {
    const state = states[at] ?? states.at(-1) ?? 'waiting'
    return { name, state, words: reportWords[state] }
  })

export const waiting: WaitingPage = {
  ...shell,
  title: 'Loading your data',
  switcher: switcherWith([us]),
  account: us,
  connectionId: 'c-0',
  stage: 'generating_reports',
  stages: stagesAt(['done', 'current']),
  reports: { done: 0, total: 7 },
  reportList: reportsIn('generating', 'generating', 'generating', 'waiting'),
  estimate: 'About 2 to 4 minutes left',
  problem: null,
  pollSeconds: 30,
  canPeek: false,
  statusUrl: '/dashboard/ads/status?account=c-0',
  refreshes: false,
}

const processing: WaitingPage = {
  ...waiting,
  stage: 'processing',
  stages: stagesAt(['done', 'done', 'current']),
  reports: { done: 4, total: 7 },
  reportList: reportsIn('loaded', 'loaded', 'loaded', 'loaded', 'loading', 'failed', 'generating'),
  estimate: 'About 1 minute left',
}

/** Thirty days of which the last fourteen are settling. */
function daysOfWave(scale = 1): Dashboard['daily'] {
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
  spark: sparkline(daysOfWave(), 'sales'),
})

const tiles: readonly KpiTile[] = [
  tile('Spend', '$12,418.07', '▲ 4.1 %', null, '$11,929.00', 'What Amazon charged for clicks and views.'),
  tile(
    'Sales',
    '$48,903.55',
    '▲ 12.4 %',
    true,
    '$43,508.50',
    'Sales within 7 days of a click (Sponsored Products) or 14 days (Sponsored Brands and Display).',
  ),
  tile('Orders', '1,644', '▲ 9.8 %', true, '1,497', 'Purchases within the same windows as sales.'),
  tile('ACOS', '25.4 %', '▼ 2.0 pts', true, '27.4 %', 'Spend divided by sales. Lower is better.'),
  tile('ROAS', '3.94', '▲ 8.0 %', true, '3.65', 'Sales divided by spend. Higher is better.'),
  tile(
    'Clicks',
    '15,208',
    '▲ 0.6 %',
    true,
    '15,117',
    'Clicks on your ads, without those that Amazon found invalid.',
  ),
  tile('Impressions', '3,904,411', '▼ 3.2 %', false, '4,033,483', 'How often your ads were shown.'),
  tile('CTR', '0.39 %', '▲ 3.9 %', true, '0.37 %', 'Clicks divided by impressions.'),
  tile('CPC', '$0.82', '▲ 3.5 %', false, '$0.79', 'Spend divided by clicks.'),
]

const dollars = new Intl.NumberFormat('en-US', { style: 'currency', currency: 'USD' })
const whole = new Intl.NumberFormat('en-US')

/** The chart is the server's own drawing: what is looked at here is what a seller sees. */
const chartIn = (
  currency: string,
  scale = 1,
  charted: ChartedMetrics = { columns: 'spend', line: 'sales' },
) => dailyChart({ daily: daysOfWave(scale), settlingFrom: parseDay('2026-11-10') }, charted, currency)

export const loadedDays = { from: parseDay('2026-09-25'), to: parseDay('2026-11-23') }
export const lastThirty = { from: parseDay('2026-10-25'), to: parseDay('2026-11-23') }
const otherDays: OtherDaysPage = {
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
  impressions: whole.format(Math.round(481_220 * scale)),
  clicks: whole.format(Math.round(2210 * scale)),
  ctr: '0.46%',
  cpc: '$0.81',
  spend: dollars.format(1790.1 * scale),
  sales: dollars.format(7240.44 * scale),
  orders: whole.format(Math.round(241 * scale)),
  acos: '24.70%',
  roas: '4.04',
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
    timezone: 'America/Los_Angeles',
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
      title: 'Sold more than before',
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
      title: 'Sold less than before',
      rows: [
        {
          name: 'SB | Brand story video | Kitchen',
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
  campaigns: [
    campaign('SP | Walnut serving boards | Exact', 'Sponsored Products', 'Enabled', 1.6),
    campaign('Brand defence', 'Sponsored Brands', 'Enabled', 1.3),
    campaign(
      'SP | Auto | All kitchen | 2026 relaunch with a name that somebody made far too long',
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
    'Sales and orders are attributed to clicks: within 7 days for Sponsored Products, within 14 days for Sponsored Brands and Sponsored Display.',
    'Amazon may still restate the last days.',
  ],
  loading: null,
  failedReports: [],
  updated: 'updated 24 Nov, 06:12',
  reconciled: 'figures reconciled with Amazon’s files at 06:13 UTC',
  figuresDiffer: false,
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
  timezone: 'America/Los_Angeles',
  path: '/dashboard/ads/campaigns',
  filter: {
    q: '',
    isWasted: false,
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
    kept: [],
  },
  place: null,
  lacking: [],
  csvHref: '/dashboard/ads/campaigns.csv',
  heads: ['Spend', 'Sales', 'ACOS', 'ROAS', 'Orders', 'Clicks', 'CPC', 'Impressions', 'CTR'].map(label => ({
    label,
    href: `/dashboard/ads/campaigns?sort=${label.toLowerCase()}`,
    isDescending: label === 'Spend',
    isAscending: false,
  })),
  rows: dashboard.campaigns.map(({ name, adProduct, status, ...figures }) => ({
    title: name,
    more: `${adProduct} · ${status}`,
    inside: { label: 'Ad groups', href: '/dashboard/ads/ad-groups?campaign=1' },
    drills: [
      { label: 'Targeting', href: '/dashboard/ads/targeting?campaign=1' },
      { label: 'Search terms', href: '/dashboard/ads/search-terms?campaign=1' },
    ],
    figures: [
      figures.spend,
      figures.sales,
      figures.acos,
      figures.roas,
      figures.orders,
      figures.clicks,
      figures.cpc,
      figures.impressions,
      figures.ctr,
    ],
  })),
  count: '134 campaigns, by spend, the highest first',
  firstHref: null,
  nextHref: '/dashboard/ads/campaigns?after=x',
  caveat: 'Legacy Sponsored Brands campaigns are missing from Amazon’s reports.',
}

export const errorPage = (
  status: number,
  heading: string,
  sentence: string,
  reference: string | null,
): ErrorPage => ({
  ...shell,
  title: heading,
  switcher: switcherWith([us]),
  status,
  heading,
  sentence,
  reference,
  way: { label: 'Back to Ads', href: '/dashboard/ads/' },
})

const mailChoice: MailChoicePage = {
  ...shell,
  title: 'Your mails',
  person: null,
  option: 'reminders',
  token: 'a-token',
  mails: 'reminders that an account needs your authorisation',
  isWanted: true,
}

const ads = {
  signIn: (name: string, page: SignInPage): Sample => ({ name, view: 'sign-in', page }),
  noPlan: (name: string, page: NoPlanPage): Sample => ({ name, view: 'ads/no-plan', page }),
  welcome: (name: string, page: WelcomePage): Sample => ({ name, view: 'ads/welcome', page }),
  account: (name: string, page: AccountPage): Sample => ({ name, view: 'ads/account', page }),
  disconnect: (name: string, page: PartingPage): Sample => ({ name, view: 'ads/disconnect', page }),
  erase: (name: string, page: PartingPage): Sample => ({ name, view: 'ads/erase', page }),
  renewal: (name: string, page: RenewalPage): Sample => ({ name, view: 'ads/renewal', page }),
  picker: (name: string, page: PickerPage): Sample => ({ name, view: 'ads/picker', page }),
  waiting: (name: string, page: WaitingPage): Sample => ({ name, view: 'ads/waiting', page }),
  dashboard: (name: string, page: DashboardPage): Sample => ({ name, view: 'ads/dashboard', page }),
  table: (name: string, page: TablePage): Sample => ({ name, view: 'ads/table', page }),
  otherDays: (name: string, page: OtherDaysPage): Sample => ({ name, view: 'ads/other-days', page }),
  error: (name: string, page: ErrorPage): Sample => ({ name, view: 'error', page }),
  mails: (name: string, page: MailChoicePage): Sample => ({ name, view: 'mail-choice', page }),
}

/** Every page in every state that a seller can meet. */
export const pageSamples: readonly Sample[] = [
  ...accessSamples,
  ...helpSamples,
  ads.signIn('sign-in', signIn),
  ads.signIn('sign-in-problem', {
    ...signIn,
    email: 'seller@demo.test',
    problem: 'E-mail or password is wrong.',
  }),
  ads.signIn('sign-in-signed-out', {
    ...signIn,
    notice: notice('info', 'You are signed out', 'Loading goes on in the background.'),
  }),
  ads.mails('mail-choice', mailChoice),
  ads.mails('mail-choice-made', { ...mailChoice, isWanted: false }),
  ads.noPlan(
    'no-plan',
    noPlan(
      'A plan is needed to connect Amazon Ads',
      'Your account has no plan yet.',
      'Choose a Monthly, Quarterly or Annual plan; then the connect button is here.',
    ),
  ),
  ads.noPlan(
    'no-plan-partial',
    noPlan(
      'Your plan does not include Amazon Ads',
      'Your Listing Starter plan is active, but it is not a full-suite plan.',
      'Change to Monthly, Quarterly or Annual to connect an account.',
    ),
  ),
  ads.noPlan('no-plan-lapsed', {
    ...noPlan(
      'Your plan ended on 3 November 2026',
      'Your Quarterly plan lapsed, so syncing has stopped. What was loaded stays.',
      'Renew the plan, and syncing goes on by itself.',
    ),
    switcher: switcherWith([us], false),
  }),
  ads.welcome('welcome', welcome),
  ads.welcome('welcome-denied', {
    ...welcome,
    notice: notice(
      'info',
      'You did not allow access',
      'Amazon told us that access was not granted. Nothing was stored.',
      { offersConnect: true },
    ),
  }),
  ads.welcome('welcome-expired', {
    ...welcome,
    notice: notice(
      'warning',
      'The connection took too long',
      'An hour passed before a profile was chosen, so the authorisation was erased.',
      { offersConnect: true },
    ),
  }),
  ads.welcome('welcome-failed', {
    ...welcome,
    notice: notice(
      'error',
      'Amazon did not complete the sign-in',
      'Amazon did not answer in time. None of your credentials were stored; please start again.',
      { offersConnect: true, reference: '7F3K-2QXD' },
    ),
  }),
  ads.welcome('welcome-no-profiles', {
    ...welcome,
    notice: notice(
      'error',
      'No profiles available',
      'Your Amazon Advertising account has no active advertising profile that can be connected. Nothing was stored.',
      {
        offersConnect: true,
        reference: '7F3K-2QXD',
        steps: [
          'Sign in at advertising.amazon.com with the same e-mail.',
          'Check that at least one profile has active campaigns, or an active seller account linked to advertising.',
          'Then start again here.',
        ],
      },
    ),
  }),
  ads.welcome('welcome-discarded', {
    ...welcome,
    notice: notice(
      'success',
      'The connection was discarded',
      'The authorisation was erased. You can start again at any time.',
    ),
  }),
  ads.welcome('welcome-kept', {
    ...welcome,
    notice: notice('success', 'The account is disconnected', 'Its data is kept for 30 days.'),
    kept: [
      { ...us, id: 'c-1', until: '3 December 2026' },
      { ...long, id: 'c-2', until: '12 December 2026' },
    ],
  }),
  ads.account('account', account),
  ads.account('account-partly-failing', {
    ...account,
    health: {
      ...account.health,
      name: 'Partly failing',
      tone: 'warning',
      sentence: 'Sponsored Brands search terms could not be loaded last time; the others were.',
      next: 'They are asked for again with the next sync.',
      action: { label: 'Contact support', href: '/dashboard/help?account=c-0&ref=7F3K-2QXD' },
    },
    failedReports: [{ name: 'Sponsored Brands search terms', sentence: 'Amazon could not make it.' }],
  }),
  ads.account('account-needs-authorisation', {
    ...account,
    health: {
      ...account.health,
      name: 'Needs your authorisation',
      tone: 'warning',
      sentence:
        'The permission that you gave at Amazon is gone, so syncing has stopped. What was loaded stays.',
      next: 'Authorise again at Amazon, and what is missing is loaded.',
      action: { label: 'Authorise again', renews: 'c-0' },
    },
  }),
  ads.account('account-disconnected', {
    ...account,
    switcher: null,
    health: {
      ...account.health,
      name: 'Disconnected',
      tone: 'info',
      sentence: 'Its authorisation is erased, and nothing is loaded any more.',
      next: 'Its data is kept until 25 December 2026, 03:12 UTC: connect the same profile again before then, and all of it is there.',
      action: { label: 'Connect again', connects: true },
    },
    mayRenew: false,
    mayDisconnect: false,
    mayErase: true,
  }),
  ads.account('account-erased', {
    ...account,
    switcher: null,
    account: null,
    facts: [{ term: 'Connected on', value: '3 November 2026, 10:12 UTC' }],
    health: {
      ...account.health,
      name: 'Disconnected',
      tone: 'info',
      sentence: 'Its data was erased.',
      next: 'Connecting the same profile again starts anew.',
      action: { label: 'Connect Amazon Ads Account', connects: true },
    },
    mayRenew: false,
    mayDisconnect: false,
  }),
  ads.disconnect('disconnect', parting),
  ads.disconnect('disconnect-long', { ...parting, account: long }),
  ads.erase('erase', { ...parting, keptUntil: '25 December 2026, 03:12 UTC' }),
  ads.renewal('renewal-other-account', renewal),
  ads.renewal('renewal-unread', {
    ...renewal,
    unread: { region: 'eu', sentence: 'Amazon’s Europe region did not answer in time.' },
  }),
  ads.picker('picker', picker),
  ads.picker('picker-thousand', { ...picker, entries: thousand, isSearchable: true }),
  ads.picker('picker-unread-region', { ...picker, unreadRegions: [failedRegion('eu', 'Europe')] }),
  ads.picker('picker-all-unread', {
    ...picker,
    entries: [],
    amazonUser: null,
    unreadRegions: [
      failedRegion('na', 'North America'),
      failedRegion('eu', 'Europe'),
      failedRegion('fe', 'the Far East'),
    ],
  }),
  ads.picker('picker-kinds', {
    ...picker,
    switcher: switcherWith([us]),
    notice: notice(
      'warning',
      'That profile is no longer offered',
      'Amazon has withdrawn it since the list was read. Please choose from the list below.',
    ),
    entries: [
      entry(us, '3716291847563920', 'Seller', { isConnected: true }),
      entry(uk, '8374650192837465', 'Vendor'),
      entry(long, '5647382910564738', 'Seller, view only'),
      entry(
        { name: 'North Star Media', marketplace: 'Amazon.com', flag: 'US', country: 'US' },
        '99',
        'Agency',
        {
          reason:
            'An agency profile has no campaigns of its own. Choose one of the seller or vendor profiles it manages.',
        },
      ),
      entry({ name: 'My Store', marketplace: 'Amazon.example', flag: null, country: 'XK' }, '77', 'Seller'),
    ],
  }),
  ads.picker('picker-blocked', { ...picker, switcher: switcherWith([us]), blocked }),
  ads.picker('picker-blocked-several', {
    ...picker,
    switcher: switcherWith([us, long]),
    blocked: {
      ...blocked,
      held: [...blocked.held, { connectionId: 'c-1', ...long }],
      replaces: null,
    },
  }),
  ads.picker('picker-nearly-expired', {
    ...picker,
    expires: { time: '15:42', iso: new Date(Date.now() + 95_000).toISOString(), minutes: 1 },
  }),
  ads.waiting('waiting-oauth', {
    ...waiting,
    stage: 'oauth',
    stages: stagesAt(['current']),
    reports: { done: 0, total: 0 },
    reportList: [],
    estimate: null,
  }),
  ads.waiting('waiting-generating', waiting),
  ads.waiting('waiting-quick', { ...waiting, pollSeconds: 1 }),
  ads.waiting('waiting-processing', processing),
  ads.waiting('waiting-peek', { ...processing, canPeek: true }),
  ads.waiting('waiting-refreshing', { ...processing, refreshes: true }),
  ads.waiting('waiting-ready', {
    ...processing,
    stage: 'ready',
    stages: stagesAt(['done', 'done', 'done', 'done']),
    reports: { done: 7, total: 7 },
    reportList: reportsIn('loaded'),
    estimate: null,
    canPeek: true,
  }),
  ads.waiting('waiting-failed', {
    ...waiting,
    stage: 'failed',
    stages: stagesAt(['done', 'failed']),
    reports: { done: 7, total: 7 },
    reportList: reportsIn('failed'),
    estimate: null,
    problem: {
      sentence: 'Amazon could not make any of the reports.',
      action: 'We try again by ourselves tonight. Nothing is lost, and you need not connect again.',
    },
  }),
  ads.waiting('waiting-failed-at-the-end', {
    ...waiting,
    title: 'Your data could not be loaded',
    stage: 'failed',
    stages: stagesAt(['done', 'done', 'done', 'failed']),
    reports: { done: 7, total: 7 },
    reportList: reportsIn('failed', 'failed', 'loaded'),
    estimate: null,
    problem: {
      sentence: 'Amazon could not make your campaign reports, so there are no totals to show.',
      action: 'Nothing is lost: your account stays connected, and the other reports are loaded.',
    },
  }),
  ads.dashboard('dashboard', dashboard),
  ads.dashboard('dashboard-three-accounts', {
    ...dashboard,
    account: long,
    switcher: switcherWith([long, us, uk]),
    notice: notice(
      'success',
      'Now showing another account',
      'Each account keeps its own figures and currency.',
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
    filter: { ...table.filter, q: 'walnut', isWasted: true, hasBounds: true, isFiltered: true },
    place: {
      name: 'SP | Walnut serving boards | Exact',
      kind: 'campaign',
      href: '/dashboard/ads/search-terms',
    },
    lacking: [
      {
        name: 'Sponsored Products search terms',
        sentence: 'still on the way from Amazon. The rows appear here as soon as they have arrived.',
      },
      {
        name: 'Sponsored Brands search terms',
        sentence: 'Amazon could not make this report. We ask for it again with the next daily update.',
      },
    ],
    rows: table.rows.map(row => ({
      ...row,
      more: 'walnut board · broad match · Boards',
      inside: null,
      drills: [],
    })),
    count: '6 search terms, by spend, the highest first',
    firstHref: '/dashboard/ads/search-terms',
    nextHref: null,
  }),
  ads.table('table-nothing-fits', {
    ...table,
    filter: { ...table.filter, q: 'zebra', isFiltered: true },
    csvHref: null,
    rows: [],
    count: '0 campaigns, by spend, the highest first',
    nextHref: null,
  }),
  ads.table('table-other-days', { ...table, period: null, rows: [], nextHref: null }),
  ads.dashboard('dashboard-partial', {
    ...dashboard,
    tiles: tiles.map(each => ({ ...each, change: null, before: '–' })),
    loading: { done: 5, total: 7 },
    reconciled: null,
    figuresDiffer: true,
    failedReports: [
      {
        name: 'Sponsored Brands search terms',
        sentence: 'Amazon gave up making this report. We ask for it again tonight.',
      },
    ],
  }),
  ads.dashboard('dashboard-yen', {
    ...dashboard,
    account: { name: 'Profile 772', marketplace: 'Amazon.co.jp', flag: 'JP', country: 'JP' },
    period: { ...dashboard.period, timezone: 'Asia/Tokyo', currency: 'JPY' },
    tiles: tiles.map(each => ({ ...each, value: each.value.replace(/^\$(.*)\..*/, '¥11$1') })),
    chart: chartIn('JPY', 1150),
  }),
  ads.dashboard('dashboard-empty', {
    ...dashboard,
    tiles: tiles.map(each => ({ ...each, value: '–', change: null, before: '–', spark: null })),
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
      'Access was withdrawn at Amazon, so syncing has stopped. Authorise again to go on; your history is kept.',
      { renews: 'c-0' },
    ),
  }),
  ads.error(
    'error-not-found',
    errorPage(404, 'This page does not exist', 'The address may be mistyped, or the page has moved.', null),
  ),
  ads.error(
    'error-apology',
    errorPage(
      500,
      'Something went wrong on our side',
      'We have been told about it. Your account and your data are safe; please try again in a minute.',
      '7F3K-2QXD',
    ),
  ),
  ads.error('error-signed-out', {
    ...errorPage(
      403,
      'This form is too old',
      'You were signed out in the meantime, so nothing was changed.',
      null,
    ),
    person: null,
    switcher: null,
    way: { label: 'Sign in', href: '/login' },
  }),
]

/** Names as an attacker would choose them; each must come out as text. */
export const hostile = '"><script>alert(1)</script><img src=x onerror=alert(2)>\' `x` {{csrf}}'

/** Every sample once more, with each free text replaced by the hostile one. */
export function withHostileNames({ name, view, page }: Sample): Sample {
  const kept = new Set(['tone', 'flag', 'state', 'stage', 'iso', 'direction', 'region', 'line', 'path'])
  const poison = (value: unknown, key: string): unknown => {
    if (typeof value === 'string')
      return kept.has(key) || (key === 'name' && value in stageNames) ? value : hostile
    if (Array.isArray(value)) return value.map(each => poison(each, key))
    if (value === null || typeof value !== 'object') return value
    return Object.fromEntries(Object.entries(value).map(([field, inner]) => [field, poison(inner, field)]))
  }
  return { name, view, page: poison(page, 'page') as Shell }
}

const stageNames = { OAuth: 1, 'Generating Reports': 1, Processing: 1, Ready: 1 }
