import t from 'tap'
import { legacyCampaignsTexts } from '../../../../../src/adapters/fastify/seller/figures/legacy-campaigns-text.ts'
import { aFailedReport, aLoadedReport } from '../../../../support/examples.ts'

const withCount = (count?: number) =>
  aLoadedReport({ type: 'sb_campaigns', ...(count !== undefined && { legacyCampaigns: count }) })

t.test('S-28 the pages say where the figures of legacy campaigns come from', async t => {
  t.strictSame(legacyCampaignsTexts([withCount(0)]), [])
  t.match(legacyCampaignsTexts([withCount()]), [
    /omit legacy Sponsored Brands campaigns. Totals can be lower/,
  ])
  t.match(legacyCampaignsTexts([withCount(1)]), [
    /omit 1 legacy Sponsored Brands campaign of this account. The next/,
  ])
  t.match(legacyCampaignsTexts([withCount(2), aLoadedReport({ type: 'sb_legacy_campaigns' })]), [
    /^An older Amazon report adds 2 legacy Sponsored Brands campaigns/,
  ])
  t.match(legacyCampaignsTexts([withCount(2), aFailedReport({ type: 'sb_legacy_campaigns' })]), [
    /omit 2 legacy Sponsored Brands campaigns of this account, and the older report .* failed/,
  ])
})
