import type {
  EnrolPage,
  RecoveryCodesPage,
  StaffCodePage,
  StaffShell,
} from '../../src/adapters/fastify/page-models.ts'
import { qrPath } from '../../src/adapters/fastify/qr-path.ts'
import type { Sample } from './page-samples.ts'
import { sampleShell as shell } from './sample-shell.ts'

const agent = { name: 'Sol Support', email: 'support@demo.test' }
const outside: StaffShell = { ...shell, person: null, staff: null }
const inside: StaffShell = { ...outside, staff: agent }
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
const staffSignIn = { ...code, title: 'Staff sign-in', email: '' }
const mistaken = { ...staffSignIn, email: agent.email, problem: 'E-mail or password is wrong.' }

/** Signing in apart, sessions, and what a person settles about themselves. */
export const accessSamples: readonly Sample[] = [
  { name: 'staff-sign-in', view: 'staff/sign-in', page: staffSignIn },
  { name: 'staff-sign-in-wrong', view: 'staff/sign-in', page: mistaken },
  { name: 'staff-code', view: 'staff/code', page: code },
  { name: 'staff-code-wrong', view: 'staff/code', page: { ...code, problem: wrong } as StaffCodePage },
  { name: 'staff-enrol', view: 'staff/enrol', page: enrol },
  { name: 'staff-recovery-codes', view: 'staff/recovery-codes', page: recoveryCodes },
  { name: 'staff-home', view: 'staff/home', page: inside },
]
