import pg from 'pg'
import type { Test } from 'tap'
import { PostgresAccessLinks } from '../../../src/adapters/postgres/access/access-links.ts'
import { SubscriptionRow, UserRow } from '../../../src/adapters/postgres/access/access-rows.ts'
import { PostgresKnownDevices } from '../../../src/adapters/postgres/access/known-devices.ts'
import {
  PostgresPasskeyChallenges,
  PostgresPasskeys,
} from '../../../src/adapters/postgres/access/passkeys.ts'
import { PostgresSecondFactors } from '../../../src/adapters/postgres/access/second-factors.ts'
import { PostgresSessions } from '../../../src/adapters/postgres/access/sessions.ts'
import { PostgresSignInFailures } from '../../../src/adapters/postgres/access/sign-in-failures.ts'
import { PostgresSubscriptionEvents } from '../../../src/adapters/postgres/access/subscription-events.ts'
import {
  PostgresStoredPasswords,
  PostgresSubscriptions,
  PostgresUsers,
} from '../../../src/adapters/postgres/access/users.ts'
import { PostgresAccessTokenCache } from '../../../src/adapters/postgres/connection/access-token-cache.ts'
import { PostgresAuthorisationAttempts } from '../../../src/adapters/postgres/connection/authorisation-attempts.ts'
import { PostgresConnections } from '../../../src/adapters/postgres/connection/connections.ts'
import { PostgresErasures } from '../../../src/adapters/postgres/connection/erasures.ts'
import { PostgresPendingConnections } from '../../../src/adapters/postgres/connection/pending-connections.ts'
import { PostgresSellerStates } from '../../../src/adapters/postgres/connection/seller-states.ts'
import { PostgresAuditLog } from '../../../src/adapters/postgres/console/audit-log.ts'
import { PostgresCaseSummaries } from '../../../src/adapters/postgres/console/case-summaries.ts'
import { PostgresOverviewReader } from '../../../src/adapters/postgres/console/overview-reader.ts'
import { PostgresStaffAccessLog } from '../../../src/adapters/postgres/console/staff-access-log.ts'
import { PostgresSupportInbox } from '../../../src/adapters/postgres/console/support-inbox.ts'
import { PostgresSupportRequestComments } from '../../../src/adapters/postgres/console/support-request-comments.ts'
import { PostgresSupportRequests } from '../../../src/adapters/postgres/console/support-requests.ts'
import { PostgresTimeline } from '../../../src/adapters/postgres/console/timeline.ts'
import { PostgresTimelineReader } from '../../../src/adapters/postgres/console/timeline-reader.ts'
import { PostgresViewAsSessions } from '../../../src/adapters/postgres/console/view-as-sessions.ts'
import {
  PostgresRecurringJobRuns,
  PostgresWorkerHeartbeats,
} from '../../../src/adapters/postgres/console/worker-heartbeats.ts'
import { PostgresEmailPreferenceStore } from '../../../src/adapters/postgres/email/email-preference-store.ts'
import { PostgresOutbox } from '../../../src/adapters/postgres/email/outbox.ts'
import { PostgresProgressViews } from '../../../src/adapters/postgres/email/progress-views.ts'
import { openDatabase, PostgresUnitOfWork } from '../../../src/adapters/postgres/engine/database.ts'
import { LocalKeys } from '../../../src/adapters/postgres/engine/encryption/local-keys.ts'
import { TokenCipher } from '../../../src/adapters/postgres/engine/encryption/token-cipher.ts'
import { PostgresFigureTables } from '../../../src/adapters/postgres/facts/figure-tables.ts'
import { PostgresFigures } from '../../../src/adapters/postgres/facts/figures.ts'
import { PostgresReconciliations } from '../../../src/adapters/postgres/facts/reconciliations.ts'
import { PostgresReportLoader } from '../../../src/adapters/postgres/facts/report-loader.ts'
import { PostgresTableRollUps } from '../../../src/adapters/postgres/facts/table-roll-ups.ts'
import { PostgresCallStatistics } from '../../../src/adapters/postgres/ingestion/call-statistics.ts'
import { PostgresLeases } from '../../../src/adapters/postgres/ingestion/leases.ts'
import { PostgresProgressQueries } from '../../../src/adapters/postgres/ingestion/progress-queries.ts'
import { PostgresRegionRateLimiter } from '../../../src/adapters/postgres/ingestion/region-rate-limiter.ts'
import { PostgresReportQueue } from '../../../src/adapters/postgres/ingestion/report-queue.ts'
import { PostgresSyncDurations } from '../../../src/adapters/postgres/ingestion/sync-durations.ts'
import { PostgresSyncHistories } from '../../../src/adapters/postgres/ingestion/sync-histories.ts'
import { PostgresSyncRuns } from '../../../src/adapters/postgres/ingestion/sync-runs.ts'
import { PostgresSyncSchedule } from '../../../src/adapters/postgres/ingestion/sync-schedule.ts'
import type { Outbox } from '../../../src/application/email/ports.ts'
import type { Subscription } from '../../../src/domain/access/subscription.ts'
import type { User } from '../../../src/domain/access/user.ts'
import type { ConnectionId, EmailMessageId, ReportId } from '../../../src/domain/identifiers.ts'
import { Secret } from '../../../src/domain/secret.ts'
import type { TimelineEntry } from '../../../src/domain/timeline/entry.ts'
import { generateKey } from '../../../src/settings/settings.ts'
import { aUser, noon } from '../examples.ts'
import { cloneDatabase } from '../servers/cluster.ts'

