import type { Pool } from 'pg'
import type { Test } from 'tap'
import { PostgresAccessLinks } from '../../../src/adapters/postgres/access-links.ts'
import { PostgresPeople, PostgresSessions } from '../../../src/adapters/postgres/access-stores.ts'
import { PostgresAccessTokens } from '../../../src/adapters/postgres/access-tokens.ts'
import { PostgresAccountViews } from '../../../src/adapters/postgres/account-views.ts'
import { PostgresAttempts } from '../../../src/adapters/postgres/attempts.ts'
import { PostgresAuditLog } from '../../../src/adapters/postgres/audit-log.ts'
import { PostgresCallTally } from '../../../src/adapters/postgres/call-tally.ts'
import { PostgresCaseDigests } from '../../../src/adapters/postgres/case-digests.ts'
import { PostgresConnections } from '../../../src/adapters/postgres/connections.ts'
import { openDatabase, PostgresUnitOfWork } from '../../../src/adapters/postgres/database.ts'
import { PostgresErasures } from '../../../src/adapters/postgres/erasures.ts'
import { PostgresFigureTables } from '../../../src/adapters/postgres/figure-tables.ts'
import { PostgresFigures } from '../../../src/adapters/postgres/figures.ts'
import { PostgresHelpInbox } from '../../../src/adapters/postgres/help-inbox.ts'
import { PostgresHelpRemarks } from '../../../src/adapters/postgres/help-remarks.ts'
import { PostgresHelpRequests } from '../../../src/adapters/postgres/help-requests.ts'
import { PostgresIngestions } from '../../../src/adapters/postgres/ingestions.ts'
import { PostgresLeases } from '../../../src/adapters/postgres/leases.ts'
import { PostgresLoadingRecords } from '../../../src/adapters/postgres/loading-records.ts'
import { LocalKeys } from '../../../src/adapters/postgres/local-keys.ts'
import { PostgresLooks } from '../../../src/adapters/postgres/looks.ts'
import { PostgresMailChoices } from '../../../src/adapters/postgres/mail-choices.ts'
import { PostgresOutbox } from '../../../src/adapters/postgres/outbox.ts'
import { PostgresOverviews } from '../../../src/adapters/postgres/overviews.ts'
import { PostgresPendingConnections } from '../../../src/adapters/postgres/pending-connections.ts'
import { PostgresPolls } from '../../../src/adapters/postgres/polls.ts'
import { PostgresReconciliations } from '../../../src/adapters/postgres/reconciliations.ts'
import { PostgresRegions } from '../../../src/adapters/postgres/regions.ts'
import { PostgresReportLoader } from '../../../src/adapters/postgres/report-loader.ts'
import { PersonRow, SubscriptionRow } from '../../../src/adapters/postgres/schema.ts'
import { Seal } from '../../../src/adapters/postgres/sealed-text.ts'
import { PostgresSecondFactors } from '../../../src/adapters/postgres/second-factors.ts'
import { PostgresSellerRecords } from '../../../src/adapters/postgres/seller-records.ts'
import { PostgresStories } from '../../../src/adapters/postgres/stories.ts'
import { PostgresSubscriptionEvents } from '../../../src/adapters/postgres/subscription-events.ts'
import { PostgresSyncs } from '../../../src/adapters/postgres/syncs.ts'
import { PostgresTableRollUps } from '../../../src/adapters/postgres/table-roll-ups.ts'
import { PostgresTimeline } from '../../../src/adapters/postgres/timeline.ts'
import { PostgresViewings } from '../../../src/adapters/postgres/viewings.ts'
import { PostgresWorks } from '../../../src/adapters/postgres/works.ts'
import { Secret } from '../../../src/domain/secret.ts'
import { newKey } from '../../../src/settings.ts'
import { cloneDatabase } from '../cluster.ts'
import { aPerson, noon } from '../examples.ts'
import type { Stores } from './stores.ts'

export interface PostgresStores extends Stores {
  readonly pool: Pool
  readonly databaseUrl: string
  query<Row>(sql: string, parameters?: readonly unknown[]): Promise<Row[]>
  /** As on disk: secrets stay encrypted. */
  rawText(table: string): Promise<string>
}

