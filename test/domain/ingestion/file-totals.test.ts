import t from 'tap'
import type { AmazonReportId } from '../../../src/domain/identifiers.ts'
import { definitionOf } from '../../../src/domain/ingestion/catalogue.ts'
import { toFactRow } from '../../../src/domain/ingestion/fact-row.ts'
import {
  decideReplacement,
  FileTotals,
  summableColumns,
  type UnconfirmedFile,
} from '../../../src/domain/ingestion/file-totals.ts'
import { reconcile } from '../../../src/domain/ingestion/reconciliation.ts'
import { aFileRow, day } from '../../support/examples.ts'

const range = { from: day('2026-05-01'), to: day('2026-05-03') }
const definition = definitionOf('sp_campaigns')
const row = (its: Parameters<typeof aFileRow>[1]) =>
  toFactRow(definition, range, aFileRow('sp_campaigns', its))

t.test('S-25 a file’s daily totals are summed as its rows are read', async t => {
  const totals = new FileTotals(definition, range)
  totals.add([row({ cost: 0.1, clicks: 2, sales14d: 9.99 }), row({ cost: 0.2, clicks: 3 })])
  totals.add([row({ date: '2026-05-03', cost: 1e-7, impressions: 5 })])

  const nothing = Object.fromEntries(summableColumns(definition).map(name => [name, '0']))
  t.strictSame(totals.byDay(), [
    { day: '2026-05-01', rows: 2, sums: { ...nothing, cost: '0.3', clicks: '5', sales_14d: '9.99' } },
    { day: '2026-05-02', rows: 0, sums: nothing },
    { day: '2026-05-03', rows: 1, sums: { ...nothing, cost: '0.0000001', impressions: '5' } },
  ])
  t.strictSame(totals.whole(), {
    rows: 3,
    sums: { ...nothing, cost: '0.3000001', clicks: '5', impressions: '5', sales_14d: '9.99' },
  })
})

t.test(
  'S-25 a mismatch names the report, the day and the figure, in the facts or either roll-up',
  async t => {
    const totals = new FileTotals(definition, range)
    totals.add([row({ cost: 1.25 }), row({ date: '2026-05-02', clicks: 4 })])
    const files = totals.byDay().map(sums => ({ type: 'sp_campaigns' as const, ...sums }))
    const wrong = { ...files[0], rows: 2, sums: { ...files[0]?.sums, cost: '1.26' } } as (typeof files)[0]
    const about = { type: 'sp_campaigns', day: '2026-05-01' }

    t.strictSame(reconcile({ files, facts: files, rollUps: files, totals: files }), [])
    t.strictSame(reconcile({ files, facts: [wrong, ...files.slice(1)], rollUps: files, totals: files }), [
      { ...about, figure: 'rows', file: '1', served: '2' },
      { ...about, figure: 'cost', file: '1.25', served: '1.26' },
    ])
    t.strictSame(
      reconcile({ files, facts: files, rollUps: files.slice(1), totals: [wrong, ...files.slice(1)] }),
      [
        { ...about, figure: 'rolled up cost', file: '1.25', served: '0' },
        { ...about, figure: 'total cost', file: '1.25', served: '1.26' },
      ],
    )
    t.strictSame(
      reconcile({ files: files.slice(2), facts: files.slice(0, 1), rollUps: [], totals: [] }),
      [],
      'a day without a file is not compared',
    )
  },
)

t.test('S-25 figures without a page roll-up are compared with the facts only', async t => {
  const targeting = definitionOf('sp_targeting')
  const totals = new FileTotals(targeting, range)
  totals.add([toFactRow(targeting, range, aFileRow('sp_targeting', { cost: 1.25 }))])
  const files = totals.byDay().map(sums => ({ type: 'sp_targeting' as const, ...sums }))

  t.strictSame(reconcile({ files, facts: files, rollUps: [], totals: [] }), [])
})

t.test('S-25 a row outside the file’s days is rejected', async t => {
  const totals = new FileTotals(definition, { from: range.from, to: range.from })
  t.throws(() => totals.add([row({ date: '2026-05-03' })]), RangeError)
})

