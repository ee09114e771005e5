import type { EntityManager } from '@mikro-orm/postgresql'
import type { CaseKey } from '../../../admin/cases/case-key.ts'
import type { EntryId, StoredTimelineEntry } from '../../../admin/diagnosis/diagnosis-input.ts'
import { type TimelineFilter, TimelineReader } from '../../../admin/ports.ts'
import type { AttemptId, ConnectionId, ReportId, SyncRunId, UserId } from '../../../domain/identifiers.ts'
import type { TimelineEvent } from '../../../domain/timeline/entry.ts'

/** Enough for the latest authorisation attempt and one or two syncs. */
const maxEntries = 200

const caseCondition = `user_id = ? and (connection_id is null or connection_id = ?::uuid)`

export class PostgresTimelineReader extends TimelineReader {
  readonly #em: EntityManager

  constructor(em: EntityManager) {
    super()
    this.#em = em
  }

  async latestOf(
    { userId, connectionId }: CaseKey,
    reports: readonly ReportId[],
  ): Promise<StoredTimelineEntry[]> {
    const rows = await this.#em.execute<EntryRow[]>(
      `(select ${columns} from timeline_entry where ${caseCondition} and left(kind, 7) <> 'report_' order by id desc limit ?)
       union all
       select last.* from unnest(?::uuid[]) as asked(id) cross join lateral (
         select ${columns} from timeline_entry where report_id = asked.id order by id desc limit 4) as last
       order by id desc`,
      [userId, connectionId, maxEntries, `{${reports.join(',')}}`],
    )
    return rows.map(toEntry)
  }

  async page({ userId, connectionId }: CaseKey, filter: TimelineFilter): Promise<StoredTimelineEntry[]> {
    const { kinds, levels, about, before, limit } = filter
    const rows = await this.#em.execute<EntryRow[]>(
      `select ${columns} from timeline_entry
       where ${caseCondition}
         and (?::text[] = '{}' or kind = any(?::text[])) and (?::text[] = '{}' or severity = any(?::text[]))
         and (?::uuid is null or ?::uuid in (attempt_id, sync_run_id, report_id))
         and id < ?::bigint
       order by id desc limit ?`,
      [
        userId,
        connectionId,
        ...[kinds, kinds, levels, levels].map(names => `{${names.join(',')}}`),
        about,
        about,
        before ?? maxEntryId,
        limit,
      ],
    )
    return rows.map(toEntry)
  }
}

const maxEntryId = '9223372036854775807'

const columns = 'id, at, user_id, attempt_id, connection_id, sync_run_id, report_id, event'

interface EntryRow {
  readonly id: string
  readonly at: string
  readonly user_id: string
  readonly attempt_id: string | null
  readonly connection_id: string | null
  readonly sync_run_id: string | null
  readonly report_id: string | null
  readonly event: TimelineEvent
}

const toEntry = (row: EntryRow): StoredTimelineEntry => ({
  id: String(row.id) as EntryId,
  at: new Date(row.at),
  userId: row.user_id as UserId,
  attemptId: row.attempt_id as AttemptId | null,
  connectionId: row.connection_id as ConnectionId | null,
  syncRunId: row.sync_run_id as SyncRunId | null,
  reportId: row.report_id as ReportId | null,
  event: row.event,
})
