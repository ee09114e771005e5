import { caseChoices, timelineChoices } from '../../../src/adapters/fastify/console/cases/case-query.ts'
import { demoNotice } from '../../../src/adapters/fastify/console/demo-notice.ts'
import type {
  ActionForm,
  CasePage,
  CaseRow,
  CasesPage,
  DiagnosisCard,
  TimelineEntryView,
} from '../../../src/adapters/fastify/console/page-models/console.ts'
import { long, notice, type Sample, uk, us } from './sample.ts'
import { byApp, staffShell } from './second-factor-samples.ts'

const caseRow: CaseRow = {
  href: '/admin/cases/8f14e45f-ceea-467f-a9d0-0d5f4b1c7e21',
  user: { name: 'Sam Seller', email: 'seller@demo.test' },
  amazonEmail: 'jane@example.com',
  account: us,
  stage: 'Ready',
  health: { name: 'Connected', tone: 'success' },
  cause: 'Healthy',
  lastLoaded: '26 Nov, 03:12',
  active: '26 Nov, 03:12',
}

const cases: CasesPage = {
  ...staffShell,
  section: 'cases',
  title: 'Cases',
  q: '',
  filters: caseChoices({}),
  isNarrowed: false,
  cases: [
    caseRow,
    {
      ...caseRow,
      user: {
        name: 'Benedikt Uhrmacher-Schwarzwälder',
        email: 'benedikt.uhrmacher@schwarzwald-uhren.example',
      },
      amazonEmail: null,
      account: long,
      stage: 'Generating Reports',
      health: { name: 'Throttled', tone: 'warning' },
      cause: 'Throttled by Amazon',
      lastLoaded: '–',
    },
    {
      ...caseRow,
      account: uk,
      stage: 'OAuth',
      health: { name: 'Needs authorisation', tone: 'error' },
      cause: 'Permission revoked at Amazon',
    },
    {
      ...caseRow,
      user: { name: 'Nora New', email: 'nora@example.test' },
      amazonEmail: null,
      account: null,
      stage: 'Not started',
      health: { name: 'Not connected', tone: 'info' },
      cause: 'Consent denied at Amazon',
      lastLoaded: '–',
    },
  ],
  nextHref: '/admin/cases?at=2026-11-26T03%3A12%3A00.000Z',
}
const nothingFound: CasesPage = {
  ...cases,
  q: 'nobody@example.test',
  isNarrowed: true,
  cases: [],
  nextHref: null,
}
const noCases: CasesPage = { ...cases, notice: demoNotice(() => 40), cases: [], nextHref: null }

const revoked: DiagnosisCard = {
  cause: 'grant_revoked',
  name: 'Permission revoked at Amazon',
  sentence:
    'Amazon has rejected the refresh token since 2026-11-25 21:04 UTC: user revoked the authorisation or changed their Amazon account.',
  owner: 'Seller must fix',
  tone: 'warning',
  confidence: 'Certain',
  since: '25 November 2026, 21:04 UTC',
  possibilities: [],
  evidence: [
    {
      when: '25 November 2026, 21:04 UTC',
      iso: '2026-11-25T21:04:12.000Z',
      sentence: 'Authorisation lost: revoked at Amazon (invalid_grant).',
      href: '#entry-2',
    },
  ],
  sellerMessage:
    'Our access at Amazon was removed. Choose Authorise again on Dashboard → Ads. Your data is still here, and we’ll fill in the missing days.',
  can: [
    { label: 'Send connect link', href: '#send_connect_link' },
    { label: 'Test connection', href: '#test_live' },
  ],
}
const noCallback: DiagnosisCard = {
  ...revoked,
  cause: 'callback_missing',
  name: 'No callback from Amazon',
  sentence: 'User went to Amazon’s page; no callback within 30 minutes.',
  confidence: 'Possible',
  possibilities: [
    'User closed the Amazon tab or abandoned the sign-in.',
    'Amazon rejected our callback URL and showed its own error page: check Allowed Return URLs in the security profile.',
    'Amazon’s page didn’t load.',
  ],
  can: [...revoked.can, { label: 'Change plan', href: null }],
}
const emailBounces: DiagnosisCard = {
  ...revoked,
  cause: 'email_failed',
  name: 'Email bounces',
  sentence:
    'Last email to the user rejected: 550 from the recipient’s server. Use another channel: replies would bounce too.',
  evidence: [],
  can: [],
  since: null,
}
const healthy: DiagnosisCard = {
  ...revoked,
  cause: 'healthy',
  name: 'Healthy',
  tone: 'success',
  owner: 'No action needed',
  sentence: 'Connection healthy; next sync due 2026-11-27 03:12 UTC.',
  sellerMessage: 'Your account is connected and your figures are up to date.',
}

