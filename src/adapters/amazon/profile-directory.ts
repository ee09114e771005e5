import { type AmazonCall, AmazonFailure } from '../../application/amazon-failure.ts'
import { ProfileDirectory } from '../../application/connection/ports.ts'
import { decryptSecret } from '../../application/ports.ts'
import type { AdsAccountStatus } from '../../domain/connection/empty-profile-list.ts'
import type { ProfileId } from '../../domain/identifiers.ts'
import type { AdvertisingProfile } from '../../domain/profile/profile.ts'
import type { Region } from '../../domain/profile/region.ts'
import type { Secret } from '../../domain/secret.ts'
import { type AccountsPage, countLinkedAccounts, parseAccountsPage } from './account-lists.ts'
import { callAmazon, isRecord, sanitiseText } from './amazon-http.ts'
import { adsApiHeaders } from './request-headers.ts'
import type { AmazonSettings } from './settings.ts'

/** Milliseconds. */
const userCallTimeout = 8000

const listQueries = {
  view: 'accessLevel=view',
  edit: 'accessLevel=edit',
  report: 'apiProgram=report&accessLevel=view',
} as const

const accountsMediaType = 'application/vnd.listaccountsresource.v1+json'
const managersMediaType = 'application/vnd.getmanageraccountsresponse.v1+json'

export class AmazonProfileDirectory extends ProfileDirectory {
  readonly #settings: AmazonSettings
  readonly #timeout: number

  /** @param timeout milliseconds per region, for all calls together. */
  constructor(settings: AmazonSettings, timeout = userCallTimeout) {
    super()
    this.#settings = settings
    this.#timeout = timeout
  }

  /**
   * Without `accessLevel=view` Amazon hides view-only accounts; with it, Amazon doesn't say which are editable. If both
   * lists are empty, a third shows report-only accounts (docs/product/amazon.md, "Ads API: profiles").
   */
  async listProfiles(region: Region, accessToken: Secret): Promise<AdvertisingProfile[]> {
    const callAds = await this.#createAdsCaller(region, accessToken)
    const list = (which: keyof typeof listQueries): Promise<AdvertisingProfile[]> =>
      callAds(`/v2/profiles?${listQueries[which]}`, 'profiles', body => parseProfiles(body, region))
    const [viewable, editable] = await Promise.all([list('view'), list('edit')])
    const listed = [...viewable, ...editable]
    const editableIds = new Set(editable.map(({ id }) => id))
    const all = new Map((listed.length > 0 ? listed : await list('report')).map(one => [one.id, one]))
    return [...all.values()].map(profile => ({ ...profile, canEdit: editableIds.has(profile.id) }))
  }

  async countLinkedAccounts(region: Region, accessToken: Secret): Promise<number> {
    const callAds = await this.#createAdsCaller(region, accessToken)
    const headers = { accept: managersMediaType }
    return callAds('/managerAccounts', 'manager_accounts', countLinkedAccounts, { headers })
  }

  async listAdsAccounts(region: Region, accessToken: Secret): Promise<AdsAccountStatus[]> {
    const callAds = await this.#createAdsCaller(region, accessToken)
    const statuses: AdsAccountStatus[] = []
    let nextToken: string | null = null
    do {
      const body = JSON.stringify({ maxResults: 100, ...(nextToken && { nextToken }) })
      const headers = { accept: accountsMediaType, 'content-type': accountsMediaType }
      const request = { method: 'POST', headers, body }
      const page: AccountsPage = await callAds(
        '/adsAccounts/list',
        'ads_accounts',
        parseAccountsPage,
        request,
      )
      statuses.push(...page.statuses)
      nextToken = page.nextToken
    } while (nextToken)
    return statuses
  }

  async #createAdsCaller(region: Region, accessToken: Secret) {
    const token = await decryptSecret(accessToken)
    const deadline = performance.now() + this.#timeout
    return <Result>(
      path: string,
      call: Exclude<AmazonCall, 'token'>,
      parse: (body: unknown) => Result,
      {
        headers,
        ...request
      }: Omit<RequestInit, 'headers'> & { readonly headers?: Readonly<Record<string, string>> } = {},
    ): Promise<Result> => {
      const fullRequest = {
        ...request,
        headers: {
          ...adsApiHeaders(this.#settings, token),
          accept: 'application/json',
          ...headers,
        },
        timeout: Math.max(1, Math.round(deadline - performance.now())),
      }
      return callAmazon({ call, region }, `${this.#settings.adsUrls[region]}${path}`, fullRequest, parse)
    }
  }
}

/** Keeps unknown countries and types (Amazon's Profiles specification). */
export function parseProfiles(body: unknown, region: Region): AdvertisingProfile[] {
  if (!Array.isArray(body)) throw new AmazonFailure('unreadable', 'the profile list is not an array')
  return body.map(item => readProfile(item, region))
}

function readProfile(item: unknown, region: Region): AdvertisingProfile {
  const profile = isRecord(item) ? item : {}
  const account = isRecord(profile['accountInfo']) ? profile['accountInfo'] : {}
  const id = text(profile['profileId'])
  const accountSubType = text(account['subType'])
  if (!/^\d+$/.test(id)) throw new AmazonFailure('unreadable', 'a profile has no profileId')
  return {
    id: id as ProfileId,
    region,
    country: text(profile['countryCode']),
    currency: text(profile['currencyCode']),
    timezone: text(profile['timezone']),
    accountId: text(account['id']),
    accountName: text(account['name']) || null,
    accountType: text(account['type']),
    ...(accountSubType && { accountSubType }),
    canEdit: true,
  }
}

const text = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' ? sanitiseText(String(value)) : ''
