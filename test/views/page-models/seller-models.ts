import { accountPage, disconnectPage } from '../../../src/adapters/fastify/seller/account-page.ts'
import { pickerPage } from '../../../src/adapters/fastify/seller/connecting/picker-page.ts'
import {
  profileNotReachedNotice,
  reauthorisationPage,
} from '../../../src/adapters/fastify/seller/connecting/reauthorisation-page.ts'
import { accountsPage } from '../../../src/adapters/fastify/seller/figures/accounts-page.ts'
import { dashboardPage, otherDaysPage } from '../../../src/adapters/fastify/seller/figures/dashboard-page.ts'
import {
  parseChartedMetrics,
  periodControls,
} from '../../../src/adapters/fastify/seller/figures/period-query.ts'
import { tablePage } from '../../../src/adapters/fastify/seller/figures/table-page.ts'
import { encodeCursor, type TableQuery } from '../../../src/adapters/fastify/seller/figures/table-query.ts'
import { waitingPage } from '../../../src/adapters/fastify/seller/waiting-page.ts'
import type { SyncProgress } from '../../../src/application/ingestion/get-sync-progress.ts'
import type { Dashboard } from '../../../src/application/performance/get-dashboard.ts'
import type { TableRow } from '../../../src/application/performance/ports.ts'
import type { PlanRestriction } from '../../../src/domain/access/subscription.ts'
import type { Connection, LiveConnection } from '../../../src/domain/connection/connection.ts'
import type { PendingConnection } from '../../../src/domain/connection/pending-connection.ts'
import type {
  AmazonReportId,
  ConnectionId,
  PendingConnectionId,
  ProfileId,
} from '../../../src/domain/identifiers.ts'
import { progressOf } from '../../../src/domain/ingestion/progress.ts'
import type { Report } from '../../../src/domain/ingestion/report.ts'
import { kpisOf, sumTotals } from '../../../src/domain/performance/figures.ts'
import { levels } from '../../../src/domain/performance/level.ts'
import {
  aBritishProfile,
  aClosedConnection,
  aCompletedReport,
  aConsent,
  aFailedReport,
  aGeneratingReport,
  aGrant,
  aLoadedReport,
  anActiveConnection,
  anAmazonUser,
  anErasedConnection,
  anUnauthorisedConnection,
  aPendingConnection,
  aProfile,
  aRequestedReport,
  aRun,
  day,
  days,
  hoursLater,
  minutesLater,
  noon,
} from '../../support/examples.ts'
import { sampleShell as shell } from '../samples/sample.ts'

const first = 'c1000000-7c33-4b0e-9b61-0d5f4b1c7e21' as ConnectionId
const second = 'c2000000-7c33-4b0e-9b61-0d5f4b1c7e21' as ConnectionId
/** Authorised in a region other than its profile's. */
const active = anActiveConnection({
  id: first,
  connectedAt: hoursLater(-50),
  profile: aBritishProfile(),
  grant: aGrant({ loginRegion: 'na', consentedAt: hoursLater(-40) }),
})
const unauthorised = anUnauthorisedConnection({
  id: second,
  connectedAt: hoursLater(-60),
  consent: aConsent({ loginRegion: 'fe', amazonUser: null }),
})

const reports: readonly Report[] = [
  aLoadedReport({ type: 'sp_campaigns', rows: 1204 }),
  aLoadedReport({ type: 'sb_campaigns', rows: 0 }),
  aCompletedReport({ type: 'sd_campaigns' }),
  aGeneratingReport({ type: 'sp_placements' }),
  aRequestedReport({ type: 'sp_ad_groups' }),
  aRequestedReport({
    type: 'sp_targeting',
    deferredSince: minutesLater(-2),
    deferralReason: 'region_rate_limited',
  }),
  aRequestedReport({ type: 'sp_search_terms', lastError: { error: 'client_rejected', detail: 'x' } }),
  aFailedReport({ type: 'sp_advertised_products', reason: { error: 'never_finished', detail: null } }),
]
const failed: readonly Report[] = [
  aFailedReport({ type: 'sp_campaigns', reason: { error: 'timeout', detail: null } }),
  aFailedReport({ type: 'sd_campaigns', reason: { error: 'refused', detail: null } }),
]

const unconfirmedFile = { amazonReportId: 'first' as AmazonReportId, rows: 0, cost: 0 }
const shrunken = [
  aRequestedReport({ unconfirmedFile }),
  aGeneratingReport({ type: 'sp_placements', unconfirmedFile }),
]

