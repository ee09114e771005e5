import manifest from '../../../package.json' with { type: 'json' }
import type { AdvertisingProfile } from '../../domain/profile/profile.ts'
import type { Secret } from '../../domain/secret.ts'
import type { AmazonSettings } from './settings.ts'

/** Of every call to Amazon (RFC 9110 §10.1.5). */
export const userAgent = { 'user-agent': `1smart.link/${manifest.version}` }

/** V1 of the Ads API takes the new names only (docs/product/amazon.md, "Ads API v1"). */
export const v1Settings = (settings: AmazonSettings): AmazonSettings => ({ ...settings, adsHeaders: 'ads' })

/**
 * Of an Ads API call. Amazon keeps the name of the scope header, and which account id it wants next to it is unconfirmed
 * (docs/product/amazon.md, "Ads API: headers").
 * @param profile for calls about one profile.
 */
export function adsApiHeaders(
  { clientId, adsHeaders }: AmazonSettings,
  token: Secret,
  profile?: AdvertisingProfile,
): Record<string, string> {
  const isNew = adsHeaders === 'ads'
  return {
    authorization: `Bearer ${token.reveal()}`,
    [isNew ? 'Amazon-Ads-ClientId' : 'Amazon-Advertising-API-ClientId']: clientId,
    ...(profile && { 'Amazon-Advertising-API-Scope': profile.id }),
    ...(profile && isNew && { 'Amazon-Ads-AccountId': profile.advertiserAccountId ?? profile.accountId }),
  }
}
