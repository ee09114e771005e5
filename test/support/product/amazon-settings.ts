import type { AmazonSettings } from '../../../src/adapters/amazon/settings.ts'
import { Secret } from '../../../src/domain/secret.ts'
import { readSettings } from '../../../src/settings/settings.ts'

export function amazonSettingsOf(settings: Readonly<Record<string, string>>): AmazonSettings {
  const { amazon } = readSettings(settings)
  if (amazon.kind !== 'named') throw new Error('the settings name no Amazon')
  return { ...amazon, callbackUrl: 'http://localhost:3000/dashboard/ads/callback' }
}

/** Settings with every Amazon address on one server. */
export function amazonSettingsAt(url: string): AmazonSettings {
  const inEveryRegion = (path: string) => ({ na: url + path, eu: url + path, fe: url + path })
  return {
    clientId: 'amzn1.application-oa2-client.x',
    clientSecret: new Secret('the-secret'),
    callbackUrl: 'http://localhost:3000/dashboard/ads/callback',
    pkce: 'S256',
    authorizeUrls: inEveryRegion('/ap/oa'),
    tokenUrls: inEveryRegion('/auth/o2/token'),
    userProfileUrls: inEveryRegion('/user/profile'),
    adsHeaders: 'advertising-api',
    adsV1: 'off',
    adsUrls: inEveryRegion(''),
    downloadHosts: ['127.0.0.1'],
  }
}
