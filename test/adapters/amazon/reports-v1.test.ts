import t, { type Test } from 'tap'
import { startSandbox } from '../../../sandbox/sandbox.ts'
import { AmazonAdvertisingReports } from '../../../src/adapters/amazon/advertising-reports.ts'
import { AmazonProfileDirectory } from '../../../src/adapters/amazon/profile-directory.ts'
import type { AmazonReportStatus } from '../../../src/application/ingestion/report-ports.ts'
import { addDays, dayIn } from '../../../src/domain/calendar.ts'
import type { AmazonReportId } from '../../../src/domain/identifiers.ts'
import {
  definitionOf,
  type ReportDefinition,
  requestedColumns,
} from '../../../src/domain/ingestion/catalogue.ts'
import type { FileRow } from '../../../src/domain/ingestion/fact-row.ts'
import { Secret } from '../../../src/domain/secret.ts'
import { eventually } from '../../support/eventually.ts'
import { amazonSettingsAt, amazonSettingsOf } from '../../support/product/amazon-settings.ts'
import { respondWith, startTestServer } from '../../support/servers/answering-server.ts'

const campaigns = definitionOf('sp_campaigns')
/** As accounts show it that count 14 days. */
const fourteenDays: ReportDefinition = {
  ...campaigns,
  columns: campaigns.columns.map(column => ({
    ...column,
    amazonName: column.amazonName.replace('7d', '14d'),
  })),
}
const yesterday = addDays(dayIn('UTC', new Date()), -2)
const days = { from: addDays(yesterday, -9), to: yesterday }

async function openAmazon(t: Test) {
  const sandbox = await startSandbox({ generationSeconds: { min: 0, max: 0 } })
  t.teardown(() => sandbox.close())
  const settings = amazonSettingsOf(sandbox.settings)
  const v1 = { ...settings, adsV1: 'on' } as const
  const token = new Secret(sandbox.controls.grant('us-seller').accessToken)
  const [profile] = await new AmazonProfileDirectory(v1).listProfiles('na', token)
  if (!profile) throw new Error('the user has no profile')
  const load = async (reports: AmazonAdvertisingReports, definition: ReportDefinition) => {
    const { id } = await reports.requestReport(profile, token, { definition, days })
    let status: AmazonReportStatus | null = null
    await eventually('the report is complete', async () => {
      status = await reports.getStatus(profile, token, id)
      return status.state === 'completed'
    })
    const { configuration, location } = status as unknown as Extract<
      AmazonReportStatus,
      { state: 'completed' }
    >
    const rows: FileRow[] = []
    for await (const batch of reports.download(location, new AbortController().signal)) rows.push(...batch)
    return { id, configuration, rows }
  }
  return {
    sandbox,
    profile,
    token,
    load,
    v3: new AmazonAdvertisingReports(settings),
    v1: new AmazonAdvertisingReports(v1),
  }
}

/** Amazon orders neither rows nor keys. */
const inOrder = (rows: readonly FileRow[], columns: readonly string[]): string[] =>
  rows.map(row => JSON.stringify(columns.map(column => row[column]))).sort()

t.test('Sponsored Products campaigns by Reporting v1 equal those by v3, to the cent', async t => {
  const { load, v1, v3 } = await openAmazon(t)

  const [unified, classic] = [await load(v1, fourteenDays), await load(v3, fourteenDays)]

  t.match(unified.id, /^v1:/)
  t.notMatch(classic.id, /^v1:/)
  const columns = requestedColumns(fourteenDays).filter(column => column !== 'campaignStatus')
  t.ok(classic.rows.length > 100)
  t.strictSame(inOrder(unified.rows, columns), inOrder(classic.rows, columns))
  t.match(unified.configuration, { reportTypeId: 'spCampaigns', timeUnit: 'DAILY', startDate: days.from })
})

t.test('figures of 7 days and every other report are requested from v3', async t => {
  const { profile, token, v1 } = await openAmazon(t)

  for (const definition of [campaigns, definitionOf('sp_ad_groups')])
    t.notMatch((await v1.requestReport(profile, token, { definition, days })).id, /^v1:/, definition.name)
})

t.test('a report by v1 can be cancelled', async t => {
  const { sandbox, profile, token, v1 } = await openAmazon(t)
  const { id } = await v1.requestReport(profile, token, { definition: fourteenDays, days })

  await v1.cancel(profile, token, id)

  t.equal(sandbox.controls.calls().delete, 1)
  await t.rejects(v1.getStatus(profile, token, id), { kind: 'rejected', code: 'NOT_FOUND' })
})

t.test('an answer of v1 without a report is Amazon’s error, or unreadable', async t => {
  for (const [body, error] of [
    [
      '{"success":[],"error":[{"index":0,"errors":[{"code":"BAD_REQUEST","message":"Unknown fields: x"}]}]}',
      { kind: 'rejected', code: 'BAD_REQUEST', detail: 'Unknown fields: x' },
    ],
    ['{"success":[],"error":null}', { kind: 'unreadable' }],
    ['{}', { kind: 'unreadable' }],
  ] as const) {
    const url = await startTestServer(t, respondWith(207, body))
    const reports = new AmazonAdvertisingReports({ ...amazonSettingsAt(url), adsV1: 'on' })
    const { profile, token } = await openAmazon(t)
    const status = reports.getStatus(profile, token, 'v1:1' as AmazonReportId)
    t.match(await status.catch(failure => failure), error, body)
  }
})
