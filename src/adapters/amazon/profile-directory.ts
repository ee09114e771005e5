import { type AmazonCall, AmazonFailure } from '../../application/amazon-failure.ts'
import { ProfileDirectory } from '../../application/connection/ports.ts'
import { decryptSecret } from '../../application/ports.ts'
import type { AdsAccountStatus } from '../../domain/connection/empty-profile-list.ts'
import type { ProfileId } from '../../domain/identifiers.ts'
import type { AdvertisingProfile } from '../../domain/profile/profile.ts'
import type { Region } from '../../domain/profile/region.ts'
import type { Secret } from '../../domain/secret.ts'
import {
  type AdvertiserAccount,
  countLinkedAccounts,
  parseAccountsPage,
  parseAdvertiserAccountsPage,
} from './account-lists.ts'
import { callAmazon, isRecord, sanitiseText } from './amazon-http.ts'
import { adsApiHeaders, v1Settings } from './request-headers.ts'
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
    const [viewable, editable, advertiserAccounts] = await Promise.all([
      list('view'),
      list('edit'),
      // Profiles are complete without them.
      this.#listAdvertiserAccounts(region, accessToken).catch(() => []),
    ])
    const listed = [...viewable, ...editable]
    const editableIds = new Set(editable.map(({ id }) => id))
    const all = new Map((listed.length > 0 ? listed : await list('report')).map(one => [one.id, one]))
    const advertiserIds = new Map(
      advertiserAccounts.flatMap(({ id, profileIds }) =>
        profileIds.map(profileId => [profileId, id] as const),
      ),
    )
    return [...all.values()].map(profile => {
      const advertiserAccountId = advertiserIds.get(profile.id)
      return {
        ...profile,
        canEdit: editableIds.has(profile.id),
        ...(advertiserAccountId && { advertiserAccountId }),
      }
    })
  }

  async countLinkedAccounts(region: Region, accessToken: Secret): Promise<number> {
    const callAds = await this.#createAdsCaller(region, accessToken)
    const headers = { accept: managersMediaType }
    return callAds('/managerAccounts', 'manager_accounts', countLinkedAccounts, { headers })
  }

  /**
   * The old list ends in July 2027. Its successor shows no status, but an account with a profile is complete
   * (docs/product/amazon.md, "Ads API v1").
   */
  async listAdsAccounts(region: Region, accessToken: Secret): Promise<AdsAccountStatus[]> {
    const successors = await this.#listAdvertiserAccounts(region, accessToken).catch(() => [])
    if (successors.length > 0 && successors.every(({ profileIds }) => profileIds.length > 0))
      return successors.map(() => 'CREATED')
    const callAds = await this.#createAdsCaller(region, accessToken)
    const headers = { accept: accountsMediaType, 'content-type': accountsMediaType }
    return allPages(async page => {
      const request = { method: 'POST', headers, body: JSON.stringify({ maxResults: 100, ...page }) }
      const { statuses, nextToken } = await callAds(
        '/adsAccounts/list',
        'ads_accounts',
        parseAccountsPage,
        request,
      )
      return { items: statuses, nextToken }
    })
  }

  /** Empty unless v1 of the Ads API is on. Without a filter, Amazon lists global accounts only. */
  async #listAdvertiserAccounts(region: Region, accessToken: Secret): Promise<AdvertiserAccount[]> {
    if (this.#settings.adsV1 === 'off') return []
    const callAds = await this.#createAdsCaller(region, accessToken, v1Settings(this.#settings))
    const headers = { 'content-type': 'application/json' }
    const listed = await Promise.all(
      [false, true].map(isGlobal =>
        allPages(async page => {
          const filter = { isGlobalAccountFilter: { include: [isGlobal] } }
          const request = {
            method: 'POST',
            headers,
            body: JSON.stringify({ ...filter, maxResults: 100, ...page }),
          }
          const { accounts, nextToken } = await callAds(
            '/adsApi/v1/query/advertiserAccounts',
            'ads_accounts',
            parseAdvertiserAccountsPage,
            request,
          )
          return { items: accounts, nextToken }
        }),
      ),
    )
    return listed.flat()
  }

  async #createAdsCaller(region: Region, accessToken: Secret, settings = this.#settings) {
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
          ...adsApiHeaders(settings, token),
          accept: 'application/json',
          ...headers,
        },
        timeout: Math.max(1, Math.round(deadline - performance.now())),
      }
      return callAmazon({ call, region }, `${this.#settings.adsUrls[region]}${path}`, fullRequest, parse)
    }
  }
}

async function allPages<Item>(
  fetchPage: (page: { readonly nextToken?: string }) => Promise<Page<Item>>,
): Promise<Item[]> {
  const items: Item[] = []
  let nextToken: string | null = null
  do {
    const page: Page<Item> = await fetchPage(nextToken ? { nextToken } : {})
    items.push(...page.items)
    nextToken = page.nextToken
  } while (nextToken)
  return items
}

interface Page<Item> {
  readonly items: readonly Item[]
  readonly nextToken: string | null
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
