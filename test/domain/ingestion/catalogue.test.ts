import t from 'tap'
import {
  adProductNames,
  definitionOf,
  type ReportType,
  reportCatalogue,
  requestedColumns,
} from '../../../src/domain/ingestion/catalogue.ts'

t.test('S-20 the initial sync requests each report once, campaigns first', async t => {
  const types = reportCatalogue.map(({ type }) => type)

  t.strictSame(types.slice(0, 3), ['sp_campaigns', 'sb_campaigns', 'sd_campaigns'])
  t.equal(new Set(types).size, types.length)
  t.equal(new Set(reportCatalogue.map(({ name }) => name)).size, types.length)
})

t.test('a definition is found by its report type', async t => {
  for (const definition of reportCatalogue) t.equal(definitionOf(definition.type), definition)
  t.throws(() => definitionOf('sp_gossip' as ReportType), RangeError)
})

t.test('a daily report request has the date column and no start or end date column', async t => {
  for (const definition of reportCatalogue) {
    const columns = requestedColumns(definition)

    t.equal(columns[0], 'date', definition.type)
    const rowColumns = definition.columns.flatMap(({ amazonName, fallback }) => [
      amazonName,
      fallback ?? amazonName,
    ])
    t.strictSame(new Set(columns), new Set(['date', ...rowColumns]), 'all other columns are read into rows')
    t.notOk(columns.includes('startDate'), definition.type)
    t.notOk(columns.includes('endDate'), definition.type)
    t.equal(new Set(columns).size, columns.length, 'no column is requested twice')
  }
})

t.test(
  'S-25 every report type identifies its rows and carries the figures that the dashboard sums',
  async t => {
    for (const { columns, type } of reportCatalogue) {
      const names = columns.map(({ name }) => name)
      const kindOf = (name: string) => columns.find(column => column.name === name)?.kind

      t.equal(new Set(names).size, names.length, `${type}: no column name occurs twice`)
      t.equal(kindOf('campaign_id'), 'key', type)
      for (const name of ['orders', 'units', 'orders_14d']) t.equal(kindOf(name), 'count', `${type} ${name}`)
      for (const name of ['sales', 'sales_14d']) t.equal(kindOf(name), 'money', `${type} ${name}`)
      // This report has purchases only, no traffic or cost.
      const hasTraffic = type !== 'sp_purchased_products'
      for (const name of ['impressions', 'clicks'])
        t.equal(kindOf(name), hasTraffic ? 'count' : undefined, `${type} ${name}`)
      t.equal(kindOf('cost'), hasTraffic ? 'money' : undefined, type)
    }
  },
)

t.test('S-28 sales are 7-day sales for Sponsored Products and click sales for other ad products', async t => {
  for (const { columns, adProduct, type } of reportCatalogue) {
    const amazonColumn = (name: string) => columns.find(column => column.name === name)?.amazonName
    const isSp = adProduct === 'SP'

    t.equal(amazonColumn('sales'), isSp ? 'sales7d' : 'salesClicks', type)
    t.equal(amazonColumn('orders'), isSp ? 'purchases7d' : 'purchasesClicks', type)
    if (isSp) t.equal(amazonColumn('units'), 'unitsSoldClicks7d', type)
  }
})

t.test('S-25 no two report types write to the same rows', async t => {
  const targets = reportCatalogue.map(({ table, adProduct }) => `${table} ${adProduct}`)

  t.equal(new Set(targets).size, reportCatalogue.length)
})

t.test('each report name starts with Amazon’s name for the ad product', async t => {
  for (const { adProduct, name } of reportCatalogue) t.ok(name.startsWith(adProductNames[adProduct]), name)
})
