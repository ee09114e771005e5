import { names } from './names.ts'

/**
 * Source: Amazon Ads API documentation, "Reporting, version 3: Columns" (September 2025). Left out: columns added in
 * 2026, and salesBrandHalo and salesBrandHaloClicks, which the page calls integers although they are money.
 */
export const columnTypes = {
  integer: names(`
    addToCart addToCartClicks addToCartViews addToList addToListFromClicks addToListFromViews adGroupId adId
    brandedSearches brandedSearchesClicks brandedSearchesViews campaignId clicks conversionsBrandHalo
    conversionsBrandHaloClicks cumulativeReach detailPageViews detailPageViewsClicks impressions
    impressionsViews keywordId kindleEditionNormalizedPagesRead14d newToBrandDetailPageViewClicks
    newToBrandDetailPageViews newToBrandDetailPageViewsClicks newToBrandDetailPageViewViews
    newToBrandPurchases newToBrandPurchases14d newToBrandPurchasesClicks newToBrandUnitsSold
    newToBrandUnitsSold14d newToBrandUnitsSoldClicks orders14d ordersClicks14d portfolioId purchases
    purchases{1d,7d,14d,30d} purchasesClicks purchasesOtherSku{1d,7d,14d,30d} purchasesPromoted
    purchasesPromotedClicks purchasesSameSku{1d,7d,14d,30d} qualifiedBorrows qualifiedBorrowsFromClicks
    qualifiedBorrowsFromViews royaltyQualifiedBorrows royaltyQualifiedBorrowsFromClicks
    royaltyQualifiedBorrowsFromViews targetingId unitsSold unitsSold14d unitsSoldBrandHalo
    unitsSoldBrandHaloClicks unitsSoldClicks unitsSoldClicks{1d,7d,14d,30d} unitsSoldOtherSku{1d,7d,14d,30d}
    unitsSoldSameSku{1d,7d,14d,30d} video5SecondViews videoCompleteViews videoFirstQuartileViews
    videoMidpointViews videoThirdQuartileViews videoUnmutes viewableImpressions
  `),
  decimal: names(`
    acosClicks{7d,14d} addToCartRate attributedSalesSameSku{1d,7d,14d,30d} brandedSearchRate
    campaignBudgetAmount campaignRuleBasedBudgetAmount clickThroughRate cost costPerClick eCPAddToCart
    eCPBrandSearch impressionsFrequencyAverage keywordBid kindleEditionNormalizedPagesRoyalties14d
    longTermROAS longTermSales newToBrandDetailPageViewRate newToBrandECPDetailPageView
    newToBrandPurchasesPercentage newToBrandPurchasesPercentage14d newToBrandPurchasesRate newToBrandSales
    newToBrandSales14d newToBrandSalesClicks newToBrandSalesPercentage newToBrandSalesPercentage14d
    newToBrandUnitsSoldPercentage newToBrandUnitsSoldPercentage14d roasClicks{7d,14d} sales
    sales{1d,7d,14d,30d} salesClicks salesClicks14d salesOtherSku{1d,7d,14d,30d} salesPromoted
    salesPromotedClicks spend topOfSearchImpressionShare video5SecondViewRate viewabilityRate
    viewClickThroughRate
  `),
  text: names(`
    adGroupName adKeywordStatus adStatus advertisedAsin advertisedSku asinBrandHalo attributionType
    bidOptimization campaignApplicableBudgetRuleId campaignApplicableBudgetRuleName campaignBiddingStrategy
    campaignBudgetCurrencyCode campaignBudgetType campaignName campaignPriceTypeCode campaignStatus costType
    date endDate keyword keywordText keywordType matchedTargetAsin matchType placementClassification
    productCategory productName promotedAsin promotedSku purchasedAsin searchTerm startDate targeting
    targetingExpression targetingText targetingType
  `),
}
