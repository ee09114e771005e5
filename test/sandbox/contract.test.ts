import t, { type Test } from 'tap'
import { marketplaces } from '../../sandbox/people/marketplaces.ts'
import { reportTypes } from '../../sandbox/reporting/report-types.ts'
import { startSandbox } from '../../sandbox/sandbox.ts'
import type { Fields, Profile, ReportAnswer, ReportRequest, Row } from './amazon-client.ts'
import { aReport, json, profileIdOf, profilesText, reporting } from './amazon-client.ts'
import type { Schema } from './shared-amazon.ts'
import { absent, breaches, read, schemasInYaml } from './shared-amazon.ts'

/** Holds the sandbox against Amazon's own documents and recordings. Each test fails when it compared nothing. */
const options = { skip: absent }
let now = Date.parse('2022-07-29T19:00:00Z')
const sandbox = await startSandbox({ now: () => now, generationSeconds: { min: 100, max: 100 } })
t.teardown(() => sandbox.close())
t.beforeEach(async () => {
  await sandbox.controls.reset()
})

interface Exchange {
  name: string
  request: { method: string; headers: Fields; body: ReportRequest | null }
  response: { status: number; headers: Fields; body: ReportAnswer }
}

interface DocumentedType {
  adProduct: string
  maxRangeDays: number
  retentionDays: number
  baseColumns: string[]
  columnsAdded2026: string[]
  groupBys: Record<string, { additionalColumns: string[]; filters: Record<string, string[]> }>
}

const us = await profileIdOf(sandbox, 'us-seller')
const usReports = () => reporting(sandbox, 'us-seller', us)

t.test('every recorded exchange of Reporting v3 is answered in the same shape', options, async t => {
  const exchanges: Exchange[] = JSON.parse(read('postman-amzn/reporting-v3.recorded-exchanges.json'))
  const creates = exchanges.filter(({ request }) => request.method === 'POST')
  const statuses = exchanges.filter(({ request }) => request.method === 'GET')
  const reports = usReports()
  for (const { name, request, response } of creates) {
    const answer = await reports.create(request.body)
    const body = await json<ReportAnswer>(answer)
    t.equal(answer.status, response.status, name)
    sameShape(t, body, response.body, name)
    sameHeaders(t, answer, response.headers)
  }
  const daily = creates.find(({ request }) => request.body?.configuration.reportTypeId === 'spCampaigns')
  for (const { name, response } of statuses) {
    await sandbox.controls.reset()
    const { reportId } = await json<ReportAnswer>(reports.create(daily?.request.body))
    if (response.body.status === 'COMPLETED') now += 100_000
    const answer = await reports.get(reportId)
    t.equal(answer.status, response.status, name)
    sameShape(t, await json<ReportAnswer>(answer), response.body, name)
    sameHeaders(t, answer, response.headers)
  }
  t.ok(creates.length >= 7 && statuses.length >= 2, `${exchanges.length} exchanges were replayed`)
})

/** The values that were asked for are equal; the others have the same type, dates the same form. */
function sameShape(t: Test, ours: ReportAnswer, theirs: ReportAnswer, name: string): void {
  t.strictSame(Object.keys(ours).sort(), Object.keys(theirs).sort(), name)
  for (const echoed of ['configuration', 'startDate', 'endDate', 'name', 'status', 'failureReason']) {
    t.same(ours[echoed], theirs[echoed], `${name} ${echoed}`)
  }
  for (const field of ['createdAt', 'updatedAt', 'generatedAt', 'urlExpiresAt', 'reportId']) {
    t.equal(formOf(ours[field]), formOf(theirs[field]), `${name} ${field}`)
  }
  t.equal(typeof ours['fileSize'], typeof theirs['fileSize'])
  if (theirs.url === null) return
  const parameters = (address: string) => [...new URL(address).searchParams.keys()].sort()
  t.strictSame(parameters(ours.url), parameters(theirs.url))
  t.match(new URL(ours.url).pathname, /\/([0-9a-f-]{36}-\d{13})\/report-\1\.json\.gz$/)
}

function formOf(value: unknown): string {
  return value === null
    ? 'null'
    : String(value)
        .replace(/[0-9a-f]{4}/g, 'xxxx')
        .replace(/\d/g, '9')
        .replace(/[0-9a-f]/g, 'x')
        .replace(/[x9]/g, '9')
}