const entry: TimelineEntryView = {
  id: '2',
  iso: '2026-11-25T21:04:12.000Z',
  utc: '25 Nov 2026, 21:04:12',
  there: '25 Nov 2026, 13:04:12',
  gap: '+18 h',
  level: 'error',
  isError: true,
  isWarning: false,
  sentence: 'Authorisation lost: revoked at Amazon (invalid_grant).',
  sellerText: 'Our access at Amazon was removed, so syncing has stopped. Your data is still here.',
  ids: [],
}
const timeline: readonly TimelineEntryView[] = [
  entry,
  {
    ...entry,
    id: '1',
    level: 'warning',
    isError: false,
    isWarning: true,
    gap: '+2.1 s',
    sentence:
      'SP targeting: Amazon throttled us (429) and asked us to wait 17 s; next try at 2026-11-25 03:12:31 UTC.',
    sellerText: 'Retrying soon.',
    ids: [
      { term: 'Sync run', value: '7F3A-12C0', href: '/admin/cases/1?about=2#timeline' },
      { term: 'Report', value: '4B0E-9B61', href: '/admin/cases/1?about=3#timeline' },
      { term: 'Amazon request', value: '0b6a1d3c-4f77-4d3e-9a6b-2b8b6f2f6a11', href: null },
    ],
  },
  {
    ...entry,
    id: '0',
    level: 'info',
    isError: false,
    gap: null,
    sellerText: null,
    sentence: 'Sent to Amazon’s consent page for Europe.',
  },
]
const action: ActionForm = {
  name: 'test_live',
  label: 'Test connection',
  effect:
    'Requests a fresh access token, the profiles of all three regions and the status of one report. Changes nothing.',
  button: 'Test now',
  isDestructive: false,
  reason: '',
  days: null,
  problem: null,
  verification: null,
  isCodeWrong: false,
  problemId: 'test_live-problem',
  codeId: 'test_live-code',
}
const actions: readonly ActionForm[] = [
  action,
  {
    ...action,
    name: 'disconnect',
    label: 'Disconnect',
    effect: 'Deletes the tokens, stops syncing and frees the slot. The seller gets an email.',
    button: 'Disconnect',
    isDestructive: true,
    verification: byApp,
    problemId: 'disconnect-problem',
    codeId: 'disconnect-code',
  },
]
const rejectedForms: readonly ActionForm[] = [
  { ...action, problem: { field: 'reason', sentence: 'Reason too short. Nothing was changed.' } },
  {
    ...action,
    name: 'load_again',
    problemId: 'load_again-problem',
    codeId: 'load_again-code',
    label: 'Reload days',
    effect: 'Requests all report types for these days. The new data replaces the old.',
    button: 'Reload',
    reason: 'figures were lower',
    days: { from: '2026-10-27', to: '2026-11-25', min: '2026-09-27', max: '2026-11-25' },
    problem: { field: 'days', sentence: 'The last day is before the first. Nothing was changed.' },
  },
]
export const casePageSample: CasePage = {
  ...staffShell,
  section: 'cases',
  title: 'Sam Seller',
  id: '8f14e45f-ceea-467f-a9d0-0d5f4b1c7e21',
  about: {
    id: '0f9d3f6e-2a34-4c55-9a0e-0d5f4b1c7e21',
    name: 'Sam Seller',
    email: 'seller@demo.test',
    role: 'Seller',
  },
  account: us,
  health: { name: 'Needs authorisation', tone: 'error' },
  stage: 'Ready',
  first: revoked,
  others: [emailBounces],
  facts: [
    { term: 'User', value: 'seller@demo.test' },
    { term: 'Plan', value: 'Annual, renews automatically' },
    { term: 'Reference', value: '8F14-E45F' },
    { term: 'Amazon email', value: 'jane@example.com' },
    { term: 'Amazon user id', value: 'amzn1.account.AEXAMPLEUSERIDTHATISLONG' },
    { term: 'Profile', value: '8017093095374960' },
    { term: 'Last successful sync', value: '25 November 2026, 03:12 UTC' },
  ],
  otherCases: [{ href: '/admin/cases/1', label: '1C7E-21AA' }],
  actions,
  zone: 'America/Los_Angeles',
  filters: timelineChoices({}),
  isNarrowed: false,
  timeline,
  olderHref: '/admin/cases/8f14e45f?before=1#timeline',
}

export const consoleSamples: readonly Sample[] = [
  { name: 'console-cases', view: 'staff/cases', page: cases },
  { name: 'console-cases-none-found', view: 'staff/cases', page: nothingFound },
  { name: 'console-cases-nobody', view: 'staff/cases', page: noCases },
  { name: 'console-case', view: 'staff/case', page: casePageSample },
  {
    name: 'console-case-well',
    view: 'staff/case',
    page: {
      ...casePageSample,
      first: healthy,
      others: [],
      health: { name: 'Connected', tone: 'success' },
      otherCases: [],
      olderHref: null,
      notice: notice('success', 'Sync started', 'Begins within seconds. Reason logged.'),
    } as CasePage,
  },
  {
    name: 'console-case-refused',
    view: 'staff/case',
    page: { ...casePageSample, actions: rejectedForms } as CasePage,
  },
  {
    name: 'console-case-person',
    view: 'staff/case',
    page: {
      ...casePageSample,
      first: noCallback,
      account: null,
      health: { name: 'Not connected', tone: 'info' },
      stage: 'Not started',
      zone: null,
      timeline: [],
      olderHref: null,
    } as CasePage,
  },
]