function loadingOf(list: readonly Report[], overrides: Partial<SyncProgress> = {}): SyncProgress {
  const run = aRun({ connectionId: first, requestedAt: minutesLater(-3) })
  return {
    run,
    reports: list,
    progress: progressOf(list, run.requestedAt, new Map(), noon),
    finished: list.filter(report => report.status === 'loaded' || report.status === 'failed'),
    open: [],
    failingSince: new Map(),
    lastLoadedAt: hoursLater(-2),
    nextSyncAt: hoursLater(15),
    reconciled: { checkedAt: minutesLater(-100), mismatches: 0 },
    ...overrides,
  }
}
const loaded = reports.slice(0, 2)

const account = (
  connection: Connection,
  overrides: { planRestriction?: PlanRestriction; loading?: SyncProgress } = {},
) =>
  accountPage(shell, {
    connection,
    planRestriction: overrides.planRestriction ?? null,
    progress: overrides.loading ?? null,
    consentDays: 365,
    now: noon,
  })
const closed = aClosedConnection({
  id: first,
  connectedAt: hoursLater(-90),
  consent: aConsent({ loginRegion: 'eu', amazonUser: anAmazonUser({ name: null }) }),
  eraseAt: hoursLater(700),
})
const lapsed: PlanRestriction = { kind: 'lapsed', plan: 'annual', endedAt: hoursLater(-5) }

const accounts = {
  active: account(active, { loading: loadingOf(loaded) }),
  'the permission ends': account({
    ...active,
    grant: aGrant({ consentedAt: new Date('2026-08-10T12:00:00Z') }),
  }),
  'a sync is due': account(active, { loading: loadingOf(loaded, { nextSyncAt: minutesLater(-5) }) }),
  'nothing loaded yet': account(active),
  'a report failed': account(active, { loading: loadingOf([...loaded, ...failed]) }),
  'a file waits for a second one': account(active, {
    loading: loadingOf([...loaded, ...failed], { open: shrunken }),
  }),
  'the plan lapsed': account(active, { planRestriction: lapsed, loading: loadingOf(loaded) }),
  unauthorised: account(unauthorised, { loading: loadingOf(loaded) }),
  closed: account(closed),
  'closed, and its time over': account({ ...closed, eraseAt: hoursLater(-1) }),
  erased: account(anErasedConnection({ id: first })),
  'to be disconnected': disconnectPage(shell, active),
  'to be erased': disconnectPage(shell, closed),
}

const canadian = aProfile({ id: '301' as ProfileId, country: 'CA', accountName: 'My Brand CA' })
const regionResults: PendingConnection['regionResults'] = {
  na: {
    state: 'fetched',
    profiles: [
      aProfile(),
      canadian,
      aProfile({ id: '302' as ProfileId, country: 'MX', accountType: 'vendor', canEdit: false }),
      aProfile({ id: '303' as ProfileId, country: 'BR', accountType: 'agency' }),
      aProfile({ id: '304' as ProfileId, accountType: 'vendor', accountSubType: 'KDP_AUTHOR' }),
      aProfile({ id: '305' as ProfileId, accountSubType: 'AMAZON_ATTRIBUTION' }),
    ],
  },
  eu: { state: 'failed', why: 'throttled' },
  fe: { state: 'not_fetched' },
}
const pending = aPendingConnection({
  id: 'p1000000-7c33-4b0e-9b61-0d5f4b1c7e21' as PendingConnectionId,
  region: 'eu',
  regionResults,
  amazonUser: anAmazonUser({ name: null }),
  expiresAt: minutesLater(41.9),
})
const picker = (overrides: Partial<Parameters<typeof pickerPage>[1]> = {}) =>
  pickerPage(shell, { pending, live: [], chosen: null, now: noon, ...overrides })
const oneLive = [anActiveConnection({ id: first })]
const twoLive = [...oneLive, { ...active, id: second }]
const many = Array.from({ length: 8 }, (_, at) => aProfile({ id: `40${at}` as ProfileId }))

const pickers = {
  plain: picker(),
  'one is connected': picker({ live: oneLive }),
  blocked: picker({ live: oneLive, chosen: canadian }),
  'blocked by two': picker({ live: twoLive, chosen: canadian }),
  'chosen, but another account was connected in the meantime': picker({ live: oneLive, chosen: aProfile() }),
  'chosen, and the slot became free': picker({ chosen: canadian }),
  expired: picker({ now: hoursLater(2) }),
  'eight to choose from': picker({
    pending: { ...pending, regionResults: { ...regionResults, na: { state: 'fetched', profiles: many } } },
  }),
  'seven to choose from': picker({
    pending: {
      ...pending,
      regionResults: { ...regionResults, na: { state: 'fetched', profiles: many.slice(1) } },
    },
  }),
}

