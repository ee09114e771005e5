import { names } from './names.ts'
import { reportTypes } from './report-types.ts'

/**
 * Where Amazon's two descriptions of the columns disagree (report-types.ts, column-page.ts). The page of the report type
 * decides, because it is newer, unless production has shown otherwise. What production does with the other columns of the
 * column page is unconfirmed: sbTargeting's video columns, and the view columns of sbAdGroup and sbAds.
 */
export const disagreements: Readonly<Record<string, { typePageOnly?: string; columnPageOnly?: string }>> = {
  sbCampaigns: { typePageOnly: 'brandStorePageView' },
  sbAdGroup: { columnPageOnly: 'viewableImpressions viewClickThroughRate' },
  sbAds: { columnPageOnly: 'viewClickThroughRate' },
  sbTargeting: {
    columnPageOnly: `
      unitsSoldClicks video5SecondViewRate video5SecondViews videoCompleteViews videoFirstQuartileViews
      videoMidpointViews videoThirdQuartileViews videoUnmutes viewabilityRate viewableImpressions
      viewClickThroughRate
    `,
  },
  spTargeting: { typePageOnly: 'topOfSearchImpressionShare' },
  spPurchasedProduct: {
    typePageOnly: 'addToListFromClicks qualifiedBorrowsFromClicks royaltyQualifiedBorrowsFromClicks',
  },
  sdCampaigns: { typePageOnly: sdSince2025('cumulativeReach'), columnPageOnly: 'linkOuts' },
  sdAdGroup: { typePageOnly: sdSince2025('cumulativeReach'), columnPageOnly: 'linkOuts' },
  sdAdvertisedProduct: { typePageOnly: sdSince2025('cumulativeReach'), columnPageOnly: 'linkOuts' },
  sdTargeting: { typePageOnly: sdSince2025('startDate'), columnPageOnly: 'linkOuts' },
  sdPurchasedProduct: { typePageOnly: sdSince2025('') },
}

function sdSince2025(others: string): string {
  return `
    kindleEditionNormalizedPagesRead{,FromClicks,FromViews}
    kindleEditionNormalizedPagesRoyalties{,FromClicks,FromViews} ${others}
  `
}

/**
 * Production overrules the pages. Sources, read on 3 December 2026: AGENTS.md (9.1) and manifest.yaml (05c42932) of
 * airbytehq/airbyte, source-amazon-ads, whose 32 report streams ran against a real account in August 2026.
 */
const production: Readonly<Record<string, { accepts?: string; rejects?: string }>> = {
  sdCampaigns: { accepts: 'leadFormOpens leads linkOuts' },
  sdAdGroup: { accepts: 'leadFormOpens leads linkOuts' },
  sdAdvertisedProduct: { accepts: 'leadFormOpens leads linkOuts' },
  sdTargeting: { accepts: 'leadFormOpens leads linkOuts' },
  spPurchasedProduct: {
    accepts: 'targeting',
    rejects: 'addToListFromClicks qualifiedBorrowsFromClicks royaltyQualifiedBorrowsFromClicks',
  },
}

/** Production rejects it for ad groups and placements, though the page lists it for placements. */
const campaignsAloneOnly = 'topOfSearchImpressionShare'

export function legalColumns(reportTypeId: string, groupBy: readonly string[]): Set<string> {
  const type = reportTypes[reportTypeId]
  const { accepts = '', rejects = '' } = production[reportTypeId] ?? {}
  const grouped = groupBy.flatMap(name => type?.groupBys[name]?.columns ?? [])
  const legal = new Set([...(type?.columns ?? []), ...grouped, ...names(accepts)])
  for (const column of names(rejects)) legal.delete(column)
  if (reportTypeId === 'spCampaigns' && groupBy.join() !== 'campaign') legal.delete(campaignsAloneOnly)
  return legal
}
