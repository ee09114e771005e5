import t, { type Test } from 'tap'
import { startSandbox } from '../../sandbox/sandbox.ts'
import { parseResponse } from '../../src/adapters/amazon/amazon-http.ts'
import { toReportError } from '../../src/application/ingestion/report/to-report-error.ts'
import {
  aReport,
  client,
  codeFor,
  decide,
  exchange,
  type Fields,
  headersFor,
  json,
  openConsent,
  postToken,
  profileIdOf,
  type ReportAnswer,
  refresh,
  reporting,
  setting,
} from '../sandbox/amazon-client.ts'
import { type AmazonResponse, amazonResponses } from './amazon/errors.ts'

let now = Date.parse('2022-07-29T19:00:00Z')
const sandbox = await startSandbox({ now: () => now, generationSeconds: { min: 100, max: 100 } })
t.teardown(() => sandbox.close())

const usProfileId = await profileIdOf(sandbox, 'us-seller')
const usReports = () => reporting(sandbox, 'us-seller', usProfileId)

const adsUrl = (region: string) => setting(sandbox, `AMAZON_ADS_URL_${region}`)
const token = () => sandbox.controls.grant('us-seller').accessToken
const usualHeaders = () => headersFor(sandbox, token(), usProfileId)
const day = { startDate: '2022-07-20', endDate: '2022-07-20' }
const campaignsRequest = (overrides: Fields = {}, columns = ['date']) =>
  aReport('spCampaigns', ['campaign'], columns, { ...day, ...overrides })
const redirectOf = async (overrides: Fields) =>
  new URL((await openConsent(sandbox, overrides)).headers.get('location') ?? '')
const statusWith = (headers: Fields) => fetch(`${adsUrl('NA')}/reporting/reports/none`, { headers })

const triggers: Record<string, () => Promise<Response | URL>> = {
  'lwa.redirect.success': () => decide(sandbox, { user: 'us-seller', decision: 'allow' }),
  'lwa.redirect.access_denied': () => decide(sandbox, { user: 'us-seller', decision: 'cancel' }),
  'lwa.redirect.invalid_scope': () => redirectOf({ scope: 'unknown' }),
  'lwa.page.bad_redirect_uri': () => openConsent(sandbox, { redirect_uri: 'http://elsewhere.example/' }),
  'lwa.token.invalid_grant.refresh': () => refresh(sandbox, 'Atzr|unknown'),
  'lwa.token.invalid_grant.code': () => exchange(sandbox, 'unknown'),
  'lwa.token.invalid_client': async () =>
    exchange(sandbox, await codeFor(sandbox, 'none'), { client_secret: 'wrong' }),
  'lwa.token.unsupported_grant_type': () =>
    postToken(sandbox, { ...client(sandbox), grant_type: 'password' }),
  'lwa.token.invalid_request': () => postToken(sandbox, { ...client(sandbox), grant_type: 'refresh_token' }),
  'ads.profiles.401': () =>
    fetch(`${adsUrl('NA')}/v2/profiles`, { headers: headersFor(sandbox, 'Atza|bad') }),
  'ads.404': () => fetch(`${adsUrl('NA')}/foobar`, { headers: usualHeaders() }),
  'ads.gateway.401.invalid_token': () => statusWith(headersFor(sandbox, 'Atza|bad', usProfileId)),
  'ads.gateway.401.client_mismatch': () =>
    statusWith({ ...usualHeaders(), 'Amazon-Advertising-API-ClientId': 'other' }),
  'ads.gateway.401.no_profile_access': async () =>
    statusWith(headersFor(sandbox, token(), await profileIdOf(sandbox, 'empty'))),
  'ads.gateway.401.no_profile_access_short': () => {
    sandbox.controls.set({ lostProfiles: { [usProfileId]: 'short' } })
    return statusWith(usualHeaders())
  },
  'ads.400.agency': async () => {
    const agency = await profileIdOf(sandbox, 'agency-only')
    return reporting(sandbox, 'agency-only', agency).create(campaignsRequest())
  },
  'rep.425.duplicate': async () => {
    await usReports().create(campaignsRequest())
    return usReports().create(campaignsRequest())
  },
  'rep.400.columns': () => usReports().create(campaignsRequest({}, ['bad'])),
  'rep.400.group_by': () => usReports().create(aReport('spCampaigns', ['campaigns'], ['date'], day)),
  'rep.400.daily_dates': () => usReports().create(campaignsRequest({}, ['date', 'startDate', 'endDate'])),
  'rep.400.summary_date': () => usReports().create(campaignsRequest({ timeUnit: 'SUMMARY' })),
  'rep.400.time_unit': () => usReports().create(campaignsRequest({ timeUnit: 'HOURLY' })),
  'rep.400.ad_product': () => usReports().create(campaignsRequest({ adProduct: 'SPONSORED_BRANDS' })),
  'rep.400.missing': () => {
    const { timeUnit: _, ...configuration } = campaignsRequest().configuration
    return usReports().create({ ...campaignsRequest(), configuration })
  },
  'rep.400.range': () => usReports().create(campaignsRequest({ startDate: '2022-06-19' })),
  'rep.400.retention': () =>
    usReports().create(campaignsRequest({ startDate: '2022-04-24', endDate: '2022-04-24' })),
  'rep.400.report_type': () => usReports().create(campaignsRequest({ reportTypeId: 'bad' })),
  'rep.400.filter': () => {
    const body = aReport('spAdvertisedProduct', ['advertiser'], ['date'], day)
    const filters = [{ field: 'campaignStatus', values: ['ENABLED'] }]
    return usReports().create({ ...body, configuration: { ...body.configuration, filters } })
  },
  'rep.400.scope': () => fetch(`${adsUrl('FE')}/reporting/reports/none`, { headers: usualHeaders() }),
  'rep.404': () => statusWith(usualHeaders()),
  'rep.429': () => {
    sandbox.controls.set({
      createThrottle: { times: 1, retryAfterSeconds: null, html: false, reportType: null },
    })
    return usReports().create(campaignsRequest())
  },
  'rep.failed': async () => {
    sandbox.controls.set({ failReports: { spCampaigns: 1 } })
    const reports = usReports()
    const { reportId } = await json<ReportAnswer>(reports.create(campaignsRequest()))
    now += 100_000
    return reports.get(reportId)
  },
  'rep.failed.grouping': async () => {
    const reports = usReports()
    const body = aReport(
      'spCampaigns',
      ['adGroup', 'campaignPlacement'],
      ['date', 'placementClassification'],
      day,
    )
    const { reportId } = await json<ReportAnswer>(reports.create(body))
    now += 100_000
    return reports.get(reportId)
  },
  's3.403.expired': async () => {
    const reports = usReports()
    const { reportId } = await json<ReportAnswer>(reports.create(campaignsRequest()))
    now += 100_000
    const { url } = await reports.waitUntilCompleted(reportId)
    now += 3_601_000
    return fetch(url)
  },
}

