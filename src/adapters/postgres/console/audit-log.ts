import { AuditLog } from '../../../application/access/ports.ts'
import type {
  AuditAction,
  AuditEntry,
  AuditEntryWithNames,
  AuditFilter,
  AuditState,
} from '../../../domain/access/audit.ts'
import type { AuditEntryId, ConnectionId, UserId } from '../../../domain/identifiers.ts'
import { join, type Sql, sql } from '../engine/sql.ts'

export class PostgresAuditLog extends AuditLog {
  readonly #sql: Sql

  constructor(sql: Sql) {
    super()
    this.#sql = sql
  }

  async append(entry: AuditEntry): Promise<void> {
    const { at, staffId, action, userId, connectionId, reason, before, after, from } = entry
    const { ip, device, requestId } = from ?? { ip: null, device: null, requestId: null }
    await this.#sql.query(
      sql`insert into audit_entry
          (at, staff_id, action, user_id, connection_id, reason, before, after, ip, device, request_id)
        values (${at}, ${staffId}, ${action}, ${userId}, ${connectionId}, ${reason}, ${before}::jsonb, ${after}::jsonb,
          ${ip}, ${device}, ${requestId})`,
    )
  }

  async latest(
    { staffId, userId }: AuditFilter,
    { before, limit }: { before: AuditEntryId | null; limit: number },
  ): Promise<AuditEntryWithNames[]> {
    const conditions = [
      sql`true`,
      ...(staffId ? [sql`staff_id = ${staffId}`] : []),
      ...(userId ? [sql`user_id = ${userId}`] : []),
      ...(before ? [sql`audit_entry.id < ${before}`] : []),
    ]
    const rows = await this.#sql.query<Row>(
      sql`select audit_entry.*, staff.name as staff_name, app_user.name as user_name
        from audit_entry join app_user as staff on staff.id = staff_id
          left join app_user on app_user.id = user_id
        where ${join(conditions, ' and ')}
        order by audit_entry.id desc limit ${limit}`,
    )
    return rows.map(toEntry)
  }
}

interface Row {
  readonly id: string
  readonly at: Date
  readonly staff_id: string
  readonly action: AuditAction
  readonly user_id: string | null
  readonly connection_id: string | null
  readonly reason: string
  readonly before: AuditState | null
  readonly after: AuditState | null
  readonly ip: string | null
  readonly device: string | null
  readonly request_id: string | null
  readonly staff_name: string
  readonly user_name: string | null
}

const toEntry = (row: Row): AuditEntryWithNames => ({
  id: row.id as AuditEntryId,
  at: row.at,
  staffId: row.staff_id as UserId,
  staffName: row.staff_name,
  action: row.action,
  userId: row.user_id as UserId | null,
  userName: row.user_name,
  connectionId: row.connection_id as ConnectionId | null,
  reason: row.reason,
  before: row.before,
  after: row.after,
  from:
    row.request_id === null
      ? null
      : { ip: row.ip ?? '', device: row.device ?? '', requestId: row.request_id },
})
