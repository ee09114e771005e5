import { LockMode } from '@mikro-orm/core'
import type { EntityManager } from '@mikro-orm/postgresql'
import {
  StoredPasswords,
  Subscriptions,
  Users,
  type UserWithSubscription,
} from '../../../application/access/ports.ts'
import type { Subscription } from '../../../domain/access/subscription.ts'
import type { UserReference } from '../../../domain/access/subscription-event.ts'
import type { Role, User } from '../../../domain/access/user.ts'
import type { UserId } from '../../../domain/identifiers.ts'
import { Secret } from '../../../domain/secret.ts'
import { SubscriptionRow, UserRow } from './access-rows.ts'

export class PostgresUsers extends Users {
  readonly #em: EntityManager

  constructor(em: EntityManager) {
    super()
    this.#em = em
  }

  async lock(id: UserId): Promise<User> {
    const row = await this.#em.findOneOrFail(
      UserRow,
      { id },
      { lockMode: LockMode.PESSIMISTIC_WRITE, disableIdentityMap: true },
    )
    return toUser(row)
  }

  async byId(id: UserId): Promise<User | null> {
    const row = await this.#em.findOne(UserRow, { id }, { disableIdentityMap: true })
    return row && toUser(row)
  }

  async idOf(reference: UserReference): Promise<UserId | null> {
    if ('email' in reference && !isValidText(reference.email)) return null
    const condition = 'email' in reference ? { email: reference.email } : { id: reference.userId }
    const row = await this.#em.findOne(UserRow, condition, { fields: ['id'], disableIdentityMap: true })
    return row && (row.id as UserId)
  }

  async saveRole(id: UserId, role: Role): Promise<void> {
    await this.#em.nativeUpdate(UserRow, { id }, { role })
  }

  async lockAdmins(): Promise<readonly UserId[]> {
    const rows = await this.#em.find(
      UserRow,
      { role: 'admin', disabledAt: null },
      // In one order: concurrent calls can't deadlock.
      { orderBy: { id: 'asc' }, lockMode: LockMode.PESSIMISTIC_WRITE, disableIdentityMap: true },
    )
    return rows.map(({ id }) => id as UserId)
  }

  async disabledSince(id: UserId): Promise<Date | null> {
    const row = await this.#em.findOne(UserRow, { id }, { disableIdentityMap: true })
    return row?.disabledAt ?? null
  }

  async saveDisabled(id: UserId, since: Date | null): Promise<void> {
    await this.#em.nativeUpdate(UserRow, { id }, { disabledAt: since })
  }

  async insert({ id, email, name, role }: User, at: Date): Promise<boolean> {
    // A unique violation would abort the whole transaction.
    const row = { id, email, name, role, createdAt: at }
    const insertion = this.#em.createQueryBuilder(UserRow).insert(row).onConflict().ignore()
    const { affectedRows } = await insertion.execute('run')
    return affectedRows === 1
  }

  async listAfter(email: string | null, limit: number): Promise<UserWithSubscription[]> {
    const rows = await this.#em.find(UserRow, email === null ? {} : { email: { $gt: email } }, {
      orderBy: { email: 'asc' },
      limit,
      disableIdentityMap: true,
    })
    const ids = rows.map(({ id }) => id)
    const subscriptionRows = await this.#em.find(
      SubscriptionRow,
      { userId: { $in: ids } },
      { disableIdentityMap: true },
    )
    const subscriptions = new Map(subscriptionRows.map(row => [row.userId, toSubscription(row)]))
    return rows.map(row => ({ user: toUser(row), subscription: subscriptions.get(row.id) ?? null }))
  }

  async listOf(roles: readonly Role[]): Promise<User[]> {
    const condition = { role: { $in: [...roles] } }
    const rows = await this.#em.find(UserRow, condition, {
      orderBy: { email: 'asc' },
      disableIdentityMap: true,
    })
    return rows.map(toUser)
  }
}

export class PostgresStoredPasswords extends StoredPasswords {
  readonly #em: EntityManager

  constructor(em: EntityManager) {
    super()
    this.#em = em
  }

  async find(email: string): Promise<{ user: User; passwordHash: Secret | null } | null> {
    if (!isValidText(email)) return null
    const row = await this.#em.findOne(UserRow, { email }, { disableIdentityMap: true })
    const hash = row?.disabledAt ? null : row?.passwordHash
    return row && { user: toUser(row), passwordHash: hash ? new Secret(hash) : null }
  }

  async save(id: UserId, hash: Secret): Promise<void> {
    await this.#em.nativeUpdate(UserRow, { id }, { passwordHash: hash.reveal() })
  }
}

export class PostgresSubscriptions extends Subscriptions {
  readonly #em: EntityManager

  constructor(em: EntityManager) {
    super()
    this.#em = em
  }

  async of(userId: UserId): Promise<Subscription | null> {
    const row = await this.#em.findOne(SubscriptionRow, { userId }, { disableIdentityMap: true })
    return row && toSubscription(row)
  }

  async save(userId: UserId, subscription: Subscription | null): Promise<void> {
    if (!subscription) await this.#em.nativeDelete(SubscriptionRow, { userId })
    else await this.#em.upsert(SubscriptionRow, { userId, ...subscription }, { disableIdentityMap: true })
  }
}

/** PostgreSQL's `text` rejects NUL characters. */
const isValidText = (text: string): boolean => !text.includes('\u0000')

export const toUser = (row: { id: string; email: string; name: string; role: User['role'] }): User => ({
  id: row.id as UserId,
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
