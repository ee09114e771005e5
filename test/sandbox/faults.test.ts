import { gunzipSync } from 'node:zlib'
import t from 'tap'
import { commonFaults, type Fault, type FaultyCall, faultyCalls } from '../../sandbox/faults/names.ts'
import { startSandbox } from '../../sandbox/sandbox.ts'
import type { DomainError, ReportAnswer, Row } from './amazon-client.ts'
import {
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
const order = aReport('spCampaigns', ['campaign'], ['date', 'campaignId', 'cost'], {
  startDate: day,
  endDate: day,
})

function fail(call: FaultyCall, fault: Fault['fault'], more: Partial<Fault> = {}): void {
  sandbox.controls.set({ faults: [{ call, fault, region: null, times: null, ...more }] })
}

const profilesIn = (region: string) =>
  fetch(`${setting(sandbox, `AMAZON_ADS_URL_${region}`)}/v2/profiles`, {
    headers: headersFor(sandbox, accessToken),
  })

async function complete(): Promise<ReportAnswer> {
  const { reportId } = await json<ReportAnswer>(reports.create(order))
  return reports.completed(reportId)
}

const calls: Readonly<Record<FaultyCall, () => Promise<Response>>> = {
  authorise: () => openConsent(sandbox),
  consent: async () => {
    const back = await decide(sandbox, { user: 'us-seller', decision: 'allow' })
    return new Response(back.href, { status: back.protocol === 'about:' ? 500 : 200 })
  },
  token: () => refresh(sandbox, refreshToken),
  userProfile: () =>
    fetch(setting(sandbox, 'AMAZON_USER_PROFILE_URL'), { headers: headersFor(sandbox, accessToken) }),
  profiles: () => profilesIn('NA'),
  managerAccounts: () => managerAccounts(sandbox, 'us-seller'),
  adsAccounts: () => listAdsAccounts(sandbox, 'us-seller'),
  create: () => reports.create(order),
  status: async () => {
    const { faults } = sandbox.controls.switches()
    sandbox.controls.set({ faults: [] })
    const { reportId } = await json<ReportAnswer>(reports.create(order))
    sandbox.controls.set({ faults })
    return reports.get(reportId)
  },
  download: async () => fetch((await complete()).url),
}

t.test('every call can return every status and is still counted', async t => {
  for (const call of faultyCalls.filter(name => name !== 'consent')) {
    for (const status of commonFaults.filter(name => /^\d/.test(name))) {
      fail(call, status)
      sandbox.controls.resetCalls()
      const response = await calls[call]()
      t.equal(response.status, Number(status), `${call} ${status}`)
      t.equal(sandbox.controls.calls()[call], 1)
      await response.text()
    }
  }
})

t.test('an error has the format of its endpoint', async t => {
  fail('profiles', '401')
  t.match(await json(profilesIn('NA')), { code: 'UNAUTHORIZED', details: 'HTTP 401 Unauthorized' })
  fail('managerAccounts', '403')
  t.match(await json(calls.managerAccounts()), { code: 'FORBIDDEN', message: 'Forbidden' })
  fail('adsAccounts', '403')
  t.match(await json(calls.adsAccounts()), {
    errors: [{ errorCode: 'FORBIDDEN', errorMessage: 'Forbidden' }],
  })
  fail('create', 'client_mismatch')
  t.match(await json<DomainError>(calls.create()), { message: /clientId does not match token$/ })
  fail('token', 'invalid_grant')
  t.match(await json<DomainError>(calls.token()), {
    error: 'invalid_grant',
    error_description: / : refresh_token/,
  })
  fail('status', '404')
  t.match(await json<DomainError>(calls.status()), { code: 404, detail: 'Not Found' })
  fail('token', '503')
  t.match(await (await calls.token()).text(), /^<html>/)
  fail('download', 'expired')
  t.match(await (await calls.download()).text(), /<Code>AccessDenied<.*Request has expired/)
})

t.test('a 429 has Retry-After only when it is set', async t => {
  fail('create', '429')
  t.equal((await calls.create()).headers.get('retry-after'), null)
  fail('create', '429', { retryAfterSeconds: 17 })
  t.equal((await calls.create()).headers.get('retry-after'), '17')
})

t.test('a fault can apply to one region, a number of calls or a repeatable share of calls', async t => {
  fail('profiles', '503', { region: 'EU', times: 2 })
  const statuses = async (region: string, count: number) =>
    Promise.all(Array.from({ length: count }, async () => (await profilesIn(region)).status))
  t.strictSame(await statuses('NA', 2), [200, 200])
  t.strictSame(await statuses('EU', 3), [503, 503, 200])

  const drawn: number[][] = []
  for (let round = 0; round < 2; round += 1) {
    fail('profiles', '500', { share: 0.3 })
    const some: number[] = []
    for (let call = 0; call < 40; call += 1) some.push((await profilesIn('FE')).status)
    drawn.push(some)
  }
  t.strictSame(drawn[0], drawn[1])
  const failed = drawn[0]?.filter(status => status === 500).length ?? 0
  t.ok(failed > 4 && failed < 20, `${failed} of 40`)
})

t.test('several faults of one call each apply to their share', async t => {
  const common = { call: 'profiles', region: null, times: null, share: 0.3 } as const
  sandbox.controls.set({
    faults: [
      { ...common, fault: '500' },
      { ...common, fault: '429' },
    ],
  })
  const seen = new Map<number, number>()
  for (let call = 0; call < 60; call += 1) {
    const { status } = await profilesIn('NA')
    seen.set(status, (seen.get(status) ?? 0) + 1)
  }
  for (const status of [200, 429, 500]) t.ok((seen.get(status) ?? 0) > 5, `${status}: ${seen.get(status)}`)
})

t.test('connections can break, hang and trickle', async t => {
  const broken = { name: 'TypeError', message: /fetch failed|terminated/ }
  for (const call of ['token', 'profiles', 'create'] as const) {
    fail(call, 'reset')
    await t.rejects(calls[call](), broken, call)
    fail(call, 'half_body')
    await t.rejects(
      calls[call]().then(response => response.text()),
      broken,
      call,
    )
  }
  const impatient = { headers: headersFor(sandbox, accessToken), signal: AbortSignal.timeout(150) }
  const address = `${setting(sandbox, 'AMAZON_ADS_URL_NA')}/v2/profiles`
  fail('profiles', 'timeout')
  await t.rejects(fetch(address, impatient), { name: 'TimeoutError' })
  fail('profiles', 'slow_body')
  const slow = await fetch(address, { ...impatient, signal: AbortSignal.timeout(2000) })
  t.equal(slow.status, 200, 'the response starts normally')
  await t.rejects(slow.text(), { name: 'TimeoutError' })
})

t.test('a report request whose answer is lost is still accepted', async t => {
  fail('create', 'empty', { times: 1 })
  t.equal(await (await calls.create()).text(), '')
  sandbox.controls.set({ faults: [], generationSeconds: { min: 60, max: 60 } })
  fail('create', 'broken_json', { times: 1 })
  await (await calls.create()).text()
  const again = await calls.create()
  t.equal(again.status, 425)
})

t.test('a report request can be a duplicate of the same report, another one or none', async t => {
  fail('create', '425', { times: 1 })
  const own = await json<DomainError>(calls.create())
  const [id] = /[0-9a-f-]{36}/.exec(own.detail ?? '') ?? []
  t.match(await reports.status(String(id)), { configuration: { timeUnit: 'DAILY' } })

  fail('create', 'duplicate_mismatch', { times: 1 })
  const other = await json<DomainError>(calls.create())
  const [otherId] = /[0-9a-f-]{36}/.exec(other.detail ?? '') ?? []
  t.match(await reports.status(String(otherId)), { configuration: { timeUnit: 'SUMMARY' } })

  fail('create', 'nameless_duplicate', { times: 1 })
  t.notMatch((await json<DomainError>(calls.create())).detail, /[0-9a-f-]{36}/)
})

t.test('a report can fail, never finish or complete without a download address', async t => {
  fail('status', 'failed')
  t.match(await json(calls.status()), { status: 'FAILED', failureReason: /internal error/, url: null })
  fail('status', 'never_finishes')
  t.match(await json(calls.status()), { status: 'PROCESSING', url: null })
  fail('status', 'no_address')
  t.match(await json(calls.status()), { status: 'COMPLETED', url: null })
})

t.test('files can be corrupt, invalid, of another type, empty, doubled and tenfold', async t => {
  const rowsOf = (bytes: Buffer) => JSON.parse(gunzipSync(bytes).toString()) as Row[]
  const idsOf = (bytes: Buffer) =>
    gunzipSync(bytes)
      .toString()
      .match(/(?<="campaignId":)\d+/g) ?? []
  const { url } = await complete()
  const whole = rowsOf(await download(url))
  t.ok(whole.length > 1)
  fail('download', 'corrupt_gzip')
  const corrupt = await download(url)
  t.throws(() => gunzipSync(corrupt))
  fail('download', 'broken_json')
  const broken = gunzipSync(await download(url)).toString()
  t.throws(() => JSON.parse(broken))
  fail('download', 'wrong_type')
  t.match((await download(url)).toString(), /^<!doctype html>/)
  fail('download', 'empty')
  t.equal((await download(url)).length, 0)
  fail('download', 'duplicated_rows')
  const twice = await download(url)
  t.equal(rowsOf(twice).length, 2 * whole.length)
  const ids = new Set(idsOf(twice))
  fail('download', 'ten_times')
  t.equal(new Set(idsOf(await download(url))).size, 10 * ids.size)
})

t.test('servers with a wrong clock sign and check by that clock', async t => {
  fail('status', 'clock_behind')
  const { url } = await complete()
  t.match(await (await fetch(url)).text(), /Request has expired/)
  fail('status', 'clock_ahead', { seconds: 1800 })
  const early = await complete()
  t.match(await (await fetch(early.url)).text(), /not yet valid/)
  sandbox.controls.set({ faults: [] })
  const good = await complete()
  t.equal((await fetch(good.url)).status, 200)
  fail('download', 'clock_ahead')
  t.match(await (await fetch(good.url)).text(), /Request has expired/)
  fail('profiles', 'clock_ahead')
  t.equal((await profilesIn('NA')).status, 401, 'a one-hour token has already expired there')
})

t.test('the consent page can return an error or an empty callback', async t => {
  fail('consent', 'temporarily_unavailable')
  const back = await decide(sandbox, { user: 'us-seller', decision: 'allow' })
  t.equal(back.searchParams.get('error'), 'temporarily_unavailable')
  fail('consent', 'no_code')
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
  t.match((await json<DomainError>(wrong)).error, /Call download has no fault invalid_client/)
  t.equal((await post([{ ...good, share: 2 }])).status, 400)
})
