import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { readFile } from 'node:fs/promises'
import type { IncomingHttpHeaders } from 'node:http'
import { text } from 'node:stream/consumers'
import { gzipSync } from 'node:zlib'
import t, { type Test } from 'tap'
import { AmazonAdvertisingReports } from '../../../src/adapters/amazon/advertising-reports.ts'
import { downloadLimits } from '../../../src/adapters/amazon/download.ts'
import { LoginWithAmazon } from '../../../src/adapters/amazon/login.ts'
import { AmazonProfileDirectory } from '../../../src/adapters/amazon/profile-directory.ts'
import type { AmazonSettings } from '../../../src/adapters/amazon/settings.ts'
import { type CallSignal, signals } from '../../../src/application/diagnostics-channels.ts'
import type { Day } from '../../../src/domain/calendar.ts'
import { definitionOf } from '../../../src/domain/ingestion/catalogue.ts'
import { Secret } from '../../../src/domain/secret.ts'
import { aProfile } from '../../support/examples.ts'
import { amazonSettingsAt } from '../../support/product/amazon-settings.ts'
import { startTestServer } from '../../support/servers/answering-server.ts'

/** Milliseconds; generous for a busy machine. */
const timeout = 120_000

const answers: Readonly<Record<string, string | Buffer>> = {
  'POST /auth/o2/token': '{"access_token":"Atza|x"}',
  'GET /user/profile': '{"user_id":"u"}',
  'GET /v2/profiles': '[{"profileId":1}]',
  'GET /managerAccounts': '{}',
  'POST /adsAccounts/list': '{}',
  'POST /reporting/reports': '{"reportId":"r"}',
  'GET /reporting/reports/r': '{"status":"PENDING"}',
  'DELETE /reporting/reports/r': '{}',
  'GET /file': gzipSync('[]'),
}

interface RecordedRequest {
  readonly endpoint: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

async function callAll(t: Test, overrides: Partial<AmazonSettings> = {}): Promise<RecordedRequest[]> {
  const requests: RecordedRequest[] = []
  const url = await startTestServer(t, async (request, response) => {
    const endpoint = `${request.method} ${new URL(request.url ?? '', 'http://x').pathname}`
    requests.push({ endpoint, headers: request.headers, body: await text(request) })
    response.writeHead(200, { 'content-type': 'application/json', 'x-amzn-requestid': `id of ${endpoint}` })
    response.end(answers[endpoint])
  })
  const settings = { ...amazonSettingsAt(url), ...overrides }
  const token = new Secret('Atza|x')
  const login = new LoginWithAmazon(settings, timeout)
  await login.exchangeCode('eu', new Secret('the-code'), new Secret('the-verifier'))
  await login.refresh('fe', new Secret('Atzr|x'))
  await login.fetchUserProfile('eu', token)

  const directory = new AmazonProfileDirectory(settings, timeout)
  await directory.listProfiles('eu', token)
  await directory.countLinkedAccounts('fe', token)
  await directory.listAdsAccounts('na', token)

  const reports = new AmazonAdvertisingReports(settings, downloadLimits, timeout)
  const profile = aProfile({ region: 'eu' })
  const days = { from: '2026-11-01' as Day, to: '2026-11-30' as Day }
  const { id } = await reports.requestReport(profile, token, {
    definition: definitionOf('sp_campaigns'),
    days,
  })
  await reports.getStatus(profile, token, id)
  await reports.cancel(profile, token, id)
  const file = { urls: [new Secret(`${url}/file`)] }
  for await (const rows of reports.download(file, new AbortController().signal))
    t.fail(`an empty file yields no batch, but one with ${rows.length} rows arrived`)
  return requests
}

t.test('S-52 each call to Amazon publishes its name, region, status and request id', async t => {
  const callSignals: CallSignal[] = []
  const record = (signal: unknown) => callSignals.push(signal as CallSignal)
  subscribe(`tracing:${signals.amazonCalls}:start`, record)
  t.teardown(() => unsubscribe(`tracing:${signals.amazonCalls}:start`, record))

  await callAll(t)

  t.strictSame(
    callSignals.map(({ call, region, status, requestId }) => [call, region, status, requestId]),
    [
      ['token_exchange', 'eu', null, null],
      ['token_refresh', 'fe', null, null],
      ['user_profile', 'eu', 200, 'id of GET /user/profile'],
      ['profiles', 'eu', 200, 'id of GET /v2/profiles'],
      ['profiles', 'eu', 200, 'id of GET /v2/profiles'],
      ['manager_accounts', 'fe', 200, 'id of GET /managerAccounts'],
      ['ads_accounts', 'na', 200, 'id of POST /adsAccounts/list'],
      ['report_request', 'eu', 200, 'id of POST /reporting/reports'],
      ['report_status', 'eu', 200, 'id of GET /reporting/reports/r'],
      ['cancel', 'eu', 200, 'id of DELETE /reporting/reports/r'],
      ['download', null, 200, 'id of GET /file'],
    ],
  )
})

t.test('each call names the product and its version', async t => {
  const { version } = JSON.parse(await readFile('package.json', 'utf8'))
  for (const { endpoint, headers } of await callAll(t))
    t.equal(headers['user-agent'], `1smart.link/${version}`, endpoint)
})

t.test('Ads API calls name the client and the profile under the names that the setting selects', async t => {
  const { clientId } = amazonSettingsAt('')
  const { id, accountId } = aProfile()
  for (const [adsHeaders, client, profile] of [
    [
      'advertising-api',
      { 'amazon-advertising-api-clientid': clientId },
      { 'amazon-advertising-api-scope': id },
    ],
    [
      'ads',
      { 'amazon-ads-clientid': clientId },
      { 'amazon-advertising-api-scope': id, 'amazon-ads-accountid': accountId },
    ],
  ] as const) {
    const requests = await callAll(t, { adsHeaders })
    for (const { endpoint, headers } of requests) {
      const amazonHeaders = Object.fromEntries(
        Object.entries(headers).filter(([name]) => name.startsWith('amazon-')),
      )
      const isReport = endpoint.includes('/reporting/')
      const isAds = isReport || /profiles|Accounts/.test(endpoint)
      t.strictSame(amazonHeaders, { ...(isAds && client), ...(isReport && profile) }, endpoint)
    }
  }
})

t.test('each call requests the response format that its adapter reads', async t => {
  const requests = await callAll(t)
  const headersOf = (path: string) => requests.find(({ endpoint }) => endpoint === path)?.headers

  for (const [endpoint, accept] of [
    ['GET /user/profile', 'application/json'],
    ['GET /v2/profiles', 'application/json'],
    ['GET /managerAccounts', 'application/vnd.getmanageraccountsresponse.v1+json'],
    ['POST /adsAccounts/list', 'application/vnd.listaccountsresource.v1+json'],
  ] as const)
    t.equal(headersOf(endpoint)?.accept, accept, endpoint)

  for (const { endpoint, headers, body } of requests.filter(
    ({ endpoint }) => endpoint === 'POST /auth/o2/token',
  )) {
    t.equal(headers['content-type'], 'application/x-www-form-urlencoded', endpoint)
    t.equal(headers.authorization, undefined, 'the client secret is only in the form')
    t.match(Object.fromEntries(new URLSearchParams(body)), {
      client_id: 'amzn1.application-oa2-client.x',
      client_secret: 'the-secret',
    })
  }
  const reportRequest = requests.find(({ endpoint }) => endpoint === 'POST /reporting/reports')
  t.equal(
    JSON.parse(reportRequest?.body ?? '{}').name,
    '1smart.link Sponsored Products campaigns 2026-11-01 2026-11-30',
  )
})
