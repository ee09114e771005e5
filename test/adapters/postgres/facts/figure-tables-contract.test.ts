import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { BuildTableRollUps } from '../../../../src/application/performance/build-table-roll-ups.ts'
import { GetTable } from '../../../../src/application/performance/get-table.ts'
import type { TableRow } from '../../../../src/application/performance/ports.ts'
import { hours, minutes } from '../../../../src/domain/calendar.ts'
import type { ConnectionId } from '../../../../src/domain/identifiers.ts'
import { type ReportType, reportCatalogue } from '../../../../src/domain/ingestion/catalogue.ts'
import type { FileRow } from '../../../../src/domain/ingestion/fact-row.ts'
import type { Counting } from '../../../../src/domain/performance/counting.ts'
import { type Level, levels, type RowFilter, type Sorting } from '../../../../src/domain/performance/level.ts'
import { metricNames } from '../../../../src/domain/performance/metric.ts'
import { factTableOf } from '../../../../src/domain/performance/roll-up.ts'
import { openFakeStores } from '../../../support/contracts/fake-stores.ts'
import {
  aTableRequest,
  figureTablesContract,
  neverAborted,
} from '../../../support/contracts/ingestion/figure-tables.ts'
import { loadRows } from '../../../support/contracts/load-rows.ts'
import { openPostgresStores } from '../../../support/contracts/postgres-stores.ts'
import { aSavedConnection, type Stores } from '../../../support/contracts/stores.ts'
import { eventually } from '../../../support/eventually.ts'
import { day, days, minutesLater } from '../../../support/examples.ts'
import { StoppedClock } from '../../../support/fakes/kernel.ts'
import { randomNumbers } from '../../../support/seed.ts'

figureTablesContract(t, openPostgresStores)

const countings = ['console', 'clicks'] as const

type Tables = Pick<Stores, 'tables'>
type TableQuery = Readonly<{ level: Level; counting: Counting; sorting: Sorting; filter: RowFilter }>

/** Reads all pages by following their cursors, which are left out of the rows. */
async function readAllPages({ tables }: Tables, id: ConnectionId, query: TableQuery, limit: number) {
  const rows: Omit<TableRow, 'cursor'>[] = []
  let count = 0
  for (let after: TableRow['cursor'] | null = null; ; ) {
    const page = await tables.page(id, aTableRequest({ ...query, after, limit }), neverAborted)
    rows.push(...page.rows.map(({ cursor: _, ...row }) => row))
    count = page.count
    after = page.rows.at(-1)?.cursor ?? null
    if (!after || page.rows.length < limit) return { count, rows: rows.map(row => JSON.stringify(row)) }
  }
}

const roundToCents = (value: number) => Math.round(value * 100) / 100

/** Rows with few distinct keys and values, so that they aggregate and tie in every sort order. */
function randomRows(type: ReportType, random: () => number, count: number) {
  const pick = <Value>(values: readonly Value[]) => values[Math.floor(random() * values.length)] as Value
  const definition = reportCatalogue.find(candidate => candidate.type === type)
  const seenKeys = new Set<string>()
  return Array.from({ length: count }, () => {
    const row: Record<string, unknown> = { date: pick(['2026-05-01', '2026-05-02']) }
    for (const { name, amazonName, kind } of definition?.columns ?? []) {
      if (kind === 'key')
        row[amazonName] = name.endsWith('_id')
          ? pick(['1', '2', '3', '10', 'a', 'B', 'é', 'z'])
          : pick(['alpha', 'β', '100%'])
      else if (kind === 'text') row[amazonName] = pick(['Shoes_1', 'boots', 'ÉCLAIR', null])
      else if (kind === 'count') row[amazonName] = Math.floor(random() * 4)
      else row[amazonName] = pick([0, 0, 1, 0.1, 2.5, roundToCents(random() * 9)])
    }
    return row
  }).filter(row => {
    const keys = JSON.stringify([
      row['date'],
      ...(definition?.columns ?? []).flatMap(({ kind, amazonName }) =>
        kind === 'key' ? [row[amazonName]] : [],
      ),
    ])
    return !seenKeys.has(keys) && seenKeys.add(keys)
  })
}

