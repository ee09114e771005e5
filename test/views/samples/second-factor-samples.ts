import type { EnrolPage, StaffAccountPage } from '../../../src/adapters/fastify/console/page-models/staff.ts'
import { qrPath } from '../../../src/adapters/fastify/kit/second-factor/qr-path.ts'
import type {
  AccountSection,
  RecoveryCodesPage,
  SecondStepPage,
  SetUpAppPage,
  StaffShell,
  VerificationPrompt,
} from '../../../src/adapters/fastify/kit/shell-model.ts'
import type { Sample } from './sample.ts'
import { sampleShell as shell } from './sample.ts'

const agent = { name: 'Sol Support', email: 'support@demo.test', isAdmin: true }
export const signedOutShell: StaffShell = { ...shell, user: null, staff: null, help: null }
export const staffShell: StaffShell = { ...signedOutShell, staff: agent }

export const wrongCode = 'That code didn’t work. The code is wrong, expired or already used.'
export const tooShort = 'Please choose another password. It needs twelve characters or more.'

const optionsPath = '/admin/login/passkey-options'
export const byApp: VerificationPrompt = {
  hasApp: true,
  hasPasskey: false,
  needsPassword: false,
  optionsPath,
}
export const byAppOrPasskey: VerificationPrompt = { ...byApp, hasPasskey: true }
const byPassword: VerificationPrompt = { ...byApp, hasApp: false, needsPassword: true }

const secondFactorPage: SecondStepPage = {
  ...signedOutShell,
  isStaff: true,
  title: 'Confirm your sign-in',
  action: '/admin/login/code',
  signInPath: '/admin/login',
  next: '/admin/',
  problem: null,
  mustEnrol: false,
  verification: byApp,
}
const sellerSecondFactorPage: SecondStepPage = {
  ...shell,
  user: null,
  isStaff: false,
  title: 'Confirm your sign-in',
  action: '/login/code',
  signInPath: '/login',
  next: '/dashboard/ads/',
  problem: null,
  mustEnrol: false,
  verification: { ...byApp, hasApp: false, hasPasskey: true, optionsPath: '/login/passkey-options' },
}

const address =
  'otpauth://totp/1smart.link:support%40demo.test?issuer=1smart.link&secret=ISMART2LINK3DEMO4STAFF5CONSOLE67&algorithm=SHA1&digits=6&period=30'
const setUpApp: SetUpAppPage = {
  ...signedOutShell,
  title: 'Set up an authenticator app',
  action: '/admin/enrol/a-token/app/confirm',
  cancelPath: '/admin/enrol/a-token',
  groups: ['ISMA', 'RT2L', 'INK3', 'DEMO', '4STA', 'FF5C', 'ONSO', 'LE67'],
  address,
  qr: qrPath(address),
  problem: null,
}
const recoveryCodes: RecoveryCodesPage = {
  ...signedOutShell,
  title: 'Recovery codes',
  next: '/admin/',
  codes: Array.from({ length: 10 }, (_, at) => `4f9k-0zq2-8mwe-hx${at}c`),
}
const enrol: EnrolPage = {
  ...signedOutShell,
  title: 'Set up your second factor',
  path: '/admin/enrol/a-token',
  problem: null,
}

const sessionRow = { where: null, opened: '24 November 2026, 08:12 UTC', seen: '25 November 2026, 15:02 UTC' }
export const account: AccountSection = {
  path: '/dashboard/settings',
  name: 'Sam Seller',
  email: 'seller@demo.test',
  passwordProblem: null,
  problem: null,
  sessions: [{ ...sessionRow, id: 's-0', device: 'Firefox on Windows', isCurrent: true }],
  hasOtherSessions: false,
  isProtected: false,
  needsLink: false,
  hasApp: false,
  recoveryCodes: 0,
  passkeys: [],
  verification: null,
}
export const accountFull: AccountSection = {
  ...account,
  passwordProblem: tooShort,
  sessions: [
    ...account.sessions,
    { ...sessionRow, id: 's-1', device: 'Safari on iOS', isCurrent: false },
    {
      ...sessionRow,
      id: 's-2',
      device: 'Microsoft Edge on macOS',
      where: 'Support console',
      isCurrent: false,
    },
  ],
  hasOtherSessions: true,
  verification: { ...byPassword, optionsPath: '/login/passkey-options' },
}
const staffAccount: StaffAccountPage = {
  ...staffShell,
  title: 'Your account',
  section: 'account',
  account: {
    ...account,
    path: '/admin/account',
    name: agent.name,
    email: agent.email,
    isProtected: true,
    hasApp: true,
    recoveryCodes: 9,
    passkeys: [
      { id: 'pk-0', name: 'Chrome on macOS', added: '2 October 2026', used: '25 November 2026' },
      { id: 'pk-1', name: 'Safari on iOS', added: '25 November 2026', used: null },
    ],
  },
}
const lockedStaffAccount: StaffAccountPage = {
  ...staffAccount,
  account: { ...staffAccount.account, verification: byAppOrPasskey, problem: wrongCode },
}

export const secondFactorSamples: readonly Sample[] = [
  { name: 'staff-second-step', view: 'second-step', page: secondFactorPage },
  {
    name: 'staff-second-step-wrong',
    view: 'second-step',
    page: { ...secondFactorPage, verification: byAppOrPasskey, problem: wrongCode } as SecondStepPage,
  },
  {
    name: 'staff-second-step-none',
    view: 'second-step',
    page: { ...secondFactorPage, mustEnrol: true } as SecondStepPage,
  },
  { name: 'second-step-passkey', view: 'second-step', page: sellerSecondFactorPage },
  { name: 'staff-enrol', view: 'staff/enrol', page: enrol },
  { name: 'set-up-app', view: 'set-up-app', page: setUpApp },
  {
    name: 'set-up-app-wrong',
    view: 'set-up-app',
    page: { ...setUpApp, problem: wrongCode } as SetUpAppPage,
  },
  { name: 'recovery-codes', view: 'recovery-codes', page: recoveryCodes },
  { name: 'staff-account', view: 'staff/account', page: staffAccount },
  { name: 'staff-account-locked', view: 'staff/account', page: lockedStaffAccount },
]
