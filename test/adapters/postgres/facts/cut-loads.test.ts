import type { Socket } from 'node:net'
import type { Pool, PoolClient } from 'pg'
import t from 'tap'
import { openDatabase } from '../../../../src/adapters/postgres/engine/database.ts'
import { PostgresReportLoader } from '../../../../src/adapters/postgres/facts/report-loader.ts'
import type { LeasedReport } from '../../../../src/application/ingestion/report-ports.ts'
import type { ConnectionId } from '../../../../src/domain/identifiers.ts'
import { definitionOf } from '../../../../src/domain/ingestion/catalogue.ts'
import { toFactRow } from '../../../../src/domain/ingestion/fact-row.ts'
import type { CompletedReport } from '../../../../src/domain/ingestion/report.ts'
import { Secret } from '../../../../src/domain/secret.ts'
import { openPostgresStores, type PostgresStores } from '../../../support/contracts/postgres-stores.ts'
import { aSavedConnection } from '../../../support/contracts/stores.ts'
import { aCompletedReport, aFileRow, aRun, days, minutesLater, noon } from '../../../support/examples.ts'
import { totalsOf } from '../../../support/totals.ts'

/** Destroys the socket at the statement with this number. @returns a function that counts sent statements. */
function cutAtStatement(pool: Pool, statement: number): () => number {
  let sent = 0
  pool.on('connect', (client: PoolClient) => {
    const { stream } = (client as unknown as { connection: { stream: Socket } }).connection
    const query = client.query.bind(client) as (...args: unknown[]) => unknown
    const countingQuery = (...args: unknown[]) => {
      const result = query(...args)
      sent += 1
      if (sent === statement) stream.destroy()
      return result
    }
    Object.assign(client, { query: countingQuery })
  })
  return () => sent
}

async function urlOf(stores: PostgresStores): Promise<Secret> {
  const [{ name = '' } = {}] = await stores.query<{ name: string }>('select current_database() as name')
  const url = new URL(process.env['TEST_DATABASE_URL'] ?? '')
  url.pathname = name
  return new Secret(url.href)
}

async function load(stores: PostgresStores, pool: Pool, connectionId: ConnectionId): Promise<void> {
  const run = aRun({ connectionId, days })
  const report = aCompletedReport({ syncRunId: run.id, connectionId, days, type: 'sp_campaigns' })
  await stores.syncRuns.save(run, [report])
  const fact = toFactRow(definitionOf(report.type), days, aFileRow(report.type, { cost: 1.25 }))
  async function* batches() {
    yield [fact]
  }
  await stores.leases.withLease(report.id, noon, async leased => {
    const completed = leased as LeasedReport<CompletedReport>
    const file = { batches: batches(), setAside: () => 0 }
    await new PostgresReportLoader(pool).load(completed, file, () => minutesLater(2))
  })
}

t.test(
  'S-25 a load cut off at any statement is stored completely or not at all',
  { timeout: 120_000 },
  async t => {
    const stores = await openPostgresStores(t)
    const { id: connectionId } = await aSavedConnection(stores)
    const url = await urlOf(stores)

    let isCut = true
    for (let statement = 1; isCut; statement += 1) {
      const { pool, close } = await openDatabase(url, { onError: () => undefined })
      const countSent = cutAtStatement(pool, statement)

      const outcome = await load(stores, pool, connectionId).then(
        () => 'loaded',
        () => 'failed',
      )

      isCut = countSent() >= statement
      const { cost } = await totalsOf(stores.figures, connectionId, days)
      const [{ loaded } = { loaded: 0 }] = await stores.query<{ loaded: number }>(
        `select count(*)::int as loaded from report where status = 'loaded'`,
      )
      t.equal(cost, outcome === 'loaded' ? '1.25' : '0', `statement ${statement}: ${outcome}`)
      t.equal(loaded, outcome === 'loaded' ? 1 : 0)
      t.equal(pool.totalCount, pool.idleCount, 'no client is checked out')
      await close()
      await stores.query('delete from report')
      await stores.query('delete from campaign_fact')
      await stores.query('delete from campaign_day')
    }
  },
)

t.test('S-25 a load whose commit is answered late and unheard counts as loaded', async t => {
  const stores = await openPostgresStores(t)
  const { id: connectionId } = await aSavedConnection(stores)
  const url = await urlOf(stores)
  const { pool, close } = await openDatabase(url, { onError: () => undefined })
  t.teardown(close)
  pool.on('connect', client => {
    const query = client.query.bind(client) as (...args: unknown[]) => unknown
    const losingCommits = (...args: unknown[]) => {
      if (args[0] !== 'commit') return query(...args)
      setTimeout(() => query(...args), 200)
      return Promise.reject(new Error('the response was lost'))
    }
    Object.assign(client, { query: losingCommits })
  })

  await load(stores, pool, connectionId)

  t.equal((await totalsOf(stores.figures, connectionId, days)).cost, '1.25')
})