export async function openPostgresStores(
  t: Test,
  { keys = [newKey()] }: { keys?: readonly Secret[] } = {},
): Promise<PostgresStores> {
  const clone = await cloneDatabase()
  const errors: unknown[] = []
  const onError = (error: unknown) => void errors.push(error)
  const { em, pool, prepared, close } = await openDatabase(new Secret(clone.url), { onError })
  t.teardown(async () => {
    const behindTheBack = [...errors]
    await close()
    await clone.drop()
    if (behindTheBack.length > 0) throw new AggregateError(behindTheBack, 'something failed behind the back')
  })
  const seal = new Seal(new LocalKeys(keys))
  const query: PostgresStores['query'] = async (sql, parameters = []) => {
    const { rows } = await pool.query(sql, [...parameters])
    return rows
  }
  return {
    people: new PostgresPeople(em),
    sessions: new PostgresSessions(em, prepared),
    links: new PostgresAccessLinks(em),
    factors: new PostgresSecondFactors(em, seal),
    views: new PostgresAccountViews(em),
    viewings: new PostgresViewings(em, prepared),
    audit: new PostgresAuditLog(em),
    events: new PostgresSubscriptionEvents(em),
    attempts: new PostgresAttempts(em, seal),
    pendings: new PostgresPendingConnections(em, seal),
    connections: new PostgresConnections(em, seal),
    sellers: new PostgresSellerRecords(em, prepared, seal),
    erasures: new PostgresErasures(em, pool),
    tokens: new PostgresAccessTokens({ em, prepared }, seal, onError),
    ingestions: new PostgresIngestions(em, prepared, { current: () => 'the-click' }),
    records: new PostgresLoadingRecords(em, prepared),
    polls: new PostgresPolls(prepared),
    syncs: new PostgresSyncs(em),
    leases: new PostgresLeases(em, prepared, onError),
    loader: new PostgresReportLoader(pool),
    reconciliations: new PostgresReconciliations(em),
    regions: new PostgresRegions(pool),
    calls: new PostgresCallTally(pool, onError),
    figures: new PostgresFigures(em, prepared),
    tables: new PostgresFigureTables(em, pool),
    rollUps: new PostgresTableRollUps(em, pool),
    outbox: new PostgresOutbox(em, seal),
    choices: new PostgresMailChoices(em),
    looks: new PostgresLooks(prepared),
    helpRequests: new PostgresHelpRequests(em),
    stories: new PostgresStories(em),
    works: new PostgresWorks(em),
    digests: new PostgresCaseDigests(em),
    remarks: new PostgresHelpRemarks(em),
    inbox: new PostgresHelpInbox(em),
    overviews: new PostgresOverviews(em),
    timeline: new PostgresTimeline(em),
    unitOfWork: new PostgresUnitOfWork(em),
    async addPerson(its = {}, subscription = null) {
      const person = aPerson(its)
      await em.insert(PersonRow, { ...person, passwordHash: 'a hash', createdAt: noon })
      if (subscription) await em.insert(SubscriptionRow, { personId: person.id, ...subscription })
      return person
    },
    async letLeaseRunOut(id) {
      await query(`update report set leased_until = now() - interval '1 second' where id = $1`, [id])
    },
    async letClaimRunOut(id) {
      const past = `now() - interval '1 second'`
      await query(`update connection_grant set refreshing_until = ${past} where connection_id = $1`, [id])
    },
    async letMailRunOut(id) {
      await query(`update mail set leased_until = now() - interval '1 second' where id = $1`, [id])
    },
    entries: () =>
      query(`select at, person_id as "personId", attempt_id as "attemptId", connection_id as "connectionId",
        run_id as "runId", report_id as "reportId", happening from timeline_entry order by id`),
    pool,
    databaseUrl: clone.url,
    query,
    async rawText(table) {
      const rows = await query<{ text: string }>(`select row_to_json(${table})::text as text from ${table}`)
      return rows.map(({ text }) => text).join('\n')
    },
  }
}
