import type { Test } from 'tap'
import { FileUnconfirmed, LeaseLost } from '../../../../src/application/ingestion/report-ports.ts'
import { type DayRange, minutes } from '../../../../src/domain/calendar.ts'
import type { AmazonReportId, ConnectionId } from '../../../../src/domain/identifiers.ts'
import { reportCatalogue } from '../../../../src/domain/ingestion/catalogue.ts'
import type { FileRow } from '../../../../src/domain/ingestion/fact-row.ts'
import type { UnconfirmedFile } from '../../../../src/domain/ingestion/file-totals.ts'
import { reconcile } from '../../../../src/domain/ingestion/reconciliation.ts'
import type { CompletedReport } from '../../../../src/domain/ingestion/report.ts'
import { sumTotals, type Totals } from '../../../../src/domain/performance/figures.ts'
import { day, days, minutesLater, noon } from '../../examples.ts'
import { totalsOf } from '../../totals.ts'
import { loadFile, loadRows } from '../load-rows.ts'
import { aSavedConnection, type OpenStores, type Stores } from '../stores.ts'
import { aTableRequest, neverAborted } from './figure-tables.ts'

const costOf = async ({ figures }: Stores, connectionId: ConnectionId) =>
  (await totalsOf(figures, connectionId, days)).cost

