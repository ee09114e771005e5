import type { Report } from '../../../../domain/ingestion/report.ts'

/** Empty when the account has no campaigns of the old format. */
export function legacyCampaignsTexts(
  finished: readonly Pick<Report, 'type' | 'status' | 'legacyCampaigns'>[],
): string[] {
  const ofType = (type: Report['type']) => finished.find(report => report.type === type)
  const count = ofType('sb_campaigns')?.legacyCampaigns
  if (count === 0) return []
  if (count === undefined)
    return [
      'Amazon’s reports omit legacy Sponsored Brands campaigns. Totals can be lower than in Amazon’s console.',
    ]
  const campaigns = `${count} legacy Sponsored Brands ${count === 1 ? 'campaign' : 'campaigns'} of this account`
  switch (ofType('sb_legacy_campaigns')?.status) {
    case 'loaded':
      return [`An older Amazon report adds ${campaigns}. It has no ad groups, targets or search terms.`]
    case 'failed':
      return [
        `Amazon’s reports omit ${campaigns}, and the older report that has them failed. Totals can be lower than in Amazon’s console.`,
      ]
    default:
      return [
        `Amazon’s reports omit ${campaigns}. The next daily sync adds them from an older report; until then totals are lower than in Amazon’s console.`,
      ]
  }
}
