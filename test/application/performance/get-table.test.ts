import t from 'tap'
import { GetTable } from '../../../src/application/performance/get-table.ts'
import type { DayRange } from '../../../src/domain/calendar.ts'
import { minRollUpRows } from '../../../src/domain/performance/roll-up.ts'
import { aTableRequest, neverAborted } from '../../support/contracts/ingestion/figure-tables.ts'
import { loadRows } from '../../support/contracts/load-rows.ts'
import { anActiveConnection, day, days, noon } from '../../support/examples.ts'
import { openFakes } from '../../support/fakes/open.ts'

async function scene({ isLoaded = true, isAggregated = true } = {}) {
  const fakes = openFakes()
  const connection = anActiveConnection()
  await fakes.connections.save(connection)
  const rows = ['a', 'b', 'c'].map((campaignId, index) => ({
    campaignId,
    cost: 3 - index,
    date: '2026-05-10',
  }))
  if (isLoaded) await loadRows(fakes, connection.id, { rows })
  const requestedRollUps: { level: string; days: DayRange }[] = []
  const limits: unknown[] = []
  const getTable = new GetTable({
    ...fakes,
    tables: Object.assign(Object.create(fakes.tables), {
      page: async (...args: Parameters<typeof fakes.tables.page>) => ({
        ...(await fakes.tables.page(...args)),
        isAggregated,
      }),
      rows: (...args: Parameters<typeof fakes.tables.rows>) => fakes.tables.rows(...args),
    }),
    rollUps: {
      request: async (_, rollUp, limit) => {
        requestedRollUps.push(rollUp)
        limits.push(limit)
      },
    },
  })
  const account = { connectionId: connection.id, timezone: 'America/Los_Angeles' }
  return { getTable, account, requestedRollUps, limits }
}

const month = { preset: '30d' } as const
const unloadedPeriod = { days: { from: day('2020-01-01'), to: day('2020-01-02') } }

t.test('S-28 a table page has its rows and says whether more follow', async t => {
  const { getTable, account } = await scene()
  const page = (limit: number) => getTable.execute(account, month, aTableRequest({ limit }), neverAborted)

  t.match(await page(2), {
    result: 'rows',
    days,
    count: 3,
    rows: [{ keys: { campaign_id: 'a' } }, { keys: { campaign_id: 'b' } }],
    hasMore: true,
  })
  const [two, three] = [await page(2), await page(3)]
  t.equal(two.result === 'rows' && two.rows.length, 2)
  t.match(three, { hasMore: false })
  t.equal(three.result === 'rows' && three.rows.length, 3)
})

t.test('S-28 a table without any loaded days says so', async t => {
  const { getTable, account } = await scene({ isLoaded: false })
  t.strictSame(await getTable.execute(account, month, aTableRequest(), neverAborted), {
    result: 'nothing_loaded',
  })
  t.strictSame(await getTable.export(account, month, aTableRequest(), neverAborted), { exports: 'nothing' })
})

t.test('S-28 a table for days that are not loaded names the loaded days', async t => {
  const { getTable, account } = await scene()
  t.match(await getTable.execute(account, unloadedPeriod, aTableRequest(), neverAborted), {
    result: 'outside_loaded_days',
    loaded: days,
  })
  t.strictSame(await getTable.export(account, unloadedPeriod, aTableRequest(), neverAborted), {
    exports: 'nothing',
  })
})

t.test('S-28 a page that needed an aggregation requests a roll-up for the next page', async t => {
  const { getTable, account, requestedRollUps, limits } = await scene()
  await getTable.execute(account, month, aTableRequest({ level: 'ad-groups' }), neverAborted)
  t.strictSame(requestedRollUps, [{ level: 'ad-groups', counting: 'console', days }])
  t.strictSame(limits, [{ moreThan: minRollUpRows, now: noon }], 'only if the table is large enough')

  const unaggregated = await scene({ isAggregated: false })
  await unaggregated.getTable.execute(unaggregated.account, month, aTableRequest(), neverAborted)
  t.strictSame(unaggregated.requestedRollUps, [])
})

t.test('S-28 an export has all rows, and an account can run two at once', async t => {
  const { getTable, account } = await scene()
  const [one, two] = [new AbortController(), new AbortController()]
  const exported = await getTable.export(account, month, aTableRequest(), one.signal)
  t.match(exported, { exports: 'rows', days })
  let rows = 0
  if (exported.exports === 'rows') for await (const batch of exported.batches) rows += batch.length
  t.equal(rows, 3)
  await getTable.export(account, month, aTableRequest(), two.signal)

  await t.rejects(getTable.export(account, month, aTableRequest(), neverAborted), {
    code: 'too_many_exports',
  })
  const other = { ...account, connectionId: anActiveConnection().id }
  t.strictSame(await getTable.export(other, month, aTableRequest(), neverAborted), { exports: 'nothing' })
  one.abort()
  t.match(await getTable.export(account, month, aTableRequest(), AbortSignal.abort()), { exports: 'rows' })
  t.match(await getTable.export(account, month, aTableRequest(), new AbortController().signal), {
    exports: 'rows',
  })
  await t.rejects(getTable.export(account, month, aTableRequest(), neverAborted), {
    code: 'too_many_exports',
  })
  two.abort()
  t.match(await getTable.export(account, month, aTableRequest(), neverAborted), { exports: 'rows' })
})
