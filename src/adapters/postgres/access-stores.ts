import { LockMode } from '@mikro-orm/core'
import type { EntityManager } from '@mikro-orm/postgresql'
import { type Session, Sessions, Users, type UserWithSubscription } from '../../application/access/ports.ts'
import { type SessionKind, sessionKinds } from '../../domain/access/session.ts'
import type { Subscription } from '../../domain/access/subscription.ts'
import type { UserReference } from '../../domain/access/subscription-event.ts'
import type { Role, User } from '../../domain/access/user.ts'
import type { ConnectionId, SessionId, UserId } from '../../domain/identifiers.ts'
import { Secret } from '../../domain/secret.ts'
import { asyncCommitStatement, type PreparedStatements, preparedStatement } from './prepared-statements.ts'
import { type SessionColumns, SessionRow, SubscriptionRow, UserRow } from './schema.ts'

export class PostgresUsers extends Users {
  readonly #em: EntityManager

  constructor(em: EntityManager) {
    super()
    this.#em = em
  }

  async byEmail(email: string): Promise<{ user: User; passwordHash: Secret | null } | null> {
    if (!isText(email)) return null
    const row = await this.#em.findOne(UserRow, { email }, { disableIdentityMap: true })
    return row && { user: toUser(row), passwordHash: row.passwordHash ? new Secret(row.passwordHash) : null }
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

  async subscriptionOf(id: UserId): Promise<Subscription | null> {
    const row = await this.#em.findOne(SubscriptionRow, { userId: id }, { disableIdentityMap: true })
    return row && toSubscription(row)
  }

  async idOf(about: UserReference): Promise<UserId | null> {
    if ('email' in about && !isText(about.email)) return null
    const which = 'email' in about ? { email: about.email } : { id: about.userId }
    const row = await this.#em.findOne(UserRow, which, { fields: ['id'], disableIdentityMap: true })
    return row && (row.id as UserId)
  }

  async saveSubscription(userId: UserId, subscription: Subscription | null): Promise<void> {
    if (!subscription) await this.#em.nativeDelete(SubscriptionRow, { userId })
    else await this.#em.upsert(SubscriptionRow, { userId, ...subscription }, { disableIdentityMap: true })
  }

  async saveRole(id: UserId, role: Role): Promise<void> {
    await this.#em.nativeUpdate(UserRow, { id }, { role })
  }

  async insert({ id, email, name, role }: User, at: Date): Promise<boolean> {
    // A unique violation would abort the whole transaction.
    const rows = await this.#em.execute<unknown[]>(
      `insert into app_user (id, email, name, role, created_at) values (?, ?, ?, ?, ?)
       on conflict do nothing returning id`,
      [id, email, name, role, at],
    )
    return rows.length === 1
  }

  async savePassword(id: UserId, hash: Secret): Promise<void> {
    await this.#em.nativeUpdate(UserRow, { id }, { passwordHash: hash.reveal() })
  }

  async listAfter(email: string | null, limit: number): Promise<UserWithSubscription[]> {
    const rows = await this.#em.find(UserRow, email === null ? {} : { email: { $gt: email } }, {
      orderBy: { email: 'asc' },
      limit,
      disableIdentityMap: true,
    })
    const ids = rows.map(({ id }) => id)
    const found = await this.#em.find(SubscriptionRow, { userId: { $in: ids } }, { disableIdentityMap: true })
    const subscriptions = new Map(found.map(row => [row.userId, toSubscription(row)]))
    return rows.map(row => ({ user: toUser(row), subscription: subscriptions.get(row.id) ?? null }))
  }

  async listOf(roles: readonly Role[]): Promise<User[]> {
    const which = { role: { $in: [...roles] } }
    const rows = await this.#em.find(UserRow, which, {
      orderBy: { email: 'asc' },
      disableIdentityMap: true,
    })
    return rows.map(toUser)
  }
}

/** PostgreSQL's text rejects a zero character. */
const isText = (typed: string): boolean => !typed.includes('\u0000')

export class PostgresSessions extends Sessions {
  readonly #em: EntityManager
  readonly #prepared: PreparedStatements

