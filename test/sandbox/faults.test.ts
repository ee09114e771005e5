import { gunzipSync } from 'node:zlib'
import t from 'tap'
import { commonFaults, type Fault, type FaultyCall, faultyCalls } from '../../sandbox/faults/names.ts'
import { startSandbox } from '../../sandbox/sandbox.ts'
import {
  type AmazonError,
  aReport,
  client,
  decide,
  download,
  headersFor,
  json,
  listAdsAccounts,
  managerAccounts,
  openConsent,
  postToken,
  profileIdOf,
  type ReportAnswer,
  type Row,
  refresh,
  reporting,
  setting,
} from './amazon-client.ts'

const sandbox = await startSandbox({ generationSeconds: { min: 0, max: 0 } })
t.teardown(() => sandbox.close())
t.afterEach(() => sandbox.controls.reset())

const profileId = await profileIdOf(sandbox, 'us-seller')
const reports = reporting(sandbox, 'us-seller', profileId)
const { accessToken, refreshToken } = sandbox.controls.grant('us-seller')
const day = new Date(Date.now() - 3 * 86_400_000).toISOString().slice(0, 10)
const reportRequest = aReport('spCampaigns', ['campaign'], ['date', 'campaignId', 'cost'], {
  startDate: day,
  endDate: day,
})

function injectFault(call: FaultyCall, fault: Fault['fault'], overrides: Partial<Fault> = {}): void {
  sandbox.controls.set({ faults: [{ call, fault, region: null, times: null, ...overrides }] })
}

const requestProfiles = (region: string) =>
  fetch(`${setting(sandbox, `AMAZON_ADS_URL_${region}`)}/v2/profiles`, {
    headers: headersFor(sandbox, accessToken),
  })

async function completeReport(): Promise<ReportAnswer> {
  const { reportId } = await json<ReportAnswer>(reports.create(reportRequest))
  return reports.waitUntilCompleted(reportId)
}

const calls: Readonly<Record<FaultyCall, () => Promise<Response>>> = {
  authorise: () => openConsent(sandbox),
  consent: async () => {
    const callbackUrl = await decide(sandbox, { user: 'us-seller', decision: 'allow' })
    return new Response(callbackUrl.href, { status: callbackUrl.protocol === 'about:' ? 500 : 200 })
  },
  token: () => refresh(sandbox, refreshToken),
  userProfile: () =>
    fetch(setting(sandbox, 'AMAZON_USER_PROFILE_URL_NA'), { headers: headersFor(sandbox, accessToken) }),
  profiles: () => requestProfiles('NA'),
  managerAccounts: () => managerAccounts(sandbox, 'us-seller'),
  adsAccounts: () => listAdsAccounts(sandbox, 'us-seller'),
  create: () => reports.create(reportRequest),
  status: async () => {
    const { faults } = sandbox.controls.switches()
    sandbox.controls.set({ faults: [] })
    const { reportId } = await json<ReportAnswer>(reports.create(reportRequest))
    sandbox.controls.set({ faults })
    return reports.get(reportId)
  },
  download: async () => fetch((await completeReport()).url),
}

t.test('every call can return every status and is still counted', async t => {
  for (const call of faultyCalls.filter(name => name !== 'consent')) {
    for (const status of commonFaults.filter(name => /^\d/.test(name))) {
      injectFault(call, status)
      sandbox.controls.resetCalls()
      const response = await calls[call]()
      t.equal(response.status, Number(status), `${call} ${status}`)
      t.equal(sandbox.controls.calls()[call], 1)
      await response.text()
    }
  }
})

t.test('an error has the format of its endpoint', async t => {
  injectFault('profiles', '401')
  t.match(await json(requestProfiles('NA')), { code: 'UNAUTHORIZED', details: 'HTTP 401 Unauthorized' })
  injectFault('managerAccounts', '403')
  t.match(await json(calls.managerAccounts()), { code: 'FORBIDDEN', message: 'Forbidden' })
  injectFault('adsAccounts', '403')
  t.match(await json(calls.adsAccounts()), {
    errors: [{ errorCode: 'FORBIDDEN', errorMessage: 'Forbidden' }],
  })
  injectFault('create', 'client_mismatch')
  t.match(await json<AmazonError>(calls.create()), { message: /clientId does not match token$/ })
  injectFault('token', 'invalid_grant')
  t.match(await json<AmazonError>(calls.token()), {
    error: 'invalid_grant',
    error_description: / : refresh_token/,
  })
  injectFault('status', '404')
  t.match(await json<AmazonError>(calls.status()), { code: 404, detail: 'Not Found' })
  injectFault('token', '503')
  t.match(await (await calls.token()).text(), /^<html>/)
  injectFault('download', 'expired')
  t.match(await (await calls.download()).text(), /<Code>AccessDenied<.*Request has expired/)
})