/** Also the contract of {@link Figures}, which reads the loaded rows. */
export function reportLoaderContract(t: Test, open: OpenStores): void {
  t.test('S-25 loaded data is exact to the cent, with its report, sync run and timeline', async t => {
    const stores = await open(t)
    const connection = await aSavedConnection(stores)
    const connectionId = connection.id

    const { report, rows } = await loadRows(stores, connectionId, {
      rows: [
        { cost: 0.1, clicks: 3, impressions: 50, sales7d: 7.77, purchases7d: 1 },
        { date: '2026-05-02', cost: 0.2, clicks: 4, impressions: 70, sales7d: 0.01, purchases7d: 2 },
      ],
    })

    t.equal(rows, 2)
    t.strictSame(await totalsOf(stores.figures, connectionId, days), {
      impressions: 120,
      clicks: 7,
      orders: 3,
      cost: '0.3',
      sales: '7.78',
    })
    const run = await stores.syncRuns.latestOf(connectionId)
    t.has(run?.reports, [{ id: report.id, status: 'loaded', rows: 2, loadedAt: minutesLater(2) }])
    t.equal(await stores.syncRuns.finishIfDone(report.syncRunId, noon), null, 'the sync run has finished')
    const about = { userId: connection.userId, connectionId, syncRunId: report.syncRunId, attemptId: null }
    t.strictSame(await stores.entries(), [
      {
        at: minutesLater(2),
        ...about,
        reportId: report.id,
        event: {
          kind: 'report_loaded',
          report: 'sp_campaigns',
          rows: 2,
          duplicates: 0,
          merged: 0,
          setAside: 0,
          milliseconds: minutes(2),
        },
      },
      {
        at: minutesLater(2),
        ...about,
        reportId: null,
        event: { kind: 'sync_finished', loaded: 1, failed: 0 },
      },
    ])
  })

  t.test('S-23 S-25 a load replaces all rows of its days and no other day', async t => {
    const stores = await open(t)
    const { id: connectionId } = await aSavedConnection(stores)
    await loadRows(stores, connectionId, {
      rows: [
        { date: '2026-04-12', cost: 1 },
        { date: '2026-05-10', cost: 10, campaignId: 'gone' },
        { date: '2026-05-11', cost: 100 },
      ],
    })

    const range = { from: day('2026-05-10'), to: day('2026-05-11') }
    await loadRows(stores, connectionId, { range, rows: [{ date: '2026-05-11', cost: 200 }] })

    t.equal(await costOf(stores, connectionId), '201')
  })

  t.test('S-24 a shrunken file changes nothing until a second report agrees', async t => {
    const stores = await open(t)
    const { id: connectionId } = await aSavedConnection(stores)
    const campaign = (campaignId: string) => ({ campaignId, cost: 10 })
    await loadRows(stores, connectionId, { rows: [campaign('a'), campaign('b'), campaign('c')] })
    const entryCount = (await stores.entries()).length
    const waiting = async (rows: readonly object[], unconfirmedFile?: UnconfirmedFile) => {
      const load = { rows: rows as FileRow[], report: { ...(unconfirmedFile && { unconfirmedFile }) } }
      const error: unknown = await loadFile(stores, connectionId, load).catch(error => error)
      if (error instanceof FileUnconfirmed) return error.file
      throw error ?? new Error('the file was loaded')
    }

    const file = await waiting([campaign('a')])
    t.strictSame(file, { amazonReportId: 'amazon-report', rows: 1, cost: 10 })
    t.match(await waiting([], file), { rows: 0, cost: 0 }, 'a file that disagrees')
    t.equal(await costOf(stores, connectionId), '30', 'the loaded days stay')
    t.equal((await stores.entries()).length, entryCount)

    const second = { amazonReportId: 'second' as AmazonReportId, unconfirmedFile: file }
    await loadFile(stores, connectionId, { rows: [campaign('a')], report: second })
    t.equal(await costOf(stores, connectionId), '10')
  })

  t.test('S-24 a whole file needs no second report, nor do days of another type', async t => {
    const stores = await open(t)
    const { id: connectionId } = await aSavedConnection(stores)
    await loadFile(stores, connectionId, { rows: [{ cost: 5 }, { cost: 5, campaignId: 'other' }] })
    const unconfirmedFile = { amazonReportId: 'first' as AmazonReportId, rows: 0, cost: 0 }

    await loadFile(stores, connectionId, { type: 'sp_placements', rows: [] })
    await loadFile(stores, connectionId, { rows: [{ cost: 9 }], report: { unconfirmedFile } })

    t.equal(await costOf(stores, connectionId), '9')
  })

  t.test('S-25 a row that occurs twice in a file counts once', async t => {
    const stores = await open(t)
    const { id: connectionId } = await aSavedConnection(stores)

    const { rows } = await loadRows(stores, connectionId, { rows: [{ cost: 5 }, { cost: 5 }, { cost: 5 }] })

    t.equal(rows, 1)
    t.equal(await costOf(stores, connectionId), '5')
    t.match(await stores.entries(), [{ event: { rows: 1, duplicates: 2 } }, {}])
  })

  t.test('S-25 equal rows without a target id are summed', async t => {
    const stores = await open(t)
    const { id: connectionId } = await aSavedConnection(stores)
    const target = { keywordId: null, searchTerm: 'tea', cost: 0.7, clicks: 1 }
    const named = { keywordId: '7', searchTerm: 'tea', cost: 0.1, clicks: 2 }
    const loaded = async (...rows: object[]) => {
      await loadRows(stores, connectionId, { type: 'sb_search_terms', rows: rows as FileRow[] })
      const { facts, files } = await stores.reconciliations.totals(connectionId)
      const [day] = facts.filter(({ type }) => type === 'sb_search_terms')
      t.strictSame(
        day?.sums,
        files.find(({ type, rows }) => type === 'sb_search_terms' && rows > 0)?.sums,
        'the file’s totals follow',
      )
      return [day?.rows, day?.sums['cost'], day?.sums['clicks']]
    }

    t.strictSame(await loaded(target, target, named), [2, '1.5', '4'])
    t.match((await stores.entries()).at(0), { event: { rows: 2, duplicates: 0, merged: 1 } })
    const once = { ...named, keywordId: '8' }
    t.strictSame(
      await loaded(target, target, named, named, once),
      [3, '1.6', '6'],
      'one named row is doubled',
    )
    t.strictSame(
      await loaded(target, target, target, target, named, named),
      [2, '1.5', '4'],
      'a doubled file',
    )
    t.strictSame(await loaded(target, named, target, named), [2, '0.8', '3'], 'a doubled file of single rows')
    t.strictSame(await loaded(target, target), [1, '1.4', '2'], 'no row shows that the file is doubled')
  })

  t.test('S-28 the totals of each connection are summed over its own days', async t => {
    const stores = await open(t)
    const one = await aSavedConnection(stores)
    const other = await aSavedConnection(stores)
    const empty = await aSavedConnection(stores)
    const rows = [
      { campaignId: 'a', date: '2026-05-01', cost: 1.5, clicks: 2 },
      { campaignId: 'b', date: '2026-05-02', cost: 2, clicks: 3 },
    ]
    await loadRows(stores, one.id, { rows })
    await loadRows(stores, other.id, { rows })
    await loadRows(stores, one.id, { type: 'sp_targeting', rows: [{ cost: 100 }] })
    const { figures } = stores
    const loaded = await figures.loadedDays([one.id, other.id, empty.id])
    t.strictSame([loaded.size, loaded.get(one.id), loaded.get(empty.id)], [2, days, undefined])
    const [march, april] = ['2026-03', '2026-04'].map(month => ({
      from: day(`${month}-01`),
      to: day(`${month}-10`),
    })) as [DayRange, DayRange]
    for (const [range, type] of [
      [april, 'sb_campaigns'],
      [{ from: march.from, to: april.to }, 'sp_targeting'],
    ] as const)
      await loadRows(stores, other.id, { range, type, rows: [] })
    const longer = { from: april.from, to: days.to }
    t.strictSame((await figures.loadedDays([other.id])).get(other.id), longer, 'campaign reports only')
    const second = { from: day('2026-05-02'), to: day('2026-05-02') }
    const totals = await figures.totals(
      new Map([
        [one.id, days],
        [other.id, second],
        [empty.id, days],
      ]),
      'console',
    )
    t.match(totals.get(one.id), { cost: '3.5', clicks: 5 })
    t.match(totals.get(other.id), { cost: '2', clicks: 3 })
    t.match(totals.get(empty.id), { cost: '0', clicks: 0 })
    t.equal((await figures.loadedDays([])).size + (await figures.totals(new Map(), 'console')).size, 0)
  })

  t.test('S-28 orders and sales count as in Amazon’s console, or by click', async t => {
    const stores = await open(t)
    const { id } = await aSavedConnection(stores)
    const views = { purchases: 5, sales: 80.5, purchasesClicks: 1, salesClicks: 20.25 }
    await loadRows(stores, id, {
      rows: [{ purchases7d: 2, sales7d: 30, purchases14d: 3, sales14d: 45 }],
    })
    await loadRows(stores, id, { type: 'sb_campaigns', rows: [views] })
    await loadRows(stores, id, { type: 'sd_campaigns', rows: [views, { ...views, date: '2026-05-02' }] })
    const { figures, tables } = stores
    for (const [counting, expected] of [
      ['console', { SP: [2, 30], SB: [5, 80.5], SD: [10, 161], all: [17, 271.5] }],
      ['clicks', { SP: [2, 30], SB: [1, 20.25], SD: [2, 40.5], all: [5, 90.75] }],
    ] as const) {
      const pair = ({ orders, sales }: Totals) => [orders, Number(sales)]
      const daily = await figures.daily(id, days, counting)
      const byProduct = Map.groupBy(daily, ({ adProduct }) => adProduct)
      const page = await tables.page(id, aTableRequest({ counting }), neverAborted)
      const ranked = await figures.campaigns(id, { days, before: null }, counting, {
        campaigns: 9,
        movers: 0,
      })
      for (const adProduct of ['SP', 'SB', 'SD'] as const) {
        const wanted = expected[adProduct]
        const isOwn = (row: { readonly adProduct: string }) => row.adProduct === adProduct
        t.strictSame(pair(sumTotals(byProduct.get(adProduct) ?? [])), wanted, `${adProduct}, daily`)
        t.strictSame(page.rows.filter(isOwn).map(pair), [wanted], `${adProduct} in the table`)
        t.strictSame(ranked.campaigns.filter(isOwn).map(pair), [wanted], `${adProduct} campaign`)
      }
      const totals = (await figures.totals(new Map([[id, days]]), counting)).get(id)
      t.strictSame(totals && pair(totals), expected.all, 'the whole account')
    }
  })

  t.test('S-28 campaigns with more and fewer sales than before are compared by period', async t => {
    const stores = await open(t)
    const { id: connectionId } = await aSavedConnection(stores)
    const row = (campaignId: string, date: string, sales7d: number) => ({
      campaignId,
      date,
      sales7d,
      cost: 1,
    })
    await loadRows(stores, connectionId, {
      rows: [
        ...[row('up', '2026-05-01', 10), row('up', '2026-05-02', 99), row('up', '2026-05-03', 30)],
        ...[row('more', '2026-05-01', 1), row('more', '2026-05-03', 2)],
        ...[row('same', '2026-05-01', 5), row('same', '2026-05-03', 5)],
        ...[row('gone', '2026-05-01', 7), row('down', '2026-05-01', 90), row('down', '2026-05-03', 89.5)],
        row('new', '2026-05-03', 3),
      ],
    })
    const [before, now] = ['2026-05-01', '2026-05-03'].map(date => ({ from: day(date), to: day(date) }))
    if (!before || !now) throw new Error('two days were expected')
    const { figures, rollUps } = stores
    const all = await figures.campaigns(connectionId, { days: now, before }, 'console', {
      campaigns: 9,
      movers: 9,
    })
    t.equal(all.count, 5, 'the campaigns of the period itself')
    t.strictSame(all.campaigns.map(({ id }) => id).sort(), ['down', 'more', 'new', 'same', 'up'])
    t.strictSame(
      all.movers.gained.map(({ id }) => id),
      ['up', 'new', 'more'],
    )
    t.match(all.movers.gained[0], {
      now: { sales: '30', cost: '1' },
      before: { sales: '10', cost: '1' },
    })
    t.strictSame(
      all.movers.lost.map(({ id, now: { sales } }) => [id, sales]),
      [
        ['gone', '0'],
        ['down', '89.5'],
      ],
    )
    const limited = await figures.campaigns(connectionId, { days: now, before }, 'console', {
      campaigns: 1,
      movers: 1,
    })
    const { campaigns, movers } = all
    t.strictSame(limited, {
      count: 5,
      campaigns: campaigns.slice(0, 1),
      movers: { gained: movers.gained.slice(0, 1), lost: movers.lost.slice(0, 1) },
    })
    const withoutComparison = await figures.campaigns(connectionId, { days: now, before: null }, 'console', {
      campaigns: 9,
      movers: 9,
    })
    t.strictSame([withoutComparison.count, withoutComparison.movers], [5, { gained: [], lost: [] }])

    for (const range of [before, now, days])
      await rollUps.build(
        connectionId,
        { level: 'campaigns', counting: 'console', days: range },
        new AbortController().signal,
      )
    for (const [period, limits, expected] of [
      [{ days: now, before }, { campaigns: 9, movers: 9 }, all],
      [{ days: now, before }, { campaigns: 1, movers: 1 }, limited],
      [{ days: now, before: null }, { campaigns: 9, movers: 9 }, withoutComparison],
    ] as const)
      t.strictSame(
        await figures.campaigns(connectionId, period, 'console', limits),
        expected,
        'also from the roll-ups',
      )
  })

  t.test('S-25 names with tabs, quotes and line breaks stay unchanged', async t => {
    const stores = await open(t)
    const { id: connectionId } = await aSavedConnection(stores)
    const campaignName = 'a\tb\nc\rd\\N "e" \\. f – ü 日本'

    await loadRows(stores, connectionId, { rows: [{ campaignName }] })

    const { campaigns } = await stores.figures.campaigns(connectionId, { days, before: null }, 'console', {
      campaigns: 5,
      movers: 3,
    })
    t.equal(campaigns[0]?.name, campaignName)
  })

  t.test('S-25 a worker that lost its lease loads nothing', async t => {
    const stores = await open(t)
    const { id: connectionId } = await aSavedConnection(stores)
    await loadRows(stores, connectionId, { rows: [{ cost: 3 }] })
    const entryCount = (await stores.entries()).length
    const loseLease = ({ id }: CompletedReport) => stores.letLeaseRunOut(id)

    await t.rejects(loadRows(stores, connectionId, { rows: [{ cost: 99 }], meanwhile: loseLease }), LeaseLost)

    t.equal(await costOf(stores, connectionId), '3')
    t.equal((await stores.entries()).length, entryCount)
  })

  t.test('S-27 a report that failed in the meantime loads nothing', async t => {
    const stores = await open(t)
    const { id: connectionId } = await aSavedConnection(stores)
    const meanwhile = () =>
      stores.syncRuns.failOpenReports(connectionId, { error: 'connection_closed', detail: null }, noon)

    await t.rejects(loadRows(stores, connectionId, { rows: [{ cost: 99 }], meanwhile }), LeaseLost)

    t.equal(await costOf(stores, connectionId), '0')
    t.match(await stores.syncRuns.latestOf(connectionId), { reports: [{ status: 'failed' }] })
  })

  t.test('S-24 S-25 a file that breaks off changes nothing and can be loaded again', async t => {
    const stores = await open(t)
    const { id: connectionId } = await aSavedConnection(stores)
    await loadRows(stores, connectionId, { rows: [{ cost: 3 }] })
    const meanwhile = async () => {
      throw new TypeError('the body is incomplete')
    }

    await t.rejects(loadRows(stores, connectionId, { rows: [{ cost: 99 }], meanwhile }), TypeError)
    t.equal(await costOf(stores, connectionId), '3')

    await loadRows(stores, connectionId, { rows: [{ cost: 4 }] })
    t.equal(await costOf(stores, connectionId), '4')
  })

  t.test('S-28 the loaded days are those of the campaign reports, by type, with their gaps', async t => {
    const stores = await open(t)
    const { id: connectionId } = await aSavedConnection(stores)
    const range = (from: string, to: string) => ({ from: day(from), to: day(to) })
    t.strictSame(await stores.figures.loadedRanges(connectionId), [])
    await loadRows(stores, connectionId, { type: 'sp_targeting', rows: [] })
    t.strictSame(await stores.figures.loadedRanges(connectionId), [])

    for (const loadedRange of [
      range('2026-03-01', '2026-03-10'),
      range('2026-03-11', '2026-03-12'),
      range('2026-03-05', '2026-03-11'),
      range('2026-03-14', '2026-03-20'),
    ]) {
      await loadRows(stores, connectionId, { range: loadedRange, rows: [] })
    }
    await loadRows(stores, connectionId, {
      type: 'sd_campaigns',
      range: range('2026-03-13', '2026-03-13'),
      rows: [],
    })

    t.strictSame(await stores.figures.loadedRanges(connectionId), [
      { type: 'sd_campaigns', days: range('2026-03-13', '2026-03-13') },
      { type: 'sp_campaigns', days: range('2026-03-01', '2026-03-12') },
      { type: 'sp_campaigns', days: range('2026-03-14', '2026-03-20') },
    ])
  })

  t.test('S-28 days without a row and days outside the range are left out', async t => {
    const stores = await open(t)
    const { id: connectionId } = await aSavedConnection(stores)
    await loadRows(stores, connectionId, {
      rows: [
        { date: '2026-05-03', cost: 2, campaignId: 'c1' },
        { date: '2026-05-03', cost: 3, campaignId: 'c2' },
        { date: '2026-05-01', cost: 1 },
        { date: '2026-05-04', cost: 9 },
      ],
    })

    const daily = await stores.figures.daily(
      connectionId,
      { from: days.from, to: day('2026-05-03') },
      'console',
    )

    t.strictSame(
      daily.map(({ day, cost }) => [day, cost]),
      [
        ['2026-05-01', '1'],
        ['2026-05-03', '5'],
      ],
    )
  })

  t.test(
    'S-28 campaigns are summed over their days, highest cost first, under their latest name',
    async t => {
      const stores = await open(t)
      const { id: connectionId } = await aSavedConnection(stores)
      await loadRows(stores, connectionId, {
        rows: [
          {
            campaignId: 'c1',
            date: '2026-05-01',
            cost: 6,
            campaignName: 'Old name',
            campaignStatus: 'PAUSED',
          },
          {
            campaignId: 'c1',
            date: '2026-05-02',
            cost: 5,
            campaignName: 'New name',
            campaignStatus: 'ENABLED',
          },
          { campaignId: 'c2', date: '2026-05-02', cost: 10, campaignName: null, campaignStatus: null },
          { campaignId: 'c3', date: '2026-05-02', cost: 1 },
        ],
      })

      const { count, campaigns } = await stores.figures.campaigns(
        connectionId,
        { days, before: null },
        'console',
        { campaigns: 2, movers: 3 },
      )

      t.equal(count, 3)
      t.match(campaigns, [
        { id: 'c1', name: 'New name', status: 'ENABLED', adProduct: 'SP', cost: '11' },
        { id: 'c2', name: 'Campaign c2', status: '', cost: '10' },
      ])
      t.equal(campaigns.length, 2)
      t.strictSame(
        await stores.figures.campaigns(
          connectionId,
          { days: { from: day('2026-01-01'), to: day('2026-01-02') }, before: null },
          'console',
          { campaigns: 2, movers: 3 },
        ),
        { count: 0, campaigns: [], movers: { gained: [], lost: [] } },
      )
    },
  )

  t.test('S-28 one campaign id in two ad products counts as two campaigns', async t => {
    const stores = await open(t)
    const { id: connectionId } = await aSavedConnection(stores)
    await loadRows(stores, connectionId, { rows: [{ cost: 1 }] })
    await loadRows(stores, connectionId, { type: 'sb_campaigns', rows: [{ cost: 2 }] })

    const { campaigns } = await stores.figures.campaigns(connectionId, { days, before: null }, 'console', {
      campaigns: 5,
      movers: 3,
    })

    t.strictSame(
      campaigns.map(({ adProduct, cost }) => [adProduct, cost]),
      [
        ['SB', '2'],
        ['SP', '1'],
      ],
    )
    t.equal(await costOf(stores, connectionId), '3')
  })

  t.test('S-28 legacy campaigns add to the others; a campaign in both reports counts once', async t => {
    const stores = await open(t)
    const { id: connectionId } = await aSavedConnection(stores)
    const first = { from: day('2026-05-01'), to: day('2026-05-01') }
    const legacy = (...campaigns: readonly [campaignId: string, cost: number][]) =>
      loadRows(stores, connectionId, {
        type: 'sb_legacy_campaigns',
        range: first,
        rows: campaigns.map(([campaignId, cost]) => ({ campaignId, cost, attributedSales14d: 9, clicks: 1 })),
      })
    const others = (...rows: readonly FileRow[]) =>
      loadRows(stores, connectionId, { type: 'sb_campaigns', rows })
    const check = async (expected: Partial<Totals>, message: string) => {
      for (const counting of ['console', 'clicks'] as const) {
        const totals = await stores.figures.totals(new Map([[connectionId, days]]), counting)
        t.match(totals.get(connectionId), expected, `${message}, ${counting}`)
      }
      const { campaigns } = await stores.figures.campaigns(connectionId, { days, before: null }, 'clicks', {
        campaigns: 5,
        movers: 0,
      })
      t.equal(
        campaigns.reduce((sum, { cost }) => sum + Number(cost), 0),
        Number(expected.cost),
      )
      t.strictSame(reconcile(await stores.reconciliations.totals(connectionId)), [], message)
    }

    await legacy(['old', 5], ['new', 7])
    await check({ cost: '12', sales: '18' }, 'without the other report')
    await others({ campaignId: 'new', cost: 7, sales: 9, salesClicks: 9 }, { date: '2026-05-02', cost: 1 })
    await check({ cost: '13', sales: '18' }, 'the newer report has priority')
    t.match(await legacy(['old', 6], ['new', 7]), { rows: 1 })
    await check({ cost: '14', sales: '18' }, 'the older report is replaced alone')
    await others({ campaignId: 'new', cost: 8, sales: 9, salesClicks: 9 })
    await check({ cost: '14', sales: '18' }, 'the newer report is replaced alone')
  })

  t.test('S-25 reports of one table load one after another, regardless of their columns', async t => {
    const stores = await open(t)
    const { id: connectionId } = await aSavedConnection(stores)
    for (const type of reportCatalogue.toReversed().map(definition => definition.type)) {
      await loadRows(stores, connectionId, { type, rows: [{}] })
    }
    for (const { type } of reportCatalogue) await loadRows(stores, connectionId, { type, rows: [{}] })

    const { finished } = await stores.syncHistories.of(connectionId)
    t.strictSame(
      finished.map(({ type, status }) => `${type} ${status}`),
      reportCatalogue.map(({ type }) => `${type} loaded`).sort(),
    )
  })
}
