import { isStaff } from '../domain/access/person.ts'
import { demoPassword, demoPeople, demoSecondFactor } from './demo-people.ts'

export function greeting(running: {
  readonly address: string
  readonly sandboxUrl: string | null
  readonly dataDirectory: string
  readonly logFile: string
  readonly notices: readonly string[]
  /** Current one-time code of the demo staff. */
  readonly staffCode: string
}): string {
  const people = demoPeople.filter(({ role }) => role !== 'support')
  const staff = demoPeople.filter(({ role }) => isStaff(role))
  const width = Math.max(...demoPeople.map(({ email }) => email.length))
  const lines = people.map(
    ({ email, role, plan }) => `    ${email.padEnd(width)}   ${role}, ${plan ?? 'no'} plan`,
  )
  return [
    '',
    `1smart.link is running: ${running.address}`,
    '',
    `  Sign in with one of these; the password is ${demoPassword} for all:`,
    ...lines,
    '',
    `  Staff sign in at ${running.address}admin/ with the same password and a code:`,
    ...staff.map(({ email, role }) => `    ${email.padEnd(width)}   ${role}`),
    `  The code is ${running.staffCode} now, and another every 30 seconds: npm run people -- code EMAIL prints it,`,
    `  or an authenticator app that knows the key ${demoSecondFactor.reveal()}`,
    '',
    ...(running.sandboxUrl
      ? [`  Amazon is the local sandbox; its switches are at ${running.sandboxUrl}/sandbox/`]
      : []),
    `  Data is kept in ${running.dataDirectory}, the log in ${running.logFile}.`,
    ...running.notices.map(notice => `  ${notice}`),
    '  Ctrl-C stops everything.',
    '',
  ].join('\n')
}
