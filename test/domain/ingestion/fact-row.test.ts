import t from 'tap'
import { definitionOf, type ReportType, reportCatalogue } from '../../../src/domain/ingestion/catalogue.ts'
import { type FileRow, InvalidRow, RowReader, toFactRow } from '../../../src/domain/ingestion/fact-row.ts'
import { aFileRow, days } from '../../support/examples.ts'

const definition = definitionOf('sp_campaigns')
const readRow = (overrides: FileRow) => toFactRow(definition, days, aFileRow('sp_campaigns', overrides))

function valueIn(row: readonly unknown[], name: string): unknown {
  const index = definition.columns.findIndex(column => column.name === name)
  return index < 0 ? undefined : row[index + 1]
}

function rowWithout(column: string): FileRow {
  const { [column]: _, ...rest } = aFileRow('sp_campaigns')
  return rest
}

t.test('S-25 a row begins with Amazon’s date, followed by the report’s columns in order', async t => {
  for (const reportDefinition of reportCatalogue) {
    const row = toFactRow(reportDefinition, days, aFileRow(reportDefinition.type))

    t.equal(row[0], '2026-05-01', reportDefinition.type)
    t.equal(row.length, reportDefinition.columns.length + 1, reportDefinition.type)
  }
})

t.test('S-25 ids beyond JavaScript’s exact numbers stay exact', async t => {
  const row = readRow({ campaignId: '18446744073709551615' })

  t.equal(valueIn(row, 'campaign_id'), '18446744073709551615')
})

t.test('S-25 money keeps the exact text that Amazon wrote', async t => {
  for (const [amazon, stored] of [
    [0.1, '0.1'],
    [1234567.89, '1234567.89'],
    [-3.5, '-3.5'],
    ['19.99', '19.99'],
    [1e-7, '1e-7'],
    [0, '0'],
    ['1e5', '1e5'],
    ['-0.5E-12', '-0.5E-12'],
  ] as const) {
    t.equal(valueIn(readRow({ cost: amazon }), 'cost'), stored)
  }
})

t.test('S-25 null from Amazon means zero or no value', async t => {
  const row = readRow({ cost: null, clicks: null, campaignName: null })

  t.equal(valueIn(row, 'cost'), '0')
  t.equal(valueIn(row, 'clicks'), 0)
  t.equal(valueIn(row, 'campaign_name'), null)
  const targeting = definitionOf('sp_targeting')
  const target = toFactRow(targeting, days, aFileRow('sp_targeting', { keywordId: null, matchType: null }))
  const columns = targeting.columns.map(({ name }) => name)
  t.strictSame(
    ['target_id', 'match_type'].map(name => target[1 + columns.indexOf(name)]),
    ['', ''],
    'a key column is never null',
  )
})

t.test('S-24 a row with null for its campaign, ad group or ad is unreadable', async t => {
  for (const [type, column] of [
    ['sp_campaigns', 'campaignId'],
    ['sb_search_terms', 'adGroupId'],
    ['sd_advertised_products', 'adId'],
  ] satisfies [ReportType, string][]) {
    const row = aFileRow(type, { [column]: null })
    t.throws(() => toFactRow(definitionOf(type), days, row), new InvalidRow(`a row without ${column}`))
  }
})

t.test('S-24 unreadable rows are set aside and counted, up to 1% of the file', async t => {
  const [good, bad] = [aFileRow('sp_campaigns'), aFileRow('sp_campaigns', { date: null })]
  for (const [rows, setAside] of [
    [[], 0],
    [new Array(99).fill(good), 0],
    [[bad, ...new Array(99).fill(good)], 1],
    [[bad, ...new Array(198).fill(good), bad], 2],
  ] satisfies [FileRow[], number][]) {
    const reader = new RowReader(definition, days)
    const read = [...reader.read(rows.slice(0, 2)), ...reader.read(rows.slice(2))]
    reader.finish()
    t.strictSame([read.length, reader.setAside], [rows.length - setAside, setAside])
  }
})

