import t from 'tap'
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
  t.strictSame(missingReportsOf('targeting', reports), { arriving: ['sb_targeting'], failed: [failed] })
  t.strictSame(missingReportsOf('placements', reports), { arriving: [], failed: [] })
  t.strictSame(missingReportsOf('search-terms', reports).arriving, ['sb_search_terms'])
})
