import type { Test } from 'tap'
import type { TableRequest, TableRow } from '../../../../src/application/performance/ports.ts'
import type { RollUp } from '../../../../src/domain/performance/roll-up.ts'
import { anId, day, days, minutesLater } from '../../examples.ts'
import { loadRows } from '../load-rows.ts'
import { aSavedConnection, type OpenStores } from '../stores.ts'

/** A signal that never aborts. */
export const neverAborted = new AbortController().signal

export const aTableRequest = (overrides: Partial<TableRequest> = {}): TableRequest => ({
  level: 'campaigns',
  counting: 'console',
  days,
  sorting: { by: 'spend', order: 'descending' },
  filter: { text: '', campaignId: null, adGroupId: null, bounds: [], isWastedSpend: false },
  after: null,
  limit: 50,
  ...overrides,
})

export function figureTablesContract(t: Test, open: OpenStores): void {
  t.test('S-25 S-29 a file replaces only the rows of its connection, ad product and days', async t => {
    const stores = await open(t)
    const [one, other] = [await aSavedConnection(stores), await aSavedConnection(stores)]
    const march = { from: day('2026-03-01'), to: day('2026-03-31') }
    const load = (id: typeof one.id, cost: number, options: Partial<Parameters<typeof loadRows>[2]> = {}) =>
      loadRows(stores, id, {
        rows: [{ campaignId: 'a', date: options.range?.from ?? days.to, cost }],
        ...options,
      })
    await load(one.id, 1)
    await load(other.id, 2)
    await load(one.id, 4, { type: 'sb_campaigns' })
    await load(one.id, 8, { range: march })

    await load(one.id, 16)

    const costs = async (id: typeof one.id, range: typeof days) =>
      (await stores.tables.page(id, aTableRequest({ days: range }), neverAborted)).rows.map(
        ({ adProduct, cost }) => `${adProduct} ${cost}`,
      )
    t.strictSame(await costs(one.id, days), ['SP 16', 'SB 4'])
    t.strictSame(await costs(one.id, march), ['SP 8'])
    t.strictSame(await costs(other.id, days), ['SP 2'])
  })

  t.test('S-28 rows are aggregated over the days, sorted, limited and read in pages', async t => {
    const stores = await open(t)
    const { tables } = stores
    const { id } = await aSavedConnection(stores)
    await loadRows(stores, id, {
      rows: [
        { campaignId: 'a', campaignName: 'Old', cost: 1.1, sales7d: 10, clicks: 2, impressions: 9 },
        { campaignId: 'a', campaignName: 'New', cost: 0.2, date: '2026-05-02', clicks: 1, impressions: 1 },
        { campaignId: 'b', campaignName: 'Other', cost: 5, sales7d: 10, purchases7d: 1, clicks: 4 },
        { campaignId: 'c', campaignName: 'Waste', cost: 0.3, clicks: 1 },
      ],
    })
    const read = async (overrides: Partial<TableRequest>) => {
      const { count, rows } = await tables.page(id, aTableRequest(overrides), neverAborted)
      return { count, ids: rows.map(({ keys }) => keys['campaign_id']), rows }
    }
    const all = await read({})
    t.strictSame(all.ids, ['b', 'a', 'c'])
    t.match(all.rows[1], {
      adProduct: 'SP',
      names: { campaign_name: 'New' },
      cost: '1.3',
      sales: '10',
      clicks: 3,
      impressions: 10,
      orders: 0,
    })
    t.strictSame((await read({ sorting: { by: 'acos', order: 'ascending' } })).ids, ['a', 'b', 'c'])
    const first = await read({ limit: 1 })
    t.strictSame([first.count, first.ids], [3, ['b']])
    t.strictSame((await read({ after: first.rows[0]?.cursor ?? null })).ids, ['a', 'c'])
    const { filter } = aTableRequest()
    const bounds = [
      { metric: 'acos', side: 'least', value: '0.13' },
      { metric: 'acos', side: 'most', value: '0.13' },
    ] as const
    t.strictSame((await read({ filter: { ...filter, bounds } })).ids, ['a'])
    t.strictSame((await read({ filter: { ...filter, isWastedSpend: true } })).ids, ['a', 'c'])
    t.strictSame((await read({ filter: { ...filter, text: 'OTH' } })).ids, ['b'])
    t.strictSame((await read({ filter: { ...filter, campaignId: 'c' } })).ids, ['c'])
    t.strictSame((await tables.page(anId(), aTableRequest(), neverAborted)).count, 0)
  })

  t.test('S-28 an export has all rows in the order of the table', async t => {
    const stores = await open(t)
    const { id } = await aSavedConnection(stores)
    const rows = Array.from({ length: 1203 }, (_, index) => ({ campaignId: `c${index}`, cost: index / 100 }))
    await loadRows(stores, id, { rows })
    const read: TableRow[] = []
    for await (const batch of await stores.tables.rows(id, aTableRequest(), neverAborted)) read.push(...batch)
    t.strictSame(
      read.map(({ cost }) => Number(cost)),
      rows.map(({ cost }) => cost).reverse(),
    )
    const aborted = AbortSignal.abort(new Error('the request was aborted'))
    await t.rejects(async () => {
      for await (const _ of await stores.tables.rows(id, aTableRequest(), aborted)) t.fail('no row is read')
    }, 'the request was aborted')
  })

  t.test('S-28 a finished sync run makes roll-ups due until they are concluded', async t => {
    const stores = await open(t)
    const { rollUps } = stores
    const { id } = await aSavedConnection(stores)
    await loadRows(stores, id, { rows: [{ campaignId: 'a' }, { campaignId: 'b' }] })
    t.strictSame(await rollUps.due(minutesLater(1), 9), [])
    const [due] = await rollUps.due(minutesLater(2), 9)
    t.strictSame(due, { connectionId: id, dueAt: minutesLater(2) })
    t.match(
      (await rollUps.reportedRows(id)).filter(({ rows }) => rows > 0),
      [{ type: 'sp_campaigns', day: '2026-05-01', rows: 2 }],
    )
    await rollUps.postpone(id, minutesLater(9))
    t.strictSame(await rollUps.due(minutesLater(8), 9), [])
    await rollUps.conclude(id, minutesLater(2))
    t.equal((await rollUps.due(minutesLater(9), 9)).length, 1, 'postponed in the meantime, so still due')
    await rollUps.conclude(id, minutesLater(9))
    t.strictSame(await rollUps.due(minutesLater(99), 9), [])
  })

  t.test('S-28 viewing many rows of other days makes their roll-up due', async t => {
    const stores = await open(t)
    const { rollUps } = stores
    const { id } = await aSavedConnection(stores)
    const { id: otherId } = await aSavedConnection(stores)
    await loadRows(stores, id, {
      rows: [{ campaignId: 'a' }, { campaignId: 'b' }, { campaignId: 'c', date: '2026-05-03' }],
    })
    await rollUps.conclude(id, minutesLater(2))
    const [one, two] = [
      { level: 'campaigns', counting: 'console', days: { from: day('2026-05-01'), to: day('2026-05-02') } },
      { level: 'campaigns', counting: 'clicks', days: { from: day('2026-05-01'), to: day('2026-05-03') } },
    ] as const
    const requestRollUp = (rollUp: RollUp, minute: number, moreThan = 1) =>
      rollUps.request(id, rollUp, { moreThan, now: minutesLater(minute) })
    const findRequested = (since: number, limit = 9) => rollUps.requested(id, minutesLater(since), limit)
    const dueAt = async () => (await rollUps.due(minutesLater(99), 9)).map(due => due.dueAt)

    await requestRollUp(one, 10, 2)
    await requestRollUp({ ...one, level: 'search-terms' }, 10)
    await rollUps.request(otherId, one, { moreThan: 1, now: minutesLater(10) })
    t.strictSame([await findRequested(0), await dueAt()], [[], []], 'few rows and no rows make nothing due')
    await requestRollUp(one, 10)
    t.strictSame([await findRequested(0), await dueAt()], [[one], [minutesLater(10)]])
    await rollUps.conclude(id, minutesLater(10))
    await requestRollUp(one, 10.5)
    t.strictSame(await dueAt(), [], 'a repeated request within a minute makes nothing due')
    await requestRollUp(two, 11)
    await requestRollUp(one, 12)
    t.strictSame(await findRequested(0), [one, two], 'the latest request first')
    t.strictSame(await findRequested(0, 1), [one])
    t.strictSame(await findRequested(11), [one])
    t.strictSame(await rollUps.requested(otherId, minutesLater(0), 9), [])
    await rollUps.retainOnly(id, [], minutesLater(11))
    t.strictSame(await findRequested(0), [one], 'earlier requests are removed')
  })
}
