import { type StaffAccess, type StaffAccessEntry, StaffAccessLog } from '../../../application/access/ports.ts'
import type { ConnectionId, UserId } from '../../../domain/identifiers.ts'
import { type Sql, sql } from '../engine/sql.ts'

export class PostgresStaffAccessLog extends StaffAccessLog {
  readonly #sql: Sql

  constructor(sql: Sql) {
    super()
    this.#sql = sql
  }

  async record({ userId, viewerId, connectionId, at }: StaffAccess): Promise<void> {
    await this.#sql.query(
      sql`insert into staff_access (user_id, viewer_id, connection_id, viewed_at)
        values (${userId}, ${viewerId}, ${connectionId}, ${at})`,
    )
  }

  async latestOf(userId: UserId, limit: number): Promise<StaffAccessEntry[]> {
    const rows = await this.#sql.query<AccessRow>(
      sql`select viewer.name as viewer_name, seen.connection_id, seen.at, seen.until from (
          (select viewer_id, connection_id, max(viewed_at) as at, null::timestamptz as until,
             max(staff_access.id) as id
           from staff_access where user_id = ${userId}
           group by viewer_id, connection_id, date_bin('1 hour', viewed_at, 'epoch')
           order by 3 desc, 5 desc limit ${limit})
          union all
          (select viewer_id, null, started_at, coalesce(ended_at, ends_at), null
           from view_as_session where user_id = ${userId} order by started_at desc limit ${limit})) as seen
        join app_user as viewer on viewer.id = seen.viewer_id
        order by seen.at desc, seen.id desc limit ${limit}`,
    )
    return rows.map(toAccessEntry)
  }
}

interface AccessRow {
  readonly viewer_name: string
  readonly connection_id: ConnectionId | null
  readonly at: Date
  readonly until: Date | null
}

function toAccessEntry({ viewer_name: viewerName, connection_id, at, until }: AccessRow): StaffAccessEntry {
  return until === null
    ? { viewerName, at, how: 'in_console', connectionId: connection_id }
    : { viewerName, at, how: 'as_seller', until }
}
