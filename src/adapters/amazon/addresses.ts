import type { Region } from '../../domain/profile/region.ts'
import type { Secret } from '../../domain/secret.ts'

/** Where Amazon is, and as whom we call: Login with Amazon and the Ads API, each in three regions. */
export interface AmazonSettings {
  readonly clientId: string
  readonly clientSecret: Secret
  /** Our one callback address, as registered with Amazon. */
  readonly callbackUrl: string
  readonly pkce: 'S256' | 'off'
  readonly authorizeUrls: Readonly<Record<Region, string>>
  readonly tokenUrls: Readonly<Record<Region, string>>
  readonly userProfileUrl: string
  readonly adsUrls: Readonly<Record<Region, string>>
  /** Host patterns with `*`; a loopback host that is named here may be plain http. */
  readonly downloadHosts: readonly string[]
}
