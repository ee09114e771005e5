import type { ConnectionId } from '../../../domain/identifiers.ts'
import { dailyChart } from '../daily-chart.ts'
import { healthCard } from '../health-texts.ts'
import type { NoticeCode } from '../notice-texts.ts'
import { noticeOf } from '../notices.ts'
import type { PickerEntry, StageState } from '../page-models/connecting.ts'
import type { KpiTile } from '../page-models/performance.ts'
import type { AccountLabel, Switcher, ViewAsBanner } from '../page-models/shell.ts'
import { periodControls } from '../period-query.ts'
import { levelLinks } from '../table-page.ts'
import { exampleCampaigns, exampleDays, exampleHealths, exampleNow } from './examples.ts'
import type { ForcedState } from './sheet.ts'

export interface ComponentExample {
  readonly name: string
  readonly template: string
  readonly model: object
  /** On the first control. */
  readonly forcedState?: ForcedState
}

export interface Section {
  readonly title: string
  readonly specimens: readonly ComponentExample[]
}

const us: AccountLabel = { name: 'Larch & Loam', marketplace: 'Amazon.com', flag: 'US', country: 'US' }
const emirates: AccountLabel = { name: 'متجر النور!', marketplace: 'Amazon.ae', flag: 'AE', country: 'AE' }
const long: AccountLabel = {
  name: 'Schwarzwälder Uhren- und Holzwarenmanufaktur GmbH & Co. KG',
  marketplace: 'Amazon.de',
  flag: 'DE',
  country: 'DE',
}
const flagless: AccountLabel = { name: 'Loam House', marketplace: 'Amazon (XK)', flag: null, country: 'XK' }

const exampleOf =
  (template: string) =>
  (name: string, model: object, forcedState?: ForcedState): ComponentExample => ({
    name,
    template,
    model,
    ...(forcedState && { forcedState }),
  })

const buttonClasses = [
  'button button--primary',
  'button',
  'button button--danger',
  'button button--small',
  'link-button',
]
const button = exampleOf('{{> reauthorise-form}}')
const buttons = buttonClasses.flatMap(look =>
  ([undefined, 'hover', 'focus', 'press'] as const).map(forcedState =>
    button(
      `${look.replace(/button--|button /g, '')}, ${forcedState ?? 'at rest'}`,
      { id: 'c-0', label: 'Authorise again', look },
      forcedState,
    ),
  ),
)

const field = exampleOf('{{> code-field}}')
const notice = exampleOf('{{> notice hasOwnButton=false}}')
const viewAs = exampleOf('{{> view-as-banner}}')
const viewAsBanner: ViewAsBanner = {
  userId: 'p-0',
  name: 'Sam Seller',
  email: 'sam@example.com',
  ends: '14:32 UTC',
  csrf: '',
}
const switcher = exampleOf('{{> switcher}}')
const accountLabel = exampleOf('{{> account-label}}')
const list = exampleOf('{{> picker-list}}')
const stages = exampleOf('{{> stages}}')
const health = exampleOf('<div class="account-page">{{> health-card}}</div>')

const switcherWith = (accounts: readonly AccountLabel[], canConnect = true): Switcher => ({
  current: accounts[0] ?? null,
  accounts: accounts.map((account, index) => ({ ...account, id: `c-${index}`, isCurrent: index === 0 })),
  canConnect,
})

const entry = (account: AccountLabel, overrides: Partial<PickerEntry> = {}): PickerEntry => ({
  ...account,
  profileId: '3716291847563920',
  kind: 'Seller',
  isConnected: false,
  reason: null,
  ...overrides,
})
const picker = (entries: readonly PickerEntry[]) => ({ entries, isSearchable: false, unfetchedRegions: [] })

const stagesWith = (...states: StageState[]) => ({
  stages: ['OAuth', 'Generating Reports', 'Processing', 'Ready'].map((name, index) => ({
    name,
    state: states[index],
  })),
})

const tile = (overrides: Partial<KpiTile>): KpiTile => ({
  name: 'Sales',
  value: '$48,903.55',
  change: { text: '▲ 12.4%', direction: 'up', isGood: true },
  before: '$43,508.50',
  definition: 'Sales within 7 days of a click.',
  sparkline: null,
  ...overrides,
})
const tiles = [
  tile({}),
  tile({
    name: 'CPC',
    value: '$0.82',
    change: { text: '▲ 3.5%', direction: 'up', isGood: false },
    before: '$0.79',
  }),
  tile({
    name: 'Spend',
    value: '$12,418.07',
    change: { text: '▲ 4.1%', direction: 'up', isGood: null },
    before: '$11,929.00',
  }),
  tile({ name: 'Orders', value: '1,644', change: null, before: '–' }),
  tile({ name: 'ROAS', value: '–', change: null, before: '–' }),
  tile({ name: 'Impressions', value: '3,904,411,220', before: '4,033,483,017' }),
]

