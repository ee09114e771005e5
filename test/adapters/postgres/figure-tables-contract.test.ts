import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { BuildTableRollUps, GetTable } from '../../../src/application/performance/index.ts'
import type { TableRow } from '../../../src/application/performance/ports.ts'
import { hours, minutes } from '../../../src/domain/calendar.ts'
import type { ConnectionId } from '../../../src/domain/identifiers.ts'
import { type ReportType, reportCatalogue } from '../../../src/domain/ingestion/catalogue.ts'
import type { FileRow } from '../../../src/domain/ingestion/fact-row.ts'
import { type Level, levels, type RowFilter, type Sorting } from '../../../src/domain/performance/level.ts'
import { metricNames } from '../../../src/domain/performance/metric.ts'
import { factTableOf } from '../../../src/domain/performance/roll-up.ts'
import { openFakeStores } from '../../support/contracts/fake-stores.ts'
import { anAsk, figureTablesContract, interactive, loadRows } from '../../support/contracts/figure-tables.ts'
import { openPostgresStores } from '../../support/contracts/postgres-stores.ts'
import { aConnectionOnRecord, type Stores } from '../../support/contracts/stores.ts'
import { eventually } from '../../support/eventually.ts'
import { day, days, minutesLater } from '../../support/examples.ts'
import { StoppedClock } from '../../support/fakes/kernel.ts'
import { randomNumbers } from '../../support/seed.ts'

figureTablesContract(t, openPostgresStores)

type Tables = Pick<Stores, 'tables'>
type Reading = Readonly<{ level: Level; sorting: Sorting; filter: RowFilter }>

/** Follows the page cursors; leaves them out of the rows. */
async function walk({ tables }: Tables, id: ConnectionId, reading: Reading, limit: number) {
  const rows: Omit<TableRow, 'cursor'>[] = []
  let count = 0
  for (let after: TableRow['cursor'] | null = null; ; ) {
    const page = await tables.page(id, anAsk({ ...reading, after, limit }), interactive)
    rows.push(...page.rows.map(({ cursor: _, ...row }) => row))
    count = page.count
    after = page.rows.at(-1)?.cursor ?? null
    if (!after || page.rows.length < limit) return { count, rows: rows.map(row => JSON.stringify(row)) }
  }
}

const money = (value: number) => Math.round(value * 100) / 100

/** Few keys and values: rows that aggregate, and ties in every order. */
function someRows(type: ReportType, random: () => number, count: number) {
  const one = <Value>(values: readonly Value[]) => values[Math.floor(random() * values.length)] as Value
  const definition = reportCatalogue.find(each => each.type === type)
  const seen = new Set<string>()
  return Array.from({ length: count }, () => {
    const row: Record<string, unknown> = { date: one(['2026-05-01', '2026-05-02']) }
    for (const { name, amazonName, kind } of definition?.columns ?? []) {
      if (kind === 'key')
        row[amazonName] = name.endsWith('_id')
          ? one(['1', '2', '3', '10', 'a', 'B', 'é', 'z'])
          : one(['alpha', 'β', '100%'])
      else if (kind === 'text') row[amazonName] = one(['Shoes_1', 'boots', 'ÉCLAIR', null])
      else if (kind === 'count') row[amazonName] = Math.floor(random() * 4)
      else row[amazonName] = one([0, 0, 1, 0.1, 2.5, money(random() * 9)])
    }
    return row
  }).filter(row => {
    const keys = JSON.stringify([
      row['date'],
      ...(definition?.columns ?? []).flatMap(({ kind, amazonName }) =>
        kind === 'key' ? [row[amazonName]] : [],
      ),
    ])
    return !seen.has(keys) && seen.add(keys)
  })
}

