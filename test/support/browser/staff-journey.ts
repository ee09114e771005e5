import { Totp } from '../../../src/adapters/security/totp.ts'
import { IssueAccessLink } from '../../../src/application/access/issue-access-link.ts'
import { SecondFactors } from '../../../src/application/access/ports.ts'
import { demoPassword } from '../../../src/commands/start/demo-users.ts'
import { acceptCode, createSecondFactor } from '../../../src/domain/access/second-factor.ts'
import { Secret } from '../../../src/domain/secret.ts'
import type { Caller } from '../../journeys/caller.ts'
import type { TestProduct, TestUser } from '../product/test-product.ts'
import type { Visitor } from './chromium-browser.ts'

export interface TestStaff extends TestUser {
  /** The code that the staff member's device shows `steps` times 30 seconds from now. */
  code(steps?: number): string
}

export async function newStaff(
  product: TestProduct,
  role: 'support' | 'admin' = 'support',
): Promise<TestStaff> {
  const { clock } = product
  const user = await product.newUser(role, role === 'admin' ? { plan: 'annual' } : null)
  const totp = new Totp()
  const secret = totp.newSecret()
  const factor = acceptCode(createSecondFactor(user.id, secret), 0, clock.now())
  await product.product.container.get(SecondFactors).save(factor)
  return { ...user, code: steps => codeOf(secret, clock.now(), steps) }
}

/** As an admin would send it. */
export async function issueEnrolmentLink({ product }: TestProduct, { email }: Pick<TestUser, 'email'>) {
  const issued = await product.container.get(IssueAccessLink).execute({ email }, 'enrolment')
  if (typeof issued === 'string') throw new Error(issued)
  return { link: issued.link.reveal() }
}

export async function enterConsole(caller: Caller, { email, code }: TestStaff) {
  await caller.post('/admin/login', { email, password: demoPassword })
  return caller.post('/admin/login/code', { code: code() })
}

/** Staff who may use the dashboard confirm that sign-in with their second factor too. */
export async function enterDashboard(caller: Caller, { email, code }: TestStaff, password = demoPassword) {
  await caller.post('/login', { email, password })
  return caller.post('/login/code', { code: code() })
}

export async function enterConsoleInBrowser(visitor: Visitor, { email, code }: TestStaff): Promise<void> {
  const { page } = visitor
  await visitor.open('/admin/')
  await page.fill('#email', email)
  await page.fill('#password', demoPassword)
  await page.click('main button[type=submit]')
  await page.fill('input[name=code]', code())
  await page.click('main button[type=submit]')
  await page.waitForURL('**/admin/')
}

export const codeOf = (secret: Secret | string, now: Date, steps = 0): string =>
  new Totp().codeAt(
    typeof secret === 'string' ? new Secret(secret) : secret,
    new Date(now.getTime() + steps * 30_000),
  )
