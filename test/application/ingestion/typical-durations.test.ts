import t from 'tap'
import { typicalDurationsFor } from '../../../src/application/ingestion/typical-durations.ts'
import type { ReportType } from '../../../src/domain/ingestion/catalogue.ts'
import type { Region } from '../../../src/domain/profile/region.ts'
import { aFailedReport, aGeneratingReport, aLoadedReport, noon } from '../../support/examples.ts'

const took = (highSeconds: number) => ({ lowSeconds: 1, highSeconds })

/** The region knows one type, all regions together two. */
const syncRuns = {
  typicalDurations: async (region: Region | null) =>
    new Map<ReportType, ReturnType<typeof took>>(
      region
        ? [['sp_campaigns', took(10)]]
        : [
            ['sp_campaigns', took(90)],
            ['sb_campaigns', took(90)],
          ],
    ),
} as unknown as Parameters<typeof typicalDurationsFor>[0]

const seconds = async (...reports: Parameters<typeof typicalDurationsFor>[2]) =>
  [...(await typicalDurationsFor(syncRuns, 'eu', reports, noon))].map(([type, own]) => [
    type,
    own.highSeconds,
  ])

t.test('S-21 report durations come from the region, or from all regions if it has none', async t => {
  const known = aGeneratingReport()
  const unknown = aGeneratingReport({ type: 'sb_campaigns' })
  t.strictSame(await seconds(known), [['sp_campaigns', 10]])
  t.strictSame(await seconds(known, unknown), [
    ['sp_campaigns', 10],
    ['sb_campaigns', 90],
  ])
})

t.test('S-21 finished reports have no expected duration', async t => {
  t.strictSame(await seconds(aLoadedReport(), aFailedReport()), [])
  t.strictSame(await seconds(aLoadedReport(), aGeneratingReport()), [['sp_campaigns', 10]])
})
