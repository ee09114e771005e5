import { gunzipSync } from 'node:zlib'
import t from 'tap'
import { startSandbox } from '../../sandbox/sandbox.ts'
import {
  type AmazonError,
  aReport,
  download,
  type Fields,
  headersFor,
  json,
  noon,
  profileIdOf,
  type ReportAnswer,
  type Row,
  reporting,
  setting,
} from './amazon-client.ts'

let now = noon
const sandbox = await startSandbox({ now: () => now, generationSeconds: { min: 40, max: 40 } })
t.teardown(() => sandbox.close())
t.afterEach(async () => {
  now = noon
  await sandbox.controls.reset()
})

const profileId = await profileIdOf(sandbox, 'us-seller')
const reports = reporting(sandbox, 'us-seller', profileId)
const campaigns = aReport(
  'spCampaigns',
  ['campaign'],
  ['date', 'campaignId', 'impressions', 'clicks', 'cost'],
)

function createReport(body: unknown): Promise<ReportAnswer> {
  return json(reports.create(body))
}

async function errorOf(body: unknown): Promise<string> {
  const response = await reports.create(body)
  const { detail } = await json<AmazonError>(response)
  return `${response.status} ${detail}`
}

t.test('creating a report returns 200 with the request and null fields', async t => {
  const response = await reports.create({ ...campaigns, name: 'mine' })
  const report = await json<ReportAnswer>(response)

  t.equal(response.status, 200)
  t.equal(response.headers.get('content-type'), 'application/json')
  t.match(
    response.headers.get('x-amzn-remapped-x-amzn-remapped-content-type'),
    'vnd.createasyncreportresponse.v3+json',
  )
  t.match(report, {
    name: 'mine',
    status: 'PENDING',
    startDate: '2026-10-25',
    configuration: campaigns.configuration,
  })
  for (const name of ['url', 'urlExpiresAt', 'fileSize', 'generatedAt', 'failureReason'])
    t.equal(report[name], null)
  t.strictSame(report.configuration, { ...campaigns.configuration, filters: null })
})

t.test('a report is pending, then processing, then completed', async t => {
  const { reportId } = await createReport(campaigns)
  t.equal((await reports.status(reportId)).status, 'PENDING')
  now += 10_000
  t.equal((await reports.status(reportId)).status, 'PROCESSING')
  now += 30_000
  const report = await reports.waitUntilCompleted(reportId)

  t.equal(report['generatedAt'], report['updatedAt'])
  t.equal(report['fileSize'], (await download(report.url)).length)
})

t.test('each status call signs a new download address for one hour', async t => {
  const { reportId } = await createReport(campaigns)
  now += 40_000
  const first = await reports.waitUntilCompleted(reportId)
  now += 1_800_000
  const second = await reports.status(reportId)

  t.match(first.url, 'X-Amz-Date=20261124T120040Z')
  t.match(second.url, 'X-Amz-Date=20261124T123040Z')
  t.match(second.url, 'X-Amz-Expires=3600')
  t.match(second['urlExpiresAt'], /^2026-11-24T13:30:40\.\d{6}Z$/)

  now += 1_801_000
  const expired = await fetch(first.url)
  t.equal(expired.status, 403)
  t.equal(expired.headers.get('content-type'), 'application/xml')
  t.match(await expired.text(), /<Code>AccessDenied<\/Code><Message>Request has expired<\/Message>/)
  t.equal((await fetch(second.url)).status, 200)
})

t.test('the storage rejects our bearer token, a changed signature and an unknown file', async t => {
  const { reportId } = await createReport(campaigns)
  now += 40_000
  const { url } = await reports.waitUntilCompleted(reportId)

  const withBearerToken = await fetch(url, { headers: reports.headers })
  t.equal(withBearerToken.status, 400)
  t.match(await withBearerToken.text(), 'Only one auth mechanism allowed')
  t.equal((await fetch(url.replace(/Signature=./, 'Signature=x'))).status, 403)
  await reports.remove(reportId)
  t.equal((await fetch(url)).status, 404)
})

t.test('the file is one array compressed with gzip, without a content encoding', async t => {
  const { reportId } = await createReport(campaigns)
  now += 40_000
  const response = await fetch((await reports.waitUntilCompleted(reportId)).url)
  const rows: Row[] = JSON.parse(gunzipSync(Buffer.from(await response.arrayBuffer())).toString())

  t.equal(response.headers.get('content-encoding'), null)
  t.ok(rows.length > 200)
  for (const row of rows) t.strictSame(Object.keys(row).sort(), [...campaigns.configuration.columns].sort())
  t.ok(new Set(rows.map(row => Object.keys(row).join())).size > 1, 'the order of the keys varies')
})

t.test('an identical request is a duplicate while the first is in progress', async t => {
  const { reportId } = await createReport(campaigns)

  t.equal(await errorOf({ ...campaigns, name: 'again' }), `425 The Request is a duplicate of : ${reportId}`)
  t.equal((await reports.create({ ...campaigns, endDate: '2026-11-22' })).status, 200)
  now += 40_000
  t.not((await createReport(campaigns)).reportId, reportId)
})

t.test('a deleted report is no longer found', async t => {
  const { reportId } = await createReport(campaigns)

  t.match(await (await reports.remove(reportId)).json(), { detail: 'Report deleted', reportId })
  const response = await reports.get(reportId)
  t.equal(response.status, 404)
  t.strictSame(await response.json(), { code: 404, detail: 'Not Found' })
})

