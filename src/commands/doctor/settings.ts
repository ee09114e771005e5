import type { ConfiguredAmazon, Settings } from '../../settings/settings.ts'
import { type Check, docLinks, passed, warning } from './check.ts'
import type { Installation } from './installation.ts'

/** Hosts of the default addresses (docs/product/amazon.md, "Login with Amazon: hosts and scopes"). */
const amazonHost = /(^|\.)amazon\.(com|co\.uk|co\.jp)$/

const sandboxClient = /\.local-sandbox$/

/** Warns about development settings. */
export const settingsCheck = ({ settings }: Installation): Check => ({
  name: 'settings',
  see: docLinks.secrets,
  async run() {
    const found = developmentSettings(settings)
    if (found.length === 0) return passed('All valid, none for development only.')
    return warning(
      `All valid, but these are for development only: ${found.join('; ')}.`,
      'Before going live, set NODE_ENV=production (rejects most of these by name) and Amazon’s real addresses.',
    )
  },
})

function developmentSettings(settings: Settings): string[] {
  const { isProduction, database, sessionKeys, tokenKeys, amazon, clockShiftFile } = settings
  const generated = [sessionKeys ? '' : 'SESSION_KEYS', tokenKeys ? '' : 'TOKEN_KEYS'].filter(Boolean)
  return [
    isProduction ? '' : 'NODE_ENV is not production',
    database.kind === 'embedded' ? 'embedded database' : '',
    generated.length > 0 ? `${generated.join(' and ')} generated at the first start` : '',
    clockShiftFile ? 'CLOCK_SHIFT_FILE shifts the clock' : '',
    amazon.kind === 'sandbox' ? 'Amazon is the sandbox' : unusualAmazonSetting(amazon),
  ].filter(Boolean)
}

function unusualAmazonSetting(amazon: ConfiguredAmazon): string {
  if (sandboxClient.test(amazon.clientId)) return 'LWA_CLIENT_ID is the sandbox’s'
  const addresses = [amazon.authorizeUrls, amazon.tokenUrls, amazon.adsUrls].flatMap(urls =>
    Object.values(urls),
  )
  const hosts = [...addresses, amazon.userProfileUrl].map(address => new URL(address).hostname)
  const otherHosts = [...new Set(hosts)].filter(host => !amazonHost.test(host))
  return otherHosts.length > 0 ? `AMAZON_… addresses point to ${otherHosts.join(', ')}` : ''
}
