import { type ViewAsContext, ViewAsSessions } from '../../../application/access/ports.ts'
import type { Role, User } from '../../../domain/access/user.ts'
import type { ViewAsSession } from '../../../domain/access/view-as-session.ts'
import type { ConnectionId, SessionId, UserId, ViewAsSessionId } from '../../../domain/identifiers.ts'
import { type Sql, sql } from '../engine/sql.ts'

export class PostgresViewAsSessions extends ViewAsSessions {
  readonly #sql: Sql

  constructor(sql: Sql) {
    super()
    this.#sql = sql
  }

  async begin(viewAs: ViewAsSession): Promise<void> {
    const { id, userId, viewerId, staffSessionId, reason, startedAt, endsAt } = viewAs
    await this.#sql.query(
      sql`insert into view_as_session (id, user_id, viewer_id, staff_session_id, reason, started_at, ends_at)
        values (${id}, ${userId}, ${viewerId}, ${staffSessionId}, ${reason}, ${startedAt}, ${endsAt})`,
    )
  }

  async find(id: ViewAsSessionId): Promise<ViewAsContext | null> {
    const [row] = await this.#sql.query<Row>(sql`${activeSessions} and view_as_session.id = ${id}`, {
      preparedAs: 'view-as session',
    })
    return row ? toViewAsContext(row) : null
  }

  async notEnded(limit: number): Promise<ViewAsContext[]> {
    const rows = await this.#sql.query<Row>(sql`${activeSessions} order by started_at limit ${limit}`)
    return rows.map(toViewAsContext)
  }

  async notEndedOf(viewerId: UserId): Promise<ViewAsContext[]> {
    const rows = await this.#sql.query<Row>(
      sql`${activeSessions} and viewer_id = ${viewerId} order by started_at`,
    )
    return rows.map(toViewAsContext)
  }

  async end(id: ViewAsSessionId, at: Date): Promise<boolean> {
    const rows = await this.#sql.query(
      sql`update view_as_session set ended_at = ${at} where id = ${id} and ended_at is null returning id`,
    )
    return rows.length === 1
  }
}

/** If the staff session was purged, `started_at` serves as its end. */
const activeSessions = sql`
  select view_as_session.id, view_as_session.user_id, viewer_id, staff_session_id, reason, started_at, ends_at,
    app_user.email as user_email, app_user.name as user_name, app_user.role as user_role,
    viewer.email as viewer_email, viewer.name as viewer_name, viewer.role as viewer_role,
    coalesce(staff.closed_at, staff.expires_at, started_at) as sign_in_ends_at,
    (select current_connection_id from session where session.user_id = view_as_session.user_id
       and session.kind = 'seller' and current_connection_id is not null
     order by last_seen_at desc limit 1) as account_id
  from view_as_session join app_user on app_user.id = view_as_session.user_id
    join app_user as viewer on viewer.id = viewer_id
    left join session as staff on staff.id = staff_session_id
  where ended_at is null`

interface Row {
  readonly id: string
  readonly user_id: string
  readonly viewer_id: string
  readonly staff_session_id: string
  readonly reason: string
  readonly started_at: Date
  readonly ends_at: Date
  readonly sign_in_ends_at: Date
  readonly account_id: string | null
  readonly user_email: string
  readonly user_name: string
  readonly user_role: Role
  readonly viewer_email: string
  readonly viewer_name: string
  readonly viewer_role: Role
}

function toViewAsContext(row: Row): ViewAsContext {
  const [userId, viewerId] = [row.user_id as UserId, row.viewer_id as UserId]
  const user: User = {
    id: userId,
    email: row.user_email,
    name: row.user_name,
    role: row.user_role,
  }
  const viewer: User = {
    id: viewerId,
    email: row.viewer_email,
    name: row.viewer_name,
    role: row.viewer_role,
  }
  return {
    viewAs: {
      id: row.id as ViewAsSessionId,
      userId,
      viewerId,
      staffSessionId: row.staff_session_id as SessionId,
      reason: row.reason,
      startedAt: row.started_at,
      endsAt: row.ends_at,
    },
    user,
    viewer,
    signInEndsAt: row.sign_in_ends_at,
    currentConnectionId: row.account_id as ConnectionId | null,
  }
}
