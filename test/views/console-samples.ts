import { caseChoices, storyChoices } from '../../src/adapters/fastify/console/case-query.ts'
import { demoNotice } from '../../src/adapters/fastify/console/demo-notice.ts'
import type {
  ActionForm,
  CaseLine,
  CasePage,
  CasesPage,
  DiagnosisCard,
  StoryLine,
} from '../../src/adapters/fastify/page-models/console.ts'
import { inside } from './access-samples.ts'
import { long, notice, type Sample, uk, us } from './sample.ts'

const line: CaseLine = {
  href: '/admin/cases/8f14e45f-ceea-467f-a9d0-0d5f4b1c7e21',
  person: { name: 'Sam Seller', email: 'seller@demo.test' },
  amazonEmail: 'jane@example.com',
  account: us,
  stage: 'Ready',
  health: { name: 'Connected', tone: 'success' },
  cause: 'All is well',
  lastLoaded: '26 Nov, 03:12',
  active: '26 Nov, 03:12',
}

const cases: CasesPage = {
  ...inside,
  section: 'cases',
  title: 'Cases',
  q: '',
  filters: caseChoices({}),
  isNarrowed: false,
  cases: [
    line,
    {
      ...line,
      person: {
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
      ...line,
      account: uk,
      stage: 'OAuth',
      health: { name: 'Needs authorisation', tone: 'error' },
      cause: 'Permission revoked at Amazon',
    },
    {
      ...line,
      person: { name: 'Nora New', email: 'nora@example.test' },
      amazonEmail: null,
      account: null,
      stage: 'Not begun',
      health: { name: 'Not connected', tone: 'info' },
      cause: 'Permission refused at Amazon',
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
const nobody: CasesPage = { ...cases, notice: demoNotice(() => 40), cases: [], nextHref: null }

const revoked: DiagnosisCard = {
  cause: 'grant_revoked',
  name: 'Permission revoked at Amazon',
  sentence:
    'Amazon refuses the refresh token since 2026-11-25 21:04 UTC: the person took the permission back, or changed what it hangs on.',
  owner: 'The seller’s to mend',
  tone: 'warning',
  confidence: 'Certain',
  since: '25 November 2026, 21:04 UTC',
  possibilities: [],
  evidence: [
    {
      when: '25 November 2026, 21:04 UTC',
      iso: '2026-11-25T21:04:12.000Z',
      sentence: 'The authorisation is gone: Amazon says that the permission was revoked (invalid_grant).',
      href: '#entry-2',
    },
  ],
  tell: 'Amazon tells us that the permission for your account was taken back. Please press Authorise again on Dashboard → Ads; what was loaded is kept, and what is missing is filled in.',
  can: [
    { label: 'Send a connect link', href: '#send_connect_link' },
    { label: 'Test the connection live', href: '#test_live' },
  ],
}
const away: DiagnosisCard = {
  ...revoked,
  cause: 'never_came_back',
  name: 'Never came back from Amazon',
  sentence:
    'The person left for Amazon’s page and nothing came back within the half hour that an attempt lives.',
  confidence: 'Possible',
  possibilities: [
    'The tab at Amazon was closed, or the sign-in there was given up.',
    'Amazon does not know our redirect address and showed an error of its own: check the allowed return URLs of our security profile.',
    'Amazon’s page itself did not load.',
  ],
  can: [...revoked.can, { label: 'Change the plan', href: null }],
}
const mail: DiagnosisCard = {
  ...revoked,
  cause: 'mail_given_up',
  name: 'Mail does not arrive',
  sentence: 'The last mail to the person was given up by the mail server (550).',
  evidence: [],
  can: [],
  since: null,
}
const well: DiagnosisCard = {
  ...revoked,
  cause: 'all_well',
  name: 'All is well',
  tone: 'success',
  owner: 'Nothing to mend',
  sentence: 'The connection works; the next sync is due 2026-11-27 03:12 UTC.',
  tell: 'Your account is connected, and its figures are up to date.',
}

const entry: StoryLine = {
  id: '2',
  iso: '2026-11-25T21:04:12.000Z',
  utc: '25 Nov 2026, 21:04:12',
  there: '25 Nov 2026, 13:04:12',
  gap: '+18 h',
  level: 'error',
  isError: true,
  isWarning: false,
  sentence: 'The authorisation is gone: Amazon says that the permission was revoked (invalid_grant).',
  saw: 'The permission that you gave at Amazon is gone, so syncing has stopped. What was loaded stays.',
  ids: [],
}
const story: readonly StoryLine[] = [
  entry,
  {
    ...entry,
    id: '1',
    level: 'warning',
    isError: false,
    isWarning: true,
    gap: '+2.1 s',
    sentence:
      'SP targeting: Amazon throttled us (429) and asked for 17 s; next try at 2026-11-25 03:12:31 UTC.',
    saw: 'That it is tried again soon.',
    ids: [
      { term: 'Run', value: '7F3A-12C0', href: '/admin/cases/1?about=2#story' },
      { term: 'Report', value: '4B0E-9B61', href: '/admin/cases/1?about=3#story' },
      { term: 'Amazon request', value: '0b6a1d3c-4f77-4d3e-9a6b-2b8b6f2f6a11', href: null },
    ],
  },
  {
    ...entry,
    id: '0',
    level: 'info',
    isError: false,
    gap: null,
    saw: null,
    sentence: 'Sent to Amazon’s consent page for Europe.',
  },
]
const action: ActionForm = {
  name: 'test_live',
  label: 'Test the connection live',
  effect:
    'Amazon is asked for a fresh access token, for the profiles of its three regions and for the status of one report. Nothing is changed.',
  button: 'Test it now',
  isGrave: false,
  reason: '',
  days: null,
  problem: null,
}
const actions: readonly ActionForm[] = [
  action,
  {
    ...action,
    name: 'disconnect',
    label: 'Disconnect',
    effect: 'The tokens are erased, syncing stops and the slot is free. The seller is told by mail.',
    button: 'Disconnect',
    isGrave: true,
  },
]
const refused: readonly ActionForm[] = [
  { ...action, problem: { field: 'reason', sentence: 'A reason is missing. Nothing was changed.' } },
  {
    ...action,
    name: 'load_again',
    label: 'Load days again',
    effect:
      'Every type of report is asked for again for these days; what is loaded takes the place of what was.',
    button: 'Load again',
    reason: 'figures were lower',
    days: { from: '2026-10-27', to: '2026-11-25', least: '2026-09-27', most: '2026-11-25' },
    problem: { field: 'days', sentence: 'The last day comes before the first. Nothing was changed.' },
  },
]
export const casePageSample: CasePage = {
  ...inside,
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
  others: [mail],
  facts: [
    { term: 'Person', value: 'seller@demo.test' },
    { term: 'Plan', value: 'Annual, renews itself' },
    { term: 'Reference', value: '8F14-E45F' },
    { term: 'Amazon e-mail', value: 'jane@example.com' },
    { term: 'Amazon user’s id', value: 'amzn1.account.AEXAMPLEUSERIDTHATISLONG' },
    { term: 'Profile', value: '8017093095374960' },
    { term: 'Last good sync', value: '25 November 2026, 03:12 UTC' },
  ],
  otherCases: [{ href: '/admin/cases/1', label: '1C7E-21AA' }],
  actions,
  zone: 'America/Los_Angeles',
  filters: storyChoices({}),
  isNarrowed: false,
  story,
  olderHref: '/admin/cases/8f14e45f?before=1#story',
}

export const consoleSamples: readonly Sample[] = [
  { name: 'console-cases', view: 'staff/cases', page: cases },
  { name: 'console-cases-none-found', view: 'staff/cases', page: nothingFound },
  { name: 'console-cases-nobody', view: 'staff/cases', page: nobody },
  { name: 'console-case', view: 'staff/case', page: casePageSample },
  {
    name: 'console-case-well',
    view: 'staff/case',
    page: {
      ...casePageSample,
      first: well,
      others: [],
      health: { name: 'Connected', tone: 'success' },
      otherCases: [],
      olderHref: null,
      notice: notice('success', 'The sync is asked for', 'It goes on in the background.'),
    } as CasePage,
  },
  {
    name: 'console-case-refused',
    view: 'staff/case',
    page: { ...casePageSample, actions: refused } as CasePage,
  },
  {
    name: 'console-case-person',
    view: 'staff/case',
    page: {
      ...casePageSample,
      first: away,
      account: null,
      health: { name: 'Not connected', tone: 'info' },
      stage: 'Not begun',
      zone: null,
      story: [],
      olderHref: null,
    } as CasePage,
  },
]