function sameHeaders(t: Test, ours: Response, theirs: Fields): void {
  for (const [name, value] of Object.entries(theirs)) {
    if (
      !/^(content-type|x-amz-rid|x-amzn-requestid|x-amzn-remapped-x-amzn-remapped-content-type)$/i.test(name)
    )
      continue
    if (/type/i.test(name)) t.equal(ours.headers.get(name), value)
    else t.equal(ours.headers.get(name)?.length, value.length, name)
  }
}

t.test('reports fit the schemas of Reporting v3', options, async t => {
  const spec: { components: { schemas: Record<string, Schema> } } = JSON.parse(
    read('openapi/OfflineReport_prod_3p.json'),
  )
  const { schemas } = spec.components
  const reports = usReports()
  const day = { startDate: '2022-07-20', endDate: '2022-07-20' }
  let held = 0
  const hold = (value: unknown, schema: string) => {
    t.strictSame(breaches(value, { $ref: schema }, schemas), [], schema)
    held += 1
  }
  for (const reportType of Object.keys(reportTypes)) {
    const groupBy = Object.keys(reportTypes[reportType]?.groupBys ?? {}).slice(0, 1)
    const request = aReport(reportType, groupBy, ['date'], day)
    hold(request, 'CreateAsyncReportRequest')
    const created = await json<ReportAnswer>(reports.create(request))
    hold(created, 'AsyncReport')
    now += 30_000
    hold(await reports.status(created.reportId), 'AsyncReport')
    now += 70_000
    const done = await reports.status(created.reportId)
    t.equal(done.status, 'COMPLETED')
    hold(done, 'AsyncReport')
  }
  sandbox.controls.set({ failReports: { spCampaigns: 1 } })
  const failing = await json<ReportAnswer>(
    reports.create(aReport('spCampaigns', ['campaign'], ['date'], day)),
  )
  now += 100_000
  hold(await reports.status(failing.reportId), 'AsyncReport')
  hold(await json(reports.remove(failing.reportId)), 'DeleteAsyncReportResponse')
  hold(await json(reports.create({})), 'AsyncReportingError')
  t.ok(held > 60, `${held} values were held against a schema`)
})

t.test('the schema check bites', options, t => {
  const { schemas } = JSON.parse(read('openapi/OfflineReport_prod_3p.json')).components
  const found = breaches({ status: 'DONE', reportId: 7, extra: 1 }, { $ref: 'AsyncReport' }, schemas)

  t.match(found.join('; '), '/configuration is missing')
  t.match(found.join('; '), '/status is DONE')
  t.match(found.join('; '), '/reportId is no string')
  t.match(found.join('; '), '/extra is not in the schema')
  t.end()
})

t.test('profiles fit the schema of the Profiles API', options, async t => {
  const schemas = schemasInYaml(read('openapi/Profiles_prod_3p.yaml'))
  t.equal(schemas['countryCode']?.enum?.length, 23, 'the schema was read')
  t.equal(schemas['AccountInfo']?.properties?.['validPaymentMethod']?.type, 'boolean')
  // Amazon's own list of currencies leaves Sweden's out, though its table has it.
  schemas['Profile']?.properties?.['currencyCode']?.enum?.push('SEK')

  let held = 0
  for (const user of [
    'us-seller',
    'three-regions',
    'thousand',
    'vendor-and-agency',
    'view-only',
    'huge',
    'lossy-ids',
  ]) {
    for (const region of ['NA', 'EU', 'FE']) {
      const listed: Profile[] = JSON.parse(await profilesText(sandbox, user, region, '?accessLevel=view'))
      for (const profile of listed) {
        t.strictSame(breaches(profile, { $ref: 'Profile' }, schemas), [])
        held += 1
      }
    }
  }
  t.ok(held > 1000, `${held} profiles were held against the schema`)
})

