import { names } from './names.ts'

/**
 * The columns of each report type by Amazon's second description: its page of columns names the report types
 * that have a column, while its page of each report type lists columns (report-types.ts). Names that the page spells
 * differently (sbAdGroups, sdAdGroups) have the report type's id here.
 * Source: Amazon Ads API documentation, "Reporting columns (version 3)", as crawled on 16 September 2025
 * (idealerror/amazon-ads-api-docs 08dc185c, en-us/guides/reporting/v3/columns.md); read on 3 December 2026.
 */
export const columnPage: Readonly<Record<string, readonly string[]>> = {
  spCampaigns: names(`
    addToList adGroupId adGroupName adStatus attributedSalesSameSku{1d,7d,14d,30d}
    campaignApplicableBudgetRuleId campaignApplicableBudgetRuleName campaignBiddingStrategy
    campaignBudgetAmount campaignBudgetCurrencyCode campaignBudgetType campaignId campaignName
    campaignRuleBasedBudgetAmount campaignStatus clicks clickThroughRate cost costPerClick date endDate
    impressions kindleEditionNormalizedPagesRead14d kindleEditionNormalizedPagesRoyalties14d
    placementClassification purchases{1d,7d,14d,30d} purchasesSameSku{1d,7d,14d,30d} qualifiedBorrows
    royaltyQualifiedBorrows sales{1d,7d,14d,30d} spend startDate topOfSearchImpressionShare
    unitsSoldClicks{1d,7d,14d,30d} unitsSoldSameSku{1d,7d,14d,30d}
  `),
  sbCampaigns: names(`
    addToCart addToCartClicks addToCartRate addToList addToListFromClicks brandedSearches
    brandedSearchesClicks campaignBudgetAmount campaignBudgetCurrencyCode campaignBudgetType campaignId
    campaignName campaignStatus clicks cost costType date detailPageViews detailPageViewsClicks
    eCPAddToCart endDate impressions kindleEditionNormalizedPagesRead14d
    kindleEditionNormalizedPagesRoyalties14d longTermROAS longTermSales newToBrandDetailPageViewRate
    newToBrandDetailPageViews newToBrandDetailPageViewsClicks newToBrandECPDetailPageView
    newToBrandPurchases newToBrandPurchasesClicks newToBrandPurchasesPercentage newToBrandPurchasesRate
    newToBrandSales newToBrandSalesClicks newToBrandSalesPercentage newToBrandUnitsSold
    newToBrandUnitsSoldClicks newToBrandUnitsSoldPercentage purchases purchasesClicks purchasesPromoted
    qualifiedBorrows qualifiedBorrowsFromClicks royaltyQualifiedBorrows
    royaltyQualifiedBorrowsFromClicks sales salesClicks salesPromoted startDate
    topOfSearchImpressionShare unitsSold unitsSoldClicks video5SecondViewRate video5SecondViews
    videoCompleteViews videoFirstQuartileViews videoMidpointViews videoThirdQuartileViews videoUnmutes
    viewabilityRate viewableImpressions viewClickThroughRate
  `),
  sdCampaigns: names(`
    addToCart addToCartClicks addToCartRate addToCartViews addToList addToListFromClicks
    addToListFromViews brandedSearches brandedSearchesClicks brandedSearchesViews brandedSearchRate
    campaignBudgetAmount campaignBudgetCurrencyCode campaignId campaignName campaignStatus clicks cost
    costType date detailPageViews detailPageViewsClicks eCPAddToCart eCPBrandSearch endDate impressions
    impressionsFrequencyAverage impressionsViews linkOuts longTermROAS longTermSales matchedTargetAsin
    newToBrandDetailPageViewClicks newToBrandDetailPageViewRate newToBrandDetailPageViews
    newToBrandDetailPageViewViews newToBrandECPDetailPageView newToBrandPurchases
    newToBrandPurchasesClicks newToBrandSales newToBrandSalesClicks newToBrandUnitsSold
    newToBrandUnitsSoldClicks purchases purchasesClicks purchasesPromotedClicks qualifiedBorrows
    qualifiedBorrowsFromClicks qualifiedBorrowsFromViews royaltyQualifiedBorrows
    royaltyQualifiedBorrowsFromClicks royaltyQualifiedBorrowsFromViews sales salesClicks
    salesPromotedClicks startDate unitsSold unitsSoldClicks videoCompleteViews videoFirstQuartileViews
    videoMidpointViews videoThirdQuartileViews videoUnmutes viewabilityRate viewClickThroughRate
  `),
  sbAdGroup: names(`
    addToCart addToCartClicks addToCartRate addToList addToListFromClicks adGroupId adGroupName adStatus
    brandedSearches brandedSearchesClicks campaignBudgetAmount campaignBudgetCurrencyCode
    campaignBudgetType campaignId campaignName campaignStatus clicks cost costType date detailPageViews
    detailPageViewsClicks eCPAddToCart endDate impressions kindleEditionNormalizedPagesRead14d
    kindleEditionNormalizedPagesRoyalties14d newToBrandDetailPageViewRate newToBrandDetailPageViews
    newToBrandDetailPageViewsClicks newToBrandECPDetailPageView newToBrandPurchases
    newToBrandPurchasesClicks newToBrandPurchasesPercentage newToBrandPurchasesRate newToBrandSales
    newToBrandSalesClicks newToBrandSalesPercentage newToBrandUnitsSold newToBrandUnitsSoldClicks
    newToBrandUnitsSoldPercentage purchases purchasesClicks purchasesPromoted qualifiedBorrows
    qualifiedBorrowsFromClicks royaltyQualifiedBorrows royaltyQualifiedBorrowsFromClicks sales
    salesClicks salesPromoted startDate unitsSold unitsSoldClicks video5SecondViewRate video5SecondViews
    videoCompleteViews videoFirstQuartileViews videoMidpointViews videoThirdQuartileViews videoUnmutes
    viewabilityRate viewableImpressions viewClickThroughRate
  `),
  sdAdGroup: names(`
    addToCart addToCartClicks addToCartRate addToCartViews addToList addToListFromClicks
    addToListFromViews adGroupId adGroupName bidOptimization brandedSearches brandedSearchesClicks
    brandedSearchesViews brandedSearchRate campaignBudgetCurrencyCode campaignId campaignName clicks
    cost date detailPageViews detailPageViewsClicks eCPAddToCart eCPBrandSearch endDate impressions
    impressionsFrequencyAverage impressionsViews linkOuts matchedTargetAsin
    newToBrandDetailPageViewClicks newToBrandDetailPageViewRate newToBrandDetailPageViews
    newToBrandDetailPageViewViews newToBrandECPDetailPageView newToBrandPurchases
    newToBrandPurchasesClicks newToBrandSales newToBrandSalesClicks newToBrandUnitsSold
    newToBrandUnitsSoldClicks purchases purchasesClicks purchasesPromotedClicks qualifiedBorrows
    qualifiedBorrowsFromClicks qualifiedBorrowsFromViews royaltyQualifiedBorrows
    royaltyQualifiedBorrowsFromClicks royaltyQualifiedBorrowsFromViews sales salesClicks
    salesPromotedClicks startDate unitsSold unitsSoldClicks videoCompleteViews videoFirstQuartileViews
    videoMidpointViews videoThirdQuartileViews videoUnmutes viewabilityRate viewClickThroughRate
  `),
  sbAds: names(`
    addToCart addToCartClicks addToCartRate addToList addToListFromClicks adGroupId adGroupName adId
    brandedSearches brandedSearchesClicks campaignBudgetAmount campaignBudgetCurrencyCode
    campaignBudgetType campaignId campaignName campaignStatus clicks cost costType date detailPageViews
    detailPageViewsClicks eCPAddToCart endDate impressions kindleEditionNormalizedPagesRead14d
    kindleEditionNormalizedPagesRoyalties14d newToBrandDetailPageViewRate newToBrandDetailPageViews
    newToBrandDetailPageViewsClicks newToBrandECPDetailPageView newToBrandPurchases
    newToBrandPurchasesClicks newToBrandPurchasesPercentage newToBrandPurchasesRate newToBrandSales
    newToBrandSalesClicks newToBrandSalesPercentage newToBrandUnitsSold newToBrandUnitsSoldClicks
    newToBrandUnitsSoldPercentage purchases purchasesClicks purchasesPromoted qualifiedBorrows
    qualifiedBorrowsFromClicks royaltyQualifiedBorrows royaltyQualifiedBorrowsFromClicks sales
    salesClicks salesPromoted startDate unitsSold unitsSoldClicks video5SecondViewRate video5SecondViews
    videoCompleteViews videoFirstQuartileViews videoMidpointViews videoThirdQuartileViews videoUnmutes
    viewabilityRate viewableImpressions viewClickThroughRate
  `),
  spAdvertisedProduct: names(`
    acosClicks{7d,14d} addToList adGroupId adGroupName adId advertisedAsin advertisedSku
    attributedSalesSameSku{1d,7d,14d,30d} campaignBudgetAmount campaignBudgetCurrencyCode
    campaignBudgetType campaignId campaignName campaignStatus clicks clickThroughRate cost costPerClick
    date endDate impressions kindleEditionNormalizedPagesRead14d
    kindleEditionNormalizedPagesRoyalties14d portfolioId purchases{1d,7d,14d,30d}
    purchasesSameSku{1d,7d,14d,30d} qualifiedBorrows roasClicks{7d,14d} royaltyQualifiedBorrows
    sales{1d,7d,14d,30d} salesOtherSku7d spend startDate unitsSoldClicks{1d,7d,14d,30d}
    unitsSoldOtherSku7d unitsSoldSameSku{1d,7d,14d,30d}
  `),
  sdAdvertisedProduct: names(`
    addToCart addToCartClicks addToCartRate addToCartViews addToList addToListFromClicks
    addToListFromViews adGroupId adGroupName adId bidOptimization brandedSearches brandedSearchesClicks
    brandedSearchesViews brandedSearchRate campaignBudgetCurrencyCode campaignId campaignName clicks
    cost date detailPageViews detailPageViewsClicks eCPAddToCart eCPBrandSearch endDate impressions
    impressionsFrequencyAverage impressionsViews linkOuts newToBrandDetailPageViewClicks
    newToBrandDetailPageViewRate newToBrandDetailPageViews newToBrandDetailPageViewViews
    newToBrandECPDetailPageView newToBrandPurchases newToBrandPurchasesClicks newToBrandSales
    newToBrandSalesClicks newToBrandUnitsSold newToBrandUnitsSoldClicks promotedAsin promotedSku
    purchases purchasesClicks purchasesPromotedClicks qualifiedBorrows qualifiedBorrowsFromClicks
    qualifiedBorrowsFromViews royaltyQualifiedBorrows royaltyQualifiedBorrowsFromClicks
    royaltyQualifiedBorrowsFromViews sales salesClicks salesPromotedClicks startDate unitsSold
    unitsSoldClicks videoCompleteViews videoFirstQuartileViews videoMidpointViews
    videoThirdQuartileViews videoUnmutes viewabilityRate viewClickThroughRate
  `),
  spTargeting: names(`
    acosClicks{7d,14d} addToList adGroupId adGroupName adKeywordStatus
    attributedSalesSameSku{1d,7d,14d,30d} campaignBudgetAmount campaignBudgetCurrencyCode
    campaignBudgetType campaignId campaignName campaignStatus clicks clickThroughRate cost costPerClick
    date endDate impressions keyword keywordBid keywordId keywordType
    kindleEditionNormalizedPagesRead14d kindleEditionNormalizedPagesRoyalties14d matchType portfolioId
    purchases{1d,7d,14d,30d} purchasesSameSku{1d,7d,14d,30d} qualifiedBorrows roasClicks{7d,14d}
    royaltyQualifiedBorrows sales{1d,7d,14d,30d} salesOtherSku7d startDate targeting
    unitsSoldClicks{1d,7d,14d,30d} unitsSoldOtherSku7d unitsSoldSameSku{1d,7d,14d,30d}
  `),
  sbTargeting: names(`
    addToCart addToCartClicks addToCartRate addToList addToListFromClicks adGroupId adGroupName
    adKeywordStatus brandedSearches brandedSearchesClicks campaignBudgetAmount
    campaignBudgetCurrencyCode campaignBudgetType campaignId campaignName campaignStatus clicks cost
    costType date detailPageViews detailPageViewsClicks eCPAddToCart endDate impressions keywordBid
    keywordId keywordText keywordType matchType newToBrandDetailPageViewRate newToBrandDetailPageViews
    newToBrandDetailPageViewsClicks newToBrandECPDetailPageView newToBrandPurchases
    newToBrandPurchasesClicks newToBrandPurchasesPercentage newToBrandPurchasesRate newToBrandSales
    newToBrandSalesClicks newToBrandSalesPercentage newToBrandUnitsSold newToBrandUnitsSoldClicks
    newToBrandUnitsSoldPercentage purchases purchasesClicks purchasesPromoted qualifiedBorrows
    qualifiedBorrowsFromClicks royaltyQualifiedBorrows royaltyQualifiedBorrowsFromClicks sales
    salesClicks salesPromoted startDate targetingExpression targetingId targetingText targetingType
    topOfSearchImpressionShare unitsSold unitsSoldClicks video5SecondViewRate video5SecondViews
    videoCompleteViews videoFirstQuartileViews videoMidpointViews videoThirdQuartileViews videoUnmutes
    viewabilityRate viewableImpressions viewClickThroughRate
  `),
  sdTargeting: names(`
    addToCart addToCartClicks addToCartRate addToCartViews addToList addToListFromClicks
    addToListFromViews adGroupId adGroupName adKeywordStatus brandedSearches brandedSearchesClicks
    brandedSearchesViews brandedSearchRate campaignBudgetCurrencyCode campaignId campaignName clicks
    cost date detailPageViews detailPageViewsClicks eCPAddToCart eCPBrandSearch endDate impressions
    impressionsViews linkOuts matchedTargetAsin newToBrandDetailPageViewClicks
    newToBrandDetailPageViewRate newToBrandDetailPageViews newToBrandDetailPageViewViews
    newToBrandECPDetailPageView newToBrandPurchases newToBrandPurchasesClicks newToBrandSales
    newToBrandSalesClicks newToBrandUnitsSold newToBrandUnitsSoldClicks purchases purchasesClicks
    purchasesPromotedClicks qualifiedBorrows qualifiedBorrowsFromClicks qualifiedBorrowsFromViews
    royaltyQualifiedBorrows royaltyQualifiedBorrowsFromClicks royaltyQualifiedBorrowsFromViews sales
    salesClicks salesPromotedClicks targetingExpression targetingId targetingText unitsSold
    unitsSoldClicks videoCompleteViews videoFirstQuartileViews videoMidpointViews
    videoThirdQuartileViews videoUnmutes viewabilityRate viewClickThroughRate
  `),
  spSearchTerm: names(`
    acosClicks{7d,14d} addToList adGroupId adGroupName adKeywordStatus
    attributedSalesSameSku{1d,7d,14d,30d} campaignBudgetAmount campaignBudgetCurrencyCode
    campaignBudgetType campaignId campaignName campaignStatus clicks clickThroughRate cost costPerClick
    date endDate impressions keyword keywordBid keywordId keywordType
    kindleEditionNormalizedPagesRead14d kindleEditionNormalizedPagesRoyalties14d matchType portfolioId
    purchases{1d,7d,14d,30d} purchasesSameSku{1d,7d,14d,30d} qualifiedBorrows roasClicks{7d,14d}
    royaltyQualifiedBorrows sales{1d,7d,14d,30d} salesOtherSku7d searchTerm startDate targeting
    unitsSoldClicks{1d,7d,14d,30d} unitsSoldOtherSku7d unitsSoldSameSku{1d,7d,14d,30d}
  `),
  sbSearchTerm: names(`
    addToList addToListFromClicks adGroupId adGroupName adKeywordStatus campaignBudgetAmount
    campaignBudgetCurrencyCode campaignBudgetType campaignId campaignName campaignStatus clicks cost
    costType date endDate impressions keywordBid keywordId keywordText
    kindleEditionNormalizedPagesRead14d kindleEditionNormalizedPagesRoyalties14d matchType purchases
    purchasesClicks qualifiedBorrows qualifiedBorrowsFromClicks royaltyQualifiedBorrows
    royaltyQualifiedBorrowsFromClicks sales salesClicks searchTerm startDate unitsSold
    video5SecondViewRate video5SecondViews videoCompleteViews videoFirstQuartileViews videoMidpointViews
    videoThirdQuartileViews videoUnmutes viewabilityRate viewableImpressions viewClickThroughRate
  `),
  spPurchasedProduct: names(`
    addToList adGroupId adGroupName advertisedAsin advertisedSku campaignBudgetCurrencyCode campaignId
    campaignName date endDate keyword keywordId keywordType kindleEditionNormalizedPagesRead14d
    kindleEditionNormalizedPagesRoyalties14d matchType portfolioId purchasedAsin
    purchases{1d,7d,14d,30d} purchasesOtherSku{1d,7d,14d,30d} qualifiedBorrows royaltyQualifiedBorrows
    sales{1d,7d,14d,30d} salesOtherSku{1d,7d,14d,30d} startDate unitsSoldClicks{1d,7d,14d,30d}
    unitsSoldOtherSku{1d,7d,14d,30d}
  `),
  sbPurchasedProduct: names(`
    adGroupId adGroupName attributionType campaignBudgetCurrencyCode campaignId campaignName
    campaignPriceTypeCode date endDate kindleEditionNormalizedPagesRead14d
    kindleEditionNormalizedPagesRoyalties14d newToBrandPurchases14d newToBrandPurchasesPercentage14d
    newToBrandSales14d newToBrandSalesPercentage14d newToBrandUnitsSold14d
    newToBrandUnitsSoldPercentage14d orders14d ordersClicks14d productCategory productName purchasedAsin
    sales14d salesClicks14d startDate unitsSold14d unitsSoldClicks14d
  `),
  sdPurchasedProduct: names(`
    addToList addToListFromClicks addToListFromViews adGroupId adGroupName asinBrandHalo
    campaignBudgetCurrencyCode campaignId campaignName conversionsBrandHalo conversionsBrandHaloClicks
    date endDate promotedAsin promotedSku qualifiedBorrows qualifiedBorrowsFromClicks
    qualifiedBorrowsFromViews royaltyQualifiedBorrows royaltyQualifiedBorrowsFromClicks
    royaltyQualifiedBorrowsFromViews salesBrandHalo salesBrandHaloClicks startDate unitsSoldBrandHalo
    unitsSoldBrandHaloClicks
  `),
}
