import type { Test } from 'tap'
import type { ConnectionId } from '../../../../src/domain/identifiers.ts'
import { reconcile } from '../../../../src/domain/ingestion/reconciliation.ts'
import { anId, day, days, minutesLater } from '../../examples.ts'
import { totalsOf } from '../../totals.ts'
import { loadRows } from '../load-rows.ts'
import { aSavedConnection, type OpenStores } from '../stores.ts'

export function reconciliationsContract(t: Test, open: OpenStores): void {
  t.test('S-25 a finished sync run makes its connection due for reconciliation', async t => {
    const stores = await open(t)
    const { reconciliations, syncHistories } = stores
    const { id, userId } = await aSavedConnection(stores)
    t.equal((await reconciliations.totals(id)).dueAt, null)
    t.equal((await syncHistories.of(id)).reconciled, null)

    await loadRows(stores, id, { rows: [{}] })

    t.strictSame(await reconciliations.due(minutesLater(1), 9), [])
    t.strictSame(await reconciliations.due(minutesLater(2), 9), [{ connectionId: id, userId }])
    const { dueAt } = await reconciliations.totals(id)
    t.strictSame(dueAt, minutesLater(2))

    const outcome = { checkedAt: minutesLater(3), mismatches: 0 }
    t.equal(await reconciliations.complete(id, minutesLater(1), outcome), false, 'another due time')
    t.equal(await reconciliations.complete(id, minutesLater(2), outcome), true)
    t.equal(await reconciliations.complete(id, minutesLater(2), outcome), false, 'another process was first')
    t.strictSame(await reconciliations.due(minutesLater(9), 9), [])
    t.strictSame((await syncHistories.of(id)).reconciled, outcome)
    t.equal((await reconciliations.totals(id)).dueAt, null)

    await loadRows(stores, id, { rows: [] })
    t.equal((await reconciliations.due(minutesLater(2), 9)).length, 1, 'the next sync run makes it due again')
    t.strictSame(
      (await syncHistories.of(id)).reconciled,
      outcome,
      'the previous result is kept in the meantime',
    )
  })

  t.test('S-25 a connection that could not be checked is due later', async t => {
    const stores = await open(t)
    const { reconciliations } = stores
    const [{ id }, { id: other }] = [await aSavedConnection(stores), await aSavedConnection(stores)]
    await loadRows(stores, id, { rows: [] })
    await loadRows(stores, other, { rows: [] })

    await reconciliations.defer(id, minutesLater(60))
    await reconciliations.defer(anId<ConnectionId>(), minutesLater(60))

    t.strictSame(
      (await reconciliations.due(minutesLater(59), 9)).map(({ connectionId }) => connectionId),
      [other],
    )
    t.equal((await reconciliations.due(minutesLater(60), 9)).length, 2)
    t.equal((await reconciliations.due(minutesLater(60), 1)).length, 1)
  })

  t.test('S-25 the totals of every report match exactly, also with duplicate rows in the file', async t => {
    const stores = await open(t)
    const { id } = await aSavedConnection(stores)
    const money = { cost: 0.1, sales7d: 19.99, sales14d: 1e-7, salesClicks: 5.5 }
    const otherRow = { ...money, date: '2026-05-02', clicks: 3, campaignId: 'k2' }
    const types = ['sp_campaigns', 'sb_campaigns', 'sd_targeting', 'sp_purchased_products'] as const
    for (const type of types) await loadRows(stores, id, { type, rows: [money, otherRow, otherRow, money] })

    const totals = await stores.reconciliations.totals(id)

    t.strictSame(reconcile(totals), [])
    t.equal(totals.files.length, types.length * 30)
    t.same(
      totals.files
        .filter(({ type, rows }) => type === 'sp_campaigns' && rows > 0)
        .map(({ day }) => day)
        .sort(),
      ['2026-05-01', '2026-05-02'],
    )
  })

  t.test('S-25 rows that share a key and differ are summed in the facts and the totals', async t => {
    const stores = await open(t)
    const { id } = await aSavedConnection(stores)
    const rows = [
      { cost: 1.25, campaignName: 'A' },
      { cost: 2.5, campaignName: 'B' },
      { cost: 1.25, campaignName: 'A' },
    ]

    await loadRows(stores, id, { rows })

    const totals = await stores.reconciliations.totals(id)
    t.strictSame(reconcile(totals), [])
    t.equal((await totalsOf(stores.figures, id, days)).cost, '3.75')
    t.match(
      (await stores.entries()).map(({ event }) => event),
      [{ kind: 'report_loaded', rows: 1, duplicates: 1, merged: 1 }, {}],
    )
  })

  t.test('S-25 rows set aside are no mismatch, and count until their file is replaced', async t => {
    const stores = await open(t)
    const { id } = await aSavedConnection(stores)
    const setAside = async () => (await stores.reconciliations.totals(id)).setAside
    const until = (last: string) => ({ from: days.from, to: day(last) })
    t.equal(await setAside(), 0)

    await loadRows(stores, id, { rows: [{ cost: 7 }], setAside: 2 })
    await loadRows(stores, id, { type: 'sd_targeting', rows: [{}], setAside: 3 })
    await loadRows(stores, (await aSavedConnection(stores)).id, { rows: [], setAside: 9 })

    t.strictSame(reconcile(await stores.reconciliations.totals(id)), [])
    t.equal(await setAside(), 5)

    const loadedAt = minutesLater(3)
    await loadRows(stores, id, { rows: [], range: until('2026-05-10'), setAside: 1, loadedAt })
    t.equal(await setAside(), 6, 'the first file still provides 11 May')
    const lastDay = { from: days.to, to: days.to }
    await loadRows(stores, id, { rows: [], range: lastDay, loadedAt })
    t.equal(await setAside(), 4)
  })

  t.test('S-23 a later file’s totals replace those of its days', async t => {
    const stores = await open(t)
    const { id } = await aSavedConnection(stores)
    await loadRows(stores, id, { rows: [{ cost: 7 }] })
    await loadRows(stores, id, { rows: [{ cost: 8, date: '2026-05-03' }] })

    const totals = await stores.reconciliations.totals(id)

    t.strictSame(reconcile(totals), [])
    t.same(
      totals.files.filter(({ rows }) => rows > 0).map(({ day, sums }) => [day, sums['cost']]),
      [['2026-05-03', '8']],
    )
  })
}