t.test('S-28 roll-ups, direct aggregation and exact fractions give the same table', async t => {
  const [stores, model] = [await openPostgresStores(t), await openFakeStores()]
  const { id } = await aConnectionOnRecord(stores)
  const { id: twin } = await aConnectionOnRecord(model)
  const random = randomNumbers(28)
  for (const { type, table } of reportCatalogue) {
    if (table === 'purchased_product_fact') continue
    const rows = someRows(type, random, 200)
    await loadRows(stores, id, { type, rows })
    await loadRows(model, twin, { type, rows })
  }
  const one = <Value>(values: readonly Value[]) => values[Math.floor(random() * values.length)] as Value
  const regionResults = levels.flatMap(level =>
    metricNames.flatMap(by =>
      (['descending', 'ascending'] as const).map((order): Reading => {
        const bound = {
          metric: one(metricNames),
          side: one(['least', 'most'] as const),
          value: one(['0.5', '1', '2']),
        }
        return {
          level,
          sorting: { by, order },
          filter: {
            text: one(['', '', '', 'SHOES_', '%', 'éclair']),
            campaignId: one([null, null, null, '1']),
            adGroupId: one([null, null, null, null, 'é']),
            bounds: one([[], [], [], [bound]]),
            isWastedSpend: one([false, false, false, true]),
          },
        }
      }),
    ),
  )
  const expected = new Map<Reading, Awaited<ReturnType<typeof walk>>>()
  for (const reading of regionResults) expected.set(reading, await walk(model, twin, reading, 1000))
  const compare = async (name: string) => {
    const wrong: unknown[] = []
    for (const reading of regionResults) {
      const [own, wanted] = [await walk(stores, id, reading, 7), expected.get(reading)]
      if (JSON.stringify(own) !== JSON.stringify(wanted)) wrong.push({ regionResult: reading, own, wanted })
    }
    t.strictSame(wrong.slice(0, 1), [], `${name}: ${wrong.length} of ${regionResults.length} differ`)
  }
  t.ok([...expected.values()].filter(({ count }) => count > 7).length > 60, 'most have several pages')
  await compare('aggregated from the facts')

  for (const level of levels) await stores.rollUps.build(id, { level, days }, interactive)
  // Pages read the roll-up: facts that no load replaced don't change it.
  for (const level of levels) await stores.query(`update ${factTableOf(level)} set clicks = clicks + 1000`)
  await compare('rolled up')
})

t.test('S-28 campaigns are ranked alike from roll-ups, from daily rows and in a model', async t => {
  const [stores, model] = [await openPostgresStores(t), await openFakeStores()]
  const { id } = await aConnectionOnRecord(stores)
  const { id: twin } = await aConnectionOnRecord(model)
  const random = randomNumbers(281)
  for (const type of ['sp_campaigns', 'sb_campaigns'] as const) {
    const rows = someRows(type, random, 90).map((row, at): FileRow => ({ ...row, campaignId: `c${at % 23}` }))
    const loads = [...Map.groupBy(rows, row => JSON.stringify([row['date'], row['campaignId']])).values()]
    const unique = loads.flatMap(([row]): FileRow[] => (row ? [row] : []))
    await loadRows(stores, id, { type, rows: unique })
    await loadRows(model, twin, { type, rows: unique })
  }
  const [one, two] = [day('2026-05-01'), day('2026-05-02')]
  const now = { from: two, to: two }
  const before = { from: one, to: one }
  const limits = [
    { campaigns: 50, movers: 50 },
    { campaigns: 5, movers: 3 },
    { campaigns: 1, movers: 9 },
  ]
  const rolledUp = [
    { days: now, before },
    { days: now, before: null },
  ]
  const compare = async (name: string, periods: typeof rolledUp) => {
    for (const limit of limits)
      for (const period of periods)
        t.strictSame(
          await stores.figures.campaigns(id, period, limit),
          await model.figures.campaigns(twin, period, limit),
          `${name}, ${JSON.stringify([period, limit])}`,
        )
  }
  const whole = { days: { from: one, to: two }, before: null }
  const { count, movers } = await model.figures.campaigns(
    twin,
    { days: now, before },
    { campaigns: 9, movers: 9 },
  )
  t.ok(count > 9 && movers.gained.length > 3 && movers.lost.length > 3)
  await compare('aggregated from the facts', [...rolledUp, whole])

  await stores.rollUps.build(id, { level: 'campaigns', days: now }, interactive)
  await compare('the days before are not rolled up', [...rolledUp, whole])
  await stores.rollUps.build(id, { level: 'campaigns', days: before }, interactive)
  // Pages read the roll-up: days that no load replaced don't change it.
  await stores.query('update campaign_day set clicks = clicks + 1000')
  await compare('rolled up', rolledUp)
})

