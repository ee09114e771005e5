import t, { type Test } from 'tap'
import { allowedColumns } from '../../sandbox/reporting/columns/report-type.ts'
import { reportTypes as sandboxTypes } from '../../sandbox/reporting/columns/report-types.ts'
import { startSandbox } from '../../sandbox/sandbox.ts'
import {
  adProducts,
  amazonMaxRequestDays,
  reportCatalogue,
  requestedColumns,
} from '../../src/domain/ingestion/catalogue.ts'
import { initialSyncDays } from '../../src/domain/ingestion/sync-run.ts'
import {
  aReport,
  json,
  profileIdOf,
  type ReportAnswer,
  type Row,
  reporting,
} from '../sandbox/amazon-client.ts'
import { eventually } from '../support/eventually.ts'
import { columnPage } from './amazon/column-page.ts'
import { columnTypes } from './amazon/column-types.ts'
import { disagreements, legalColumns } from './amazon/legal-columns.ts'
import { names } from './amazon/names.ts'
import { formats, reportTypes, timeUnits } from './amazon/report-types.ts'
import {
  acceptedRequests,
  deletedShape,
  errorShape,
  headersOf,
  reportShapes,
  requestShape,
  stages,
} from './amazon/reports.ts'
import { integer, number, type Shape, text } from './shape.ts'

let now = Date.parse('2022-07-29T19:00:00Z')
const sandbox = await startSandbox({ now: () => now, generationSeconds: { min: 100, max: 100 } })
t.teardown(() => sandbox.close())
t.beforeEach(() => sandbox.controls.reset())

const us = await profileIdOf(sandbox, 'us-seller')
const usReports = () => reporting(sandbox, 'us-seller', us)
const oneDay = { startDate: '2022-07-20', endDate: '2022-07-20' }

const assertShape = (t: Test, value: unknown, shape: Shape | undefined, name: string): void => {
  if (shape) t.strictSame(shape(value), [], name)
  else t.fail(`${name}: no known Amazon shape`)
}

t.test(
  'contract: the sandbox accepts the requests that Amazon accepts and answers in its shapes',
  async t => {
    const reports = usReports()
    const assertAnswer = async (
      call: 'create' | 'get',
      answer: Response,
      status: string,
    ): Promise<ReportAnswer> => {
      const report = await json<ReportAnswer>(answer)
      t.equal(answer.status, 200, JSON.stringify(report))
      t.equal(report.status, status)
      assertShape(t, report, reportShapes[status], `${report.configuration?.reportTypeId} ${status}`)
      for (const [name, pattern] of Object.entries(headersOf(call)))
        t.match(answer.headers.get(name), pattern, name)
      return report
    }
    for (const { reportTypeId, groupBy, columns, timeUnit, filters } of acceptedRequests) {
      const base = aReport(reportTypeId, [...groupBy], [...columns], { ...oneDay, timeUnit })
      const request = {
        ...base,
        name: `${reportTypeId} of one day`,
        configuration: { ...base.configuration, ...(filters && { filters }) },
      }
      assertShape(t, request, requestShape, 'the request')
      const created = await assertAnswer('create', await reports.create(request), 'PENDING')
      await assertAnswer('get', await reports.get(created.reportId), 'PENDING')
      now += 100_000
      await reports.waitUntilCompleted(created.reportId)
      const completed = await assertAnswer('get', await reports.get(created.reportId), 'COMPLETED')
      const expectedEcho = { ...request, configuration: { filters: null, ...request.configuration } }
      for (const { configuration, name, startDate, endDate } of [created, completed])
        t.strictSame(
          { configuration, name, startDate, endDate },
          expectedEcho,
          'the answer echoes the request',
        )
    }
  },
)

t.test('contract: a report of each type passes through Amazon’s stages', async t => {
  const reports = usReports()
  const stagesOf = async (reportType: string): Promise<string[]> => {
    const [groupBy = ''] = Object.keys(sandboxTypes[reportType]?.groupBys ?? {})
    const request = aReport(reportType, [groupBy], ['date'], oneDay)
    assertShape(t, request, requestShape, 'the request')
    const created = await json<ReportAnswer>(reports.create(request))
    const answers = [created]
    now += 30_000
    answers.push(await reports.status(created.reportId))
    now += 70_000
    // The file of a due report may not be fully written yet.
    await eventually('the report has finished', async () => {
      const report = await reports.status(created.reportId)
      if (report.status !== 'PROCESSING') answers.push(report)
      return report.status !== 'PROCESSING'
    })
    for (const report of answers)
      assertShape(t, report, reportShapes[report.status], `${reportType} ${report.status}`)
    return answers.map(({ status }) => status)
  }
  for (const reportType of Object.keys(sandboxTypes))
    t.strictSame(await stagesOf(reportType), stages.ofSuccess, reportType)
  sandbox.controls.set({ failReports: { spCampaigns: 1 } })
  t.strictSame(await stagesOf('spCampaigns'), stages.ofFailure)
})

t.test('contract: a deletion and an error have Amazon’s shapes', async t => {
  const reports = usReports()
  const { reportId } = await json<ReportAnswer>(
    reports.create(aReport('spCampaigns', ['campaign'], ['date'], oneDay)),
  )
  assertShape(t, await json(reports.remove(reportId)), deletedShape, 'a deletion')
  assertShape(t, await json(reports.create({})), errorShape, 'an error')
})

