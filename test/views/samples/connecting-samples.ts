import type {
  AccountPage,
  DisconnectPage,
  NoPlanPage,
  PickerPage,
  ReauthorisationPage,
  WaitingPage,
  WelcomePage,
} from '../../../src/adapters/fastify/seller/page-models/connecting.ts'
import {
  account,
  blocked,
  disconnection,
  entry,
  failedRegion,
  noPlan,
  picker,
  processing,
  reauthorisation,
  reportsIn,
  stagesAt,
  thousandEntries,
  waiting,
  welcome,
} from './connecting-pages.ts'
import { long, notice, type Sample, switcherWith, uk, us } from './sample.ts'

const ads = {
  noPlan: (name: string, page: NoPlanPage): Sample => ({ name, view: 'ads/no-plan', page }),
  welcome: (name: string, page: WelcomePage): Sample => ({ name, view: 'ads/welcome', page }),
  account: (name: string, page: AccountPage): Sample => ({ name, view: 'ads/account', page }),
  disconnect: (name: string, page: DisconnectPage): Sample => ({ name, view: 'ads/disconnect', page }),
  erase: (name: string, page: DisconnectPage): Sample => ({ name, view: 'ads/erase', page }),
  reauthorisation: (name: string, page: ReauthorisationPage): Sample => ({
    name,
    view: 'ads/reauthorisation',
    page,
  }),
  picker: (name: string, page: PickerPage): Sample => ({ name, view: 'ads/picker', page }),
  waiting: (name: string, page: WaitingPage): Sample => ({ name, view: 'ads/waiting', page }),
}

