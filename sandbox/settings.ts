import { regions } from './users/marketplaces.ts'
import type { World } from './world.ts'

export function settingsFor(url: string, world: World): Readonly<Record<string, string>> {
  const settings: Record<string, string> = {
    AMAZON_DOWNLOAD_HOSTS: new URL(url).hostname,
    LWA_CLIENT_ID: world.clientId,
    LWA_CLIENT_SECRET: world.clientSecret,
  }
  for (const region of regions) {
    const base = `${url}/${region.toLowerCase()}`
    settings[`AMAZON_AUTHORIZE_URL_${region}`] = `${base}/ap/oa`
    settings[`AMAZON_TOKEN_URL_${region}`] = `${base}/auth/o2/token`
    settings[`AMAZON_USER_PROFILE_URL_${region}`] = `${base}/user/profile`
    settings[`AMAZON_ADS_URL_${region}`] = `${base}/ads`
  }
  return settings
}
