import type {
  AuditPage,
  AuthoriseAgainPage,
  BeginViewAsPage,
  FindUserPage,
  InviteUserPage,
  UserPage,
} from '../../../src/adapters/fastify/console/page-models/staff.ts'
import type { ErrorPage } from '../../../src/adapters/fastify/kit/shell-model.ts'
import type {
  ConnectLinkPage,
  ForgotPage,
  PasswordPage,
  SettingsPage,
} from '../../../src/adapters/fastify/seller/page-models/access.ts'
import type { DashboardPage } from '../../../src/adapters/fastify/seller/page-models/performance.ts'
import { dashboard } from './performance-pages.ts'
import type { Sample } from './sample.ts'
import { sampleShell as shell } from './sample.ts'
import {
  account,
  accountFull,
  byApp,
  byAppOrPasskey,
  secondFactorSamples,
  signedOutShell,
  staffShell,
  tooShort,
  wrongCode,
} from './second-factor-samples.ts'

const blank = { reason: '', problem: null, isReasonWrong: false, isCodeWrong: false }
const reasonTooShort = {
  reason: 'no',
  problem: 'Reason too short. Nothing was changed.',
  isReasonWrong: true,
  isCodeWrong: false,
}

const findUser: FindUserPage = {
  ...staffShell,
  section: 'people',
  title: 'Users',
  email: '',
  problem: null,
  staffMembers: null,
}
const findAsAdmin: FindUserPage = {
  ...findUser,
  staffMembers: [
    { id: 'p-1', name: 'Ada Admin', email: 'admin@demo.test', role: 'admin', hasSecondFactor: true },
    { id: 'p-2', name: 'Sol Support', email: 'support@demo.test', role: 'support', hasSecondFactor: false },
  ],
}
const invite: InviteUserPage = {
  ...staffShell,
  section: 'people',
  title: 'Invite a user',
  name: '',
  email: '',
  roles: [
    { name: 'seller', isChosen: false },
    { name: 'manager', isChosen: false },
    { name: 'admin', isChosen: false },
    { name: 'support', isChosen: true },
  ],
  reason: '',
  problem: null,
  isCodeWrong: false,
  verification: byAppOrPasskey,
}
const inviteKnown: InviteUserPage = {
  ...invite,
  name: 'Nia New',
  email: 'nia@demo.test',
  reason: 'Joins the support team',
  problem: { field: 'email', sentence: 'Email already registered. Nothing was changed.' },
}
const authoriseAgain: AuthoriseAgainPage = {
  ...staffShell,
  section: 'overview',
  title: 'Ask all to authorise again',
  count: 500,
  isMore: true,
  reason: 'Client secret changed at Amazon',
  problem: { field: 'code', sentence: 'This code is not valid.' },
  isCodeWrong: true,
  verification: byAppOrPasskey,
}
const noneToAsk: AuthoriseAgainPage = { ...authoriseAgain, count: 0, problem: null }
export const user: UserPage = {
  ...staffShell,
  section: 'people',
  title: 'Sam Seller',
  about: {
    id: '0f9d3f6e-2a34-4c55-9a0e-0d5f4b1c7e21',
    name: 'Sam Seller',
    email: 'seller@demo.test',
    role: 'seller',
  },
  planText: 'Annual until 31 January 2027, 00:00 UTC',
  canChange: true,
  canViewAs: true,
  plans: [
    { name: 'monthly', label: 'Monthly', isChosen: false },
    { name: 'annual', label: 'Annual', isChosen: true },
    { name: 'none', label: 'No plan', isChosen: false },
  ],
  until: '2027-01-31T00:00',
  reason: '',
  shown: { plan: 'annual', endsAt: '2027-01-31T00:00:00.000Z' },
  problem: null,
  isPlanCodeWrong: false,
  role: {
    ...blank,
    roles: [
      { name: 'seller', isChosen: true },
      { name: 'manager', isChosen: false },
      { name: 'admin', isChosen: false },
      { name: 'support', isChosen: false },
    ],
  },
  signOut: { ...blank, isOwn: false },
  secondFactor: null,
  enrolment: null,
  access: { ...blank, isDisabled: false },
  verification: null,
  disabledSince: null,
  connectLink: blank,
  supportRequests: [],
}
const userNotFound: FindUserPage = {
  ...findUser,
  email: 'sam@demo.test',
  problem: 'User not found. Check the spelling.',
}
const userForAgent: UserPage = {
  ...user,
  canChange: false,
  role: null,
  signOut: null,
  secondFactor: null,
  access: null,
  connectLink: reasonTooShort,
  supportRequests: [
    {
      id: 'h-0',
      state: 'open',
      stateName: 'Open',
      reference: '7F3A-12C0',
      when: '25 November 2026, 15:04 UTC',
      message:
        'Hello,\n\nI have allowed access twice now, and the list stays empty.\nAt advertising.amazon.com I can see my campaigns.\n\nThanks, Sam',
      facts: [
        { term: 'Amazon email', value: 'jane@example.com' },
        { term: 'Marketplace', value: 'Amazon.com' },
        { term: 'Sent from', value: '/dashboard/ads/' },
        { term: 'Reference shown', value: '4B0E-9B61' },
      ],
    },
    {
      id: 'h-1',
      state: 'solved',
      stateName: 'Solved',
      reference: '1C7E-21AA',
      when: '24 November 2026, 08:40 UTC',
      message: 'How long does the first loading take?',
      facts: [
        { term: 'Amazon email', value: 'Not given' },
        { term: 'Marketplace', value: 'Not given' },
        { term: 'Sent from', value: 'Unknown' },
        { term: 'Reference shown', value: 'None' },
      ],
    },
  ],
}
const userWithoutReason: UserPage = {
  ...user,
  problem: { field: 'reason', sentence: 'Reason too short. Nothing was changed.' },
}
const userWithoutRole: UserPage = {
  ...user,
  role: user.role && {
    ...user.role,
    ...reasonTooShort,
  },
}
const ownUser: UserPage = {
  ...user,
  canViewAs: false,
  about: { ...user.about, role: 'admin' },
  signOut: { ...reasonTooShort, isOwn: true },
  access: null,
}
const staffUser: UserPage = {
  ...user,
  about: { ...user.about, role: 'support' },
  canViewAs: false,
  secondFactor: {
    reason: 'Lost their phone',
    problem: wrongCode,
    isReasonWrong: false,
    isCodeWrong: true,
  },
  verification: byAppOrPasskey,
}
const newStaffUser: UserPage = {
  ...staffUser,
  secondFactor: null,
  enrolment: blank,
  access: { ...blank, isDisabled: true },
  disabledSince: '25 November 2026, 15:02 UTC',
  verification: byApp,
}
const connectLink: ConnectLinkPage = {
  ...shell,
  user: null,
  title: 'Connect your Amazon account',
  action: '/connect/aToken',
  email: 'seller@demo.test',
}
const staffSignIn = { ...signedOutShell, title: 'Staff sign-in', next: '/admin/', problem: null, email: '' }
const wrongPassword = {
  ...staffSignIn,
  email: 'support@demo.test',
  problem: 'That email and password don’t match.',
}

