import type { Pool } from 'pg'

export interface KnownCase {
  readonly id: string
  readonly userId: string
  readonly connectionId: string | null
  readonly health: string | null
  readonly stage: string
  readonly cause: string
  readonly plan: string
  readonly region: string | null
  readonly country: string | null
  readonly profileId: string | null
  readonly amazonUserId: string | null
  readonly searchText: string
  readonly lastEventAt: Date
  readonly email: string
  readonly name: string
  readonly amazonEmail: string | null
  readonly accountName: string | null
}

export interface CaseIds {
  readonly case: KnownCase
  readonly attemptId: string
  readonly syncRunId: string
  readonly reportId: string
  readonly amazonReportId: string
}

export interface SeededCases {
  /** Ordered by last event, newest first. */
  readonly cases: readonly KnownCase[]
  /** For a sample of the cases with a connection. */
  readonly caseIds: readonly CaseIds[]
}

/** Reads the seeded cases into memory, to compare search results with them. */
export async function readCrowd(pool: Pool, traceCount: number): Promise<SeededCases> {
  const { rows: cases } = await pool.query<KnownCase>(
    `select summary.id, summary.user_id as "userId", connection_id as "connectionId", health, stage, cause, plan,
       summary.region, summary.country, summary.profile_id as "profileId", amazon_user_id as "amazonUserId", search_text as "searchText",
       last_event_at as "lastEventAt", email, name, amazon_user ->> 'email' as "amazonEmail", account_name as "accountName"
     from case_summary as summary join app_user on app_user.id = summary.user_id
     left join connection on connection.id = connection_id
     order by last_event_at desc, summary.id desc`,
  )
  const byId = new Map(cases.map(each => [each.id, each]))
  const { rows } = await pool.query<Omit<CaseIds, 'case'> & { connectionId: string }>(
    `select chosen.id as "connectionId", authorisation_attempt.id as "attemptId", sync_run_id as "syncRunId", report.id as "reportId",
       amazon_report_id as "amazonReportId"
     from (select * from connection order by md5(id::text) limit $1) as chosen
     join authorisation_attempt using (user_id) join report on report.connection_id = chosen.id and position = 1`,
    [traceCount],
  )
  const caseIds = rows.flatMap(({ connectionId, ...ids }) => {
    const found = byId.get(connectionId)
    return found ? [{ case: found, ...ids }] : []
  })
  return { cases, caseIds }
}