t.test('S-28 roll-ups, direct aggregation and exact fractions give the same table', async t => {
  const [stores, modelStores] = [await openPostgresStores(t), await openFakeStores()]
  const { id } = await aSavedConnection(stores)
  const { id: modelId } = await aSavedConnection(modelStores)
  const random = randomNumbers(28)
  for (const { type, table } of reportCatalogue) {
    if (table === 'purchased_product_fact') continue
    const rows = randomRows(type, random, 200)
    await loadRows(stores, id, { type, rows })
    await loadRows(modelStores, modelId, { type, rows })
  }
  const pick = <Value>(values: readonly Value[]) => values[Math.floor(random() * values.length)] as Value
  const queries = levels.flatMap(level =>
    metricNames.flatMap(by =>
      (['descending', 'ascending'] as const).map((order): TableQuery => {
        const bound = {
          metric: pick(metricNames),
          side: pick(['least', 'most'] as const),
          value: pick(['0.5', '1', '2']),
        }
        return {
          level,
          counting: pick(countings),
          sorting: { by, order },
          filter: {
            text: pick(['', '', '', 'SHOES_', '%', 'éclair']),
            campaignId: pick([null, null, null, '1']),
            adGroupId: pick([null, null, null, null, 'é']),
            bounds: pick([[], [], [], [bound]]),
            isWastedSpend: pick([false, false, false, true]),
          },
        }
      }),
    ),
  )
  const expectedByQuery = new Map<TableQuery, Awaited<ReturnType<typeof readAllPages>>>()
  for (const query of queries)
    expectedByQuery.set(query, await readAllPages(modelStores, modelId, query, 1000))
  const compare = async (name: string) => {
    const mismatches: unknown[] = []
    for (const query of queries) {
      const [actual, expectedPages] = [await readAllPages(stores, id, query, 7), expectedByQuery.get(query)]
      if (JSON.stringify(actual) !== JSON.stringify(expectedPages))
        mismatches.push({ query, actual, expectedPages })
    }
    t.strictSame(mismatches.slice(0, 1), [], `${name}: ${mismatches.length} of ${queries.length} differ`)
  }
  t.ok([...expectedByQuery.values()].filter(({ count }) => count > 7).length > 60, 'most have several pages')
  await compare('aggregated from the facts')

  for (const level of levels)
    for (const counting of countings) await stores.rollUps.build(id, { level, counting, days }, neverAborted)
  // Pages read the roll-up, and only a load replaces it: changing the facts directly has no effect.
  for (const level of levels) await stores.query(`update ${factTableOf(level)} set clicks = clicks + 1000`)
  await compare('rolled up')
})

