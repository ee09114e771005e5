import { LockMode } from '@mikro-orm/core'
import type { EntityManager } from '@mikro-orm/postgresql'
import { People, type Session, Sessions, type Subscriber } from '../../application/access/ports.ts'
import type { Person, Role } from '../../domain/access/person.ts'
import type { Subscription } from '../../domain/access/subscription.ts'
import type { Addressee } from '../../domain/access/subscription-event.ts'
import type { ConnectionId, PersonId, SessionId } from '../../domain/identifiers.ts'
import { Secret } from '../../domain/secret.ts'
import { PersonRow, SessionRow, SubscriptionRow } from './schema.ts'

export class PostgresPeople extends People {
  readonly #em: EntityManager

  constructor(em: EntityManager) {
    super()
    this.#em = em
  }

  async byEmail(email: string): Promise<{ person: Person; passwordHash: Secret } | null> {
    // PostgreSQL's text has no such letter, and says so with an error.
    if (email.includes('\u0000')) return null
    const row = await this.#em.findOne(PersonRow, { email }, { disableIdentityMap: true })
    return row && { person: toPerson(row), passwordHash: new Secret(row.passwordHash) }
  }

  async lock(id: PersonId): Promise<Person> {
    const row = await this.#em.findOneOrFail(
      PersonRow,
      { id },
      { lockMode: LockMode.PESSIMISTIC_WRITE, disableIdentityMap: true },
    )
    return toPerson(row)
  }

  async subscriptionOf(id: PersonId): Promise<Subscription | null> {
    const row = await this.#em.findOne(SubscriptionRow, { personId: id }, { disableIdentityMap: true })
    return row && toSubscription(row)
  }

  async idOf(about: Addressee): Promise<PersonId | null> {
    const which = 'email' in about ? { email: about.email } : { id: about.personId }
    const row = await this.#em.findOne(PersonRow, which, { fields: ['id'], disableIdentityMap: true })
    return row && (row.id as PersonId)
  }

  async saveSubscription(personId: PersonId, subscription: Subscription | null): Promise<void> {
    if (!subscription) await this.#em.nativeDelete(SubscriptionRow, { personId })
    else await this.#em.upsert(SubscriptionRow, { personId, ...subscription }, { disableIdentityMap: true })
  }

  async saveRole(id: PersonId, role: Role): Promise<void> {
    await this.#em.nativeUpdate(PersonRow, { id }, { role })
  }

  async listAfter(email: string | null, limit: number): Promise<Subscriber[]> {
    const rows = await this.#em.find(PersonRow, email === null ? {} : { email: { $gt: email } }, {
      orderBy: { email: 'asc' },
      limit,
      disableIdentityMap: true,
    })
    const ids = rows.map(({ id }) => id)
    const found = await this.#em.find(
      SubscriptionRow,
      { personId: { $in: ids } },
      { disableIdentityMap: true },
    )
    const subscriptions = new Map(found.map(row => [row.personId, toSubscription(row)]))
    return rows.map(row => ({ person: toPerson(row), subscription: subscriptions.get(row.id) ?? null }))
  }
}

export class PostgresSessions extends Sessions {
  readonly #em: EntityManager

  constructor(em: EntityManager) {
    super()
    this.#em = em
  }

  async open(session: Session): Promise<void> {
    await this.#em.insert(SessionRow, { ...session })
  }

  async find(id: SessionId, now: Date): Promise<{ session: Session; person: Person } | null> {
    const row = await this.#em.findOne(
      SessionRow,
      { id, closedAt: null, expiresAt: { $gt: now } },
      { disableIdentityMap: true },
    )
    if (!row) return null
    const person = await this.#em.findOne(PersonRow, { id: row.personId }, { disableIdentityMap: true })
    return person && { session: toSession(row), person: toPerson(person) }
  }

  async close(id: SessionId, at: Date): Promise<void> {
    await this.#em.nativeUpdate(SessionRow, { id, closedAt: null }, { closedAt: at })
  }

  async closeAllOf(personId: PersonId, at: Date): Promise<void> {
    await this.#em.nativeUpdate(SessionRow, { personId, closedAt: null }, { closedAt: at })
  }

  async makeCurrent(id: SessionId, connectionId: ConnectionId): Promise<void> {
    await this.#em.nativeUpdate(SessionRow, { id }, { currentConnectionId: connectionId })
  }
}

const toPerson = (row: { id: string; email: string; name: string; role: Person['role'] }): Person => ({
  id: row.id as PersonId,
  email: row.email,
  name: row.name,
  role: row.role,
})

const toSubscription = (row: {
  plan: Subscription['plan']
  endsAt?: Date | null | undefined
}): Subscription => ({
  plan: row.plan,
  endsAt: row.endsAt ?? null,
})

const toSession = (row: {
  id: string
  personId: string
  expiresAt: Date
  currentConnectionId?: string | null | undefined
}): Session => ({
  id: row.id as SessionId,
  personId: row.personId as PersonId,
  expiresAt: row.expiresAt,
  currentConnectionId: (row.currentConnectionId ?? null) as ConnectionId | null,
})