const forgot: ForgotPage = { ...shell, user: null, title: 'Forgotten password', isAsked: false }
const choosePassword: PasswordPage = {
  ...shell,
  user: null,
  title: 'Welcome to 1smart.link',
  heading: 'Welcome to 1smart.link',
  lead: 'Set a password to activate your account.',
  action: '/invitation/a-token',
  email: 'seller@demo.test',
  problem: null,
}
export const settings: SettingsPage = {
  ...shell,
  title: 'Settings',
  section: 'settings',
  account,
  emailPreferenceStore: [
    { name: 'ready', label: 'Email me when data is ready and I’ve left the page', isChosen: true },
    { name: 'reminders', label: 'Remind me when an account still needs authorisation', isChosen: true },
  ],
  viewedAt: [],
}
const settingsFull: SettingsPage = {
  ...settings,
  account: accountFull,
  emailPreferenceStore: [
    { name: 'ready', label: 'Email me when data is ready and I’ve left the page', isChosen: true },
    { name: 'reminders', label: 'Remind me when an account still needs authorisation', isChosen: false },
  ],
  viewedAt: [
    { when: '25 November 2026, 09:15 UTC', who: 'Sol Support', what: 'viewed My Brand US — Amazon.com' },
    {
      when: '25 November 2026, 09:02 to 09:11 UTC',
      who: 'Sol Support',
      what: 'viewed your pages',
    },
  ],
}

