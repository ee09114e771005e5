import type { Pool } from 'pg'
import type { Test } from 'tap'
import { PostgresAccessLinks } from '../../../src/adapters/postgres/access-links.ts'
import { PostgresAccessTokenCache } from '../../../src/adapters/postgres/access-token-cache.ts'
import { PostgresAuditLog } from '../../../src/adapters/postgres/audit-log.ts'
import { PostgresAuthorisationAttempts } from '../../../src/adapters/postgres/authorisation-attempts.ts'
import { PostgresCallStatistics } from '../../../src/adapters/postgres/call-statistics.ts'
import { PostgresCaseSummaries } from '../../../src/adapters/postgres/case-summaries.ts'
import { PostgresConnections } from '../../../src/adapters/postgres/connections.ts'
import { openDatabase, PostgresUnitOfWork } from '../../../src/adapters/postgres/database.ts'
import { PostgresEmailPreferenceStore } from '../../../src/adapters/postgres/email-preference-store.ts'
import { PostgresErasures } from '../../../src/adapters/postgres/erasures.ts'
import { PostgresFigureTables } from '../../../src/adapters/postgres/figure-tables.ts'
import { PostgresFigures } from '../../../src/adapters/postgres/figures.ts'
import { PostgresLeases } from '../../../src/adapters/postgres/leases.ts'
import { LocalKeys } from '../../../src/adapters/postgres/local-keys.ts'
import { PostgresOutbox } from '../../../src/adapters/postgres/outbox.ts'
import { PostgresOverviewReader } from '../../../src/adapters/postgres/overview-reader.ts'
import { PostgresPendingConnections } from '../../../src/adapters/postgres/pending-connections.ts'
import { PostgresProgressQueries } from '../../../src/adapters/postgres/progress-queries.ts'
import { PostgresProgressViews } from '../../../src/adapters/postgres/progress-views.ts'
import { PostgresReconciliations } from '../../../src/adapters/postgres/reconciliations.ts'
import { PostgresRegionRateLimiter } from '../../../src/adapters/postgres/region-rate-limiter.ts'
import { PostgresReportLoader } from '../../../src/adapters/postgres/report-loader.ts'
import { SubscriptionRow, UserRow } from '../../../src/adapters/postgres/schema.ts'
import { PostgresSecondFactors } from '../../../src/adapters/postgres/second-factors.ts'
import { PostgresSellerStates } from '../../../src/adapters/postgres/seller-states.ts'
import { PostgresSessions } from '../../../src/adapters/postgres/sessions.ts'
import { PostgresStaffAccessLog } from '../../../src/adapters/postgres/staff-access-log.ts'
import { PostgresSubscriptionEvents } from '../../../src/adapters/postgres/subscription-events.ts'
import { PostgresSupportInbox } from '../../../src/adapters/postgres/support-inbox.ts'
import { PostgresSupportRequestComments } from '../../../src/adapters/postgres/support-request-comments.ts'
import { PostgresSupportRequests } from '../../../src/adapters/postgres/support-requests.ts'
import { PostgresSyncHistories } from '../../../src/adapters/postgres/sync-histories.ts'
import { PostgresSyncRuns } from '../../../src/adapters/postgres/sync-runs.ts'
import { PostgresSyncSchedule } from '../../../src/adapters/postgres/sync-schedule.ts'
import { PostgresTableRollUps } from '../../../src/adapters/postgres/table-roll-ups.ts'
import { PostgresTimeline } from '../../../src/adapters/postgres/timeline.ts'
import { PostgresTimelineReader } from '../../../src/adapters/postgres/timeline-reader.ts'
import { TokenCipher } from '../../../src/adapters/postgres/token-cipher.ts'
import { PostgresUsers } from '../../../src/adapters/postgres/users.ts'
import { PostgresViewAsSessions } from '../../../src/adapters/postgres/view-as-sessions.ts'
import { PostgresWorkerHeartbeats } from '../../../src/adapters/postgres/worker-heartbeats.ts'
import { Secret } from '../../../src/domain/secret.ts'
import { generateKey } from '../../../src/settings.ts'
import { cloneDatabase } from '../cluster.ts'
import { aUser, noon } from '../examples.ts'
import type { Stores } from './stores.ts'

export interface PostgresStores extends Stores {
  readonly pool: Pool
  readonly databaseUrl: string
  query<Row>(sql: string, parameters?: readonly unknown[]): Promise<Row[]>
  /** Returns a table's rows as stored: secrets stay encrypted. */
  rawText(table: string): Promise<string>
}

