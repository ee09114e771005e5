import type { AmazonSettings } from '../adapters/amazon/addresses.ts'
import { type Region, regions } from '../domain/profile/region.ts'
import { type Check, chapters, type Finding, failed, passed, warning } from './check.ts'
import type { Installation } from './installation.ts'
import { noAmazon } from './login.ts'
import { reasonOf } from './reasons.ts'

export const regionChecks = ({ amazon }: Installation): Check[] =>
  regions.map(region => ({
    name: `Ads API ${region.toUpperCase()}`,
    see: chapters.regionDown,
    run: async signal => (amazon ? askRegion(amazon, region, signal) : noAmazon()),
  }))

/** Without a token, so that a refusal is the right answer (facts §2.4): whatever else answers is not the Ads API. */
async function askRegion({ adsUrls }: AmazonSettings, region: Region, signal: AbortSignal): Promise<Finding> {
  const { host } = new URL(adsUrls[region])
  const answer = await askWithoutToken(adsUrls[region], signal).catch(reasonOf)
  if (typeof answer === 'string')
    return failed(
      `${host} is not reached from here: ${answer}.`,
      `Look at the way out of this machine: name servers, firewall, proxy; and at AMAZON_ADS_URL_${region.toUpperCase()}.`,
    )
  if (answer.status >= 500)
    return warning(
      `${host} answers ${answer.status}.`,
      'Look at Amazon Ads’ own status page; nothing is lost meanwhile.',
    )
  if (answer.status !== 401 && answer.status !== 403)
    return warning(
      `${host} answers ${answer.status}, where the Ads API refuses a call without a token.`,
      `Look who answers there: a proxy on the way out, or a wrong AMAZON_ADS_URL_${region.toUpperCase()}.`,
    )
  return passed(`${host} answers, and refuses a call without a token.`)
}

/** Its certificate is looked at as by each of our calls. */
export const askWithoutToken = async (adsUrl: string, signal: AbortSignal): Promise<Response> => {
  const answer = await fetch(`${adsUrl}/v2/profiles`, { redirect: 'manual', signal })
  await answer.body?.cancel()
  return answer
}
