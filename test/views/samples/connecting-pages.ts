import type { AccountLabel } from '../../../src/adapters/fastify/kit/shell-model.ts'
import type {
  AccountPage,
  DisconnectPage,
  NoPlanPage,
  PickerEntry,
  PickerPage,
  ReauthorisationPage,
  StageState,
  WaitingPage,
  WelcomePage,
} from '../../../src/adapters/fastify/seller/page-models/connecting.ts'
import { sampleShell as shell, switcherWith, uk, us } from './sample.ts'

export const noPlan = (title: string, sentence: string, fix: string): NoPlanPage => ({
  ...shell,
  planRestriction: { title, sentence, fix },
})

export const welcome: WelcomePage = {
  ...shell,
  title: 'Connect your Amazon Ads account',
  otherRegions: [
    { value: 'eu', name: 'Europe' },
    { value: 'fe', name: 'Far East' },
  ],
  disconnected: [],
}

export const entry = (
  account: AccountLabel,
  profileId: string,
  kind = 'Seller',
  overrides: Partial<PickerEntry> = {},
): PickerEntry => ({
  ...account,
  profileId,
  kind,
  isConnected: false,
  reason: null,
  ...overrides,
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
  unfetchedRegions: [],
  amazonUser: 'Jane Doe (jane@example.com)',
  signOutUrl: 'https://www.amazon.com/gp/flex/sign-out.html',
  expires: { time: '15:42 UTC', iso: '2026-10-06T15:42:00.000Z', minutes: 54 },
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
  canReauthorise: true,
  canDisconnect: true,
  canErase: false,
  signOutUrl: picker.signOutUrl,
  removeAppUrl: 'https://www.amazon.com/ap/adam',
}

export const disconnection: DisconnectPage = {
  ...shell,
  title: 'Disconnect',
  switcher: switcherWith([us]),
  connectionId: 'c-0',
  account: us,
  retentionDays: 30,
  retainedUntil: null,
  removeAppUrl: account.removeAppUrl,
}

export const reauthorisation: ReauthorisationPage = {
  ...shell,
  title: 'Authorise again',
  switcher: switcherWith([us]),
  account: us,
  connectionId: 'c-0',
  profileId: '3716291847563920',
  pendingId: 'p-1',
  unfetchedRegion: null,
  before: 'Jane Doe (jane@example.com)',
  now: 'Bob Roe (bob@example.com)',
  confirmedUserId: 'amzn1.account.BOB',
  signOutUrl: picker.signOutUrl,
}

const marketplaces = [
  ['Amazon.com', 'US', 'US'],
  ['Amazon.ca', 'CA', 'CA'],
  ['Amazon.co.uk', 'GB', 'UK'],
  ['Amazon.de', 'DE', 'DE'],
  ['Amazon.fr', 'FR', 'FR'],
  ['Amazon.co.jp', 'JP', 'JP'],
  ['Amazon.com.au', 'AU', 'AU'],
  ['Amazon.in', 'IN', 'IN'],
] as const

export const thousandEntries = Array.from({ length: 1000 }, (_, at) => {
  const [marketplace, flag, country] = marketplaces[at % marketplaces.length] ?? marketplaces[0]
  return entry(
    { name: `Client ${1 + Math.floor(at / 8)}`, marketplace, flag, country },
    `${90_000_000_001 + at}`,
  )
})

export const failedRegion = (region: 'na' | 'eu' | 'fe', name: string) => ({
  region,
  sentence: `Amazon’s ${name} region didn’t respond in time. Its profiles may be missing.`,
})

export const blocked = {
  chosen: { profileId: '8374650192837465', ...uk },
  live: [{ connectionId: 'c-0', ...us }],
  replaces: { connectionId: 'c-0', ...us },
}

export const stagesAt = (states: readonly StageState[]): WaitingPage['stages'] =>
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

const reportText = {
  waiting: 'Being requested',
  generating: 'Amazon is preparing it',
  loading: 'Being loaded',
  loaded: 'Loaded; 1,204 rows',
  failed: 'Amazon was too busy to create this report. The next daily sync requests it again.',
} as const

export const reportsIn = (...states: (keyof typeof reportText)[]): WaitingPage['reportList'] =>
  reportNames.map((name, at) => {
    const state = states[at] ?? states.at(-1) ?? 'waiting'
    return { name, state, text: reportText[state] }
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
  canOpenEarly: false,
  statusUrl: '/dashboard/ads/status?account=c-0',
  hasAutoRefresh: false,
}

export const processing: WaitingPage = {
  ...waiting,
  stage: 'processing',
  stages: stagesAt(['done', 'done', 'current']),
  reports: { done: 4, total: 7 },
  reportList: reportsIn('loaded', 'loaded', 'loaded', 'loaded', 'loading', 'failed', 'generating'),
  estimate: 'About 1 minute left',
}