  constructor(em: EntityManager, prepared: PreparedStatements) {
    super()
    this.#em = em
    this.#prepared = prepared
  }

  async open(session: Session): Promise<void> {
    await this.#em.insert(SessionRow, { ...session })
  }

  async find(id: SessionId, now: Date): Promise<{ session: Session; user: User } | null> {
    const [row] = await this.#prepared.query<ActiveSessionRow>(knownSession, [id, now])
    if (!row) return null
    return toActiveSession(row)
  }

  async touch({ id, lastSeenAt, expiresAt }: Session, unlessAfter: Date): Promise<void> {
    await this.#prepared.query(seenSession, [lastSeenAt, expiresAt, id, unlessAfter])
  }

  async activeByUser(userId: UserId, now: Date): Promise<Session[]> {
    const rows = await this.#em.find(
      SessionRow,
      { userId, closedAt: null, expiresAt: { $gt: now } },
      { orderBy: { lastSeenAt: 'desc', openedAt: 'desc' }, disableIdentityMap: true },
    )
    return rows.map(toSession)
  }

  async close(id: SessionId, at: Date): Promise<void> {
    await this.#em.nativeUpdate(SessionRow, { id, closedAt: null }, { closedAt: at })
  }

  async closeOneOf(userId: UserId, id: SessionId, at: Date): Promise<void> {
    await this.#em.nativeUpdate(SessionRow, { id, userId, closedAt: null }, { closedAt: at })
  }

  async closeAllOf(
    userId: UserId,
    at: Date,
    { kinds = sessionKinds, but }: { kinds?: readonly SessionKind[]; but?: SessionId } = {},
  ): Promise<void> {
    const others = but ? { id: { $ne: but } } : {}
    await this.#em.nativeUpdate(
      SessionRow,
      { userId, kind: { $in: [...kinds] }, closedAt: null, ...others },
      { closedAt: at },
    )
  }

  async selectConnection(id: SessionId, connectionId: ConnectionId): Promise<void> {
    await this.#em.nativeUpdate(SessionRow, { id }, { currentConnectionId: connectionId })
  }

  eraseEnded(by: Date): Promise<number> {
    return this.#em.nativeDelete(SessionRow, {
      $or: [{ closedAt: { $lte: by } }, { expiresAt: { $lte: by } }],
    })
  }
}

/** Parameters: session id, now. */
export const activeSessionSql = `
  select session.id, user_id as "userId", kind, opened_at as "openedAt", last_seen_at as "lastSeenAt",
    expires_at as "expiresAt", device, current_connection_id as "currentConnectionId", email, name, role
  from session join app_user on app_user.id = user_id
  where session.id = ? and closed_at is null and expires_at > ?`

const knownSession = preparedStatement('known session', activeSessionSql)

const seenSession = asyncCommitStatement(
  'seen session',
  'update session set last_seen_at = ?, expires_at = ? from light where id = ? and last_seen_at <= ?',
)

export type ActiveSessionRow = Omit<SessionColumns, 'closedAt'> & Pick<User, 'email' | 'name' | 'role'>

export function toActiveSession(row: ActiveSessionRow): { session: Session; user: User } {
  const { email, name, role, userId } = row
  const [openedAt, lastSeenAt, expiresAt] = [row.openedAt, row.lastSeenAt, row.expiresAt].map(
    at => new Date(at),
  ) as [Date, Date, Date]
  return {
    session: toSession({ ...row, openedAt, lastSeenAt, expiresAt, closedAt: null }),
    user: toUser({ id: userId, email, name, role }),
  }
}

const toUser = (row: { id: string; email: string; name: string; role: User['role'] }): User => ({
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

const toSession = (row: SessionColumns): Session => ({
  id: row.id as SessionId,
  userId: row.userId as UserId,
  kind: row.kind,
  openedAt: row.openedAt,
  lastSeenAt: row.lastSeenAt,
  expiresAt: row.expiresAt,
  device: row.device,
  currentConnectionId: (row.currentConnectionId ?? null) as ConnectionId | null,
})