t.test('contract: the sandbox returns the same errors as Amazon', async t => {
  t.strictSame(
    Object.keys(triggers).sort(),
    Object.keys(amazonResponses).sort(),
    'each response is triggered',
  )
  for (const [id, trigger] of Object.entries(triggers)) {
    await sandbox.controls.reset()
    const response = await trigger()
    if (response instanceof URL) assertRedirect(t, id, response)
    else await assertResponse(t, id, response)
  }
})

function assertRedirect(t: Test, id: string, redirect: URL): void {
  for (const [name, value] of Object.entries(amazonResponses[id]?.query ?? { query: 'is expected' }))
    assertLike(t, redirect.searchParams.get(name), value, `${id} ${name}`)
}

async function assertResponse(t: Test, id: string, response: Response): Promise<void> {
  const { status, contentType, contains = [], body } = amazonResponses[id] ?? {}
  const text = await response.text()
  t.equal(response.status, status, id)
  if (contentType) t.match(response.headers.get('content-type'), contentType, id)
  for (const part of contains) t.match(text, part, id)
  if (!body) return
  const actual: Record<string, unknown> = JSON.parse(text)
  for (const [name, value] of Object.entries(body)) assertLike(t, actual[name], value, `${id} ${name}`)
}

/** In the expected text, `<…>` stands for anything, and more may follow. */
function assertLike(t: Test, actual: unknown, expected: string | number, name: string): void {
  t.equal(typeof actual, typeof expected, name)
  const parts = String(expected)
    .split(/<[^>]*>/)
    .map(part => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
  t.match(String(actual), new RegExp(`^${parts.join('.+')}`), name)
}

/** The report error that each response means. */
const meanings: Readonly<Record<string, string>> = {
  'ads.gateway.401.invalid_token': 'token_rejected',
  'ads.gateway.401.client_mismatch': 'client_rejected',
  'ads.gateway.401.no_profile_access': 'profile_access_lost',
  'ads.gateway.401.no_profile_access_short': 'profile_access_lost',
  'ads.profiles.401': 'token_rejected',
  'ads.404': 'report_lost',
  'ads.400.agency': 'request_rejected',
  'rep.400.columns': 'request_rejected',
  'rep.400.group_by': 'request_rejected',
  'rep.400.daily_dates': 'request_rejected',
  'rep.400.summary_date': 'request_rejected',
  'rep.400.time_unit': 'request_rejected',
  'rep.400.ad_product': 'request_rejected',
  'rep.400.missing': 'request_rejected',
  'rep.400.range': 'request_rejected',
  'rep.400.retention': 'request_rejected',
  'rep.400.report_type': 'request_rejected',
  'rep.400.filter': 'request_rejected',
  'rep.400.scope': 'account_unknown',
  'rep.404': 'report_lost',
  'rep.429': 'throttled',
  // The adapter adopts the report whose id the response names. Without a known id, the request is retried.
  'rep.425.duplicate': 'duplicate_mismatch',
}

t.test('contract: the adapter interprets each Amazon error', async t => {
  const errors = Object.entries(amazonResponses).filter(
    ([id, { status = 0 }]) => status >= 400 && /^(ads|rep)\./.test(id),
  )
  t.strictSame(errors.map(([id]) => id).sort(), Object.keys(meanings).sort())
  for (const [id, response] of errors) t.equal(reportErrorFor(id, response), meanings[id], id)
})

function reportErrorFor(id: string, { status = 0, body }: AmazonResponse): string {
  const call = id === 'rep.404' || id === 'ads.404' ? 'report_status' : 'report_request'
  try {
    parseResponse({ status, headers: new Headers(), text: body ? JSON.stringify(body) : '' }, call)
    return 'none'
  } catch (error) {
    return toReportError(error, new Date())?.error ?? 'internal_error'
  }
}
