import type { Grain, ReportType } from '../reporting/columns/report-type.ts'
import type { Account } from '../users/account.ts'
import {
  type AdGroup,
  type Campaign,
  campaignsOf,
  idOf,
  legacyCampaignsOf,
  priceLevelOf,
  sizes,
} from './campaigns.ts'
import { between, draw, keyOf } from './draw.ts'
import { type FixedSchedule, fixedScheduleFor } from './steady.ts'
import { asin, shopperText } from './text.ts'

/** Per day; money in minor units. */
export interface Traffic {
  readonly key: number
  /** Of 1,000 days, those with activity. */
  readonly activeDays: number
  readonly impressions: number
  /** Of 100,000 impressions. */
  readonly clicks: number
  readonly costPerClick: number
  /** In cents of a minor unit; 0 when billed by click. */
  readonly costPerView: number
  /** Of 1,000 clicks. */
  readonly purchases: number
  /** After a view, of 1,000 clicks; Amazon counts none for campaigns billed by click. */
  readonly viewPurchases: number
  readonly price: number
  /** The figure without which a day has no row: clicks for search terms, purchases for purchased products. */
  readonly deps: 'impressions' | 'clicks' | 'purchases30d'
  readonly hasCorrections: boolean
  /** Active only on days divisible by this. */
  readonly everyDays?: number
}

export interface Entity {
  readonly traffic: Traffic
  readonly campaign: Campaign
  readonly adGroup: AdGroup
  readonly adId: string
  readonly asin: string
  readonly sku: string | null
  readonly purchasedAsin: string
  /** Null when Amazon gives none. */
  readonly targetId: string | null
  readonly keyword: string
  readonly matchType: string
  readonly bid: number
  readonly searchTerm: string
}

const matchTypes = ['BROAD', 'PHRASE', 'EXACT', 'TARGETING_EXPRESSION', 'TARGETING_EXPRESSION_PREDEFINED']
const shareOf: Readonly<Record<Grain, number>> = {
  campaign: 1,
  adGroup: 2,
  ad: 5,
  target: 12,
  term: 150,
  purchase: 8,
}

const hugeRows = 1_000_000

export function entitiesOf(
  account: Account,
  reportTypeId: string,
  type: ReportType,
  seed: string,
): readonly Entity[] {
  const campaigns =
    reportTypeId === 'hsaCampaigns'
      ? legacyCampaignsOf(account, seed)
      : campaignsOf(account, type.adProduct, seed)
  if (campaigns.length === 0) return []
  const steady = steadyIn(account, reportTypeId)
  const perCampaign = countOf(account, type.grain)
  const count = steady?.count ?? perCampaign * campaigns.length
  const key = keyOf(seed, account.profileId, reportTypeId)
  const entities: Entity[] = []
  for (let index = 0; index < count; index++) {
    const campaign = campaigns[index % campaigns.length]
    if (!campaign) break
    const place = Math.floor(index / campaigns.length)
    const entity = entityAt(account, type, draw(key, index), campaign, index, place)
    entities.push(steady ? { ...entity, traffic: steadyTraffic(entity.traffic, index, steady) } : entity)
  }
  return account.hasEqualTerms && reportTypeId === 'sbSearchTerm' ? withEqualTargets(entities) : entities
}

/** Keywords keep their ids. */
const withEqualTargets = (entities: readonly Entity[]): Entity[] =>
  entities.flatMap(entity => {
    const target = { ...entity, targetId: null }
    return entity.matchType.startsWith('TARGETING') ? [target, target] : [entity]
  })

function entityAt(
  account: Account,
  type: ReportType,
  key: number,
  campaign: Campaign,
  index: number,
  place: number,
) {
  const lossy = account.activity === 'lossy'
  const target = place % Math.max(1, sizes[account.activity].targets)
  const isTheme = account.hasOddRows && target === 0
  const matchType = isTheme ? 'THEME' : (matchTypes[target % matchTypes.length] ?? 'BROAD')
  const targetIndex = campaign.index * 40 + target
  return {
    traffic: trafficOf(account, type, key, campaign),
    campaign,
    adGroup: campaign.adGroups[place % 2 === 0 ? 0 : 1],
    adId: idOf(account, type.adProduct, 'ad', index),
    asin: asin(keyOf(account.profileId), index % 40),
    sku: account.type === 'vendor' ? null : `SKU-${String(index % 40).padStart(3, '0')}`,
    purchasedAsin: asin(keyOf(account.profileId, 'purchased'), index),
    targetId: idOf(account, type.adProduct, 'target', targetIndex),
    keyword: keywordOf(matchType, targetIndex, lossy),
    matchType,
    bid: between(key, 7, 40, 180) * priceLevelOf(account.currencyCode),
    searchTerm: account.hasOddRows && place % 4 === 0 ? '*' : shopperText(index, lossy),
  }
}

function trafficOf(account: Account, type: ReportType, key: number, campaign: Campaign): Traffic {
  const level = priceLevelOf(account.currencyCode)
  const isByViews = campaign.costType === 'vCPM'
  const days = { ENABLED: type.grain === 'term' ? 220 : 900, PAUSED: 300, ARCHIVED: 0 }[campaign.status]
  return {
    key,
    activeDays: days,
    impressions: Math.ceil(between(key, 1, 800, 5200) / shareOf[type.grain]),
    clicks: between(key, 2, 300, 900),
    costPerClick: between(key, 3, 35, 160) * level,
    costPerView: isByViews ? between(key, 3, 35, 160) * level : 0,
    purchases: between(key, 4, 60, 160),
    viewPurchases: isByViews ? between(key, 6, 250, 450) : 0,
    price: between(key, 5, 1299, 4999) * level,
    hasCorrections: account.hasOddRows === true && type.grain !== 'purchase',
    deps: type.grain === 'term' ? 'clicks' : type.grain === 'purchase' ? 'purchases30d' : 'impressions',
  }
}

function steadyIn({ activity, campaignRows }: Account, reportTypeId: string): FixedSchedule | undefined {
  if (activity === 'huge' && reportTypeId === 'spSearchTerm') return fixedScheduleFor(hugeRows)
  if (campaignRows !== undefined && reportTypeId === 'spCampaigns') return fixedScheduleFor(campaignRows)
  return undefined
}

function steadyTraffic(traffic: Traffic, index: number, { daily }: FixedSchedule): Traffic {
  const always = { ...traffic, activeDays: 1000 }
  return index >= daily ? { ...always, everyDays: 3 } : always
}

function keywordOf(matchType: string, index: number, lossy: boolean): string {
  if (matchType === 'THEME') return 'keyword-group="keywords-related-to-your-brand"'
  if (matchType === 'TARGETING_EXPRESSION') return `asin="${asin(0x5eed, index)}"`
  if (matchType === 'TARGETING_EXPRESSION_PREDEFINED') return index % 2 === 0 ? 'close-match' : 'loose-match'
  return shopperText(index, lossy)
}

function countOf(account: Account, grain: Grain): number {
  const { targets, terms, ads } = sizes[account.activity]
  return { campaign: 1, adGroup: 2, ad: ads, target: targets, term: terms, purchase: ads * 2 }[grain]
}