t.test('S-28 a load drops the roll-ups of its days, and the next run rebuilds them', async t => {
  const stores = await openPostgresStores(t)
  const { id } = await aConnectionOnRecord(stores)
  const many = Array.from({ length: 5001 }, (_, at) => ({ campaignId: `c${at}`, cost: 1, clicks: 1 }))
  const buildTableRollUps = new BuildTableRollUps({
    ...stores,
    clock: { now: () => minutesLater(3), sleep: async () => {} },
  })
  const status = () =>
    stores.query<{ level: string; from: string; to: string; rows: number; storedRows: number }>(
      `select level, day_from::text as from, day_to::text as to, row_count::int as rows,
         (select count(*)::int from table_roll_up_row where roll_up_id = id) as "storedRows"
       from table_roll_up order by id`,
    )
  const rowsKept = async () =>
    (await stores.query<{ rows: number }>('select count(*)::int as rows from table_roll_up_row'))[0]?.rows

  await loadRows(stores, id, { rows: many })
  t.equal(await buildTableRollUps.execute(5, interactive), 1)
  const [first] = await status()
  t.match(first, { level: 'campaigns', rows: 5001, storedRows: 5001 })
  t.equal(await buildTableRollUps.execute(5, interactive), 0, 'nothing is due any longer')

  await loadRows(stores, id, { rows: many.map(row => ({ ...row, clicks: 2 })) })
  t.strictSame(await status(), [], 'in the transaction of the load')
  const { rows } = await stores.tables.page(id, anAsk({ limit: 1 }), interactive)
  t.equal(rows[0]?.clicks, 2)
  t.equal(await buildTableRollUps.execute(5, interactive), 1)
  const all = await status()
  t.equal(
    await rowsKept(),
    5001 * all.filter(({ rows }) => rows > 0).length,
    'no rows of the old ones are left',
  )
  t.equal((await stores.tables.page(id, anAsk({ limit: 1 }), interactive)).rows[0]?.clicks, 2)

  await loadRows(stores, id, { rows: [{ campaignId: 'alone' }] })
  await buildTableRollUps.execute(5, interactive)
  t.strictSame([await status(), await rowsKept()], [[], 0], 'small tables need no roll-up')
})

t.test('S-28 a roll-up of chosen days serves sorting and paging until the days are loaded again', async t => {
  const stores = await openPostgresStores(t)
  const { id } = await aConnectionOnRecord(stores)
  const many = Array.from({ length: 5001 }, (_, at) => ({ campaignId: `c${at}`, cost: 1, clicks: 1 }))
  const clock = new StoppedClock()
  const [getTable, buildTableRollUps] = [
    new GetTable({ ...stores, clock }),
    new BuildTableRollUps({ ...stores, clock }),
  ]
  await loadRows(stores, id, { rows: many })
  const chosen = { days: { from: day('2026-04-28'), to: day('2026-05-03') } }
  const { sorting, filter } = anAsk()
  const look = () =>
    getTable.execute(
      { connectionId: id, timezone: 'UTC' },
      chosen,
      { level: 'campaigns', sorting, filter, after: null, limit: 2 },
      interactive,
    )
  const status = () =>
    stores.query(
      `select row_count::int as rows from table_roll_up where day_from = '2026-04-28' and day_to = '2026-05-03'`,
    )
  clock.advance(minutes(3))
  await buildTableRollUps.execute(5, interactive)
  t.strictSame(await status(), [], 'nothing was requested')

  const first = await look()
  await buildTableRollUps.execute(5, interactive)
  t.strictSame(await status(), [{ rows: 5001 }])
  t.strictSame(await look(), first)
  t.equal(await buildTableRollUps.execute(5, interactive), 0, 'only once')
  await loadRows(stores, id, { rows: many.map(row => ({ ...row, clicks: 2 })) })
  t.strictSame(await status(), [])
  await buildTableRollUps.execute(5, interactive)
  t.strictSame(await status(), [{ rows: 5001 }], 'as long as it may be viewed')
  clock.advance(hours(25))
  await stores.query('update table_roll_up_due set due_at = $1', [clock.now()])
  await stores.query('insert into table_roll_up_due values ($1, $2) on conflict do nothing', [
    id,
    clock.now(),
  ])
  await buildTableRollUps.execute(5, interactive)
  t.strictSame(await status(), [])
})