export async function openPostgresStores(
  t: Test,
  { keys = [generateKey()] }: { keys?: readonly Secret[] } = {},
): Promise<PostgresStores> {
  const database = await cloneDatabase()
  const errors: unknown[] = []
  const onError = (error: unknown) => void errors.push(error)
  const { em, pool, prepared, close } = await openDatabase(new Secret(database.url), { onError })
  t.teardown(async () => {
    const unexpectedErrors = [...errors]
    await close()
    await database.drop()
    if (unexpectedErrors.length > 0) throw new AggregateError(unexpectedErrors, 'the stores reported errors')
  })
  const cipher = new TokenCipher(new LocalKeys(keys))
  const query: PostgresStores['query'] = async (sql, parameters = []) => {
    const { rows } = await pool.query(sql, [...parameters])
    return rows
  }
  return {
    users: new PostgresUsers(em),
    sessions: new PostgresSessions(em, prepared),
    links: new PostgresAccessLinks(em),
    factors: new PostgresSecondFactors(em, cipher),
    staffAccessLog: new PostgresStaffAccessLog(em),
    viewAsSessions: new PostgresViewAsSessions(em, prepared),
    audit: new PostgresAuditLog(em),
    events: new PostgresSubscriptionEvents(em),
    attempts: new PostgresAuthorisationAttempts(em, cipher),
    pendingConnections: new PostgresPendingConnections(em, cipher),
    connections: new PostgresConnections(em, cipher),
    sellers: new PostgresSellerStates(em, prepared, cipher),
    erasures: new PostgresErasures(em, pool),
    tokens: new PostgresAccessTokenCache({ em, prepared }, cipher, onError),
    syncRuns: new PostgresSyncRuns(em, prepared, { current: () => 'the-click' }),
    syncHistories: new PostgresSyncHistories(em, prepared),
    progressQueries: new PostgresProgressQueries(prepared),
    syncSchedule: new PostgresSyncSchedule(em),
    leases: new PostgresLeases(em, prepared, onError),
    loader: new PostgresReportLoader(pool),
    reconciliations: new PostgresReconciliations(em),
    rateLimiter: new PostgresRegionRateLimiter(pool),
    callStatistics: new PostgresCallStatistics(pool, onError),
    figures: new PostgresFigures(em, prepared),
    tables: new PostgresFigureTables(em, pool),
    rollUps: new PostgresTableRollUps(em, pool),
    outbox: new PostgresOutbox(em, cipher),
    emailPreferenceStore: new PostgresEmailPreferenceStore(em),
    progressViews: new PostgresProgressViews(prepared),
    supportRequests: new PostgresSupportRequests(em),
    timelineReader: new PostgresTimelineReader(em),
    workerHeartbeats: new PostgresWorkerHeartbeats(em),
    summaries: new PostgresCaseSummaries(em),
    comments: new PostgresSupportRequestComments(em),
    inbox: new PostgresSupportInbox(em),
    overviews: new PostgresOverviewReader(em),
    timeline: new PostgresTimeline(em),
    unitOfWork: new PostgresUnitOfWork(em),
    async createUser(overrides = {}, subscription = null) {
      const user = aUser(overrides)
      await em.insert(UserRow, { ...user, passwordHash: 'a hash', createdAt: noon })
      if (subscription) await em.insert(SubscriptionRow, { userId: user.id, ...subscription })
      return user
    },
    async letLeaseRunOut(id) {
      await query(`update report set leased_until = now() - interval '1 second' where id = $1`, [id])
    },
    async expireClaim(id) {
      const past = `now() - interval '1 second'`
      await query(`update connection_grant set refreshing_until = ${past} where connection_id = $1`, [id])
    },
    async letEmailLeaseRunOut(id) {
      await query(`update email_message set leased_until = now() - interval '1 second' where id = $1`, [id])
    },
    entries: () =>
      query(`select at, user_id as "userId", attempt_id as "attemptId", connection_id as "connectionId",
        sync_run_id as "syncRunId", report_id as "reportId", event from timeline_entry order by id`),
    pool,
    databaseUrl: database.url,
    query,
    async rawText(table) {
      const rows = await query<{ text: string }>(`select row_to_json(${table})::text as text from ${table}`)
      return rows.map(({ text }) => text).join('\n')
    },
  }
}
