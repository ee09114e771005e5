import { gunzipSync } from 'node:zlib'
import t from 'tap'
import { startSandbox } from '../../sandbox/sandbox.ts'
import {
  type AmazonError,
  aReport,
  download,
  headersFor,
  json,
  profileIdOf,
  type ReportAnswer,
  refresh,
  reporting,
  setting,
} from './amazon-client.ts'

const sandbox = await startSandbox({ generationSeconds: { min: 0, max: 0 } })
t.teardown(() => sandbox.close())
t.afterEach(() => sandbox.controls.reset())

const profileId = await profileIdOf(sandbox, 'us-seller')
const reports = reporting(sandbox, 'us-seller', profileId)
const day = new Date(Date.now() - 3 * 86_400_000).toISOString().slice(0, 10)
const body = aReport('spCampaigns', ['campaign'], ['date', 'campaignId', 'cost'], {
  startDate: day,
  endDate: day,
})

function post(path: string, value: unknown): Promise<Response> {
  const headers = { 'content-type': 'application/json' }
  return fetch(`${sandbox.url}${path}`, { method: 'POST', headers, body: JSON.stringify(value) })
}

function fetchProfiles(region: string): Promise<Response> {
  const headers = headersFor(sandbox, sandbox.controls.grant('us-seller').accessToken)
  return fetch(`${setting(sandbox, `AMAZON_ADS_URL_${region}`)}/v2/profiles`, { headers })
}

async function completeReport(): Promise<ReportAnswer> {
  const { reportId } = await json<ReportAnswer>(reports.create(body))
  return reports.status(reportId)
}

t.test('switches are set over HTTP one at a time', async t => {
  await post('/sandbox/switches', { regionsDown: ['EU'] })
  const response = await post('/sandbox/switches', { userProfileDown: true })

  t.match(await response.json(), { regionsDown: ['EU'], userProfileDown: true, tokenEndpoint: 'ok' })
})

t.test('an unknown switch or an invalid value is rejected and changes nothing', async t => {
  for (const wrong of [
    { regionDown: ['EU'] },
    { regionsDown: ['XX'] },
    { tokenEndpoint: 'slow' },
    { revokeUser: 'nobody' },
  ]) {
    const response = await post('/sandbox/switches', wrong)
    t.equal(response.status, 400)
    t.match((await json<AmazonError>(response)).error, /Switches: |Unknown test user/)
  }
  t.strictSame(sandbox.controls.switches().regionsDown, [])
  t.throws(() => sandbox.controls.set({ regionsDown: ['XX' as 'EU'] }))
})

t.test('the page lists every switch, and its forms set them', async t => {
  const html = await (await fetch(`${sandbox.url}/sandbox/`)).text()
  for (const name of Object.keys(sandbox.controls.switches())) t.match(html, `name="${name}"`)

  const form = new URLSearchParams({ regionsDown: '["FE"]' })
  const response = await fetch(`${sandbox.url}/sandbox/switches`, {
    method: 'POST',
    body: form,
    redirect: 'manual',
  })
  t.equal(response.status, 303)
  t.strictSame(sandbox.controls.switches().regionsDown, ['FE'])
})

t.test('one region can be down while the others work', async t => {
  sandbox.controls.set({ regionsDown: ['EU'] })

  t.equal((await fetchProfiles('EU')).status, 503)
  t.equal((await fetchProfiles('NA')).status, 200)
})

t.test('one region can be slow while the others are fast', async t => {
  sandbox.controls.set({ regionsSlow: { FE: 1 } })
  const answered: string[] = []
  const began = performance.now()
  const request = async (region: 'FE' | 'NA') => {
    await fetchProfiles(region)
    answered.push(region)
  }
  await Promise.all([request('FE'), request('NA')])

  t.strictSame(answered, ['NA', 'FE'])
  t.ok(performance.now() - began >= 1000)
})

t.test('the token endpoint can hang', async t => {
  sandbox.controls.set({ tokenEndpoint: 'hang' })
  const { refreshToken } = sandbox.controls.grant('us-seller')
  const unanswered = Symbol('unanswered')
  const deadline = new Promise(resolve => setTimeout(resolve, 300, unanswered))

  t.equal(await Promise.race([refresh(sandbox, refreshToken).catch(() => 'failed'), deadline]), unanswered)
})

