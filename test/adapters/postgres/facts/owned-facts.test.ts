import t from 'tap'
import { type LeasedReport, LeaseLost } from '../../../../src/application/ingestion/report-ports.ts'
import { definitionOf, reportCatalogue } from '../../../../src/domain/ingestion/catalogue.ts'
import { toFactRow } from '../../../../src/domain/ingestion/fact-row.ts'
import type { CompletedReport } from '../../../../src/domain/ingestion/report.ts'
import { openPostgresStores, type PostgresStores } from '../../../support/contracts/postgres-stores.ts'
import { aSavedConnection } from '../../../support/contracts/stores.ts'
import { aCompletedReport, aFileRow, aRun, days, minutesLater, noon } from '../../../support/examples.ts'

const tables = ['campaign_day', 'ad_product_day', ...new Set(reportCatalogue.map(({ table }) => table))]

async function rowsIn({ query }: PostgresStores): Promise<Record<string, number>> {
  const counts = tables.map(async table => {
    const [row] = await query<{ count: string }>(`select count(*) as count from ${table}`)
    return [table, Number(row?.count)] as const
  })
  return Object.fromEntries(await Promise.all(counts))
}

const everyTable = (count: number) => Object.fromEntries(tables.map(table => [table, count]))

t.test('S-25 deleting a connection deletes its figures and no others', async t => {
  const stores = await openPostgresStores(t)
  const { syncRuns, leases, loader, query } = stores
  const tableTypes = new Map(reportCatalogue.map(({ table, type }) => [table, type]))
  const [deleted, remaining] = [await aSavedConnection(stores), await aSavedConnection(stores)]
  for (const { id: connectionId } of [deleted, remaining]) {
    for (const type of tableTypes.values()) {
      const run = aRun({ connectionId, days })
      const report = aCompletedReport({ syncRunId: run.id, connectionId, days, type })
      await syncRuns.save(run, [report])
      const fact = toFactRow(definitionOf(type), days, aFileRow(type))
      async function* batches() {
        yield [fact]
      }
      await leases.withLease(report.id, noon, async leased => {
        const file = { batches: batches(), setAside: () => 0 }
        await loader.load(leased as LeasedReport<CompletedReport>, file, () => minutesLater(2))
      })
    }
  }
  t.strictSame(await rowsIn(stores), everyTable(2))

  await query('delete from connection where id = $1', [deleted.id])

  t.strictSame(await rowsIn(stores), everyTable(1))
})

t.test('S-25 a connection that is deleted during a load gets no rows', async t => {
  const stores = await openPostgresStores(t)
  const { syncRuns, leases, loader, query } = stores
  const { id: connectionId } = await aSavedConnection(stores)
  const run = aRun({ connectionId, days })
  const report = aCompletedReport({ syncRunId: run.id, connectionId, days, type: 'sp_campaigns' })
  await syncRuns.save(run, [report])
  async function* batches() {
    yield [toFactRow(definitionOf('sp_campaigns'), days, aFileRow('sp_campaigns'))]
    await query('delete from connection where id = $1', [connectionId])
  }

  await leases.withLease(report.id, noon, async leased => {
    const file = { batches: batches(), setAside: () => 0 }
    const load = loader.load(leased as LeasedReport<CompletedReport>, file, () => minutesLater(2))
    await t.rejects(load, LeaseLost)
  })

  t.strictSame(await rowsIn(stores), everyTable(0))
})
