import { type Account, type Activity, notOfferedText } from '../users/account.ts'
import { minorUnitsOf } from '../users/marketplaces.ts'
import { between, keyOf } from './draw.ts'
import { fixedScheduleFor } from './steady.ts'
import { campaignName } from './text.ts'

export type AdProduct = 'SPONSORED_PRODUCTS' | 'SPONSORED_BRANDS' | 'SPONSORED_DISPLAY'
export type Status = 'ENABLED' | 'PAUSED' | 'ARCHIVED'

export interface AdGroup {
  readonly id: string
  readonly name: string
  readonly status: Status
}

export interface Campaign {
  readonly index: number
  readonly id: string
  readonly name: string
  readonly status: Status
  /** Sponsored Products are always billed by click. */
  readonly costType: 'CPC' | 'vCPM'
  readonly portfolioId: string
  /** Daily budget in minor units. */
  readonly budget: number
  readonly adGroups: readonly [AdGroup, AdGroup]
}

interface Size {
  readonly campaigns: Readonly<Record<AdProduct, number>>
  readonly targets: number
  readonly terms: number
  readonly ads: number
}

const usual: Size = {
  campaigns: { SPONSORED_PRODUCTS: 14, SPONSORED_BRANDS: 4, SPONSORED_DISPLAY: 3 },
  targets: 30,
  terms: 60,
  ads: 5,
}
const tiny: Size = {
  campaigns: { SPONSORED_PRODUCTS: 2, SPONSORED_BRANDS: 1, SPONSORED_DISPLAY: 1 },
  targets: 2,
  terms: 2,
  ads: 1,
}
const small: Size = {
  campaigns: { SPONSORED_PRODUCTS: 4, SPONSORED_BRANDS: 1, SPONSORED_DISPLAY: 1 },
  targets: 6,
  terms: 12,
  ads: 3,
}
/** Just under 10,000 rows in the fifteen reports of 30 days. */
const middle: Size = {
  campaigns: { SPONSORED_PRODUCTS: 8, SPONSORED_BRANDS: 2, SPONSORED_DISPLAY: 2 },
  targets: 18,
  terms: 40,
  ads: 4,
}
const nothing: Size = {
  campaigns: { SPONSORED_PRODUCTS: 0, SPONSORED_BRANDS: 0, SPONSORED_DISPLAY: 0 },
  targets: 0,
  terms: 0,
  ads: 0,
}

/** Targets, terms and ads are per campaign. */
export const sizes: Readonly<Record<Activity, Size>> = {
  none: nothing,
  tiny,
  small,
  middle,
  usual,
  huge: usual,
  lossy: { ...usual, targets: 12, terms: 20 },
}

/** Relative to the dollar. */
const priceLevels: Readonly<Record<string, number>> = {
  INR: 60,
  MXN: 18,
  SEK: 10,
  TRY: 40,
  EGP: 48,
  ZAR: 18,
  BRL: 5,
}

export function priceLevelOf(currencyCode: string): number {
  return priceLevels[currencyCode] ?? 1
}

const short = { SPONSORED_PRODUCTS: 'SP', SPONSORED_BRANDS: 'SB', SPONSORED_DISPLAY: 'SD' } as const
const idKinds = { campaign: 1, adGroup: 2, ad: 3, target: 4, portfolio: 5 } as const

/**
 * Returns an entity's id. `lossy` profiles have adjacent ids above 2^53, which collide as JavaScript numbers; Amazon's
 * are unsigned 64-bit.
 */
export function idOf(
  account: Account,
  adProduct: AdProduct,
  kind: keyof typeof idKinds,
  index: number,
): string {
  const group = idKinds[kind] + Object.keys(short).indexOf(adProduct) * 10
  if (account.activity === 'lossy') return String(9_007_199_254_740_993n + BigInt(group * 100_000 + index))
  return String(100_000_000_000_000 + keyOf(account.profileId, group) * 20_000 + index)
}

export function campaignsOf(account: Account, adProduct: AdProduct, seed: string): readonly Campaign[] {
  if (adProduct !== 'SPONSORED_PRODUCTS' && !account.brandRegistry) return []
  if (notOfferedText(account, adProduct)) return []
  const count = countOf(account, adProduct)
  const key = keyOf(seed, account.profileId, adProduct)
  return Array.from({ length: count }, (_, index) => {
    const group = (place: 0 | 1): AdGroup => ({
      id: idOf(account, adProduct, 'adGroup', index * 2 + place),
      name: place === 0 ? 'Core' : 'Discovery',
      status: 'ENABLED',
    })
    return {
      index,
      id: idOf(account, adProduct, 'campaign', index),
      name: campaignName(short[adProduct], index, key, account.activity === 'lossy'),
      status: statusOf(index, count),
      costType: costTypeOf(adProduct, index),
      portfolioId: idOf(account, adProduct, 'portfolio', index % 3),
      budget:
        between(key, 500 + index, 10, 60) *
        priceLevelOf(account.currencyCode) *
        minorUnitsOf(account.currencyCode),
      adGroups: [group(0), group(1)],
    }
  })
}

/** Sponsored Brands campaigns of the old format. Reporting v3 leaves them out. */
export function legacyCampaignsOf(account: Account, seed: string): readonly Campaign[] {
  const [model] = campaignsOf(account, 'SPONSORED_BRANDS', seed)
  if (!model) return []
  return Array.from({ length: account.legacyCampaigns ?? 0 }, (_, index) => ({
    ...model,
    index: firstLegacyIndex + index,
    id: idOf(account, 'SPONSORED_BRANDS', 'campaign', firstLegacyIndex + index),
    name: `SB | Old format | ${index + 1}`,
    status: index === 0 ? 'PAUSED' : 'ENABLED',
    costType: 'CPC',
  }))
}

const firstLegacyIndex = 10_000

function countOf({ activity, campaignRows }: Account, adProduct: AdProduct): number {
  if (campaignRows !== undefined && adProduct === 'SPONSORED_PRODUCTS')
    return fixedScheduleFor(campaignRows).count
  return sizes[activity].campaigns[adProduct]
}

/** Every account with Sponsored Display has a campaign billed by views. */
function costTypeOf(adProduct: AdProduct, index: number): Campaign['costType'] {
  const isByViews =
    (adProduct === 'SPONSORED_DISPLAY' && index % 2 === 0) ||
    (adProduct === 'SPONSORED_BRANDS' && index === 1)
  return isByViews ? 'vCPM' : 'CPC'
}

function statusOf(index: number, count: number): Status {
  if (count < 4) return 'ENABLED'
  if (index === count - 1) return 'ARCHIVED'
  return count > 4 && index >= count - 3 ? 'PAUSED' : 'ENABLED'
}
