import t from 'tap'
import {
  adProductNames,
  attributionDays,
  definitionFor,
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

t.test('S-28 orders and sales equal those in Amazon’s console', async t => {
  for (const { type, adProduct } of reportCatalogue) {
    for (const accountType of ['seller', 'vendor']) {
      const { columns } = definitionFor(type, { accountType })
      const days = attributionDays(adProduct, { accountType })
      const isSp = adProduct === 'SP'

      t.equal(days, isSp && accountType === 'seller' ? 7 : 14)
      const amazonColumn = (name: string) => columns.find(column => column.name === name)?.amazonName
      t.strictSame(
        ['orders', 'sales', 'orders_14d', 'sales_14d'].map(amazonColumn),
        isSp
          ? [`purchases${days}d`, `sales${days}d`, 'purchases14d', 'sales14d']
          : ['purchases', 'sales', 'purchasesClicks', 'salesClicks'],
        `${type} of a ${accountType}`,
      )
    }
  }
})

t.test('S-25 no two report types write to the same rows', async t => {
  const targets = reportCatalogue.map(({ table, adProduct }) => `${table} ${adProduct}`)

  t.equal(new Set(targets).size, reportCatalogue.length)
})

t.test('each report name starts with Amazon’s name for the ad product', async t => {
  for (const { adProduct, name } of reportCatalogue) t.ok(name.startsWith(adProductNames[adProduct]), name)
})