t.test('the token endpoint can fail without JSON or reject the client', async t => {
  const { refreshToken } = sandbox.controls.grant('us-seller')
  sandbox.controls.set({ tokenEndpoint: 'server_error' })
  const failed = await refresh(sandbox, refreshToken)
  sandbox.controls.set({ tokenEndpoint: 'invalid_client' })
  const rejected = await refresh(sandbox, refreshToken)

  t.equal(failed.status, 503)
  t.match(failed.headers.get('content-type'), 'text/html')
  t.equal(rejected.status, 401)
  t.match(await rejected.json(), { error: 'invalid_client' })
})

t.test('the user profile endpoint can be down', async t => {
  sandbox.controls.set({ userProfileDown: true })
  const headers = headersFor(sandbox, sandbox.controls.grant('us-seller').accessToken)
  t.equal((await fetch(setting(sandbox, 'AMAZON_USER_PROFILE_URL_NA'), { headers })).status, 503)
})

t.test('a user can be revoked and access tokens expired over HTTP', async t => {
  const { refreshToken } = sandbox.controls.grant('none')
  await post('/sandbox/switches', { revokeUser: 'none' })
  t.match(await (await refresh(sandbox, refreshToken)).json(), { error: 'invalid_grant' })

  const client = reporting(sandbox, 'us-seller', profileId)
  await post('/sandbox/switches', { expireAccessTokens: true })
  t.equal((await client.create(body)).status, 401)
})

t.test(
  'report requests can be throttled for N calls, with or without Retry-After, as JSON or HTML',
  async t => {
    const client = reporting(sandbox, 'us-seller', profileId)
    sandbox.controls.set({
      createThrottle: { times: 1, retryAfterSeconds: 7, html: false, reportType: null },
    })
    const withRetryAfter = await client.create(body)
    sandbox.controls.set({
      createThrottle: { times: 1, retryAfterSeconds: null, html: true, reportType: 'spCampaigns' },
    })
    const other = await client.create(
      aReport('spTargeting', ['targeting'], ['date', 'cost'], { startDate: day, endDate: day }),
    )
    const withoutRetryAfter = await client.create(body)
    const accepted = await client.create(body)

    t.equal(withRetryAfter.status, 429)
    t.equal(withRetryAfter.headers.get('retry-after'), '7')
    t.strictSame(await withRetryAfter.json(), { message: 'Too Many Requests' })
    t.equal(other.status, 200, 'another report type is accepted')
    t.equal(withoutRetryAfter.status, 429)
    t.equal(withoutRetryAfter.headers.get('retry-after'), null)
    t.match(await withoutRetryAfter.text(), '<html>')
    t.equal(accepted.status, 200)
  },
)

t.test('requests for a report type can be throttled until a time, others are accepted', async t => {
  const client = reporting(sandbox, 'us-seller', profileId)
  sandbox.controls.set({ throttledReports: { spCampaigns: Date.now() + 3_600_000 } })
  const throttled = await client.create(body)
  const other = await client.create(
    aReport('spTargeting', ['targeting'], ['date', 'cost'], { startDate: day, endDate: day }),
  )
  sandbox.controls.set({ throttledReports: { spCampaigns: Date.now() - 1 } })

  t.equal(throttled.status, 429)
  t.equal(throttled.headers.get('retry-after'), null)
  t.equal(other.status, 200)
  t.equal((await client.create(body)).status, 200)
})

t.test('status calls beyond their limit return 429, report requests don’t', async t => {
  const client = reporting(sandbox, 'us-seller', profileId)
  const { reportId } = await json<ReportAnswer>(client.create(body))
  sandbox.controls.set({ pollsPerMinute: 6 })
  const poll = () => client.status(reportId).catch(error => error)

  t.match(await poll(), { reportId })
  t.match(await poll(), { message: 'Too Many Requests' })
  t.equal(
    (
      await client.create(
        aReport('spTargeting', ['targeting'], ['date', 'cost'], { startDate: day, endDate: day }),
      )
    ).status,
    200,
  )
})