const { id, name, email } = user.about
const startViewAs: BeginViewAsPage = {
  ...staffShell,
  title: 'View as Sam Seller',
  about: { id, name, email },
  reason: '',
  problem: null,
  isCodeWrong: false,
  verification: byApp,
}
const beginViewAsAgain: BeginViewAsPage = {
  ...startViewAs,
  reason: 'They see an empty list of campaigns',
  problem: { field: 'code', sentence: wrongCode },
  isCodeWrong: true,
  verification: byApp,
}
const audit: AuditPage = {
  ...staffShell,
  title: 'Audit',
  section: 'audit',
  lines: [
    {
      id: '12',
      when: '26 November 2026, 14:31:09 UTC',
      staff: { id: 's-0', name: 'Sol Support' },
      action: 'stopped viewing as a seller',
      user: { id, name },
      connectionId: null,
      reason: 'They see an empty list of campaigns',
      before: null,
      after: [
        { name: 'view-as session', value: '0f9d3f6e-2a34-4c55-9a0e-0d5f4b1c7e21' },
        { name: 'how it ended', value: 'expired after ten minutes' },
      ],
      from: null,
      requestId: null,
    },
    {
      id: '11',
      when: '26 November 2026, 14:02:44 UTC',
      staff: { id: 's-1', name: 'Ada Admin' },
      action: 'changed the plan',
      user: { id, name },
      connectionId: 'c-0',
      reason: 'Paid by bank transfer',
      before: [{ name: 'plan', value: 'none' }],
      after: [
        { name: 'plan', value: 'annual' },
        { name: 'ends at', value: '2027-01-31T00:00:00.000Z' },
      ],
      from: 'Firefox on Windows, 192.0.2.7',
      requestId: '3c1f2f44-6f0e-4b0e-9b61-0a6f6a6f4a10',
    },
  ],
  filtered: { staff: null, user: null },
  firstHref: '/admin/audit',
  nextHref: '/admin/audit?before=11',
}
const emptyAudit: AuditPage = {
  ...audit,
  lines: [],
  filtered: { staff: 'Sol Support', user: 'Sam Seller' },
  firstHref: null,
  nextHref: null,
}

/** As shown to staff who view as the seller (S-44). */
const viewAs = { userId: id, name, email, ends: '14:32 UTC', csrf: 'csrf-token' }
const readOnlyError: ErrorPage = {
  ...shell,
  title: 'Nothing was changed',
  status: 403,
  heading: 'Nothing was changed',
  sentence: 'View as seller is read-only.',
  reference: null,
  link: { label: 'Back to the seller’s pages', href: '/dashboard/ads/' },
}
const viewAsSamples: readonly Sample[] = [
  { name: 'viewing-dashboard', view: 'ads/dashboard', page: { ...dashboard, viewAs } as DashboardPage },
  { name: 'viewing-settings', view: 'settings', page: { ...settingsFull, viewAs } as SettingsPage },
  { name: 'viewing-refused', view: 'error', page: { ...readOnlyError, viewAs } as ErrorPage },
  {
    name: 'viewing-long-name',
    view: 'settings',
    page: {
      ...settings,
      viewAs: {
        ...viewAs,
        name: `ليلى ${'Wolfeschlegelsteinhausen'.repeat(3)}`,
        email: `${'a'.repeat(60)}@demo.test`,
      },
    } as SettingsPage,
  },
]

export const accessSamples: readonly Sample[] = [
  { name: 'console-people', view: 'staff/users', page: findUser },
  { name: 'console-people-unknown', view: 'staff/users', page: userNotFound },
  { name: 'console-people-admin', view: 'staff/users', page: findAsAdmin },
  { name: 'console-invite', view: 'staff/invite', page: invite },
  { name: 'console-invite-known', view: 'staff/invite', page: inviteKnown },
  { name: 'console-authorise-again', view: 'staff/authorise-again', page: authoriseAgain },
  { name: 'console-authorise-again-none', view: 'staff/authorise-again', page: noneToAsk },
  { name: 'console-person', view: 'staff/user', page: user },
  { name: 'console-person-agent', view: 'staff/user', page: userForAgent },
  { name: 'console-person-reason', view: 'staff/user', page: userWithoutReason },
  { name: 'console-person-role', view: 'staff/user', page: userWithoutRole },
  { name: 'console-person-own', view: 'staff/user', page: ownUser },
  { name: 'console-person-staff', view: 'staff/user', page: staffUser },
  { name: 'console-person-new-staff', view: 'staff/user', page: newStaffUser },
  { name: 'connect-link', view: 'connect-link', page: connectLink },
  { name: 'console-view', view: 'staff/start-view-as', page: startViewAs },
  { name: 'console-view-code', view: 'staff/start-view-as', page: beginViewAsAgain },
  { name: 'console-audit', view: 'staff/audit', page: audit },
  { name: 'console-audit-empty', view: 'staff/audit', page: emptyAudit },
  ...viewAsSamples,
  { name: 'staff-sign-in', view: 'staff/sign-in', page: staffSignIn },
  { name: 'staff-sign-in-wrong', view: 'staff/sign-in', page: wrongPassword },
  ...secondFactorSamples,
  { name: 'settings', view: 'settings', page: settings },
  { name: 'settings-full', view: 'settings', page: settingsFull },
  { name: 'password-forgot', view: 'forgot-password', page: forgot },
  {
    name: 'password-forgot-asked',
    view: 'forgot-password',
    page: { ...forgot, isAsked: true } as ForgotPage,
  },
  { name: 'password-invitation', view: 'choose-password', page: choosePassword },
  {
    name: 'password-refused',
    view: 'choose-password',
    page: { ...choosePassword, problem: tooShort } as PasswordPage,
  },
]
