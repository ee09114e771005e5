import type { ForgotPage, PasswordPage, SettingsPage } from '../../src/adapters/fastify/page-models/access.ts'
import type {
  EnrolPage,
  FindPersonPage,
  PersonPage,
  RecoveryCodesPage,
  StaffCodePage,
  StaffShell,
} from '../../src/adapters/fastify/page-models/staff.ts'
import { qrPath } from '../../src/adapters/fastify/qr-path.ts'
import type { Sample } from './sample.ts'
import { sampleShell as shell } from './sample-shell.ts'

const agent = { name: 'Sol Support', email: 'support@demo.test' }
export const outside: StaffShell = { ...shell, person: null, staff: null, help: null }
export const inside: StaffShell = { ...outside, staff: agent }
const code: StaffCodePage = { ...outside, title: 'Your code', next: '/admin/', problem: null }
const wrong = 'This code was not taken. It is wrong, too old, or used already.'

const address =
  'otpauth://totp/1smart.link:support%40demo.test?issuer=1smart.link&secret=ISMART2LINK3DEMO4STAFF5CONSOLE67&algorithm=SHA1&digits=6&period=30'
const enrol: EnrolPage = {
  ...code,
  title: 'Set up your second factor',
  groups: ['ISMA', 'RT2L', 'INK3', 'DEMO', '4STA', 'FF5C', 'ONSO', 'LE67'],
  address,
  qr: qrPath(address),
}
const recoveryCodes: RecoveryCodesPage = {
  ...inside,
  title: 'Recovery codes',
  next: '/admin/',
  codes: Array.from({ length: 10 }, (_, at) => `4f9k-0zq2-8mwe-hx${at}c`),
}
const findPerson: FindPersonPage = { ...inside, title: 'People', email: '', problem: null }
export const person: PersonPage = {
  ...inside,
  title: 'Sam Seller',
  about: {
    id: '0f9d3f6e-2a34-4c55-9a0e-0d5f4b1c7e21',
    name: 'Sam Seller',
    email: 'seller@demo.test',
    role: 'seller',
  },
  pays: 'Annual until 31 January 2027, 00:00 UTC',
  mayChange: true,
  plans: [
    { name: 'monthly', label: 'Monthly', isChosen: false },
    { name: 'annual', label: 'Annual', isChosen: true },
    { name: 'none', label: 'No plan', isChosen: false },
  ],
  until: '2027-01-31T00:00',
  reason: '',
  shown: { plan: 'annual', endsAt: '2027-01-31T00:00:00.000Z' },
  problem: null,
  asked: [],
}
const findNobody: FindPersonPage = {
  ...findPerson,
  email: 'sam@demo.test',
  problem: 'Nobody was found. Please check how the e-mail is written.',
}
const personForAgent: PersonPage = {
  ...person,
  mayChange: false,
  asked: [
    {
      reference: '7F3A-12C0',
      when: '25 November 2026, 15:04 UTC',
      message:
        'Hello,\n\nI have allowed access twice now, and the list stays empty.\nAt advertising.amazon.com I can see my campaigns.\n\nThanks, Sam',
      facts: [
        { term: 'Amazon e-mail', value: 'jane@example.com' },
        { term: 'Marketplace', value: 'Amazon.com' },
        { term: 'Sent from', value: '/dashboard/ads/' },
        { term: 'Shown there', value: '4B0E-9B61' },
      ],
    },
    {
      reference: '1C7E-21AA',
      when: '24 November 2026, 08:40 UTC',
      message: 'How long does the first loading take?',
      facts: [
        { term: 'Amazon e-mail', value: 'Not said' },
        { term: 'Marketplace', value: 'Not said' },
        { term: 'Sent from', value: 'Not known' },
        { term: 'Shown there', value: 'No reference' },
      ],
    },
  ],
}
const personWithoutReason: PersonPage = {
  ...person,
  problem: { field: 'reason', sentence: 'A reason is missing. Nothing was changed.' },
}
const staffSignIn = { ...code, title: 'Staff sign-in', email: '' }
const mistaken = { ...staffSignIn, email: agent.email, problem: 'E-mail or password is wrong.' }

const forgot: ForgotPage = { ...shell, person: null, title: 'Forgotten password', isAsked: false }
const choosing: PasswordPage = {
  ...shell,
  person: null,
  title: 'Welcome to 1smart.link',
  heading: 'Welcome to 1smart.link',
  lead: 'Choose a password, and your account is ready.',
  action: '/invitation/a-token',
  email: 'seller@demo.test',
  problem: null,
}
const tooShort = 'Please choose another password. It needs twelve characters or more.'

const line = { where: null, opened: '24 November 2026, 08:12 UTC', seen: '25 November 2026, 15:02 UTC' }
export const settings: SettingsPage = {
  ...shell,
  title: 'Settings',
  section: 'settings',
  name: 'Sam Seller',
  email: 'seller@demo.test',
  problem: null,
  sessions: [{ ...line, id: 's-0', device: 'Firefox on Windows', isThis: true }],
  hasOthers: false,
  mailChoices: [
    { name: 'ready', label: 'Tell me when my data is ready and nobody was looking', isChosen: true },
    { name: 'reminders', label: 'Remind me when an account still needs my authorisation', isChosen: true },
  ],
  lookedAt: [],
}
const settingsFull: SettingsPage = {
  ...settings,
  problem: tooShort,
  sessions: [
    ...settings.sessions,
    { ...line, id: 's-1', device: 'Safari on iOS', isThis: false },
    { ...line, id: 's-2', device: 'Microsoft Edge on macOS', where: 'Support console', isThis: false },
  ],
  hasOthers: true,
  mailChoices: [
    { name: 'ready', label: 'Tell me when my data is ready and nobody was looking', isChosen: true },
    { name: 'reminders', label: 'Remind me when an account still needs my authorisation', isChosen: false },
  ],
  lookedAt: [{ when: '25 November 2026, 09:15 UTC', who: 'Sol Support', what: 'My Brand US — Amazon.com' }],
}

/** Signing in apart, sessions, and what a person settles about themselves. */
export const accessSamples: readonly Sample[] = [
  { name: 'console-people', view: 'staff/people', page: findPerson },
  { name: 'console-people-unknown', view: 'staff/people', page: findNobody },
  { name: 'console-person', view: 'staff/person', page: person },
  { name: 'console-person-agent', view: 'staff/person', page: personForAgent },
  { name: 'console-person-reason', view: 'staff/person', page: personWithoutReason },
  { name: 'staff-sign-in', view: 'staff/sign-in', page: staffSignIn },
  { name: 'staff-sign-in-wrong', view: 'staff/sign-in', page: mistaken },
  { name: 'staff-code', view: 'staff/code', page: code },
  { name: 'staff-code-wrong', view: 'staff/code', page: { ...code, problem: wrong } as StaffCodePage },
  { name: 'staff-enrol', view: 'staff/enrol', page: enrol },
  { name: 'staff-recovery-codes', view: 'staff/recovery-codes', page: recoveryCodes },
  { name: 'settings', view: 'settings', page: settings },
  { name: 'settings-full', view: 'settings', page: settingsFull },
  { name: 'password-forgot', view: 'forgot-password', page: forgot },
  {
    name: 'password-forgot-asked',
    view: 'forgot-password',
    page: { ...forgot, isAsked: true } as ForgotPage,
  },
  { name: 'password-invitation', view: 'choose-password', page: choosing },
  {
    name: 'password-refused',
    view: 'choose-password',
    page: { ...choosing, problem: tooShort } as PasswordPage,
  },
]