t.test('contract: a shape check finds missing, wrong and unknown fields', async t => {
  const problems = reportShapes['PENDING']?.({ status: 'DONE', reportId: 7, url: null, extra: 1 }).join('; ')

  t.match(problems, '/configuration is missing')
  t.match(problems, '/status is "DONE", not one of PENDING')
  t.match(problems, '/reportId is 7, not text')
  t.match(problems, '/extra is not a field that Amazon documents')
  t.notMatch(problems, /\/url /)
})

t.test('contract: the sandbox has Amazon’s report types, limits, groupings, filters and columns', async t => {
  t.strictSame(Object.keys(sandboxTypes).sort(), Object.keys(reportTypes).sort())
  let comparedCount = 0
  for (const [name, sandboxType] of Object.entries(sandboxTypes)) {
    const { groupBys = {}, columns: _, ...limits } = reportTypes[name] ?? {}
    t.match(sandboxType, limits, name)
    t.strictSame(Object.keys(sandboxType.groupBys).sort(), Object.keys(groupBys).sort(), `${name} groupings`)
    for (const [groupBy, expectedGroupBy] of Object.entries(groupBys)) {
      const { filters } = sandboxType.groupBys[groupBy] ?? {}
      t.strictSame(filters, expectedGroupBy.filters, `${name} ${groupBy} filters`)
    }
    for (const groupBy of groupingsOf(Object.keys(groupBys))) {
      const columns = timeUnits.map(timeUnit => allowedColumns(sandboxType, groupBy, timeUnit))
      const expected = sorted([...legalColumns(name, groupBy)])
      t.strictSame(sorted(...columns), expected, `${name} ${groupBy} columns`)
      comparedCount += expected.length
    }
  }
  t.ok(comparedCount > 900, `${comparedCount} columns were compared`)
})

/** Each grouping alone and each pair. */
const groupingsOf = (all: readonly string[]): string[][] =>
  all.flatMap((first, index) => [[first], ...all.slice(index + 1).map(second => [first, second])])

t.test('contract: Amazon’s two descriptions of the columns disagree only where it is known', async t => {
  for (const [name, { columns, groupBys }] of Object.entries(reportTypes)) {
    const typePage = new Set([...columns, ...Object.values(groupBys).flatMap(group => group.columns)])
    const otherPage = new Set(columnPage[name])
    const { typePageOnly = '', columnPageOnly = '' } = disagreements[name] ?? {}

    const onlyIn = (page: Set<string>, other: Set<string>) =>
      sorted([...page].filter(name => !other.has(name)))
    t.strictSame(onlyIn(typePage, otherPage), sorted(names(typePageOnly)), name)
    t.strictSame(onlyIn(otherPage, typePage), sorted(names(columnPageOnly)), name)
  }
})

const sorted = (...lists: (readonly string[])[]): string[] => [...new Set(lists.flat())].sort()

t.test('contract: each column in the sandbox’s files has Amazon’s type', async t => {
  const reports = usReports()
  sandbox.controls.set({ generationSeconds: { min: 0, max: 0 } })
  const shapes = new Map([
    ...columnTypes.integer.map(name => [name, integer] as const),
    ...columnTypes.decimal.map(name => [name, number] as const),
    ...columnTypes.text.map(name => [name, text] as const),
  ])
  const days = { startDate: '2022-07-01', endDate: '2022-07-28' }
  let comparedCount = 0
  for (const [reportType, type] of Object.entries(sandboxTypes)) {
    const [groupBy = ''] = Object.keys(type.groupBys)
    const columns = sorted(type.columns, type.groupBys[groupBy]?.columns ?? []).filter(
      name => name !== 'startDate' && name !== 'endDate',
    )
    const rows: Row[] = JSON.parse(await reports.text(aReport(reportType, [groupBy], columns, days)))
    for (const name of columns) {
      const shape = shapes.get(name)
      const values = rows.map(row => row[name] ?? null).filter(value => value !== null)
      if (!shape || values.length === 0) continue
      t.strictSame(values.flatMap(value => shape(value)).slice(0, 1), [], `${reportType} ${name}`)
      comparedCount += 1
    }
  }
  t.ok(comparedCount > 600, `${comparedCount} columns were compared`)
})

t.test('contract: Amazon offers every report of the catalogue daily with all its columns', async t => {
  t.ok(timeUnits.includes('DAILY') && formats.includes('GZIP_JSON'))
  for (const definition of reportCatalogue) {
    const amazonType = reportTypes[definition.reportTypeId]
    const offered = legalColumns(definition.reportTypeId, definition.groupBy)
    const listed = columnPage[definition.reportTypeId] ?? []

    t.equal(adProducts[definition.adProduct].amazonName, amazonType?.adProduct, definition.type)
    t.strictSame(
      definition.groupBy.filter(group => !amazonType?.groupBys[group]),
      [],
      `${definition.type} groupings`,
    )
    t.strictSame(
      requestedColumns(definition).filter(column => !offered.has(column) || !listed.includes(column)),
      [],
      `${definition.type} columns`,
    )
  }
})

t.test('contract: S-20 one request can span the days of the initial sync', async t => {
  for (const { adProduct, reportTypeId, type } of reportCatalogue) {
    const { maxRangeDays = 0, retentionDays = 0 } = reportTypes[reportTypeId] ?? {}
    const expectedDays = adProducts[adProduct].retentionDays

    t.equal(maxRangeDays, amazonMaxRequestDays, type)
    t.ok(
      expectedDays <= retentionDays,
      `${type}: the product expects ${expectedDays} days, Amazon keeps ${retentionDays}`,
    )
    t.ok(initialSyncDays <= maxRangeDays, `${type}: at most ${maxRangeDays} days in one request`)
    t.ok(initialSyncDays < retentionDays, `${type}: Amazon keeps ${retentionDays} days`)
  }
})