const reauthorising = { connection: unauthorised, pending }
const reauthorisations = {
  'another Amazon account': reauthorisationPage(shell, {
    ...reauthorising,
    connection: active,
    mustRetry: false,
  }),
  'a region that does not answer': reauthorisationPage(shell, {
    ...reauthorising,
    connection: { ...unauthorised, profile: { ...unauthorised.profile, region: 'fe' } },
    pending: {
      ...pending,
      regionResults: { ...pending.regionResults, fe: { state: 'failed', why: 'timeout' } },
    },
    mustRetry: true,
  }),
  'Amazon user unknown': reauthorisationPage(shell, {
    ...reauthorising,
    pending: { ...pending, amazonUser: null },
    mustRetry: false,
  }),
  'a profile that is not reached': profileNotReachedNotice(active, {
    amazonUser: 'Sam at Amazon (sam@amazon.example)',
    reference: 'A100-0000',
  }),
  'profile not reached, Amazon user unknown': profileNotReachedNotice(active, {
    amazonUser: null,
    reference: 'A100-0000',
  }),
}

const waiting = (list: readonly Report[], refreshes = true, connection: LiveConnection = active) =>
  waitingPage(shell, { connection, loading: loadingOf(list), pollSeconds: 5, refreshes })
const revoked = aFailedReport({ reason: { error: 'grant_revoked', detail: null } })
const waitingPages = {
  'some of everything': waiting(reports),
  'without a refresh': waiting(reports, false),
  'all at Amazon': waiting(reports.slice(2, 3)),
  'campaigns failed, others loaded': waiting([...failed, aLoadedReport({ type: 'sp_targeting' })]),
  'all failed': waiting(failed),
  'files wait for a second one': waiting(shrunken),
  'the permission is gone': waiting([revoked]),
  'the rights are lost': waiting([aFailedReport({ reason: { error: 'profile_access_lost', detail: null } })]),
}

const totals = (scale: number) => ({
  impressions: 1000 * scale,
  clicks: 30 * scale,
  orders: scale,
  cost: `${17 * scale}.25`,
  sales: `${90 + 11 * scale}.5`,
})
const daily = Array.from({ length: 7 }, (_, at) => ({
  day: day(`2026-05-${String(at + 5).padStart(2, '0')}`),
  ...totals(at),
}))
const spring: Dashboard = {
  days: { from: day('2026-05-05'), to: day('2026-05-11') },
  daysBefore: { from: day('2026-04-28'), to: day('2026-05-04') },
  now: kpisOf(sumTotals(daily)),
  before: kpisOf(totals(15)),
  daily,
  provisionalFrom: day('2026-05-09'),
  products: [
    { adProduct: 'SP', now: kpisOf(totals(14)), before: kpisOf(totals(9)) },
    { adProduct: 'SD', now: kpisOf(totals(7)), before: null },
  ],
  campaigns: [
    { id: '7001', name: 'Spring', adProduct: 'SP', status: 'ENABLED', ...totals(12) },
    { id: '7002', name: 'Old', adProduct: 'SB', status: 'SOMETHING_NEW', ...totals(2) },
  ],
  campaignCount: 12,
  movers: {
    gained: [
      {
        id: '7003',
        name: 'Up',
        adProduct: 'SP',
        now: { cost: '5.5', sales: '90.25' },
        before: { cost: '6.5', sales: '40' },
      },
    ],
    lost: [
      {
        id: '7004',
        name: 'Down',
        adProduct: 'SD',
        now: { cost: '8', sales: '1.5' },
        before: { cost: '7', sales: '3' },
      },
    ],
  },
}
const flat: Dashboard = {
  ...spring,
  daysBefore: null,
  before: null,
  products: spring.products.slice(0, 1),
  movers: { gained: [], lost: spring.movers.lost },
}
const unchanged: Dashboard = { ...spring, before: spring.now }
const queryParameters = { account: first, period: '7d' }
const path = '/dashboard/ads/'
const controls = periodControls({ period: '7d' }, queryParameters, { loaded: days, shown: spring.days, path })
const dashboard = (shown: Dashboard, loading: SyncProgress = loadingOf(loaded)) =>
  dashboardPage(shell, {
    connection: active,
    dashboard: shown,
    charted: parseChartedMetrics({ columns: 'clicks' }),
    counting: 'console',
    queryParameters,
    controls,
    loading,
  })