t.test('S-25 a day without rows in the file must have no served rows', async t => {
  const files = new FileTotals(definition, range)
    .byDay()
    .map(sums => ({ type: 'sp_campaigns' as const, ...sums }))
  const totals = new FileTotals(definition, range)
  totals.add([row({ date: '2026-05-02', clicks: 4 })])
  const facts = totals.byDay().map(sums => ({ type: 'sp_campaigns' as const, ...sums }))

  t.strictSame(
    reconcile({ files, facts, rollUps: files, totals: files }).map(({ day, figure, served }) => [
      day,
      figure,
      served,
    ]),
    [
      ['2026-05-02', 'rows', '1'],
      ['2026-05-02', 'clicks', '4'],
    ],
  )
})

const sent = (...days: [date: string, rows: number, cost?: string][]) =>
  days.map(([date, rows, cost]) => ({ day: day(date), rows, sums: cost === undefined ? {} : { cost } }))
const loaded = sent(['2026-05-01', 60, '70.5'], ['2026-05-02', 40, '29.5'])
const amazonReportId = 'second' as AmazonReportId
const decide = (file: ReturnType<typeof sent>, unconfirmed: UnconfirmedFile | null = null, before = loaded) =>
  decideReplacement({ loaded: before, file, amazonReportId, unconfirmed }).decision

t.test('S-24 a file that keeps half of the loaded rows and spend replaces them', async t => {
  t.equal(decide(loaded), 'replace')
  t.equal(decide(sent(['2026-05-01', 0, '0'], ['2026-05-02', 50, '50'])), 'replace')
  t.equal(decide(sent(['2026-05-01', 900, '900'], ['2026-05-02', 0, '0'])), 'replace', 'growth')
})

t.test('S-24 a file that would remove more than half of the loaded rows or spend waits', async t => {
  t.strictSame(
    decideReplacement({ loaded, file: sent(['2026-05-01', 49, '99.5']), amazonReportId, unconfirmed: null }),
    {
      decision: 'wait',
      unconfirmed: { amazonReportId, rows: 49, cost: 99.5 },
      loaded: { rows: 100, cost: 100 },
    },
  )
  t.equal(decide(sent(['2026-05-01', 100, '49.99'])), 'wait')
  t.equal(decide(sent(['2026-05-01', 0, '0'], ['2026-05-02', 0, '0'])), 'wait')
  t.equal(decide([]), 'wait')
})

t.test('S-24 only days that were loaded before are compared', async t => {
  t.equal(decide(sent(['2026-05-03', 500, '500'], ['2026-05-01', 0, '0'])), 'wait')
  t.equal(decide([], null, []), 'replace', 'a first load')
  t.equal(decide([], null, sent(['2026-05-01', 0, '0'])), 'replace', 'days without activity')
})

t.test('S-24 spend is compared only where it is positive', async t => {
  t.equal(decide(sent(['2026-05-01', 5]), null, sent(['2026-05-01', 9])), 'replace', 'no spend in the report')
  t.equal(decide(sent(['2026-05-01', 4]), null, sent(['2026-05-01', 9])), 'wait')
  t.equal(decide(sent(['2026-05-01', 9, '-9']), null, sent(['2026-05-01', 9, '-1'])), 'replace')
})

t.test('S-24 a shrunken file needs a second report that agrees within a tenth', async t => {
  const unconfirmed = { amazonReportId: 'first' as AmazonReportId, rows: 10, cost: 20 }
  const small = (rows: number, cost: string) => sent(['2026-05-01', rows, cost])
  for (const file of [small(10, '20'), small(9, '18'), small(11, '22')])
    t.equal(decide(file, unconfirmed), 'replace')
  for (const file of [small(8, '20'), small(12, '20'), small(10, '23'), small(0, '0'), small(10, '17.9')])
    t.equal(decide(file, unconfirmed), 'wait')
  t.equal(decide([], { ...unconfirmed, rows: 0, cost: 0 }), 'replace', 'two empty files agree')
  t.equal(
    decide(small(10, '20'), { ...unconfirmed, amazonReportId }),
    'wait',
    'the same report is no second one',
  )
  t.equal(decide(loaded, unconfirmed), 'replace', 'a whole file needs no agreement')
})