t.test('the next report of a type can fail with Amazon’s reason, and the one after it succeeds', async t => {
  const client = reporting(sandbox, 'us-seller', profileId)
  sandbox.controls.set({ failReports: { spCampaigns: 1 } })
  const failed = await json<ReportAnswer>(client.create(body))
  const good = await json<ReportAnswer>(client.create(body))

  t.match(await client.status(failed.reportId), {
    status: 'FAILED',
    failureReason: 'Report generation failed due to an internal error. Please retry',
    url: null,
  })
  t.match(await client.waitUntilCompleted(good.reportId), { status: 'COMPLETED' })
})

t.test('a report that never finishes stays in progress', async t => {
  const client = reporting(sandbox, 'us-seller', profileId)
  sandbox.controls.set({ stuckReports: { spCampaigns: 1 } })
  const { reportId } = await json<ReportAnswer>(client.create(body))
  sandbox.controls.set({ clockOffsetSeconds: 1200 })

  t.equal((await client.status(reportId)).status, 'PROCESSING')
  t.equal((await client.create(body)).status, 425)
})

t.test('one download can be truncated, cut off, corrupt or expired, and the next is complete', async t => {
  const client = reporting(sandbox, 'us-seller', profileId)
  const { reportId } = await json<ReportAnswer>(client.create(body))
  const { url, fileSize } = await client.waitUntilCompleted(reportId)
  const downloadWithFault = (fault: 'truncated' | 'cut' | 'corrupt' | 'expired') => {
    sandbox.controls.set({ download: { times: 1, fault } })
    return download(url)
  }

  const truncated = await downloadWithFault('truncated')
  t.ok(truncated.length < Number(fileSize))
  t.throws(() => gunzipSync(truncated))
  await t.rejects(downloadWithFault('cut'))
  const corrupt = await downloadWithFault('corrupt')
  t.equal(corrupt.length, fileSize)
  t.throws(() => gunzipSync(corrupt))
  t.match(String(await downloadWithFault('expired')), 'Request has expired')
  t.match(gunzipSync(await download(url)).toString(), /^\[\{.*\}\]$/)
})

t.test('generation takes the configured time', async t => {
  const client = reporting(sandbox, 'us-seller', profileId)
  sandbox.controls.set({ generationSeconds: { min: 600, max: 600 } })
  const { reportId } = await json<ReportAnswer>(client.create(body))

  t.equal((await client.status(reportId)).status, 'PENDING')
  sandbox.controls.set({ clockOffsetSeconds: 600 })
  t.equal((await client.waitUntilCompleted(reportId)).status, 'COMPLETED')
})

t.test('calls are counted by kind, and a reset clears the counts and all switches', async t => {
  const client = reporting(sandbox, 'us-seller', profileId)
  sandbox.controls.resetCalls()
  await refresh(sandbox, sandbox.controls.grant('us-seller').refreshToken)
  await client.create(body)
  const counted = await (await fetch(`${sandbox.url}/sandbox/calls`)).json()

  t.match(counted, {
    token: 1,
    refresh: 1,
    code: 0,
    create: 1,
    status: 0,
    profiles: 0,
    download: 0,
    userProfile: 0,
  })
  sandbox.controls.set({ regionsDown: ['NA'] })
  await post('/sandbox/reset', {})
  t.strictSame(sandbox.controls.switches().regionsDown, [])
  t.equal(sandbox.controls.calls().create, 0)
})

t.test('the true figures are available over HTTP', async t => {
  const query = new URLSearchParams({ profileId, reportType: 'spCampaigns', from: day, to: day })
  const truth = await (await fetch(`${sandbox.url}/sandbox/truth?${query}`)).json()

  t.match(truth, { profileId, reportType: 'spCampaigns', currencyCode: 'USD', minorUnits: 100 })
  t.match(truth, { days: [{ date: day, rows: Number, cost: Number }], total: { sales7d: Number } })
  t.equal((await fetch(`${sandbox.url}/sandbox/truth?profileId=1`)).status, 404)
  await completeReport().catch(() => undefined)
})
