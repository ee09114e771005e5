import type { EntityManager } from '@mikro-orm/postgresql'
import type { EntryId, StoryEntry } from '../../admin/diagnosis/facts.ts'
import type { CaseKey } from '../../admin/index.ts'
import { Stories, type StoryFilter } from '../../admin/ports.ts'
import type { AttemptId, ConnectionId, PersonId, ReportId, RunId } from '../../domain/identifiers.ts'
import type { Happening } from '../../domain/timeline/entry.ts'

/** Enough for the latest authorisation attempt and a sync or two. */
const latest = 200

/** The user's entries, without other connections'. */
const ofCase = `person_id = ? and (connection_id is null or connection_id = ?::uuid)`

export class PostgresStories extends Stories {
  readonly #em: EntityManager

  constructor(em: EntityManager) {
    super()
    this.#em = em
  }

  async latestOf({ personId, connectionId }: CaseKey, reports: readonly ReportId[]): Promise<StoryEntry[]> {
    const rows = await this.#em.execute<EntryRow[]>(
      `(select ${columns} from timeline_entry where ${ofCase} and left(kind, 7) <> 'report_' order by id desc limit ?)
       union all
       select last.* from unnest(?::uuid[]) as asked(id) cross join lateral (
         select ${columns} from timeline_entry where report_id = asked.id order by id desc limit 4) as last
       order by id desc`,
      [personId, connectionId, latest, `{${reports.join(',')}}`],
    )
    return rows.map(toEntry)
  }

  async page({ personId, connectionId }: CaseKey, filter: StoryFilter): Promise<StoryEntry[]> {
    const { kinds, levels, about, before, limit } = filter
    const rows = await this.#em.execute<EntryRow[]>(
      `select ${columns} from timeline_entry
       where ${ofCase}
         and (?::text[] = '{}' or kind = any(?::text[])) and (?::text[] = '{}' or level = any(?::text[]))
         and (?::uuid is null or ?::uuid in (attempt_id, run_id, report_id))
         and id < ?::bigint
       order by id desc limit ?`,
      [
        personId,
        connectionId,
        ...[kinds, kinds, levels, levels].map(names => `{${names.join(',')}}`),
        about,
        about,
        before ?? newest,
        limit,
      ],
    )
    return rows.map(toEntry)
  }
}

const newest = '9223372036854775807'

const columns = 'id, at, person_id, attempt_id, connection_id, run_id, report_id, happening'

interface EntryRow {
  readonly id: string
  readonly at: string
  readonly person_id: string
  readonly attempt_id: string | null
  readonly connection_id: string | null
  readonly run_id: string | null
  readonly report_id: string | null
  readonly happening: Happening
}

const toEntry = (row: EntryRow): StoryEntry => ({
  id: String(row.id) as EntryId,
  at: new Date(row.at),
  personId: row.person_id as PersonId,
  attemptId: row.attempt_id as AttemptId | null,
  connectionId: row.connection_id as ConnectionId | null,
  runId: row.run_id as RunId | null,
  reportId: row.report_id as ReportId | null,
  happening: row.happening,
})
