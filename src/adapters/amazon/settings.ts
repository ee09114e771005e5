import type { Region } from '../../domain/profile/region.ts'
import type { Secret } from '../../domain/secret.ts'

export interface AmazonSettings {
  readonly clientId: string
  readonly clientSecret: Secret
  /** As registered with Amazon. */
  readonly callbackUrl: string
  readonly pkce: 'S256' | 'off'
  readonly authorizeUrls: Readonly<Record<Region, string>>
  readonly tokenUrls: Readonly<Record<Region, string>>
  readonly userProfileUrls: Readonly<Record<Region, string>>
  /** Which names of the Ads API's headers are sent. */
  readonly adsHeaders: 'advertising-api' | 'ads'
  /** Whether the unified Ads API v1 is used where it can replace the older APIs. */
  readonly adsV1: 'off' | 'on'
  readonly adsUrls: Readonly<Record<Region, string>>
  /** Host patterns with `*`. Loopback hosts named here may use HTTP. */
  readonly downloadHosts: readonly string[]
}
