/**
 * Calls in the Postman collection "Amazon Ads API" that the sandbox serves: sign-in, profiles, manager accounts
 * and Reporting v3, whose requests and responses are data in amazon/reports.ts.
 * Source: amzn/ads-advanced-tools-docs, eba13ee8 of 25 March 2025; responses saved in July 2022; read on 3 December 2026.
 * Not served: campaigns, ad groups, ads, targets, budgets, Reporting v2, snapshots, exports, DSP, Amazon Marketing Cloud
 * and Stream, stores, assets and locations.
 */
import { gunzipSync } from 'node:zlib'
import t from 'tap'
import { startSandbox } from '../../sandbox/sandbox.ts'
import {
  aReport,
  callback,
  codeFor,
  download,
  type Fields,
  json,
  openConsent,
  profileIdOf,
  type ReportAnswer,
  reporting,
  setting,
  type Tokens,
} from '../sandbox/amazon-client.ts'

let now = Date.parse('2022-07-29T18:57:50.547Z')
const sandbox = await startSandbox({ now: () => now, generationSeconds: { min: 115, max: 115 } })
t.teardown(() => sandbox.close())

const scope = 'advertising::campaign_management'
const client = {
  client_id: setting(sandbox, 'LWA_CLIENT_ID'),
  client_secret: setting(sandbox, 'LWA_CLIENT_SECRET'),
}
/** The collection adds its version to each call. */
const collection = { 'Postman-Collection': 'Amazon-Ads-API-v1.6' }
const day = { startDate: '2022-07-05', endDate: '2022-07-10' }
const reportRequestType = 'application/vnd.createasyncreportrequest.v3+json'

const adsHeaders = (more: Fields = {}): Fields => ({
  ...collection,
  'Amazon-Advertising-API-ClientId': client.client_id,
  Authorization: `Bearer ${sandbox.controls.grant('us-seller').accessToken}`,
  ...more,
})
const call = (path: string, headers: Fields) =>
  fetch(`${setting(sandbox, 'AMAZON_ADS_URL_NA')}${path}`, { headers })

t.test('contract: the sandbox accepts the sign-in calls in Amazon’s collection', async t => {
  const requestTokens = async (fields: Fields): Promise<Tokens> => {
    const body = new URLSearchParams({ ...fields, ...client })
    const response = await fetch(setting(sandbox, 'AMAZON_TOKEN_URL_NA'), {
      method: 'POST',
      body,
      headers: collection,
    })
    t.equal(response.status, 200)
    return json<Tokens>(response)
  }
  const page = await openConsent(sandbox, { scope, state: 'State' })
  t.equal(page.status, 200)
  t.match(page.headers.get('content-type'), 'text/html')

  const code = await codeFor(sandbox, 'us-seller', { scope, state: 'State' })
  const tokens = await requestTokens({ grant_type: 'authorization_code', code, redirect_uri: callback })
  const refreshed = await requestTokens({
    grant_type: 'refresh_token',
    refresh_token: tokens.refresh_token,
  })

  for (const { access_token, refresh_token, expires_in } of [tokens, refreshed]) {
    t.match(access_token, /^Atza\|/)
    t.match(refresh_token, /^Atzr\|/)
    t.equal(expires_in, 3600)
  }
})

t.test('contract: profiles and manager accounts need no profile in the headers', async t => {
  for (const path of ['/v2/profiles', '/managerAccounts'])
    t.equal((await call(path, adsHeaders())).status, 200, path)
})

t.test('contract: a status call may name the media type of a request', async t => {
  const profileId = await profileIdOf(sandbox, 'us-seller')
  const { reportId } = await json<ReportAnswer>(
    reporting(sandbox, 'us-seller', profileId).create(aReport('spCampaigns', ['campaign'], ['date'], day)),
  )

  const headers = adsHeaders({
    'Content-Type': reportRequestType,
    'Amazon-Advertising-API-Scope': profileId,
  })

  t.equal((await call(`/reporting/reports/${reportId}`, headers)).status, 200)
})

t.test('contract: an empty report has the size and the times that Amazon’s recorded one has', async t => {
  const reports = reporting(sandbox, 'empty', await profileIdOf(sandbox, 'empty'))
  const pending = await json<ReportAnswer>(
    reports.create(aReport('spCampaigns', ['campaign', 'adGroup'], ['campaignId', 'date'], day)),
  )
  now += 3_000_000

  const completed = await reports.waitUntilCompleted(pending.reportId)

  t.equal(pending['updatedAt'], pending['createdAt'])
  t.equal(completed['updatedAt'], completed['generatedAt'])
  t.equal(completed['fileSize'], 22)
  t.equal(gunzipSync(await download(completed.url)).toString(), '[]')
})
