import t from 'tap'
import { lackingOf } from '../../../src/domain/performance/lacking.ts'
import { aFailedReport, aGeneratingReport, aLoadedReport } from '../../support/examples.ts'

t.test('S-28 a table lists the pending and failed reports of its level only', async t => {
  const failed = aFailedReport({ type: 'sd_targeting' })
  const reports = {
    settled: [aLoadedReport({ type: 'sp_targeting' }), failed, aFailedReport({ type: 'sp_campaigns' })],
    open: [
      aGeneratingReport({ type: 'sp_targeting' }),
      aGeneratingReport({ type: 'sb_targeting' }),
      aGeneratingReport({ type: 'sb_search_terms' }),
    ],
  }
  t.strictSame(lackingOf('targeting', reports), { arriving: ['sb_targeting'], failed: [failed] })
  t.strictSame(lackingOf('placements', reports), { arriving: [], failed: [] })
  t.strictSame(lackingOf('search-terms', reports).arriving, ['sb_search_terms'])
})