t.test('a 429 has a Retry-After header only when the fault sets one', async t => {
  injectFault('create', '429')
  t.equal((await calls.create()).headers.get('retry-after'), null)
  injectFault('create', '429', { retryAfterSeconds: 17 })
  t.equal((await calls.create()).headers.get('retry-after'), '17')
})

t.test('a fault can apply to one region, a number of calls or a repeatable share of calls', async t => {
  injectFault('profiles', '503', { region: 'EU', times: 2 })
  const statuses = async (region: string, count: number) =>
    Promise.all(Array.from({ length: count }, async () => (await requestProfiles(region)).status))
  t.strictSame(await statuses('NA', 2), [200, 200])
  t.strictSame(await statuses('EU', 3), [503, 503, 200])

  const statusesByRound: number[][] = []
  for (let round = 0; round < 2; round += 1) {
    injectFault('profiles', '500', { share: 0.3 })
    const roundStatuses: number[] = []
    for (let call = 0; call < 40; call += 1) roundStatuses.push((await requestProfiles('FE')).status)
    statusesByRound.push(roundStatuses)
  }
  t.strictSame(statusesByRound[0], statusesByRound[1])
  const failed = statusesByRound[0]?.filter(status => status === 500).length ?? 0
  t.ok(failed > 4 && failed < 20, `${failed} of 40`)
})

t.test('each of several faults of a call applies to its share', async t => {
  const common = { call: 'profiles', region: null, times: null, share: 0.3 } as const
  sandbox.controls.set({
    faults: [
      { ...common, fault: '500' },
      { ...common, fault: '429' },
    ],
  })
  const statusCounts = new Map<number, number>()
  for (let call = 0; call < 60; call += 1) {
    const { status } = await requestProfiles('NA')
    statusCounts.set(status, (statusCounts.get(status) ?? 0) + 1)
  }
  for (const status of [200, 429, 500])
    t.ok((statusCounts.get(status) ?? 0) > 5, `${status}: ${statusCounts.get(status)}`)
})

t.test('connections can break, hang or send data slowly', async t => {
  const broken = { name: 'TypeError', message: /fetch failed|terminated/ }
  for (const call of ['token', 'profiles', 'create'] as const) {
    injectFault(call, 'reset')
    await t.rejects(calls[call](), broken, call)
    injectFault(call, 'half_body')
    await t.rejects(
      calls[call]().then(response => response.text()),
      broken,
      call,
    )
  }
  const requestOptions = { headers: headersFor(sandbox, accessToken), signal: AbortSignal.timeout(150) }
  const address = `${setting(sandbox, 'AMAZON_ADS_URL_NA')}/v2/profiles`
  injectFault('profiles', 'timeout')
  await t.rejects(fetch(address, requestOptions), { name: 'TimeoutError' })
  injectFault('profiles', 'slow_body')
  const slow = await fetch(address, { ...requestOptions, signal: AbortSignal.timeout(2000) })
  t.equal(slow.status, 200, 'the response starts normally')
  await t.rejects(slow.text(), { name: 'TimeoutError' })
})

t.test('a report request whose response is lost is still accepted', async t => {
  injectFault('create', 'empty', { times: 1 })
  t.equal(await (await calls.create()).text(), '')
  sandbox.controls.set({ faults: [], generationSeconds: { min: 60, max: 60 } })
  injectFault('create', 'broken_json', { times: 1 })
  await (await calls.create()).text()
  const again = await calls.create()
  t.equal(again.status, 425)
})

t.test('a report request can be a duplicate of the same, another or an unnamed report', async t => {
  injectFault('create', '425', { times: 1 })
  const own = await json<AmazonError>(calls.create())
  const [id] = /[0-9a-f-]{36}/.exec(own.detail ?? '') ?? []
  t.match(await reports.status(String(id)), { configuration: { timeUnit: 'DAILY' } })

  injectFault('create', 'duplicate_mismatch', { times: 1 })
  const other = await json<AmazonError>(calls.create())
  const [otherId] = /[0-9a-f-]{36}/.exec(other.detail ?? '') ?? []
  t.match(await reports.status(String(otherId)), { configuration: { timeUnit: 'SUMMARY' } })

  injectFault('create', 'nameless_duplicate', { times: 1 })
  t.notMatch((await json<AmazonError>(calls.create())).detail, /[0-9a-f-]{36}/)
})

