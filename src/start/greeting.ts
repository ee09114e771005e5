import { demoPassword, demoPeople } from './demo-people.ts'

/** What a newcomer reads once everything runs. Staff sign-ins belong to the console and are told with it. */
export function greeting(running: {
  readonly address: string
  readonly sandboxUrl: string | null
  readonly dataDirectory: string
  readonly logFile: string
  readonly notices: readonly string[]
}): string {
  const people = demoPeople.filter(({ role }) => role !== 'support')
  const width = Math.max(...people.map(({ email }) => email.length))
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
    ...(running.sandboxUrl
      ? [`  Amazon is the local sandbox; its switches are at ${running.sandboxUrl}/sandbox/`]
      : []),
    `  Data is kept in ${running.dataDirectory}, the log in ${running.logFile}.`,
    ...running.notices.map(notice => `  ${notice}`),
    '  Ctrl-C stops everything.',
    '',
  ].join('\n')
}
