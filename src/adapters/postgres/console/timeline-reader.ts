import type { CaseKey } from '../../../admin/cases/case-key.ts'
import type { EntryId, StoredTimelineEntry } from '../../../admin/diagnosis/diagnosis-input.ts'
import { type TimelineFilter, TimelineReader } from '../../../admin/ports.ts'
import type { AttemptId, ConnectionId, ReportId, SyncRunId, UserId } from '../../../domain/identifiers.ts'
import type { TimelineEvent } from '../../../domain/timeline/entry.ts'
import { raw, type Sql, type Statement, sql } from '../engine/sql.ts'

/** Enough for the latest authorisation attempt and one or two syncs. */
const maxEntries = 200

const caseCondition = ({ userId, connectionId }: CaseKey): Statement =>
  sql`user_id = ${userId} and (connection_id is null or connection_id = ${connectionId})`

export class PostgresTimelineReader extends TimelineReader {
  readonly #sql: Sql

  constructor(sql: Sql) {
    super()
    this.#sql = sql
  }

  async latestOf(key: CaseKey, reports: readonly ReportId[]): Promise<StoredTimelineEntry[]> {
    const rows = await this.#sql.query<EntryRow>(
      sql`(select ${columns} from timeline_entry where ${caseCondition(key)} and left(kind, 7) <> 'report_'
           order by id desc limit ${maxEntries})
        union all
        select last.* from unnest(${reports}::uuid[]) as asked(id) cross join lateral (
          select ${columns} from timeline_entry where report_id = asked.id order by id desc limit 4) as last
        order by id desc`,
    )
    return rows.map(toEntry)
  }

  async page(key: CaseKey, filter: TimelineFilter): Promise<StoredTimelineEntry[]> {
    const { kinds, levels, about, before, limit } = filter
    const rows = await this.#sql.query<EntryRow>(
      sql`select ${columns} from timeline_entry
        where ${caseCondition(key)}
          and (${kinds}::text[] = '{}' or kind = any(${kinds})) and (${levels}::text[] = '{}' or severity = any(${levels}))
          and (${about}::uuid is null or ${about} in (attempt_id, sync_run_id, report_id))
          and id < ${before ?? maxEntryId}
        order by id desc limit ${limit}`,
    )
    return rows.map(toEntry)
  }
}

const maxEntryId = '9223372036854775807'

const columns = raw('id, at, user_id, attempt_id, connection_id, sync_run_id, report_id, event')

interface EntryRow {
  readonly id: string
  readonly at: Date
  readonly user_id: string
  readonly attempt_id: string | null
  readonly connection_id: string | null
  readonly sync_run_id: string | null
  readonly report_id: string | null
  readonly event: TimelineEvent
}

const toEntry = (row: EntryRow): StoredTimelineEntry => ({
  id: row.id as EntryId,
  at: row.at,
  userId: row.user_id as UserId,
  attemptId: row.attempt_id as AttemptId | null,
  connectionId: row.connection_id as ConnectionId | null,
  syncRunId: row.sync_run_id as SyncRunId | null,
  reportId: row.report_id as ReportId | null,
  event: row.event,
})