const { days, loaded } = exampleDays
const shown = { loaded, shown: loaded, path: '/dashboard/ads/' }
const controls = (query: Parameters<typeof periodControls>[0]) => periodControls(query, {}, shown)
const chart = dailyChart(
  { daily: days, provisionalFrom: exampleDays.provisionalFrom },
  { columns: 'spend', line: 'sales' },
  'USD',
)
const campaigns = exampleOf('{{> campaigns}}')

const noticeNames: readonly NoticeCode[] = [
  'discarded',
  'renewed',
  'denied',
  'code_refused',
  'no_profiles',
  'ads_account_pending',
]

export const sections = (supportEmail: string): readonly Section[] => [
  { title: 'Buttons', specimens: buttons },
  {
    title: 'Fields',
    specimens: [
      field('at rest', { label: 'Code from your app', problem: null }),
      field('in focus', { label: 'Code from your app', problem: null }, 'focus'),
      exampleOf('{{> field-problem}}{{> code-field}}')('rejected', {
        label: 'Code from your app',
        problem: 'That code didn’t work.',
      }),
    ],
  },
  {
    title: 'Notices',
    specimens: noticeNames.flatMap(code => {
      const shownNotice = noticeOf(code, '7F3K-2QXD')
      return shownNotice
        ? [
            notice(`${shownNotice.tone}${shownNotice.steps.length > 0 ? ', with steps' : ''}`, {
              ...shownNotice,
              supportEmail,
            }),
          ]
        : []
    }),
  },
  {
    title: 'View as seller',
    specimens: [
      viewAs('on every page', viewAsBanner),
      viewAs('right-to-left name', { ...viewAsBanner, name: 'ليلى حسن', email: 'laila@example.com' }),
    ],
  },
  {
    title: 'Accounts and flags',
    specimens: [
      accountLabel('default', us),
      accountLabel('a long name', long),
      accountLabel('right-to-left name', emirates),
      accountLabel('a country without a flag', flagless),
    ],
  },
  {
    title: 'Account switcher',
    specimens: [
      switcher('one account', switcherWith([us])),
      switcher('in focus', switcherWith([us]), 'focus'),
      switcher('several, one right-to-left', switcherWith([emirates, us, long])),
      switcher('plan restriction', switcherWith([us], false)),
    ],
  },
  {
    title: 'Picker entries',
    specimens: [
      list('default', picker([entry(us)])),
      list('hover', picker([entry(us)]), 'hover'),
      list('in focus', picker([entry(us)]), 'focus'),
      list('already connected', picker([entry(us, { isConnected: true })])),
      list(
        'disabled',
        picker([entry(us, { kind: 'Agency', reason: 'Agency profiles have no sponsored ads to load.' })]),
      ),
      list('a long name', picker([entry(long, { kind: 'Seller, view only' })])),
      list('right-to-left name', picker([entry(emirates)])),
      list('a region that failed', {
        ...picker([entry(us)]),
        unfetchedRegions: [{ region: 'eu', sentence: 'Amazon’s Europe region didn’t respond in time.' }],
      }),
      list('empty', picker([])),
    ],
  },
  {
    title: 'Stages',
    specimens: [
      stages('just started', stagesWith('current', 'waiting', 'waiting', 'waiting')),
      stages('halfway', stagesWith('done', 'done', 'current', 'waiting')),
      stages('done', stagesWith('done', 'done', 'done', 'done')),
      stages('failed', stagesWith('done', 'failed', 'waiting', 'waiting')),
    ],
  },
  {
    title: 'Account health',
    specimens: exampleHealths.map(each =>
      health(each.health.replaceAll('_', ' '), {
        health: healthCard(each, { id: 'c-0' as ConnectionId, now: exampleNow }),
        failedReports: [],
      }),
    ),
  },
  {
    title: 'Periods',
    specimens: [
      exampleOf('{{> periods}}')('preset period', controls({})),
      exampleOf('{{> periods}}')('custom range', controls({ from: loaded.from, to: loaded.to })),
    ],
  },
  {
    title: 'Levels',
    specimens: [exampleOf('{{> levels}}')('one selected', { levels: levelLinks('campaigns', {}) })],
  },
  {
    title: 'Tiles',
    specimens: [
      exampleOf('<div class="card overview__tiles">{{> tiles}}</div>')(
        'better, worse, neutral, no previous period, no value',
        { tiles },
      ),
    ],
  },
  {
    title: 'Chart',
    specimens: [
      exampleOf('<div class="card">{{> daily-chart}}</div>')('with days that aren’t final', {
        ...chart,
        hiddenFields: [],
      }),
    ],
  },
  {
    title: 'Table',
    specimens: [
      campaigns('with long and right-to-left names', {
        campaigns: exampleCampaigns,
        campaignCount: 134,
        campaignsHref: '#campaigns',
      }),
      campaigns('empty', { campaigns: [], campaignCount: 0, campaignsHref: '#campaigns' }),
    ],
  },
]
