import t from 'tap'
import { definitionOf, reportCatalogue, requestedColumns } from '../../../src/domain/ingestion/catalogue.ts'
import { isSameReport, type ReportConfiguration } from '../../../src/domain/ingestion/duplicate-report.ts'
import { aReportConfiguration, days } from '../../support/examples.ts'

const definition = definitionOf('sp_campaigns')
const columns = requestedColumns(definition)
const isSame = (overrides: Partial<ReportConfiguration>) =>
  isSameReport(definition, days, aReportConfiguration('sp_campaigns', overrides))

t.test('S-24 a report with the requested definition is recognised as the same', async t => {
  for (const { type } of reportCatalogue)
    t.ok(isSameReport(definitionOf(type), days, aReportConfiguration(type)), type)
})

t.test('S-24 column order and additional columns do not make a report different', async t => {
  t.ok(isSame({ columns: columns.toReversed() }))
  t.ok(isSame({ columns: [...columns, 'costPerClick'] }))
})

t.test('S-24 a report of another type, time unit, period or grouping is different', async t => {
  t.notOk(isSame({ reportTypeId: 'spTargeting' }))
  t.notOk(isSame({ timeUnit: 'SUMMARY' }))
  t.notOk(isSame({ startDate: '2026-04-11' }))
  t.notOk(isSame({ endDate: '2026-05-12' }))
  t.notOk(isSame({ groupBy: ['adGroup'] }))
  t.notOk(isSame({ groupBy: ['campaign', 'adGroup'] }))
  t.notOk(isSame({ groupBy: [] }))
})

t.test('S-24 a report that shares only one of two groupings is different', async t => {
  const type = 'sp_placements'
  const { groupBy } = definitionOf(type)
  t.equal(groupBy.length, 2)
  for (const group of groupBy)
    t.notOk(
      isSameReport(definitionOf(type), days, aReportConfiguration(type, { groupBy: [group, 'asin'] })),
      group,
    )
})

t.test('S-24 a report that lacks any one column is different', async t => {
  for (const missing of columns)
    t.notOk(isSame({ columns: columns.filter(name => name !== missing) }), missing)
})

t.test('S-24 an empty report definition is not a duplicate', async t => {
  const empty = { reportTypeId: '', timeUnit: '', columns: [], groupBy: [], startDate: '', endDate: '' }

  t.notOk(isSameReport(definition, days, empty))
})
