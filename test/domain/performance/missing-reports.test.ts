import t from 'tap'
import type { AmazonReportId } from '../../../src/domain/identifiers.ts'
import { missingReportsOf } from '../../../src/domain/performance/missing-reports.ts'
import { aFailedReport, aGeneratingReport, aLoadedReport } from '../../support/examples.ts'

t.test('S-28 a table lists the pending and failed reports of its level only', async t => {
  const failed = aFailedReport({ type: 'sd_targeting' })
  const reports = {
    finished: [aLoadedReport({ type: 'sp_targeting' }), failed, aFailedReport({ type: 'sp_campaigns' })],
    open: [
      aGeneratingReport({ type: 'sp_targeting' }),
      aGeneratingReport({ type: 'sb_targeting' }),
      aGeneratingReport({ type: 'sb_search_terms' }),
    ],
  }
  t.strictSame(missingReportsOf('targeting', reports), {
    arriving: ['sb_targeting'],
    failed: [failed],
    unconfirmed: [],
  })
  t.strictSame(missingReportsOf('placements', reports), { arriving: [], failed: [], unconfirmed: [] })
  t.strictSame(missingReportsOf('search-terms', reports).arriving, ['sb_search_terms'])
})

t.test(
  'S-24 a table lists its reports with an unconfirmed file, also if the report type is loaded',
  async t => {
    const unconfirmedFile = { amazonReportId: 'first' as AmazonReportId, rows: 0, cost: 0 }
    const unconfirmed = aGeneratingReport({ type: 'sp_targeting', unconfirmedFile })
    const finished = [aFailedReport({ type: 'sp_targeting' })]
    const other = aGeneratingReport({ type: 'sp_placements', unconfirmedFile })
    t.strictSame(
      missingReportsOf('targeting', { finished, open: [unconfirmed, { ...unconfirmed }, other] }),
      {
        arriving: [],
        failed: [],
        unconfirmed: ['sp_targeting'],
      },
    )
  },
)
