import { randomUUID } from 'node:crypto'
import type { EntityManager } from '@mikro-orm/postgresql'
import { SubscriptionRow, UserRow } from '../../adapters/postgres/access/access-rows.ts'
import { hashPassword } from '../../adapters/security/argon2-passwords.ts'
import type { SecondFactors } from '../../application/access/ports.ts'
import { acceptCode, createSecondFactor } from '../../domain/access/second-factor.ts'
import type { Plan } from '../../domain/access/subscription.ts'
import { isStaff, type Role } from '../../domain/access/user.ts'
import type { UserId } from '../../domain/identifiers.ts'
import { Secret } from '../../domain/secret.ts'
import { isLoopback, type Settings } from '../../settings/settings.ts'

interface DemoUser {
  readonly email: string
  readonly name: string
  readonly role: Role
  readonly plan: Plan | null
}

export const demoPassword = 'demo-password'

export const demoUsers: readonly DemoUser[] = [
  { email: 'seller@demo.test', name: 'Sam Seller', role: 'seller', plan: 'monthly' },
  { email: 'manager@demo.test', name: 'Mona Manager', role: 'manager', plan: 'annual' },
  { email: 'admin@demo.test', name: 'Ada Admin', role: 'admin', plan: 'quarterly' },
  { email: 'support@demo.test', name: 'Sol Support', role: 'support', plan: null },
  { email: 'noplan@demo.test', name: 'Nico Newcomer', role: 'seller', plan: null },
]

/** The demo password is public: demo users exist only where no other machine reaches them. */
export const allowsDemoUsers = ({ amazon, web }: Settings): boolean =>
  amazon.kind === 'sandbox' && isLoopback(web.publicUrl.hostname) && isLoopback(web.host)

/** Safe to run twice. Each start gives demo staff the data directory’s key. */
export async function createDemoUsers(
  em: EntityManager,
  factors: SecondFactors,
  staffKey: Secret,
  now: Date,
): Promise<void> {
  const existingUsers = await em.find(UserRow, {}, { disableIdentityMap: true })
  const emails = new Set(existingUsers.map(({ email }) => email))
  for (const { email, name, role, plan } of demoUsers) {
    if (emails.has(email)) continue
    const id = randomUUID()
    const passwordHash = (await hashPassword(new Secret(demoPassword))).reveal()
    await em.transactional(async () => {
      await em.insert(UserRow, { id, email, name, role, passwordHash, createdAt: now })
      if (plan) await em.insert(SubscriptionRow, { userId: id, plan, endsAt: null })
    })
  }
  const demoStaff = demoUsers.filter(({ role }) => isStaff(role)).map(({ email }) => email)
  const staff = await em.find(UserRow, { email: { $in: demoStaff } }, { disableIdentityMap: true })
  for (const { id } of staff) {
    const userId = id as UserId
    const lastAcceptedStep = (await factors.of(userId))?.lastAcceptedStep ?? 0
    await factors.save(acceptCode(createSecondFactor(userId, staffKey), lastAcceptedStep, now))
  }
}