t.test('S-28 roll-ups, daily rows and the model rank campaigns alike', async t => {
  const [stores, modelStores] = [await openPostgresStores(t), await openFakeStores()]
  const { id } = await aSavedConnection(stores)
  const { id: modelId } = await aSavedConnection(modelStores)
  const random = randomNumbers(281)
  for (const type of ['sp_campaigns', 'sb_campaigns'] as const) {
    const rows = randomRows(type, random, 90).map(
      (row, index): FileRow => ({ ...row, campaignId: `c${index % 23}` }),
    )
    const loads = [...Map.groupBy(rows, row => JSON.stringify([row['date'], row['campaignId']])).values()]
    const unique = loads.flatMap(([row]): FileRow[] => (row ? [row] : []))
    await loadRows(stores, id, { type, rows: unique })
    await loadRows(modelStores, modelId, { type, rows: unique })
  }
  const [firstDay, secondDay] = [day('2026-05-01'), day('2026-05-02')]
  const latestDay = { from: secondDay, to: secondDay }
  const dayBefore = { from: firstDay, to: firstDay }
  const limits = [
    { campaigns: 50, movers: 50 },
    { campaigns: 5, movers: 3 },
    { campaigns: 1, movers: 9 },
  ]
  const rolledUp = [
    { days: latestDay, before: dayBefore },
    { days: latestDay, before: null },
  ]
  const compare = async (name: string, periods: typeof rolledUp) => {
    for (const counting of countings)
      for (const limit of limits)
        for (const period of periods)
          t.strictSame(
            await stores.figures.campaigns(id, period, counting, limit),
            await modelStores.figures.campaigns(modelId, period, counting, limit),
            `${name}, ${JSON.stringify([period, counting, limit])}`,
          )
  }
  const bothDays = { days: { from: firstDay, to: secondDay }, before: null }
  const { count, movers } = await modelStores.figures.campaigns(
    modelId,
    { days: latestDay, before: dayBefore },
    'console',
    { campaigns: 9, movers: 9 },
  )
  t.ok(count > 9 && movers.gained.length > 3 && movers.lost.length > 3)
  await compare('aggregated from the facts', [...rolledUp, bothDays])

  const build = async (range: typeof days) => {
    for (const counting of countings)
      await stores.rollUps.build(id, { level: 'campaigns', counting, days: range }, neverAborted)
  }
  await build(latestDay)
  await compare('the days before are not rolled up', [...rolledUp, bothDays])
  await build(dayBefore)
  // Pages read the roll-up, and only a load replaces it: changing the days directly has no effect.
  for (const table of ['campaign_day', 'campaign_fact'])
    await stores.query(`update ${table} set clicks = clicks + 1000`)
  await compare('rolled up', rolledUp)
})

t.test('S-28 a load drops the roll-ups of its days, and the next run rebuilds them', async t => {
  const stores = await openPostgresStores(t)
  const { id } = await aSavedConnection(stores)
  const manyRows = Array.from({ length: 5001 }, (_, index) => ({
    campaignId: `c${index}`,
    cost: 1,
    clicks: 1,
  }))
  const buildTableRollUps = new BuildTableRollUps({
    ...stores,
    clock: { now: () => minutesLater(3), sleep: async () => {} },
  })
  const readRollUps = () =>
    stores.query<{ level: string; from: string; to: string; rows: number; storedRows: number }>(
      `select level, day_from::text as from, day_to::text as to, row_count::int as rows,
         (select count(*)::int from table_roll_up_row where roll_up_id = id) as "storedRows"
       from table_roll_up order by id`,
    )
  const countStoredRows = async () =>
    (await stores.query<{ rows: number }>('select count(*)::int as rows from table_roll_up_row'))[0]?.rows

  await loadRows(stores, id, { rows: manyRows })
  t.equal(await buildTableRollUps.execute(5, neverAborted), 1)
  const [first] = await readRollUps()
  t.match(first, { level: 'campaigns', rows: 5001, storedRows: 5001 })
  t.equal(await buildTableRollUps.execute(5, neverAborted), 0, 'nothing else is due')

  await loadRows(stores, id, { rows: manyRows.map(row => ({ ...row, clicks: 2 })) })
  t.strictSame(await readRollUps(), [], 'in the transaction of the load')
  const { rows } = await stores.tables.page(id, aTableRequest({ limit: 1 }), neverAborted)
  t.equal(rows[0]?.clicks, 2)
  t.equal(await buildTableRollUps.execute(5, neverAborted), 1)
  const all = await readRollUps()
  t.equal(
    await countStoredRows(),
    5001 * all.filter(({ rows }) => rows > 0).length,
    'no rows of the old roll-ups are left',
  )
  t.equal((await stores.tables.page(id, aTableRequest({ limit: 1 }), neverAborted)).rows[0]?.clicks, 2)

  await loadRows(stores, id, { rows: [{ campaignId: 'alone' }] })
  await buildTableRollUps.execute(5, neverAborted)
  t.strictSame([await readRollUps(), await countStoredRows()], [[], 0], 'small tables need no roll-up')
})

