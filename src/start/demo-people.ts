import { randomUUID } from 'node:crypto'
import type { EntityManager } from '@mikro-orm/postgresql'
import { hashPassword } from '../adapters/passwords/argon2-passwords.ts'
import { PersonRow, SubscriptionRow } from '../adapters/postgres/schema.ts'
import type { Role } from '../domain/access/person.ts'
import type { Plan } from '../domain/access/subscription.ts'
import { Secret } from '../domain/secret.ts'

interface DemoPerson {
  readonly email: string
  readonly name: string
  readonly role: Role
  readonly plan: Plan | null
}

export const demoPassword = 'demo-password'

/** The people of the embedded run; whoever tries the product signs in as one of them. */
export const demoPeople: readonly DemoPerson[] = [
  { email: 'seller@demo.test', name: 'Sam Seller', role: 'seller', plan: 'monthly' },
  { email: 'manager@demo.test', name: 'Mona Manager', role: 'manager', plan: 'annual' },
  { email: 'admin@demo.test', name: 'Ada Admin', role: 'admin', plan: 'quarterly' },
  { email: 'support@demo.test', name: 'Sol Support', role: 'support', plan: null },
  { email: 'noplan@demo.test', name: 'Nico Newcomer', role: 'seller', plan: null },
]

/** Makes whoever is missing; a second start finds them. */
export async function makeDemoPeople(em: EntityManager): Promise<void> {
  const known = await em.find(PersonRow, {}, { disableIdentityMap: true })
  const emails = new Set(known.map(({ email }) => email))
  for (const { email, name, role, plan } of demoPeople) {
    if (emails.has(email)) continue
    const id = randomUUID()
    const passwordHash = (await hashPassword(new Secret(demoPassword))).reveal()
    await em.transactional(async () => {
      await em.insert(PersonRow, { id, email, name, role, passwordHash, createdAt: new Date() })
      if (plan) await em.insert(SubscriptionRow, { personId: id, plan, endsAt: null })
    })
  }
}
