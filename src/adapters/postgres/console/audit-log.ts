import type { EntityManager } from '@mikro-orm/postgresql'
import { AuditLog } from '../../../application/access/ports.ts'
import type {
  AuditAction,
  AuditEntry,
  AuditEntryWithNames,
  AuditFilter,
  AuditState,
} from '../../../domain/access/audit.ts'
import type { AuditEntryId, ConnectionId, UserId } from '../../../domain/identifiers.ts'

export class PostgresAuditLog extends AuditLog {
  readonly #em: EntityManager

  constructor(em: EntityManager) {
    super()
    this.#em = em
  }

  async append(entry: AuditEntry): Promise<void> {
    const { at, staffId, action, userId, connectionId, reason, before, after, from } = entry
    await this.#em.execute(
      `insert into audit_entry
         (at, staff_id, action, user_id, connection_id, reason, before, after, ip, device, request_id)
       values (?, ?, ?, ?, ?, ?, ?::jsonb, ?::jsonb, ?, ?, ?)`,
      [
        ...[at, staffId, action, userId, connectionId, reason, asJson(before), asJson(after)],
        ...[from?.ip ?? null, from?.device ?? null, from?.requestId ?? null],
      ],
    )
  }

  async latest(
    { staffId, userId }: AuditFilter,
    { before, limit }: { before: AuditEntryId | null; limit: number },
  ): Promise<AuditEntryWithNames[]> {
    const conditions: readonly (readonly [sql: string, value: string | null])[] = [
      ['staff_id = ?', staffId],
      ['user_id = ?', userId],
      ['audit_entry.id < ?', before],
    ]
    const activeConditions = conditions.filter(([, value]) => value !== null)
    const rows = await this.#em.execute<Row[]>(
      `select audit_entry.*, staff.name as staff_name, app_user.name as user_name
       from audit_entry join app_user as staff on staff.id = staff_id
         left join app_user on app_user.id = user_id
       where ${['true', ...activeConditions.map(([sql]) => sql)].join(' and ')}
       order by audit_entry.id desc limit ?`,
      [...activeConditions.map(([, value]) => value), limit],
    )
    return rows.map(toEntry)
  }
}

const asJson = (state: AuditState | null): string | null => state && JSON.stringify(state)

interface Row {
  readonly id: string
  readonly at: string | Date
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
  id: String(row.id) as AuditEntryId,
  at: new Date(row.at),
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