t.test('S-28 a due time set by PostgreSQL’s clock is concluded too', async t => {
  const stores = await openPostgresStores(t)
  const { id } = await aConnectionOnRecord(stores)
  await stores.query('insert into table_roll_up_due values ($1, $2)', [id, '2026-05-12T12:00:00.000456Z'])
  const [due] = await stores.rollUps.due(new Date('2026-05-13T12:00:00Z'), 1)
  await stores.rollUps.conclude(id, due?.dueAt ?? new Date(0))
  t.strictSame(await stores.query('select from table_roll_up_due'), [])
})

t.test('S-27 disconnecting does not wait for a roll-up, and a running one is discarded', async t => {
  const stores = await openPostgresStores(t)
  const { id } = await aConnectionOnRecord(stores)
  await loadRows(stores, id, { rows: [{ campaignId: 'a', cost: 1 }] })
  const other = await stores.pool.connect()
  t.teardown(() => other.release(true))
  await other.query('begin')
  await other.query(
    `insert into table_roll_up (connection_id, level, day_from, day_to, row_count) values ($1, 'campaigns', $2, $3, 0)`,
    [id, days.from, days.to],
  )
  const building = stores.rollUps.build(id, { level: 'campaigns', days }, interactive)
  const isWaiting = async () =>
    (
      await stores.query(
        `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
      )
    ).length > 0
  await eventually('the roll-up waits for the other', isWaiting)

  await stores.query(`set lock_timeout = '2s'`)
  await stores.query(
    `update connection set status = 'closed', closed_at = now(), close_reason = 'disconnected', erase_at = now()
     where id = $1`,
    [id],
  )
  await other.query('rollback')
  await building
  for (const table of ['table_roll_up', 'table_roll_up_row'])
    t.strictSame(await stores.query(`select * from ${table}`), [], table)
})

t.test('S-27 an aborted aggregation ends and leaves no rows', async t => {
  const stores = await openPostgresStores(t)
  const { id } = await aConnectionOnRecord(stores)
  await loadRows(stores, id, { rows: [{ campaignId: 'a', cost: 1 }] })
  const other = await stores.pool.connect()
  t.teardown(() => other.release(true))
  await other.query('begin')
  await other.query('lock table campaign_day in access exclusive mode')
  const waiting = async (count: number) => {
    const locks = `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`
    await eventually(`${count} wait for a lock`, async () => (await stores.query(locks)).length >= count)
  }
  const over = new AbortController()
  const building = stores.rollUps.build(id, { level: 'campaigns', days }, over.signal)
  const first = stores.tables.page(id, anAsk(), over.signal)
  const second = stores.tables.page(id, anAsk(), over.signal)
  await waiting(3)
  await t.rejects(
    stores.tables.page(id, anAsk(), interactive),
    { code: 'too_many_table_queries' },
    'two per account, and no third',
  )
  const ended = Promise.allSettled([building, first, second])
  over.abort()
  t.match(
    await ended,
    [1, 2, 3].map(() => ({ status: 'rejected', reason: { code: '57014' } })),
  )
  await other.query('rollback')
  t.strictSame(await stores.query('select from table_roll_up'), [])
  t.equal((await stores.tables.page(id, anAsk(), interactive)).count, 1, 'their slots are free again')
  await t.rejects(stores.tables.page(id, anAsk(), over.signal), 'the request was aborted')
})

t.test('S-28 an aborted query that is still queued frees its account’s slot', async t => {
  const stores = await openPostgresStores(t)
  const connections = [await aConnectionOnRecord(stores), await aConnectionOnRecord(stores)]
  const [{ id: other }, { id }] = connections as [(typeof connections)[0], (typeof connections)[0]]
  for (const each of [other, id]) await loadRows(stores, each, { rows: [{ campaignId: 'a', cost: 1 }] })
  const blocker = await stores.pool.connect()
  t.teardown(() => blocker.release(true))
  await blocker.query('begin')
  await blocker.query('lock table campaign_day in access exclusive mode')
  const page = (of: ConnectionId, signal: AbortSignal) => stores.tables.page(of, anAsk(), signal)
  const busy = [page(other, interactive), page(other, interactive)]

  const steps = Array.from({ length: 5 }, () => new AbortController())
  const outcomes: Promise<string>[] = []
  for (const [at, step] of steps.entries()) {
    steps[at - 1]?.abort()
    outcomes.push(
      page(id, step.signal).then(
        // A cancellation may reach PostgreSQL after the result; that result is discarded too.
        () => (step.signal.aborted ? 'given up' : 'served'),
        error => (step.signal.aborted ? 'given up' : String(error)),
      ),
    )
    // Until it is queued: the lookup of a roll-up comes first.
    await sleep(50)
  }
  await blocker.query('rollback')
  t.strictSame(await Promise.all(outcomes), ['given up', 'given up', 'given up', 'given up', 'served'])
  await Promise.all(busy)
})

t.test('S-28 a query aborted while its roll-up is looked up frees its account’s slot', async t => {
  const stores = await openPostgresStores(t)
  const { id } = await aConnectionOnRecord(stores)
  const { id: other } = await aConnectionOnRecord(stores)
  const { id: third } = await aConnectionOnRecord(stores)
  for (const each of [id, other, third])
    await loadRows(stores, each, { rows: [{ campaignId: 'a', cost: 1 }] })
  const blocker = await stores.pool.connect()
  t.teardown(() => blocker.release(true))
  await blocker.query('begin')
  await blocker.query('lock table campaign_day in access exclusive mode')
  const page = (of: ConnectionId, signal: AbortSignal) => stores.tables.page(of, anAsk(), signal)
  const busy = [page(other, interactive), page(other, interactive), page(third, interactive)]
  await sleep(100)

  const over = new AbortController()
  const failed = [page(id, over.signal), page(id, over.signal)]
  const ended = Promise.allSettled(failed)
  // Before either got an answer.
  over.abort()
  await sleep(100)
  const last = page(id, interactive)
  await sleep(100)
  await blocker.query('rollback')
  t.match(await ended, [{ status: 'rejected' }, { status: 'rejected' }])
  t.equal((await last).count, 1)
  await Promise.all(busy)
})

t.test('S-28 exports wait for a slot with a time limit, and an aborted export frees its slot', async t => {
  const stores = await openPostgresStores(t)
  const { id } = await aConnectionOnRecord(stores)
  await loadRows(stores, id, { rows: Array.from({ length: 600 }, (_, at) => ({ campaignId: `c${at}` })) })
  const open = async () => {
    const over = new AbortController()
    return { over, rows: (await stores.tables.rows(id, anAsk(), over.signal))[Symbol.asyncIterator]() }
  }
  const gone = await open()
  const next = gone.rows.next()
  gone.over.abort()
  await t.rejects(next, 'while its client was requested')

  const four = [await open(), await open(), await open(), await open()]
  const [first, unread] = four
  t.equal((await first?.rows.next())?.value?.length, 500)
  await t.rejects(open(), { code: 'too_many_exports' })
  unread?.over.abort()
  const fifth = await open()
  t.equal((await fifth.rows.next()).value?.length, 500, 'the slot of an export that was never read')
  for (const { over } of [...four, fifth]) over.abort()
  for (const { rows } of [...four, fifth]) await rows.return?.(undefined).catch(() => undefined)
  await t.resolves(open())
  // Cancelling briefly needs a separate client.
  await eventually('no client is held', () => stores.pool.idleCount === stores.pool.totalCount)
})

t.test('S-27 a closed connection gets no new roll-ups, and erasure deletes the old ones', async t => {
  const stores = await openPostgresStores(t)
  const { id } = await aConnectionOnRecord(stores)
  await loadRows(stores, id, { rows: [{ campaignId: 'a', cost: 1 }] })
  await stores.rollUps.build(id, { level: 'campaigns', days }, interactive)
  await stores.query(
    `update connection set status = 'closed', closed_at = now(), close_reason = 'disconnected',
    erase_at = now() where id = $1`,
    [id],
  )
  await stores.rollUps.build(id, { level: 'placements', days }, interactive)
  t.strictSame(await stores.query('select level from table_roll_up'), [{ level: 'campaigns' }])
  await stores.erasures.eraseFigures(id)
  for (const table of ['table_roll_up', 'table_roll_up_row'])
    t.strictSame(await stores.query(`select * from ${table}`), [], table)
})