/** Days as text, like the product. */
const dates = new pg.TypeOverrides()
dates.setTypeParser(pg.types.builtins.DATE, day => day)

export type PostgresStores = Awaited<ReturnType<typeof openPostgresStores>>

export async function openPostgresStores(
  t: Test,
  { keys = [generateKey()] }: { keys?: readonly Secret[] } = {},
) {
  const database = await cloneDatabase()
  const errors: unknown[] = []
  const onError = (error: unknown) => void errors.push(error)
  // As the running product, so that a missing privilege is noticed.
  const { em, pool, sql, close } = await openDatabase(new Secret(database.runtimeUrl), { onError })
  const owner = new pg.Pool({ connectionString: database.url, max: 4, types: dates })
  t.teardown(async () => {
    const unexpectedErrors = [...errors]
    await Promise.all([close(), owner.end()])
    await database.drop()
    if (unexpectedErrors.length > 0) throw new AggregateError(unexpectedErrors, 'the stores reported errors')
  })
  const cipher = new TokenCipher(new LocalKeys(keys))
  const query = async <Row>(text: string, parameters: readonly unknown[] = []): Promise<Row[]> => {
    const { rows } = await owner.query(text, [...parameters])
    return rows
  }
  const outbox: Outbox = new PostgresOutbox(sql, cipher)
  return {
    users: new PostgresUsers(em),
    subscriptions: new PostgresSubscriptions(em),
    storedPasswords: new PostgresStoredPasswords(em),
    sessions: new PostgresSessions(em, sql),
    links: new PostgresAccessLinks(em),
    knownDevices: new PostgresKnownDevices(em),
    signInFailures: new PostgresSignInFailures(sql),
    factors: new PostgresSecondFactors(em, cipher),
    passkeys: new PostgresPasskeys(sql),
    challenges: new PostgresPasskeyChallenges(sql),
    staffAccessLog: new PostgresStaffAccessLog(sql),
    viewAsSessions: new PostgresViewAsSessions(sql),
    audit: new PostgresAuditLog(sql),
    events: new PostgresSubscriptionEvents(sql),
    attempts: new PostgresAuthorisationAttempts(em, cipher),
    pendingConnections: new PostgresPendingConnections(em, sql, cipher),
    connections: new PostgresConnections(em, sql, cipher),
    sellers: new PostgresSellerStates(em, sql, cipher),
    erasures: new PostgresErasures(sql, pool),
    tokens: new PostgresAccessTokenCache({ em, sql }, cipher, onError),
    syncRuns: new PostgresSyncRuns(em, sql, { current: () => 'the-click' }),
    reportQueue: new PostgresReportQueue(sql),
    syncDurations: new PostgresSyncDurations(sql),
    syncHistories: new PostgresSyncHistories(em, sql),
    progressQueries: new PostgresProgressQueries(sql),
    syncSchedule: new PostgresSyncSchedule(sql),
    leases: new PostgresLeases(em, sql, onError),
    loader: new PostgresReportLoader(pool),
    reconciliations: new PostgresReconciliations(sql),
    rateLimiter: new PostgresRegionRateLimiter(pool),
    callStatistics: new PostgresCallStatistics(pool, onError),
    figures: new PostgresFigures(sql),
    tables: new PostgresFigureTables(sql, pool),
    rollUps: new PostgresTableRollUps(sql, pool),
    outbox,
    emailPreferenceStore: new PostgresEmailPreferenceStore(sql),
    progressViews: new PostgresProgressViews(sql),
    supportRequests: new PostgresSupportRequests(em),
    timelineReader: new PostgresTimelineReader(sql),
    workerHeartbeats: new PostgresWorkerHeartbeats(sql),
    recurringJobRuns: new PostgresRecurringJobRuns(sql),
    summaries: new PostgresCaseSummaries(em, sql),
    comments: new PostgresSupportRequestComments(em),
    inbox: new PostgresSupportInbox(em, sql),
    overviews: new PostgresOverviewReader(sql),
    timeline: new PostgresTimeline(em, sql),
    unitOfWork: new PostgresUnitOfWork(em),
    async createUser(overrides: Partial<User> = {}, subscription: Subscription | null = null) {
      const user = aUser(overrides)
      await em.insert(UserRow, { ...user, passwordHash: 'a hash', createdAt: noon })
      if (subscription) await em.insert(SubscriptionRow, { userId: user.id, ...subscription })
      return user
    },
    /** As if the lease's holder had died. */
    async letLeaseRunOut(id: ReportId) {
      await query(`update report set leased_until = now() - interval '1 second' where id = $1`, [id])
    },
    /** As if the claim's holder had died. */
    async expireClaim(id: ConnectionId) {
      const past = `now() - interval '1 second'`
      await query(`update connection_grant set refreshing_until = ${past} where connection_id = $1`, [id])
    },
    /** As if the worker sending the email had died. */
    async letEmailLeaseRunOut(id: EmailMessageId) {
      await query(`update email_message set leased_until = now() - interval '1 second' where id = $1`, [id])
    },
    entries: () =>
      query<TimelineEntry>(`select at, user_id as "userId", attempt_id as "attemptId", connection_id as "connectionId",
        sync_run_id as "syncRunId", report_id as "reportId", event from timeline_entry order by id`),
    pool,
    owner,
    databaseUrl: database.url,
    /** As the owner. */
    query,
    /** Returns a table's rows as stored: secrets stay encrypted. */
    async rawText(table: string) {
      const rows = await query<{ text: string }>(`select row_to_json(${table})::text as text from ${table}`)
      return rows.map(({ text }) => text).join('\n')
    },
  }
}
