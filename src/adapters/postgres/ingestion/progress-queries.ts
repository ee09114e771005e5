import type { Session } from '../../../application/access/ports.ts'
import { type InteractiveSync, ProgressQueries } from '../../../application/ingestion/ports.ts'
import type { User } from '../../../domain/access/user.ts'
import type { ConnectionId, SessionId } from '../../../domain/identifiers.ts'
import type { ReportType } from '../../../domain/ingestion/catalogue.ts'
import type { Report } from '../../../domain/ingestion/report.ts'
import type { Region } from '../../../domain/profile/region.ts'
import { type ActiveSessionRow, activeSession, toActiveSession } from '../access/sessions.ts'
import { type Sql, sql } from '../engine/sql.ts'

export class PostgresProgressQueries extends ProgressQueries {
  readonly #sql: Sql

  constructor(sql: Sql) {
    super()
    this.#sql = sql
  }

  async find(
    id: SessionId,
    requestedId: string | null,
    now: Date,
  ): Promise<{ session: Session; user: User; interactive: InteractiveSync | null } | null> {
    const [row] = await this.#sql.query<PollRow>(
      sql`with known as (${activeSession(id, now)})
        select known.*, selected.id as connection_id, region, run.requested_at, (
            select string_agg(type || ' ' || report.status, ',') from report where sync_run_id = run.id) as reports
        from known left join lateral (
            select id, region from connection
            where user_id = known."userId" and status in ('active', 'needs_authorisation')
              and (${requestedId}::text is null or id::text = ${requestedId})
            order by id = known."currentConnectionId" desc nulls last, connected_at, id limit 1) as selected on true
          left join lateral (
            select id, requested_at from sync_run
            where connection_id = selected.id and kind in ('initial', 'reauthorisation')
            order by requested_at desc, id desc limit 1) as run on true`,
      { preparedAs: 'sync progress' },
    )
    return row ? { ...toActiveSession(row), interactive: toInteractive(row) } : null
  }
}

interface PollRow extends ActiveSessionRow {
  readonly connection_id: string | null
  readonly region: Region
  readonly requested_at: Date | null
  /** `sp_campaigns loaded,…`: cheaper than JSON. */
  readonly reports: string | null
}

function toInteractive({ connection_id, region, requested_at, reports }: PollRow): InteractiveSync | null {
  if (connection_id === null) return null
  const run =
    requested_at === null
      ? null
      : {
          requestedAt: requested_at,
          reports: (reports ?? '').split(',').filter(Boolean).map(toReport),
        }
  return { connectionId: connection_id as ConnectionId, region, run }
}

const toReport = (text: string): Pick<Report, 'type' | 'status'> => {
  const [type, status] = text.split(' ') as [ReportType, Report['status']]
  return { type, status }
}