t.test('a seller, a vendor and a KDP author have the fields of real ones', options, async t => {
  const real: (Profile & { accountInfo: { subType?: string } })[] = JSON.parse(
    read('airbyte/profiles.expected_records.json'),
  )
  const kindOf = (profile: Profile) => `${profile.accountInfo.type} ${profile.accountInfo.subType ?? ''}`
  const fields = (profile: Profile) => [...Object.keys(profile), ...Object.keys(profile.accountInfo)].sort()
  const ours: Profile[] = [
    ...JSON.parse(await profilesText(sandbox, 'us-seller')),
    ...JSON.parse(await profilesText(sandbox, 'vendor-and-agency')),
  ]
  const kinds = new Set(real.map(kindOf))

  t.ok(kinds.size >= 3)
  for (const kind of kinds) {
    const theirs = real.find(profile => kindOf(profile) === kind)
    const own = ours.find(profile => kindOf(profile) === kind)
    t.strictSame(own && fields(own), theirs && fields(theirs), kind)
  }
})

t.test('marketplaces are Amazon’s', options, t => {
  const known: { marketplaces: Record<string, string>[] } = JSON.parse(read('derived/marketplaces.json'))
  const expected = known.marketplaces.map(
    ({ region, countryCode, currency, timezone, marketplaceStringId }) => ({
      region,
      countryCode,
      currencyCode: currency,
      timezone,
      marketplaceStringId,
    }),
  )

  t.ok(expected.length > 20)
  t.strictSame(marketplaces, expected)
  t.end()
})

t.test('report types have Amazon’s limits, groupings, filters and columns', options, t => {
  const known: Record<string, DocumentedType> = JSON.parse(read('derived/report-types.v3.json')).reportTypes
  let columns = 0
  for (const [name, ours] of Object.entries(reportTypes)) {
    const theirs = known[name]
    if (!theirs) {
      t.fail(`Amazon has no ${name}`)
      continue
    }
    const { adProduct, maxRangeDays, retentionDays } = theirs
    t.match(ours, { adProduct, maxRangeDays, retentionDays }, name)
    t.strictSame(Object.keys(ours.groupBys).sort(), Object.keys(theirs.groupBys).sort(), name)
    for (const [groupBy, { additionalColumns, filters }] of Object.entries(theirs.groupBys)) {
      const own = ours.groupBys[groupBy]
      t.strictSame(own?.filters, filters, `${name} ${groupBy} filters`)
      const expected = new Set([...theirs.baseColumns, ...theirs.columnsAdded2026, ...additionalColumns])
      t.strictSame(
        [...new Set([...ours.columns, ...(own?.columns ?? [])])].sort(),
        [...expected].sort(),
        `${name} ${groupBy} columns`,
      )
      columns += expected.size
    }
  }
  t.ok(columns > 900, `${columns} columns were compared`)
  t.strictSame(
    Object.keys(known).filter(name => !(name in reportTypes)),
    [
      'sbCampaignPlacement',
      'spGrossAndInvalids',
      'sbGrossAndInvalids',
      'sdGrossAndInvalids',
      'spPromptAdExtension',
      'sbPromptAdExtension',
    ],
    'what the sandbox does not offer',
  )
  t.end()
})

t.test('every served column has the documented type', options, async t => {
  const known: Record<string, { type: string }> = JSON.parse(read('derived/columns.v3.json')).columns
  const reports = usReports()
  sandbox.controls.set({ generationSeconds: { min: 0, max: 0 } })
  let compared = 0
  for (const [reportType, type] of Object.entries(reportTypes)) {
    const [groupBy = ''] = Object.keys(type.groupBys)
    const columns = [...new Set([...type.columns, ...(type.groupBys[groupBy]?.columns ?? [])])].filter(
      name => !/^(start|end)Date$/.test(name),
    )
    const days = { startDate: '2022-07-01', endDate: '2022-07-28' }
    const rows: Row[] = JSON.parse(await reports.text(aReport(reportType, [groupBy], columns, days)))
    for (const name of columns) {
      const documented = known[name]?.type
      const values = rows.map(row => row[name] ?? null).filter(value => value !== null)
      if (documented === undefined || values.length === 0) continue
      const wrong = values.find(value =>
        documented === 'String'
          ? typeof value !== 'string'
          : documented === 'Integer'
            ? !Number.isInteger(value)
            : typeof value !== 'number',
      )
      if (wrong !== undefined && !/BrandHalo/.test(name))
        t.fail(`${reportType} ${name} is ${wrong}, not ${documented}`)
      compared += 1
    }
  }
  t.ok(compared > 600, `${compared} columns were compared`)
})
