import { AmazonFailure } from '../../application/amazon-failure.ts'
import type { AdvertisingProfile } from '../../domain/profile/profile.ts'
import type { Secret } from '../../domain/secret.ts'
import { callAmazon, isRecord, workerCallTimeout } from './amazon-http.ts'
import { adsApiHeaders } from './request-headers.ts'
import type { AmazonSettings } from './settings.ts'

const mediaType = 'application/vnd.sbcampaignresource.v4+json'

/** Of 100 campaigns each. Larger accounts get no count. */
const maxPages = 50

/** Archived campaigns don't count: an account may have years of them. */
export async function countLegacyCampaigns(
  settings: AmazonSettings,
  profile: AdvertisingProfile,
  token: Secret,
  timeout = workerCallTimeout,
): Promise<number> {
  const url = `${settings.adsUrls[profile.region]}/sb/v4/campaigns/list`
  const headers = { ...adsApiHeaders(settings, token, profile), accept: mediaType, 'content-type': mediaType }
  let count = 0
  let nextToken: string | null = null
  for (let page = 0; page < maxPages; page += 1) {
    const body = JSON.stringify({
      stateFilter: { include: ['ENABLED', 'PAUSED'] },
      maxResults: 100,
      ...(nextToken && { nextToken }),
    })
    const request = { method: 'POST', headers, body, timeout }
    const listed: CampaignsPage = await callAmazon(
      { call: 'campaigns', region: profile.region },
      url,
      request,
      parseCampaignsPage,
    )
    count += listed.legacy
    nextToken = listed.nextToken
    if (!nextToken) return count
  }
  throw new AmazonFailure('unreadable', `more than ${maxPages} pages of campaigns`)
}

interface CampaignsPage {
  readonly legacy: number
  readonly nextToken: string | null
}

/** Amazon may omit the field; only `false` is the old format (docs/product/amazon.md, "Reporting v3: report types"). */
function parseCampaignsPage(body: unknown): CampaignsPage {
  const { campaigns, nextToken } = isRecord(body) ? body : {}
  if (!Array.isArray(campaigns))
    throw new AmazonFailure('unreadable', 'the response has no list of campaigns')
  return {
    legacy: campaigns.filter(one => isRecord(one) && one['isMultiAdGroupsEnabled'] === false).length,
    nextToken: typeof nextToken === 'string' && nextToken !== '' ? nextToken : null,
  }
}
