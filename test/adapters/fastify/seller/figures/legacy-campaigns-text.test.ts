import t from 'tap'
import { legacyCampaignsTexts } from '../../../../../src/adapters/fastify/seller/figures/legacy-campaigns-text.ts'
import { aLoadedReport } from '../../../../support/examples.ts'

const textsWith = (count?: number) =>
  legacyCampaignsTexts([
    aLoadedReport({ type: 'sb_campaigns', ...(count !== undefined && { legacyCampaigns: count }) }),
  ])

t.test('S-28 the pages say how many campaigns Amazon’s reports leave out', async t => {
  t.strictSame(textsWith(0), [])
  t.match(textsWith(1), [/omit 1 legacy Sponsored Brands campaign of this account. Totals are lower/])
  t.match(textsWith(2), [/omit 2 legacy Sponsored Brands campaigns of this account/])
  t.match(textsWith(), [/omit legacy Sponsored Brands campaigns. Totals can be lower/])
})
