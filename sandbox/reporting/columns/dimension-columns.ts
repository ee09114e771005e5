import type { Entity } from '../../figures/entities.ts'
import type { Row } from '../../figures/rows.ts'
import { decimalOf } from '../../json.ts'
import type { Account } from '../../users/account.ts'
import { minorUnitsOf } from '../../users/marketplaces.ts'

export interface ColumnContext {
  readonly account: Account
  readonly startDate: string
  readonly endDate: string
  /** V2 writes them in lower case. */
  readonly hasLowerCaseStatus: boolean
}

/** JSON text; ids are bare numbers. */
export const dimensions: Readonly<Record<string, (row: Row, scene: ColumnContext) => string>> = {
  date: row => text(row.date ?? null),
  startDate: (_, scene) => text(scene.startDate),
  endDate: (_, scene) => text(scene.endDate),
  campaignCountry: (_, { account }) => text(account.countryCode),
  campaignId: row => row.entity.campaign.id,
  campaignName: row => text(row.entity.campaign.name),
  campaignStatus: ({ entity: { campaign } }, { hasLowerCaseStatus }) =>
    text(hasLowerCaseStatus ? campaign.status.toLowerCase() : campaign.status),
  campaignBudgetType: () => '"DAILY_BUDGET"',
  campaignBudgetAmount: (row, { account }) =>
    decimalOf(row.entity.campaign.budget, minorUnitsOf(account.currencyCode)),
  campaignBudgetCurrencyCode: (_, { account }) => text(account.currencyCode),
  campaignRuleBasedBudgetAmount: nothing,
  campaignApplicableBudgetRuleId: nothing,
  campaignApplicableBudgetRuleName: nothing,
  campaignBiddingStrategy: () => '"legacy"',
  campaignPriceTypeCode: row => text(row.entity.campaign.costType),
  costType: row => text(row.entity.campaign.costType),
  portfolioId: row => row.entity.campaign.portfolioId,
  placementClassification: row => text(row.part.placement ?? null),
  adGroupId: row => adGroupOf(row).id,
  adGroupName: row => text(adGroupOf(row).name),
  adStatus: row => text(adGroupOf(row).status),
  adId: row => row.entity.adId,
  advertisedAsin: row => text(row.entity.asin),
  advertisedSku: row => text(row.entity.sku),
  promotedAsin: row => text(row.entity.asin),
  promotedSku: row => text(row.entity.sku),
  purchasedAsin: row => text(row.entity.purchasedAsin),
  asinBrandHalo: row => text(row.entity.purchasedAsin),
  matchedTargetAsin: row => text(row.part.matchedAsin ?? null),
  productName: row => text(`Product ${row.entity.purchasedAsin}`),
  productCategory: () => '"Sports & Outdoors"',
  attributionType: () => '"Promoted"',
  bidOptimization: row => (row.entity.campaign.costType === 'vCPM' ? '"reach"' : '"clicks"'),
  keywordId: row => row.entity.targetId ?? 'null',
  targetingId: row => row.entity.targetId ?? 'null',
  keyword: row => text(row.entity.keyword),
  keywordText: row => text(row.entity.keyword),
  targeting: row => text(row.entity.keyword),
  targetingText: row => text(row.entity.keyword),
  targetingExpression: row => text(row.entity.keyword),
  targetingType: row => text(row.entity.matchType),
  keywordType: row => text(row.entity.matchType),
  matchType: row => text(row.entity.matchType),
  keywordBid: (row, { account }) => decimalOf(row.entity.bid, minorUnitsOf(account.currencyCode)),
  adKeywordStatus: () => '"ENABLED"',
  searchTerm: row => text(row.entity.searchTerm),
}

export const filterFields: Readonly<Record<string, (entity: Entity) => string>> = {
  campaignStatus: entity => entity.campaign.status,
  adStatus: entity => entity.adGroup.status,
  adKeywordStatus: () => 'ENABLED',
  adCreativeStatus: () => 'ENABLED',
  keywordType: entity => entity.matchType,
  campaignSite: () => 'Amazon',
}

function adGroupOf(row: Row) {
  return row.part.adGroup ?? row.entity.adGroup
}

function text(value: string | null): string {
  return JSON.stringify(value)
}

function nothing(): string {
  return 'null'
}
