import type {
  InboxPageModel,
  RequestPage,
} from '../../../src/adapters/fastify/console/page-models/requests.ts'
import { long, type Sample, us } from './sample.ts'
import { staffShell } from './second-factor-samples.ts'

const path = '/admin/requests'
const stateLinks = (current: string) =>
  [
    ['open', 'Open', '3'],
    ['waiting_on_customer', 'Waiting for customer', '12'],
    ['solved', 'Solved', '999+'],
  ].map(([state, label = '', count = '']) => ({
    label,
    count,
    href: `${path}?state=${state}`,
    isCurrent: state === current,
  }))

const inbox: InboxPageModel = {
  ...staffShell,
  title: 'Requests',
  section: 'requests',
  states: stateLinks('open'),
  sortLinks: [
    { label: 'Oldest first', href: `${path}?state=open&order=oldest`, isCurrent: true },
    { label: 'Newest first', href: `${path}?state=open&order=newest`, isCurrent: false },
  ],
  lines: [
    {
      id: 'h-0',
      reference: '7F3A-12C0',
      name: 'Sam Seller',
      excerpt: `Hello, I have allowed access twice now, and the list stays empty. At advertising.amazon.com I can see my campaigns, and my colleague sees them here without any troub…`,
      statusText: 'Open since 24 November 2026, 08:40 UTC',
      marketplace: 'Amazon.com',
    },
    {
      id: 'h-1',
      reference: '1C7E-21AA',
      name: 'Wilhelmina von Schwarzenberg-Hohenlohe-Langenburg',
      excerpt: 'How long does the first loading take?',
      statusText: 'Open since 25 November 2026, 15:04 UTC',
      marketplace: null,
    },
    {
      id: 'h-2',
      reference: '4B0E-9B61',
      name: 'ليلى حسن',
      excerpt: 'لا أرى حسابي في القائمة.',
      statusText: 'Open since 25 November 2026, 16:12 UTC',
      marketplace: 'Amazon.ae',
    },
  ],
  none: 'No open requests',
  firstHref: null,
  nextHref: null,
}
const emptyInbox: InboxPageModel = { ...inbox, lines: [] }
const middlePage: InboxPageModel = {
  ...inbox,
  states: stateLinks('solved'),
  lines: inbox.lines.map(line => ({ ...line, statusText: 'Solved 25 November 2026, 16:12 UTC' })),
  firstHref: `${path}?state=solved`,
  nextHref: `${path}?state=solved&after=1764115440000.h-2`,
}
const pastLastPage: InboxPageModel = { ...emptyInbox, firstHref: `${path}?state=open` }

export const request: RequestPage = {
  ...staffShell,
  title: 'Request 7F3A-12C0',
  section: 'requests',
  id: 'h-0',
  reference: '7F3A-12C0',
  status: { state: 'open', stateName: 'Open', since: 'since 25 November 2026, 15:04 UTC', by: null },
  statusActions: [
    { value: 'waiting_on_customer', label: 'Set to waiting for customer' },
    { value: 'solved', label: 'Mark as solved' },
  ],
  requester: { id: 'p-0', name: 'Sam Seller', email: 'seller@demo.test', role: 'seller' },
  message:
    'Hello,\n\nI have allowed access twice now, and the list stays empty.\nAt advertising.amazon.com I can see my campaigns.\n\nThanks, Sam',
  facts: [
    { term: 'Sent', value: '25 November 2026, 15:04 UTC' },
    { term: 'Amazon email', value: 'jane@example.com' },
    { term: 'Marketplace', value: 'Amazon.com' },
    { term: 'Sent from', value: '/dashboard/ads/' },
    { term: 'Reference shown', value: '4B0E-9B61' },
  ],
  connections: [],
  diagnoses: [
    {
      href: '/admin/cases/8f14e45f-ceea-467f-a9d0-0d5f4b1c7e21',
      account: us,
      cause: 'throttled',
      label: 'Throttled by Amazon',
      sentence: 'Amazon has throttled (429) SP targeting in North America; retried automatically.',
      owner: { name: 'Amazon must fix', tone: 'warning' },
      answers: [
        {
          id: 'answer-1',
          name: 'Throttled by Amazon',
          text: 'Amazon is limiting requests right now, so your reports have to wait.',
        },
      ],
    },
  ],
  comments: [],
  answer: { idempotencyKey: '3c1f2f44-6f0e-4b0e-9b61-0a6f6a6f4a10', text: '', problem: null },
  note: { idempotencyKey: '3c1f2f44-6f0e-4b0e-9b61-0a6f6a6f4a11', text: '', problem: null },
}
const answered: RequestPage = {
  ...request,
  status: {
    state: 'waiting_on_customer',
    stateName: 'Waiting for customer',
    since: 'since 25 November 2026, 16:20 UTC',
    by: 'Sol Support',
  },
  statusActions: [
    { value: 'open', label: 'Reopen' },
    { value: 'solved', label: 'Mark as solved' },
  ],
  connections: [
    {
      account: us,
      status: 'Connected since 1 November 2026, 09:00 UTC',
      reference: '0F9D-3F6E',
      isAsked: true,
    },
    {
      account: long,
      status: 'Disconnected on 20 November 2026, 11:30 UTC, kept until 20 December 2026, 11:30 UTC',
      reference: '8A0D-5F4B',
      isAsked: false,
    },
  ],
  comments: [
    {
      what: 'Note',
      isAnswer: false,
      author: 'Ada Admin',
      when: '25 November 2026, 15:40 UTC',
      text: 'Their Amazon login has only an agency account.\nSee the profile list.',
    },
    {
      what: 'Reply',
      isAnswer: true,
      author: 'Sol Support',
      when: '25 November 2026, 16:20 UTC',
      text: 'Hello Sam,\n\nyour Amazon login has no advertising account yet. Please ask the owner to invite you, then connect again.\n\nSol',
    },
  ],
}
const rejectedReply: RequestPage = {
  ...answered,
  answer: {
    ...answered.answer,
    text: 'x'.repeat(300),
    problem: 'Nothing was saved or sent. Use 4,000 characters or fewer.',
  },
  note: { ...answered.note, problem: 'Nothing was saved or sent. Enter a message.' },
}
const solved: RequestPage = {
  ...answered,
  status: {
    ...answered.status,
    state: 'solved',
    stateName: 'Solved',
    since: 'on 25 November 2026, 16:20 UTC',
  },
}

export const requestsSamples: readonly Sample[] = [
  { name: 'console-requests', view: 'staff/requests', page: inbox },
  { name: 'console-requests-none', view: 'staff/requests', page: emptyInbox },
  { name: 'console-requests-between', view: 'staff/requests', page: middlePage },
  { name: 'console-requests-behind', view: 'staff/requests', page: pastLastPage },
  { name: 'console-request', view: 'staff/request', page: request },
  { name: 'console-request-answered', view: 'staff/request', page: answered },
  { name: 'console-request-refused', view: 'staff/request', page: rejectedReply },
  { name: 'console-request-solved', view: 'staff/request', page: solved },
]