const dashboards = {
  plain: dashboard(spring),
  'nothing before': dashboard(flat),
  'nothing moved': dashboard(unchanged),
  'still loading, and reconciled another day': dashboard(
    spring,
    loadingOf(reports, { reconciled: { checkedAt: hoursLater(-30), mismatches: 0 } }),
  ),
  'figures differ': dashboard(
    spring,
    loadingOf([...loaded, ...failed], { reconciled: { checkedAt: noon, mismatches: 1 } }),
  ),
  'never loaded, never reconciled': dashboard(
    spring,
    loadingOf(loaded, { lastLoadedAt: null, reconciled: null }),
  ),
  'all failed': dashboard(spring, loadingOf(failed)),
  'other days': otherDaysPage(shell, { connection: active, controls, loaded: days }),
}

const currencies = [
  {
    currency: 'GBP',
    accounts: [
      { connection: active, days: spring.days, now: kpisOf(totals(3)) },
      { connection: { ...active, id: second }, days: spring.days, now: kpisOf(totals(4)) },
    ],
    all: kpisOf(totals(7)),
  },
  {
    currency: 'USD',
    accounts: [
      { connection: unauthorised, days: null, now: null },
      { connection: anActiveConnection({ id: first }), days, now: kpisOf(totals(2)) },
    ],
    all: kpisOf(totals(2)),
  },
]

const row = (index: number): TableRow => ({
  adProduct: 'SP',
  keys: {
    campaign_id: `70${index}`,
    ad_group_id: `80${index}`,
    placement: 'TOP',
    targeting: 'oak clock',
    target_id: `90${index}`,
    match_type: 'BROAD',
    search_term: 'kitchen clock',
    ad_id: `60${index}`,
  },
  names: {
    campaign_name: `Campaign no. ${index}`,
    ad_group_name: `Group no. ${index}`,
    campaign_status: 'PAUSED',
    asin: 'B0EXAMPLE1',
    sku: 'SKU-1',
  },
  cursor: { value: `${index}`, cost: `${17 * index}.25`, adProduct: 'SP', keys: [`70${index}`] },
  ...totals(index),
})
const nameless: TableRow = {
  ...row(3),
  keys: { campaign_id: '703', ad_group_id: '803', target_id: '903', ad_id: '603' },
  names: {},
}
const table = (
  level: (typeof levels)[number],
  query: TableQuery = {},
  overrides: Partial<Parameters<typeof tablePage>[1]['shown'] & { result: 'rows' }> = {},
) =>
  tablePage(shell, {
    connection: active,
    level,
    query: { account: first, period: '7d', ...query },
    shown: {
      result: 'rows',
      loaded: days,
      days: spring.days,
      count: 1204,
      rows: [row(1), row(2), nameless],
      hasMore: false,
      ...overrides,
    },
    missingReports: {
      arriving: ['sp_targeting'],
      failed: [aFailedReport({ type: 'sp_search_terms' })],
      unconfirmed: ['sb_targeting'],
    },
    finished: [aLoadedReport({ type: 'sb_campaigns', legacyCampaigns: 3 })],
  })
const tables = {
  ...Object.fromEntries(levels.map(level => [level, table(level)])),
  'filtered, sorted and turned': table(
    'search-terms',
    {
      q: 'clock',
      wasted: 'yes',
      least_spend: '5',
      most_acos: '30',
      sort: 'acos',
      order: 'ascending',
      column: ['sales', 'acos'],
      campaign: '701',
      after: encodeCursor(row(1).cursor),
    },
    { hasMore: true },
  ),
  'in an ad group': table('targeting', { campaign: '701', group: '801', sort: 'orders' }, { hasMore: true }),
  'in an ad group without rows': table(
    'targeting',
    { campaign: '701', group: '801' },
    { rows: [], count: 0 },
  ),
  'in a campaign without rows': table('ad-groups', { campaign: '701' }, { rows: [], count: 0 }),
  'all columns': table('campaigns', { column: [...chosenColumns()] }),
  'other days': tablePage(shell, {
    connection: active,
    level: 'products',
    query: { account: first, from: '2025-01-01', to: '2025-01-31' },
    shown: { result: 'outside_loaded_days', loaded: days },
    missingReports: { arriving: [], failed: [], unconfirmed: [] },
    finished: [],
  }),
}

function chosenColumns() {
  return ['spend', 'sales', 'acos', 'roas', 'orders', 'impressions', 'clicks', 'ctr', 'cpc'] as const
}

export const sellerModels: Readonly<Record<string, Readonly<Record<string, object>>>> = {
  account: accounts,
  accounts: { 'two currencies': accountsPage(shell, { currencies, controls, period: { period: '7d' } }) },
  picker: pickers,
  renewal: reauthorisations,
  waiting: waitingPages,
  dashboard: dashboards,
  table: tables,
}
