import { isStaff } from '../../domain/access/user.ts'
import type { Secret } from '../../domain/secret.ts'
import { demoPassword, demoUsers } from './demo-users.ts'

interface DemoStaff {
  readonly key: Secret
  readonly keyFile: string
  readonly code: string
}

export function startupBanner(running: {
  readonly address: string
  readonly sandboxUrl: string | null
  readonly dataDirectory: string
  readonly logFile: string
  readonly notices: readonly string[]
  /** Null without demo users. */
  readonly demoStaff: DemoStaff | null
}): string {
  const { address, demoStaff } = running
  return [
    '',
    `1smart.link is running: ${address}`,
    '',
    ...(demoStaff
      ? demoLines(address, demoStaff)
      : ['  Add yourself: npm run people -- add you@example.com --name You --plan monthly']),
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

function demoLines(address: string, { key, keyFile, code }: DemoStaff): string[] {
  const users = demoUsers.filter(({ role }) => role !== 'support')
  const staff = demoUsers.filter(({ role }) => isStaff(role))
  const width = Math.max(...demoUsers.map(({ email }) => email.length))
  return [
    `  Sign in with one of these accounts (password: ${demoPassword}):`,
    ...users.map(({ email, role, plan }) => `    ${email.padEnd(width)}   ${role}, ${plan ?? 'no'} plan`),
    '',
    `  Support console: ${address}admin/ (same password, and an authentication code):`,
    ...staff.map(({ email, role }) => `    ${email.padEnd(width)}   ${role}`),
    `  Current code: ${code} (changes every 30 s). To print it: npm run people -- code EMAIL,`,
    `  or add the key ${key.reveal()} to an authenticator app (from ${keyFile})`,
  ]
}
