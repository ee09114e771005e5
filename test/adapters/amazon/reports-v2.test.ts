import t from 'tap'
import { startSandbox } from '../../../sandbox/sandbox.ts'
import { AmazonAdvertisingReports } from '../../../src/adapters/amazon/advertising-reports.ts'
import { AmazonProfileDirectory } from '../../../src/adapters/amazon/profile-directory.ts'
import type { AmazonReportStatus } from '../../../src/application/ingestion/report-ports.ts'
import { addDays, dayIn } from '../../../src/domain/calendar.ts'
import type { AmazonReportId } from '../../../src/domain/identifiers.ts'
import { legacyCampaigns } from '../../../src/domain/ingestion/catalogue.ts'
import { type FileRow, toFactRow } from '../../../src/domain/ingestion/fact-row.ts'
import { Secret } from '../../../src/domain/secret.ts'
import { eventually } from '../../support/eventually.ts'
import { aProfile } from '../../support/examples.ts'
import { amazonSettingsAt, amazonSettingsOf } from '../../support/product/amazon-settings.ts'
import { startTestServer } from '../../support/servers/answering-server.ts'

const day = addDays(dayIn('UTC', new Date()), -2)
const days = { from: day, to: day }

t.test('S-28 Reporting v2 has a day of both formats’ active campaigns, with readable rows', async t => {
  const sandbox = await startSandbox({ generationSeconds: { min: 0, max: 0 } })
  t.teardown(() => sandbox.close())
  const settings = amazonSettingsOf(sandbox.settings)
  const token = new Secret(sandbox.controls.grant('legacy-brands').accessToken)
  const [profile] = await new AmazonProfileDirectory(settings).listProfiles('na', token)
  if (!profile) throw new Error('the user has no profile')
  const reports = new AmazonAdvertisingReports(settings)

  const { id } = await reports.requestReport(profile, token, { definition: { ...legacyCampaigns }, days })
  t.match(id, new RegExp(`^v2:${day}:.`))
  let status: AmazonReportStatus | null = null
  await eventually('the report is complete', async () => {
    status = await reports.getStatus(profile, token, id)
    return status.state === 'completed'
  })
  const { location } = status as unknown as Extract<AmazonReportStatus, { state: 'completed' }>
  const rows: FileRow[] = []
  for await (const batch of reports.download(location, new AbortController().signal)) rows.push(...batch)

  const facts = rows.map(row => toFactRow(legacyCampaigns, days, row))
  t.ok(facts.every(([, , , status]) => ['ENABLED', 'PAUSED'].includes(String(status))))
  const query = { profileId: profile.id, from: day, to: day }
  const [old, current] = ['hsaCampaigns', 'sbCampaigns'].map(
    reportType => sandbox.controls.truth({ ...query, reportType })?.total,
  )
  t.equal(rows.length, (old?.['rows'] ?? 0) + (current?.['rows'] ?? 0), 'idle campaigns are left out')
  t.equal(
    facts.reduce((sum, [, , , , impressions]) => sum + Number(impressions), 0),
    (old?.['impressions'] ?? 0) + (current?.['impressions'] ?? 0),
  )
  await reports.cancel(profile, token, id)
})

t.test('a report by v2 that failed, or whose file has no address, says so', async t => {
  const bodies = {
    failed: '{"status":"FAILURE","statusDetails":"No data"}',
    nowhere: '{"status":"SUCCESS","location":"https://example.com/"}',
    empty: '{}',
  }
  const url = await startTestServer(t, (request, response) => {
    const name = /reports\/(\w+)$/.exec(request.url ?? '')?.[1] as keyof typeof bodies | undefined
    response.end(name ? bodies[name] : '')
  })
  const reports = new AmazonAdvertisingReports(amazonSettingsAt(url))
  const statusOf = (name: string) =>
    reports
      .getStatus(aProfile(), new Secret('x'), `v2:${day}:${name}` as AmazonReportId)
      .catch(error => error)

  t.match(await statusOf('failed'), { state: 'failed', detail: 'No data' })
  t.match(await statusOf('nowhere'), { kind: 'unreadable' })
  t.match(await statusOf('empty'), { kind: 'unreadable' })
})
