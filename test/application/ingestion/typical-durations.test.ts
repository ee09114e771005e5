import t from 'tap'
import { typicalDurationsFor } from '../../../src/application/ingestion/get-sync-progress.ts'
import type { ReportType } from '../../../src/domain/ingestion/catalogue.ts'
import type { Region } from '../../../src/domain/profile/region.ts'
import { aFailedReport, aGeneratingReport, aLoadedReport, noon } from '../../support/examples.ts'

const duration = (highSeconds: number) => ({ lowSeconds: 1, highSeconds })

/** The region has durations of one report type, all regions together of two. */
const syncDurations = {
  typical: async (region: Region | null) =>
    new Map<ReportType, ReturnType<typeof duration>>(
      region
        ? [['sp_campaigns', duration(10)]]
        : [
            ['sp_campaigns', duration(90)],
            ['sb_campaigns', duration(90)],
          ],
    ),
}

const highSecondsFor = async (...reports: Parameters<typeof typicalDurationsFor>[2]) =>
  [...(await typicalDurationsFor(syncDurations, 'eu', reports, noon))].map(([type, range]) => [
    type,
    range.highSeconds,
  ])

t.test('S-21 report durations come from the region, or from all regions if it has none', async t => {
  const known = aGeneratingReport()
  const unknown = aGeneratingReport({ type: 'sb_campaigns' })
  t.strictSame(await highSecondsFor(known), [['sp_campaigns', 10]])
  t.strictSame(await highSecondsFor(known, unknown), [
    ['sp_campaigns', 10],
    ['sb_campaigns', 90],
  ])
})

t.test('S-21 finished reports have no expected duration', async t => {
  t.strictSame(await highSecondsFor(aLoadedReport(), aFailedReport()), [])
  t.strictSame(await highSecondsFor(aLoadedReport(), aGeneratingReport()), [['sp_campaigns', 10]])
})