t.test('S-24 a file with more than 1% unreadable rows is unreadable, however small it is', async t => {
  for (const [good, bad, detail] of [
    [0, 1, '1 of 1 rows unreadable, such as a row without campaignId'],
    [9, 1, '1 of 10 rows unreadable, such as a row without campaignId'],
    [98, 1, '1 of 99 rows unreadable, such as a row without campaignId'],
    [1000, 11, '11 of 1011 rows unreadable, such as a row without campaignId'],
  ] as const) {
    const reader = new RowReader(definition, days)
    reader.read(new Array(good).fill(aFileRow('sp_campaigns')))
    reader.read(new Array(bad).fill(rowWithout('campaignId')))
    t.throws(() => reader.finish(), new InvalidRow(detail))
  }
})

t.test('S-24 only unreadable rows are set aside: other errors are ours', async t => {
  const reader = new RowReader(definition, days)
  t.throws(() => reader.read([null as unknown as FileRow]), TypeError)
})

t.test('S-25 a missing number column makes the row unreadable instead of counting as zero', async t => {
  for (const { amazonName, kind } of definition.columns) {
    if (kind === 'text') continue
    t.throws(() => toFactRow(definition, days, rowWithout(amazonName)), InvalidRow, amazonName)
  }
})

t.test('a missing name is stored as null', async t => {
  t.equal(valueIn(toFactRow(definition, days, rowWithout('campaignName')), 'campaign_name'), null)
})

t.test('S-25 a row must belong to a requested day', async t => {
  t.equal(readRow({ date: days.from })[0], days.from)
  t.equal(readRow({ date: days.to })[0], days.to)
  for (const date of ['2026-04-11', '2026-05-12', undefined, null, 20260501, '']) {
    t.throws(() => readRow({ date }), InvalidRow, String(date))
  }
})

t.test('S-24 S-25 an invalid date makes a row unreadable, even within the requested days', async t => {
  for (const date of [
    '2026-04-31',
    '2026-05-1',
    '2026-05-01T00:00:00Z',
    '2026-05-01 and more',
    '2026-05-0x',
  ]) {
    t.throws(() => readRow({ date }), InvalidRow, date)
  }
})

t.test('S-25 a count must be a whole number and money a decimal one', async t => {
  for (const clicks of [12, '12']) t.equal(valueIn(readRow({ clicks }), 'clicks'), 12)
  const invalid = {
    clicks: [1.5, 'many', Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53, {}, '', ' ', true, false, []],
    cost: ['', 'free', '1,50', '$1', 'NaN', Number.NaN, true, {}, '1.', '.5', '1e400x', 'x1', '1e', '1e-'],
  }
  for (const [name, values] of Object.entries(invalid))
    for (const value of values) t.throws(() => readRow({ [name]: value }), InvalidRow, `${name} ${value}`)
})

t.test('S-25 a vendor’s purchased products have no SKU but remain distinct rows', async t => {
  const purchased = definitionOf('sp_purchased_products')
  const { advertisedSku: _, ...vendorRow } = aFileRow('sp_purchased_products', { purchasedAsin: 'B0A' })
  const indexOf = (name: string) => 1 + purchased.columns.findIndex(column => column.name === name)

  const row = toFactRow(purchased, days, vendorRow)

  t.equal(row[indexOf('advertised_sku')], '')
  t.equal(row[indexOf('purchased_asin')], 'B0A')
})

t.test('S-25 a Sponsored Brands target is identified by its keyword or, without one, its target', async t => {
  const targeting = definitionOf('sb_targeting')
  const id = 1 + targeting.columns.findIndex(({ name }) => name === 'target_id')
  const targetingIndex = 1 + targeting.columns.findIndex(({ name }) => name === 'targeting')
  const readTarget = (overrides: FileRow) => toFactRow(targeting, days, aFileRow('sb_targeting', overrides))

  const keyword = readTarget({ keywordId: '7', targetingId: null, keywordText: 'mat', targetingText: null })
  const target = readTarget({
    keywordId: null,
    targetingId: '8',
    keywordText: null,
    targetingText: 'asin="B0A"',
  })

  t.strictSame([keyword[id], keyword[targetingIndex]], ['7', 'mat'])
  t.strictSame([target[id], target[targetingIndex]], ['8', 'asin="B0A"'])
})
