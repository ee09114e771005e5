import t from 'tap'
import {
  adProductNames,
  adProducts,
  definitionOf,
  maximumDays,
  type ReportType,
  reportCatalogue,
  requestedColumns,
} from '../../../src/domain/ingestion/catalogue.ts'
import { firstLoadingDays } from '../../../src/domain/ingestion/run.ts'
import { absent, read } from '../../sandbox/shared-amazon.ts'

interface AmazonsReportType {
  readonly adProduct: string
  readonly maxRangeDays: number
  readonly retentionDays: number
  readonly timeUnits: readonly string[]
  readonly groupByListed: readonly string[]
  readonly formats: readonly string[]
  readonly baseColumns: readonly string[]
  readonly groupBys: Readonly<Record<string, { readonly additionalColumns: readonly string[] }>>
  readonly columnsAdded2026: readonly string[]
}

const amazons = (): Readonly<Record<string, AmazonsReportType>> =>
  JSON.parse(read('derived/report-types.v3.json')).reportTypes

t.test('S-20 the first loading asks for each report once, campaigns first', async t => {
  const types = reportCatalogue.map(({ type }) => type)

  t.strictSame(types.slice(0, 3), ['sp_campaigns', 'sb_campaigns', 'sd_campaigns'])
  t.equal(new Set(types).size, types.length)
  t.equal(new Set(reportCatalogue.map(({ name }) => name)).size, types.length)
})

t.test('a report is found by its type', async t => {
  for (const definition of reportCatalogue) t.equal(definitionOf(definition.type), definition)
  t.throws(() => definitionOf('sp_gossip' as ReportType), RangeError)
})

t.test('a daily request asks for the date, and never for a start or end date', async t => {
  for (const definition of reportCatalogue) {
    const columns = requestedColumns(definition)

    t.equal(columns[0], 'date', definition.type)
    t.notOk(columns.includes('startDate'), definition.type)
    t.notOk(columns.includes('endDate'), definition.type)
    t.equal(new Set(columns).size, columns.length, 'no column twice')
  }
})

t.test('S-25 every report tells its rows apart and carries what the dashboard sums', async t => {
  for (const { columns, type } of reportCatalogue) {
    const names = columns.map(({ name }) => name)
    const kindOf = (name: string) => columns.find(column => column.name === name)?.kind

    t.equal(new Set(names).size, names.length, `${type}: no column of ours twice`)
    t.equal(kindOf('campaign_id'), 'key', type)
    for (const name of ['orders', 'units', 'orders_14d']) t.equal(kindOf(name), 'count', `${type} ${name}`)
    for (const name of ['sales', 'sales_14d']) t.equal(kindOf(name), 'money', `${type} ${name}`)
    // What was bought is told without what was seen and paid.
    const traffic = type === 'sp_purchased_products' ? undefined : 'count'
    for (const name of ['impressions', 'clicks']) t.equal(kindOf(name), traffic, `${type} ${name}`)
    t.equal(kindOf('cost'), traffic && 'money', type)
  }
})

t.test('S-28 sales are Amazon’s of 7 days for Sponsored Products, and of clicks for the others', async t => {
  for (const { columns, adProduct } of reportCatalogue) {
    const amazon = (name: string) => columns.find(column => column.name === name)?.amazon
    const [sales, orders] =
      adProduct === 'SP' ? ['sales7d', 'purchases7d'] : ['salesClicks', 'purchasesClicks']

    t.equal(amazon('sales'), sales)
    t.equal(amazon('orders'), orders)
    t.equal(amazon('units'), adProduct === 'SP' ? 'unitsSoldClicks7d' : amazon('units'))
  }
})

t.test('S-25 no two reports write the same rows', async t => {
  const places = reportCatalogue.map(({ table, adProduct }) => `${table} ${adProduct}`)

  t.equal(new Set(places).size, reportCatalogue.length)
})

t.test('the ad products have Amazon’s names', async t => {
  for (const { adProduct, name } of reportCatalogue) t.ok(name.startsWith(adProductNames[adProduct]), name)
})

t.test(
  'contract: Amazon makes every report that is asked for, with all its columns',
  { skip: absent },
  async t => {
    for (const definition of reportCatalogue) {
      const amazon = amazons()[definition.reportTypeId]
      if (!amazon) {
        t.fail(`Amazon has no ${definition.reportTypeId}`)
        continue
      }
      const grouped = definition.groupBy.flatMap(group => amazon.groupBys[group]?.additionalColumns ?? [])
      const legal = new Set([...amazon.baseColumns, ...grouped, ...amazon.columnsAdded2026])

      t.equal(adProducts[definition.adProduct].amazon, amazon.adProduct, definition.type)
      t.ok(amazon.timeUnits.includes('DAILY'), definition.type)
      t.ok(amazon.formats.includes('GZIP_JSON'), definition.type)
      t.strictSame(
        definition.groupBy.filter(group => !amazon.groupByListed.includes(group)),
        [],
      )
      t.strictSame(
        requestedColumns(definition).filter(column => !legal.has(column)),
        [],
        definition.type,
      )
    }
  },
)

t.test('contract: S-20 one request may span the days of the first loading', { skip: absent }, async t => {
  for (const { adProduct, reportTypeId, type } of reportCatalogue) {
    const { maxRangeDays = 0, retentionDays = 0 } = amazons()[reportTypeId] ?? {}
    const own = adProducts[adProduct].retentionDays

    t.equal(maxRangeDays, maximumDays, type)
    t.ok(own <= retentionDays, `${type}: ${own} days are there, and ${retentionDays} may be asked for`)
    t.ok(firstLoadingDays <= maxRangeDays, `${type}: ${maxRangeDays} days at once`)
    t.ok(firstLoadingDays < retentionDays, `${type}: ${retentionDays} days back`)
  }
})
