import type { AmazonSettings } from '../../adapters/amazon/settings.ts'
import { type Region, regions } from '../../domain/profile/region.ts'
import { type Check, docLinks, type Finding, failed, passed, warning } from './check.ts'
import { reasonOf } from './error-texts.ts'
import type { Installation } from './installation.ts'
import { amazonNotConfigured } from './login.ts'

export const regionChecks = ({ amazon }: Installation): Check[] =>
  regions.map(region => ({
    name: `Ads API ${region.toUpperCase()}`,
    see: docLinks.regionDown,
    run: async signal => (amazon ? checkRegion(amazon, region, signal) : amazonNotConfigured()),
  }))

/**
 * Calls without a token: only 401 or 403 proves that the Ads API answers (docs/product/amazon.md, "Ads API: errors").
 */
async function checkRegion(
  { adsUrls }: AmazonSettings,
  region: Region,
  signal: AbortSignal,
): Promise<Finding> {
  const { host } = new URL(adsUrls[region])
  const answer = await fetchWithoutToken(adsUrls[region], signal).catch(reasonOf)
  if (typeof answer === 'string')
    return failed(
      `${host} not reachable from here: ${answer}.`,
      `Check this machine’s outbound network (DNS, firewall, proxy) and AMAZON_ADS_URL_${region.toUpperCase()}.`,
    )
  if (answer.status >= 500)
    return warning(
      `${host} returned ${answer.status}.`,
      'Check Amazon Ads’ status page. No data is lost in the meantime.',
    )
  if (answer.status !== 401 && answer.status !== 403)
    return warning(
      `${host} returned ${answer.status} instead of 401 or 403 to a call without a token.`,
      `Check for an outbound proxy or a wrong AMAZON_ADS_URL_${region.toUpperCase()}.`,
    )
  return passed(`${host} responds and rejects a call without a token.`)
}

/** Verifies the certificate. */
export const fetchWithoutToken = async (adsUrl: string, signal: AbortSignal): Promise<Response> => {
  const answer = await fetch(`${adsUrl}/v2/profiles`, { redirect: 'manual', signal })
  await answer.body?.cancel()
  return answer
}
