import { isStaff } from '../../domain/access/user.ts'
import { demoPassword, demoSecondFactor, demoUsers } from './demo-users.ts'

export function startupBanner(running: {
  readonly address: string
  readonly sandboxUrl: string | null
  readonly dataDirectory: string
  readonly logFile: string
  readonly notices: readonly string[]
  readonly staffCode: string
}): string {
  const users = demoUsers.filter(({ role }) => role !== 'support')
  const staff = demoUsers.filter(({ role }) => isStaff(role))
  const width = Math.max(...demoUsers.map(({ email }) => email.length))
  const lines = users.map(
    ({ email, role, plan }) => `    ${email.padEnd(width)}   ${role}, ${plan ?? 'no'} plan`,
  )
  return [
    '',
    `1smart.link is running: ${running.address}`,
    '',
    `  Sign in with one of these accounts (password: ${demoPassword}):`,
    ...lines,
    '',
    `  Support console: ${running.address}admin/ (same password, and an authentication code):`,
    ...staff.map(({ email, role }) => `    ${email.padEnd(width)}   ${role}`),
    `  Current code: ${running.staffCode} (changes every 30 s). To print it: npm run people -- code EMAIL,`,
    `  or add the key ${demoSecondFactor.reveal()} to an authenticator app`,
    '',
    ...(running.sandboxUrl
      ? [`  Amazon is simulated by the local sandbox. Its switches: ${running.sandboxUrl}/sandbox/`]
      : []),
    `  Data: ${running.dataDirectory}, log: ${running.logFile}`,
    ...running.notices.map(notice => `  ${notice}`),
    '  Press Ctrl-C to stop.',
    '',
  ].join('\n')
}
