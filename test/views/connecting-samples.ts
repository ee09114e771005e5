import type {
  AccountPage,
  DisconnectPage,
  NoPlanPage,
  PickerPage,
  ReauthorisationPage,
  WaitingPage,
  WelcomePage,
} from '../../src/adapters/fastify/page-models/connecting.ts'
import {
  account,
  blocked,
  entry,
  failedRegion,
  noPlan,
  parting,
  picker,
  processing,
  reauthorisation,
  reportsIn,
  stagesAt,
  thousand,
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
      'Your Quarterly plan lapsed, so syncing has stopped. Your data is still here.',
      'Renew the plan, and syncing continues automatically.',
    ),
    switcher: switcherWith([us], false),
  }),
  ads.welcome('welcome', welcome),
  ads.welcome('welcome-denied', {
    ...welcome,
    notice: notice(
      'info',
      'You didn’t allow access',
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
      'Amazon didn’t respond in time. None of your credentials were stored; please start again.',
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
          'Sign in at advertising.amazon.com with the same email.',
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
      sentence: 'Sponsored Brands search terms could not be loaded last time; the others were.',
      next: 'The next sync requests them again.',
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
      sentence: 'Our access at Amazon was removed, so syncing has stopped. Your data is still here.',
      next: 'Authorise again at Amazon to load the missing days.',
      action: { label: 'Authorise again', reauthorises: 'c-0' },
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
      next: 'Its data is kept until 25 December 2026, 03:12 UTC: connect the same profile again before then, and all of it is there.',
      action: { label: 'Connect again', connects: true },
    },
    canReauthorise: false,
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
      sentence: 'We’ve erased its data.',
      next: 'If you connect the same profile again, it starts from scratch.',
      action: { label: 'Connect Amazon Ads Account', connects: true },
    },
    canReauthorise: false,
    mayDisconnect: false,
  }),
  ads.disconnect('disconnect', parting),
  ads.disconnect('disconnect-long', { ...parting, account: long }),
  ads.erase('erase', { ...parting, retainedUntil: '25 December 2026, 03:12 UTC' }),
  ads.reauthorisation('renewal-other-account', reauthorisation),
  ads.reauthorisation('renewal-unread', {
    ...reauthorisation,
    unread: { region: 'eu', sentence: 'Amazon’s Europe region didn’t respond in time.' },
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
          reason: 'An agency profile has no campaigns. Choose a seller or vendor profile that it manages.',
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
    expires: { time: '15:42', iso: '2026-10-06T15:42:00.000Z', minutes: 1 },
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
  ads.waiting('waiting-peek', { ...processing, canOpenEarly: true }),
  ads.waiting('waiting-refreshing', { ...processing, refreshes: true }),
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
      sentence: 'Amazon could not make any of the reports.',
      action: 'We try again by ourselves tonight. Nothing is lost, and you need not connect again.',
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
      action: 'Your account is still connected, and the other reports are loaded.',
    },
  }),
]