t.test('S-28 a roll-up of chosen days serves sorting and paging until the days are loaded again', async t => {
  const stores = await openPostgresStores(t)
  const { id } = await aSavedConnection(stores)
  const rows = Array.from({ length: 5001 }, (_, index) => ({ campaignId: `c${index}`, cost: 1, clicks: 1 }))
  const clock = new StoppedClock()
  const [getTable, buildTableRollUps] = [
    new GetTable({ ...stores, clock }),
    new BuildTableRollUps({ ...stores, clock }),
  ]
  await loadRows(stores, id, { rows })
  const chosen = { days: { from: day('2026-04-28'), to: day('2026-05-03') } }
  const { sorting, filter } = aTableRequest()
  const readTable = () =>
    getTable.execute(
      { connectionId: id, timezone: 'UTC' },
      chosen,
      { level: 'campaigns', counting: 'console', sorting, filter, after: null, limit: 2 },
      neverAborted,
    )
  const readRollUps = () =>
    stores.query(
      `select row_count::int as rows from table_roll_up where day_from = '2026-04-28' and day_to = '2026-05-03'`,
    )
  clock.advance(minutes(3))
  await buildTableRollUps.execute(5, neverAborted)
  t.strictSame(await readRollUps(), [], 'nothing was requested')

  const first = await readTable()
  await buildTableRollUps.execute(5, neverAborted)
  t.strictSame(await readRollUps(), [{ rows: 5001 }])
  t.strictSame(await readTable(), first)
  t.equal(await buildTableRollUps.execute(5, neverAborted), 0, 'it is built only once')
  await loadRows(stores, id, { rows: rows.map(row => ({ ...row, clicks: 2 })) })
  t.strictSame(await readRollUps(), [])
  await buildTableRollUps.execute(5, neverAborted)
  t.strictSame(await readRollUps(), [{ rows: 5001 }], 'it is rebuilt while someone may still view it')
  clock.advance(hours(25))
  await stores.query('update table_roll_up_due set due_at = $1', [clock.now()])
  await stores.query('insert into table_roll_up_due values ($1, $2) on conflict do nothing', [
    id,
    clock.now(),
  ])
  await buildTableRollUps.execute(5, neverAborted)
  t.strictSame(await readRollUps(), [])
})

t.test('S-28 a due time in microseconds, set by PostgreSQL’s clock, is concluded too', async t => {
  const stores = await openPostgresStores(t)
  const { id } = await aSavedConnection(stores)
  await stores.query('insert into table_roll_up_due values ($1, $2)', [id, '2026-05-12T12:00:00.000456Z'])
  const [due] = await stores.rollUps.due(new Date('2026-05-13T12:00:00Z'), 1)
  await stores.rollUps.conclude(id, due?.dueAt ?? new Date(0))
  t.strictSame(await stores.query('select from table_roll_up_due'), [])
})