t.test('a report can fail, never finish or complete without a download address', async t => {
  injectFault('status', 'failed')
  t.match(await json(calls.status()), { status: 'FAILED', failureReason: /internal error/, url: null })
  injectFault('status', 'never_finishes')
  t.match(await json(calls.status()), { status: 'PROCESSING', url: null })
  injectFault('status', 'no_address')
  t.match(await json(calls.status()), { status: 'COMPLETED', url: null })
})

t.test('files can be corrupt, invalid, of the wrong type, empty, doubled or ten times as large', async t => {
  const rowsOf = (bytes: Buffer) => JSON.parse(gunzipSync(bytes).toString()) as Row[]
  const idsOf = (bytes: Buffer) =>
    gunzipSync(bytes)
      .toString()
      .match(/(?<="campaignId":)\d+/g) ?? []
  const { url } = await completeReport()
  const originalRows = rowsOf(await download(url))
  t.ok(originalRows.length > 1)
  injectFault('download', 'corrupt_gzip')
  const corrupt = await download(url)
  t.throws(() => gunzipSync(corrupt))
  injectFault('download', 'broken_json')
  const broken = gunzipSync(await download(url)).toString()
  t.throws(() => JSON.parse(broken))
  injectFault('download', 'wrong_type')
  t.match((await download(url)).toString(), /^<!doctype html>/)
  injectFault('download', 'empty')
  t.equal((await download(url)).length, 0)
  injectFault('download', 'duplicated_rows')
  const doubled = await download(url)
  t.equal(rowsOf(doubled).length, 2 * originalRows.length)
  const ids = new Set(idsOf(doubled))
  injectFault('download', 'ten_times')
  t.equal(new Set(idsOf(await download(url))).size, 10 * ids.size)
})

t.test('a file can have one more row, without its campaign', async t => {
  const { url } = await completeReport()
  const rowsOf = async () => JSON.parse(gunzipSync(await download(url)).toString()) as Row[]
  const original = await rowsOf()
  injectFault('download', 'row_without_campaign')
  const rows = await rowsOf()
  t.strictSame(rows, [...original, { ...original[0], campaignId: null }])
})

t.test('a file can be without all or most of its rows', async t => {
  const { url } = await completeReport()
  const rowsOf = async () => JSON.parse(gunzipSync(await download(url)).toString()) as Row[]
  const original = await rowsOf()
  injectFault('download', 'empty_report')
  t.strictSame(await rowsOf(), [])
  injectFault('download', 'shrunken_report')
  t.strictSame(await rowsOf(), original.slice(0, Math.floor(original.length / 3)))
})

t.test('a server with a wrong clock signs and checks by that clock', async t => {
  injectFault('status', 'clock_behind')
  const { url } = await completeReport()
  t.match(await (await fetch(url)).text(), /Request has expired/)
  injectFault('status', 'clock_ahead', { seconds: 1800 })
  const early = await completeReport()
  t.match(await (await fetch(early.url)).text(), /not yet valid/)
  sandbox.controls.set({ faults: [] })
  const good = await completeReport()
  t.equal((await fetch(good.url)).status, 200)
  injectFault('download', 'clock_ahead')
  t.match(await (await fetch(good.url)).text(), /Request has expired/)
  injectFault('profiles', 'clock_ahead')
  t.equal((await requestProfiles('NA')).status, 401, 'by that clock, a one-hour token has expired')
})

t.test('the consent page can return an error or a callback without a code', async t => {
  injectFault('consent', 'temporarily_unavailable')
  const callbackUrl = await decide(sandbox, { user: 'us-seller', decision: 'allow' })
  t.equal(callbackUrl.searchParams.get('error'), 'temporarily_unavailable')
  injectFault('consent', 'no_code')
  const empty = await decide(sandbox, { user: 'us-seller', decision: 'allow' })
  t.strictSame([...empty.searchParams.keys()], ['state'])
})

t.test('faults can be set over HTTP, and an impossible fault is rejected', async t => {
  const post = (faults: unknown) =>
    fetch(`${sandbox.url}/sandbox/switches`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ faults }),
    })
  const good = { call: 'token', region: null, fault: 'invalid_client', times: 1 }
  t.match(await json(post([good])), { faults: [good] })
  const fields = { grant_type: 'refresh_token', refresh_token: refreshToken, ...client(sandbox) }
  t.equal((await postToken(sandbox, fields)).status, 401)
  t.match(sandbox.controls.switches().faults, [{ times: 0 }])
  const wrong = await post([{ ...good, call: 'download' }])
  t.equal(wrong.status, 400)
  t.match((await json<AmazonError>(wrong)).error, /Call download has no fault invalid_client/)
  t.equal((await post([{ ...good, share: 2 }])).status, 400)
})
