import type { Report } from '../../../../domain/ingestion/report.ts'

/** Empty when Amazon's reports leave out none of this account's campaigns. */
export function legacyCampaignsTexts(
  finished: readonly Pick<Report, 'type' | 'legacyCampaigns'>[],
): string[] {
  const count = finished.find(({ type }) => type === 'sb_campaigns')?.legacyCampaigns
  if (count === 0) return []
  const omitted =
    count === undefined
      ? 'legacy Sponsored Brands campaigns. Totals can be lower'
      : `${count} legacy Sponsored Brands ${count === 1 ? 'campaign' : 'campaigns'} of this account. Totals are lower`
  return [`Amazon’s reports omit ${omitted} than in Amazon’s console.`]
}