t.test('S-27 disconnecting does not wait for a roll-up, and a running one is discarded', async t => {
  const stores = await openPostgresStores(t)
  const { id } = await aSavedConnection(stores)
  await loadRows(stores, id, { rows: [{ campaignId: 'a', cost: 1 }] })
  const otherClient = await stores.pool.connect()
  t.teardown(() => otherClient.release(true))
  await otherClient.query('begin')
  await otherClient.query(
    `insert into table_roll_up (connection_id, level, day_from, day_to, row_count) values ($1, 'campaigns', $2, $3, 0)`,
    [id, days.from, days.to],
  )
  const build = stores.rollUps.build(id, { level: 'campaigns', counting: 'console', days }, neverAborted)
  const isWaiting = async () =>
    (
      await stores.query(
        `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
      )
    ).length > 0
  await eventually('the roll-up waits for the other client', isWaiting)

  await stores.query(`set lock_timeout = '2s'`)
  await stores.query(
    `update connection set status = 'closed', closed_at = now(), close_reason = 'disconnected', erase_at = now()
     where id = $1`,
    [id],
  )
  await otherClient.query('rollback')
  await build
  for (const table of ['table_roll_up', 'table_roll_up_row'])
    t.strictSame(await stores.query(`select * from ${table}`), [], table)
})

t.test('S-27 an aborted aggregation ends and leaves no rows', async t => {
  const stores = await openPostgresStores(t)
  const { id } = await aSavedConnection(stores)
  await loadRows(stores, id, { rows: [{ campaignId: 'a', cost: 1 }] })
  const otherClient = await stores.pool.connect()
  t.teardown(() => otherClient.release(true))
  await otherClient.query('begin')
  await otherClient.query('lock table campaign_day in access exclusive mode')
  const waitForBlocked = async (count: number) => {
    const locks = `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`
    await eventually(
      `${count} queries wait for a lock`,
      async () => (await stores.query(locks)).length >= count,
    )
  }
  const abortController = new AbortController()
  const build = stores.rollUps.build(
    id,
    { level: 'campaigns', counting: 'console', days },
    abortController.signal,
  )
  const first = stores.tables.page(id, aTableRequest(), abortController.signal)
  const second = stores.tables.page(id, aTableRequest(), abortController.signal)
  await waitForBlocked(3)
  await t.rejects(
    stores.tables.page(id, aTableRequest(), neverAborted),
    { code: 'too_many_table_queries' },
    'at most two queries per account',
  )
  const results = Promise.allSettled([build, first, second])
  abortController.abort()
  t.match(
    await results,
    [1, 2, 3].map(() => ({ status: 'rejected', reason: { code: '57014' } })),
  )
  await otherClient.query('rollback')
  t.strictSame(await stores.query('select from table_roll_up'), [])
  t.equal((await stores.tables.page(id, aTableRequest(), neverAborted)).count, 1, 'the slots are free again')
  await t.rejects(stores.tables.page(id, aTableRequest(), abortController.signal), 'the request was aborted')
})

t.test('S-28 an aborted query that is still queued frees its account’s slot', async t => {
  const stores = await openPostgresStores(t)
  const connections = [await aSavedConnection(stores), await aSavedConnection(stores)]
  const [{ id: other }, { id }] = connections as [(typeof connections)[0], (typeof connections)[0]]
  for (const connectionId of [other, id])
    await loadRows(stores, connectionId, { rows: [{ campaignId: 'a', cost: 1 }] })
  const blocker = await stores.pool.connect()
  t.teardown(() => blocker.release(true))
  await blocker.query('begin')
  await blocker.query('lock table campaign_day in access exclusive mode')
  const page = (connectionId: ConnectionId, signal: AbortSignal) =>
    stores.tables.page(connectionId, aTableRequest(), signal)
  const busyQueries = [page(other, neverAborted), page(other, neverAborted)]

  const controllers = Array.from({ length: 5 }, () => new AbortController())
  const outcomes: Promise<string>[] = []
  for (const [index, controller] of controllers.entries()) {
    controllers[index - 1]?.abort()
    outcomes.push(
      page(id, controller.signal).then(
        // A cancellation may reach PostgreSQL after the result; that result is discarded too.
        () => (controller.signal.aborted ? 'aborted' : 'served'),
        error => (controller.signal.aborted ? 'aborted' : String(error)),
      ),
    )
    // Wait until the query is queued: the lookup of its roll-up comes first.
    await sleep(50)
  }
  await blocker.query('rollback')
  t.strictSame(await Promise.all(outcomes), ['aborted', 'aborted', 'aborted', 'aborted', 'served'])
  await Promise.all(busyQueries)
})

t.test('S-28 a query aborted while its roll-up is looked up frees its account’s slot', async t => {
  const stores = await openPostgresStores(t)
  const { id } = await aSavedConnection(stores)
  const { id: other } = await aSavedConnection(stores)
  const { id: third } = await aSavedConnection(stores)
  for (const connectionId of [id, other, third])
    await loadRows(stores, connectionId, { rows: [{ campaignId: 'a', cost: 1 }] })
  const blocker = await stores.pool.connect()
  t.teardown(() => blocker.release(true))
  await blocker.query('begin')
  await blocker.query('lock table campaign_day in access exclusive mode')
  const page = (connectionId: ConnectionId, signal: AbortSignal) =>
    stores.tables.page(connectionId, aTableRequest(), signal)
  const busyQueries = [page(other, neverAborted), page(other, neverAborted), page(third, neverAborted)]
  await sleep(100)

  const abortController = new AbortController()
  const abortedPages = [page(id, abortController.signal), page(id, abortController.signal)]
  const results = Promise.allSettled(abortedPages)
  // Before either query gets an answer.
  abortController.abort()
  await sleep(100)
  const last = page(id, neverAborted)
  await sleep(100)
  await blocker.query('rollback')
  t.match(await results, [{ status: 'rejected' }, { status: 'rejected' }])
  t.equal((await last).count, 1)
  await Promise.all(busyQueries)
})

t.test('S-28 exports wait for a slot with a time limit, and an aborted export frees its slot', async t => {
  const stores = await openPostgresStores(t)
  const { id } = await aSavedConnection(stores)
  await loadRows(stores, id, {
    rows: Array.from({ length: 600 }, (_, index) => ({ campaignId: `c${index}` })),
  })
  const startExport = async () => {
    const abortController = new AbortController()
    return {
      abortController,
      rows: (await stores.tables.rows(id, aTableRequest(), abortController.signal))[Symbol.asyncIterator](),
    }
  }
  const abortedExport = await startExport()
  const firstBatch = abortedExport.rows.next()
  abortedExport.abortController.abort()
  await t.rejects(firstBatch, 'aborted while waiting for a client')

  const exports = [await startExport(), await startExport(), await startExport(), await startExport()]
  const [first, unread] = exports
  t.equal((await first?.rows.next())?.value?.length, 500)
  await t.rejects(startExport(), { code: 'too_many_exports' })
  unread?.abortController.abort()
  const fifth = await startExport()
  t.equal((await fifth.rows.next()).value?.length, 500, 'the slot of an export that was never read is free')
  for (const { abortController } of [...exports, fifth]) abortController.abort()
  for (const { rows } of [...exports, fifth]) await rows.return?.(undefined).catch(() => undefined)
  await t.resolves(startExport())
  // Cancelling briefly needs a separate client.
  await eventually('no client is held', () => stores.pool.idleCount === stores.pool.totalCount)
})

t.test('S-27 a closed connection gets no new roll-ups, and erasure deletes the old ones', async t => {
  const stores = await openPostgresStores(t)
  const { id } = await aSavedConnection(stores)
  await loadRows(stores, id, { rows: [{ campaignId: 'a', cost: 1 }] })
  await stores.rollUps.build(id, { level: 'campaigns', counting: 'console', days }, neverAborted)
  await stores.query(
    `update connection set status = 'closed', closed_at = now(), close_reason = 'disconnected',
    erase_at = now() where id = $1`,
    [id],
  )
  await stores.rollUps.build(id, { level: 'placements', counting: 'console', days }, neverAborted)
  t.strictSame(await stores.query('select level from table_roll_up'), [{ level: 'campaigns' }])
  await stores.erasures.eraseFigures(id)
  for (const table of ['table_roll_up', 'table_roll_up_row'])
    t.strictSame(await stores.query(`select * from ${table}`), [], table)
})