export const connectingSamples: readonly Sample[] = [
  ads.noPlan(
    'no-plan',
    noPlan(
      'You need a full-suite plan',
      'You have no plan. To connect an Amazon Advertising account, you need a full-suite plan.',
      'Choose a Monthly, Quarterly or Annual plan on 1smart.link. You can connect once it’s active.',
    ),
  ),
  ads.noPlan(
    'no-plan-partial',
    noPlan(
      'Your plan doesn’t include Ads',
      'You have the Listing Tools plan. To connect an Amazon Advertising account, you need a full-suite plan.',
      'Change to a Monthly, Quarterly or Annual plan on 1smart.link. You can connect once it’s active.',
    ),
  ),
  ads.noPlan('no-plan-lapsed', {
    ...noPlan(
      'Your plan has lapsed',
      'Your quarterly plan ended on 3 November 2026.',
      'Renew your plan on 1smart.link. It takes effect at once.',
    ),
    switcher: switcherWith([us], false),
  }),
  ads.welcome('welcome', welcome),
  ads.welcome('welcome-denied', {
    ...welcome,
    notice: notice(
      'info',
      'You didn’t allow access at Amazon',
      'To connect, choose Allow on Amazon’s page. We didn’t store any credentials.',
      { hasConnectButton: true },
    ),
  }),
  ads.welcome('welcome-expired', {
    ...welcome,
    notice: notice(
      'warning',
      'Your authorisation has expired',
      'You had one hour to choose an account. We’ve erased the authorisation. Connect again.',
      { hasConnectButton: true },
    ),
  }),
  ads.welcome('welcome-failed', {
    ...welcome,
    notice: notice(
      'error',
      'Amazon didn’t respond in time',
      'We couldn’t complete the authorisation. Try again in a few minutes. We didn’t store any credentials.',
      { hasConnectButton: true, reference: '7F3K-2QXD' },
    ),
  }),
  ads.welcome('welcome-no-profiles', {
    ...welcome,
    notice: notice(
      'error',
      'No profiles available',
      'This Amazon login has no active advertising profile, so there is nothing to connect. Amazon didn’t tell us why. We didn’t keep any credentials.',
      {
        hasConnectButton: true,
        reference: '7F3K-2QXD',
        steps: [
          'Sign in at advertising.amazon.com with the same Amazon login.',
          'Check for a profile with active campaigns, or an active seller account linked to advertising.',
          'If you use several Amazon logins, allow access with the one that owns the account.',
        ],
      },
    ),
  }),
  ads.welcome('welcome-discarded', {
    ...welcome,
    notice: notice(
      'success',
      'Connection cancelled',
      'Nothing was connected. We didn’t keep any credentials.',
    ),
  }),
  ads.welcome('welcome-kept', {
    ...welcome,
    notice: notice('success', 'Account disconnected', 'We keep its data for 30 days.'),
    disconnected: [
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
      sentence: 'Sponsored Brands search terms didn’t load last time. The other reports did.',
      next: 'The next sync requests the missing reports again.',
      action: { label: 'Contact support', href: '/dashboard/help?account=c-0&ref=7F3K-2QXD' },
    },
    failedReports: [
      {
        name: 'Sponsored Brands search terms',
        sentence: 'Amazon was too busy to create this report. The next daily sync requests it again.',
      },
    ],
  }),
  ads.account('account-needs-authorisation', {
    ...account,
    health: {
      ...account.health,
      name: 'Needs your authorisation',
      tone: 'warning',
      sentence: 'Our access at Amazon was removed, so syncing has stopped. Your data is still here.',
      next: 'Authorise again at Amazon to load the missing days.',
      action: { label: 'Authorise again', reauthorisedConnectionId: 'c-0' },
    },
  }),
  ads.account('account-disconnected', {
    ...account,
    switcher: null,
    health: {
      ...account.health,
      name: 'Disconnected',
      tone: 'info',
      sentence: 'Its authorisation is erased and syncing has stopped.',
      next: 'Its data is kept until 25 December 2026, 03:12 UTC. To get it back, connect the same profile again before then.',
      action: { label: 'Connect again', isConnectForm: true },
    },
    canReauthorise: false,
    canDisconnect: false,
    canErase: true,
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
      sentence: 'We’ve erased its data.',
      next: 'If you connect the same profile again, it starts from scratch.',
      action: { label: 'Connect Amazon Ads Account', isConnectForm: true },
    },
    canReauthorise: false,
    canDisconnect: false,
  }),
  ads.disconnect('disconnect', disconnection),
  ads.disconnect('disconnect-long', { ...disconnection, account: long }),
  ads.erase('erase', { ...disconnection, retainedUntil: '25 December 2026, 03:12 UTC' }),
  ads.reauthorisation('renewal-other-account', reauthorisation),
  ads.reauthorisation('renewal-unread', {
    ...reauthorisation,
    unfetchedRegion: { region: 'eu', sentence: 'Amazon’s Europe region didn’t respond in time.' },
  }),
  ads.picker('picker', picker),
  ads.picker('picker-thousand', { ...picker, entries: thousandEntries, isSearchable: true }),
  ads.picker('picker-unread-region', { ...picker, unfetchedRegions: [failedRegion('eu', 'Europe')] }),
  ads.picker('picker-all-unread', {
    ...picker,
    entries: [],
    amazonUser: null,
    unfetchedRegions: [
      failedRegion('na', 'North America'),
      failedRegion('eu', 'Europe'),
      failedRegion('fe', 'Far East'),
    ],
  }),
  ads.picker('picker-kinds', {
    ...picker,
    switcher: switcherWith([us]),
    notice: notice('warning', 'This profile isn’t on the list', 'Choose one of the listed profiles.'),
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
            'Agency profiles have no sponsored ads to load. Choose the brand’s seller or vendor profile.',
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
      live: [...blocked.live, { connectionId: 'c-1', ...long }],
      replaces: null,
    },
  }),
  ads.picker('picker-nearly-expired', {
    ...picker,
    expires: { time: '15:42 UTC', iso: '2026-10-06T15:42:00.000Z', minutes: 1 },
  }),
  ads.waiting('waiting-oauth', {
    ...waiting,
    stage: 'oauth',
    stages: stagesAt(['current']),
    reports: { done: 0, total: 7 },
    reportList: [],
    estimate: null,
  }),
  ads.waiting('waiting-generating', waiting),
  ads.waiting('waiting-quick', { ...waiting, pollSeconds: 1 }),
  ads.waiting('waiting-processing', processing),
  ads.waiting('waiting-peek', { ...processing, canOpenEarly: true }),
  ads.waiting('waiting-refreshing', { ...processing, hasAutoRefresh: true }),
  ads.waiting('waiting-ready', {
    ...processing,
    stage: 'ready',
    stages: stagesAt(['done', 'done', 'done', 'done']),
    reports: { done: 7, total: 7 },
    reportList: reportsIn('loaded'),
    estimate: null,
    canOpenEarly: true,
  }),
  ads.waiting('waiting-failed', {
    ...waiting,
    stage: 'failed',
    stages: stagesAt(['done', 'failed']),
    reports: { done: 7, total: 7 },
    reportList: reportsIn('failed'),
    estimate: null,
    problem: {
      sentence: 'Amazon was too busy to create this report. The next daily sync requests it again.',
      action: 'Your account is still connected, and nothing is lost.',
    },
  }),
  ads.waiting('waiting-failed-at-the-end', {
    ...waiting,
    title: 'We couldn’t load your data',
    stage: 'failed',
    stages: stagesAt(['done', 'done', 'done', 'failed']),
    reports: { done: 7, total: 7 },
    reportList: reportsIn('failed', 'failed', 'loaded'),
    estimate: null,
    problem: {
      sentence: 'Amazon couldn’t create your campaign reports, so there are no totals to show.',
      action: 'Your account is still connected, and other reports are loaded.',
    },
  }),
]
