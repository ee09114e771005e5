import t from 'tap'
import { startSandbox } from '../../sandbox/sandbox.ts'
import { eventually } from '../support/eventually.ts'
import { type AmazonError, headersFor, json, noon, profileIdOf, setting } from './amazon-client.ts'

let now = noon
const sandbox = await startSandbox({ now: () => now, generationSeconds: { min: 40, max: 40 } })
t.teardown(() => sandbox.close())
const profileId = await profileIdOf(sandbox, 'legacy-brands')
const { accessToken } = sandbox.controls.grant('legacy-brands')
const headers = headersFor(sandbox, accessToken, profileId)
const wanted = { reportDate: '20261103', metrics: 'campaignId,cost', creativeType: 'all' }

const call = (path: string, body?: unknown) =>
  fetch(`${setting(sandbox, 'AMAZON_ADS_URL_NA')}${path}`, {
    redirect: 'manual',
    headers: { ...headers, 'content-type': 'application/json' },
    ...(body !== undefined && { method: 'POST', body: JSON.stringify(body) }),
  })

/** Amazon's answers were recorded for Sponsored Products (ScaleLeap/amazon-advertising-api-sdk). */
t.test('a report of Reporting v2 is created, generated and redirected to as recorded', async t => {
  const created = await call('/v2/hsa/campaigns/report', wanted)
  t.equal(created.status, 202)
  const { reportId, ...others } = await json<{ reportId: string }>(created)
  t.strictSame(others, {
    recordType: 'campaign',
    status: 'IN_PROGRESS',
    statusDetails: 'Generating report',
  })
  const path = `/v2/reports/${reportId}`
  t.match(await json(call(path)), { reportId, status: 'IN_PROGRESS' })
  t.equal((await call(`/v2/reports/${reportId.replace(/^./, 'x')}`)).status, 404)

  now += 60_000
  await eventually(
    'the file is written',
    async () => (await json<{ status: string }>(call(path))).status === 'SUCCESS',
  )
  t.match(await json(call(path)), {
    status: 'SUCCESS',
    statusDetails: 'Report successfully generated',
    location: /\/v1\/reports\/.+\/download$/,
    fileSize: Number,
  })
  const redirected = await call(`${path}/download`)
  t.equal(redirected.status, 307)
  t.match(redirected.headers.get('location'), /X-Amz-Signature/)
})

t.test(
  'Reporting v2 rejects unknown metrics, several days, other creatives and days out of reach',
  async t => {
    for (const [overrides, details] of [
      [{ metrics: 'campaignId,viewAttributedSales14d' }, /viewAttributedSales14d/],
      [{ reportDate: '2026-11-03' }, /invalid/],
      [{ creativeType: 'video' }, /invalid/],
      [{ reportDate: '20260801' }, /retention/],
    ] as const) {
      const response = await call('/v2/hsa/campaigns/report', { ...wanted, ...overrides })
      t.equal(response.status, 400)
      t.match((await json<AmazonError>(response)).details, details)
    }
  },
)

t.test('Reporting v3 does not know the name of version 2’s report', async t => {
  const configuration = {
    adProduct: 'SPONSORED_BRANDS',
    groupBy: ['campaign'],
    columns: ['cost'],
    reportTypeId: 'hsaCampaigns',
    timeUnit: 'SUMMARY',
    format: 'GZIP_JSON',
  }
  const response = await call('/reporting/reports', {
    startDate: '2026-11-01',
    endDate: '2026-11-02',
    configuration,
  })
  t.equal(response.status, 400)
  t.match((await json<AmazonError>(response)).detail, /reportTypeId is unknown/)
})
