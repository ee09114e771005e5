import type { EntityManager } from '@mikro-orm/postgresql'
import { type Session, Sessions } from '../../../application/access/ports.ts'
import { type SessionKind, sessionKinds } from '../../../domain/access/session.ts'
import type { User } from '../../../domain/access/user.ts'
import type { ConnectionId, SessionId, UserId } from '../../../domain/identifiers.ts'
import { type Sql, type Statement, sql } from '../engine/sql.ts'
import { type SessionColumns, SessionRow } from './access-rows.ts'
import { toUser } from './users.ts'

export class PostgresSessions extends Sessions {
  readonly #em: EntityManager
  readonly #sql: Sql

  constructor(em: EntityManager, sql: Sql) {
    super()
    this.#em = em
    this.#sql = sql
  }

  async open(session: Session): Promise<void> {
    await this.#em.insert(SessionRow, { ...session })
  }

  async find(id: SessionId, now: Date): Promise<{ session: Session; user: User } | null> {
    const [row] = await this.#sql.query<ActiveSessionRow>(activeSession(id, now), {
      preparedAs: 'active session',
    })
    return row ? toActiveSession(row) : null
  }

  async touch({ id, lastSeenAt, expiresAt }: Session, unlessAfter: Date): Promise<void> {
    await this.#sql.queryWithAsyncCommit(
      sql`update session set last_seen_at = ${lastSeenAt}, expires_at = ${expiresAt} from light
        where id = ${id} and last_seen_at <= ${unlessAfter}`,
      { preparedAs: 'touch session' },
    )
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
    { kinds = sessionKinds, except }: { kinds?: readonly SessionKind[]; except?: SessionId } = {},
  ): Promise<void> {
    const others = except ? { id: { $ne: except } } : {}
    await this.#em.nativeUpdate(
      SessionRow,
      { userId, kind: { $in: [...kinds] }, closedAt: null, ...others },
      { closedAt: at },
    )
  }

  async saveVerified(id: SessionId, at: Date): Promise<void> {
    await this.#em.nativeUpdate(SessionRow, { id }, { verifiedAt: at })
  }

  async selectConnection(id: SessionId, connectionId: ConnectionId): Promise<void> {
    await this.#em.nativeUpdate(SessionRow, { id }, { currentConnectionId: connectionId })
  }

  eraseEnded(before: Date): Promise<number> {
    return this.#em.nativeDelete(SessionRow, {
      $or: [{ closedAt: { $lte: before } }, { expiresAt: { $lte: before } }],
    })
  }
}

export const activeSession = (id: SessionId, now: Date): Statement => sql`
  select session.id, user_id as "userId", kind, opened_at as "openedAt", last_seen_at as "lastSeenAt",
    expires_at as "expiresAt", verified_at as "verifiedAt", device, current_connection_id as "currentConnectionId", email, name, role
  from session join app_user on app_user.id = user_id
  where session.id = ${id} and closed_at is null and expires_at > ${now}`

export type ActiveSessionRow = Omit<SessionColumns, 'closedAt'> & Pick<User, 'email' | 'name' | 'role'>

export function toActiveSession(row: ActiveSessionRow): { session: Session; user: User } {
  const { email, name, role, userId } = row
  return {
    session: toSession({ ...row, closedAt: null }),
    user: toUser({ id: userId, email, name, role }),
  }
}

const toSession = (row: SessionColumns): Session => ({
  id: row.id as SessionId,
  userId: row.userId as UserId,
  kind: row.kind,
  openedAt: row.openedAt,
  lastSeenAt: row.lastSeenAt,
  expiresAt: row.expiresAt,
  verifiedAt: row.verifiedAt ?? null,
  device: row.device,
  currentConnectionId: (row.currentConnectionId ?? null) as ConnectionId | null,
})