t.test('requests that Amazon would reject are rejected in Amazon’s words', async t => {
  const { columns } = campaigns.configuration
  const sp = (more: Fields) => aReport('spCampaigns', ['campaign'], columns, more)

  t.match(
    await errorOf(aReport('spCampaigns', ['campaign'], ['date', 'nonsense'])),
    /^400 configuration columns includes invalid values: \(nonsense\)\. Allowed values: \(impressions, /,
  )
  t.match(
    await errorOf(aReport('spCampaigns', ['adGroup'], ['date', 'campaignId'])),
    'invalid values: (campaignId)',
  )
  t.match(
    await errorOf(sp({ reportTypeId: 'spNothing' })),
    '400 configuration reportTypeId is unknown or invalid',
  )
  t.match(await errorOf(sp({ format: 'CSV' })), 'format includes invalid values')
  t.match(
    await errorOf(sp({ startDate: '2026-10-23' })),
    '400 startDate to endDate range (32 days) must not exceed maximum range (31 days)',
  )
  t.equal(
    await errorOf(sp({ startDate: '2026-08-20', endDate: '2026-08-22' })),
    '400 startDate (2026-08-20) must be equal to or after report type data retention start date (2026-08-21)',
  )
  t.match(await errorOf(sp({ endDate: '2026-11-25', startDate: '2026-11-01' })), 'endDate (2026-11-25)')
  t.match(await errorOf(sp({ startDate: '2026-11-24', endDate: '2026-11-23' })), 'startDate')
  t.match(await errorOf(sp({ startDate: '2026-02-30' })), 'startDate (2026-02-30)')
  t.match(await errorOf({ startDate: '2026-11-01' }), /^400 /)
})

t.test('a filter must be allowed for its groupBy', async t => {
  const advertised = aReport('spAdvertisedProduct', ['advertiser'], ['date', 'adId'])
  const filters = [{ field: 'campaignStatus', values: ['ENABLED'] }]

  t.equal(
    await errorOf({ ...advertised, configuration: { ...advertised.configuration, filters } }),
    '400 configuration filters includes fields: (campaignStatus) which are invalid for groupBys: advertiser. Allowed filters for groupBy advertiser: (field: adCreativeStatus, values: ENABLED, PAUSED, ARCHIVED)',
  )
})

t.test('a filter keeps only the named values', async t => {
  const rowsOf = async (values: string[]): Promise<Row[]> => {
    const body = aReport('spCampaigns', ['campaign'], ['date', 'campaignStatus'])
    const filters = [{ field: 'campaignStatus', values }]
    sandbox.controls.set({ generationSeconds: { min: 0, max: 0 } })
    return JSON.parse(await reports.text({ ...body, configuration: { ...body.configuration, filters } }))
  }
  const paused = await rowsOf(['PAUSED'])

  t.ok(paused.length > 0)
  t.ok(paused.every(row => row['campaignStatus'] === 'PAUSED'))
  t.ok((await rowsOf(['PAUSED', 'ENABLED'])).length > paused.length)
})

t.test('the scope header must name a profile of the region that the user can access', async t => {
  const address = `${setting(sandbox, 'AMAZON_ADS_URL_EU')}/reporting/reports/x`
  const { accessToken } = sandbox.controls.grant('us-seller')
  const request = async (url: string, profile?: string) => {
    const response = await fetch(url, { headers: headersFor(sandbox, accessToken, profile) })
    return `${response.status} ${await response.text()}`
  }
  const na = address.replace('/eu/', '/na/')

  t.equal(
    await request(address, profileId),
    '400 {"code":"400","detail":"Invalid Advertiser or Marketplace ID."}',
  )
  t.match(await request(na), '401 {"message":"Scope header is missing"}')
  t.match(
    await request(na, await profileIdOf(sandbox, 'empty')),
    /^401 .*AuthorizeThirdPartyAccess.*Missing rights: null/,
  )
  t.match(await request(na, await profileIdOf(sandbox, 'vendor-and-agency', 'NA', 2)), /^401 /)
  const agency = reporting(sandbox, 'agency-only', await profileIdOf(sandbox, 'agency-only'))
  t.match(await (await agency.create(campaigns)).json(), {
    code: '400',
    details: / Advertiser ID cannot be decrypted/,
  })
})

t.test('an invalid token or another client’s id returns the gateway’s 401', async t => {
  const address = `${setting(sandbox, 'AMAZON_ADS_URL_NA')}/reporting/reports/x`
  const request = async (headers: Record<string, string>) => (await fetch(address, { headers })).text()
  const { accessToken } = sandbox.controls.grant('us-seller')

  t.match(
    await request(headersFor(sandbox, 'Atza|x', profileId)),
    /^\{"message":".*authenticating LwA token: Invalid token"\}$/,
  )
  t.match(
    await request({ ...reports.headers, 'Amazon-Advertising-API-ClientId': 'other' }),
    /clientId does not match token"\}$/,
  )
  const { 'Amazon-Advertising-API-ClientId': clientId = '', ...others } = reports.headers
  t.match(
    await request({ ...others, 'Amazon-Ads-ClientId': clientId }),
    '{"code":404,"detail":"Not Found"}',
    'the announced name',
  )
  t.match(await request({ ...others, 'Amazon-Ads-ClientId': 'other' }), /clientId does not match token"\}$/)
  sandbox.controls.expireAccessTokens()
  t.match(await request(headersFor(sandbox, accessToken, profileId)), 'Invalid token')
})

t.test('days follow the profile’s time zone, so Japan is a day ahead', async t => {
  now = Date.parse('2026-11-24T20:00:00Z')
  const japan = reporting(sandbox, 'three-regions', await profileIdOf(sandbox, 'three-regions', 'FE'), 'FE')
  const body = { ...campaigns, startDate: '2026-11-01', endDate: '2026-11-25' }

  const america = reporting(sandbox, 'us-seller', profileId)

  t.equal((await japan.create(body)).status, 200)
  t.match(await (await america.create(body)).json(), { code: '400', detail: /^endDate \(2026-11-25\)/ })
})
