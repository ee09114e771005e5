import { ProfileDirectory } from '../../application/connection/ports.ts'
import { type AmazonCall, AmazonUnreadable, opened } from '../../application/ports.ts'
import type { AdsAccountStatus } from '../../domain/connection/empty-list.ts'
import type { ProfileId } from '../../domain/identifiers.ts'
import type { AdvertisingProfile } from '../../domain/profile/profile.ts'
import type { Region } from '../../domain/profile/region.ts'
import type { Secret } from '../../domain/secret.ts'
import { type AccountsPage, countLinked, readAccountsPage } from './account-lists.ts'
import type { AmazonSettings } from './addresses.ts'
import { ask, isRecord, readable } from './amazon-http.ts'

/** Milliseconds: a user is waiting for the account picker. */
const patienceOfAPerson = 8000

const lists = {
  view: 'accessLevel=view',
  edit: 'accessLevel=edit',
  report: 'apiProgram=report&accessLevel=view',
} as const

const accountsType = 'application/vnd.listaccountsresource.v1+json'
const managersType = 'application/vnd.getmanageraccountsresponse.v1+json'

export class AmazonProfileDirectory extends ProfileDirectory {
  readonly #settings: AmazonSettings
  readonly #patience: number

  /** @param timeout milliseconds per region, for all calls. */
  constructor(settings: AmazonSettings, patience = patienceOfAPerson) {
    super()
    this.#settings = settings
    this.#patience = patience
  }

  /**
   * Without `accessLevel=view` Amazon hides view-only accounts; with it, editable ones are unknown. If both lists are
   * empty, a third shows report-only accounts (docs/product/amazon.md, "Ads API: profiles").
   */
  async read(region: Region, accessToken: Secret): Promise<AdvertisingProfile[]> {
    const asking = await this.#asking(region, accessToken)
    const list = (which: keyof typeof lists): Promise<AdvertisingProfile[]> =>
      asking(`/v2/profiles?${lists[which]}`, 'profiles', body => readProfiles(body, region))
    const [viewable, editable] = await Promise.all([list('view'), list('edit')])
    const listed = [...viewable, ...editable]
    const mayEdit = new Set(editable.map(({ id }) => id))
    const all = new Map((listed.length > 0 ? listed : await list('report')).map(one => [one.id, one]))
    return [...all.values()].map(profile => ({ ...profile, mayEdit: mayEdit.has(profile.id) }))
  }

  async countLinkedAccounts(region: Region, accessToken: Secret): Promise<number> {
    const asking = await this.#asking(region, accessToken)
    const headers = { accept: managersType }
    return asking('/managerAccounts', 'manager_accounts', countLinked, { headers })
  }

  async adsAccounts(region: Region, accessToken: Secret): Promise<AdsAccountStatus[]> {
    const asking = await this.#asking(region, accessToken)
    const found: AdsAccountStatus[] = []
    let nextToken: string | null = null
    do {
      const body = JSON.stringify({ maxResults: 100, ...(nextToken && { nextToken }) })
      const headers = { accept: accountsType, 'content-type': accountsType }
      const request = { method: 'POST', headers, body }
      const page: AccountsPage = await asking('/adsAccounts/list', 'ads_accounts', readAccountsPage, request)
      found.push(...page.statuses)
      nextToken = page.nextToken
    } while (nextToken)
    return found
  }

  /** The calls share one timeout. */
  async #asking(region: Region, accessToken: Secret) {
    const token = await opened(accessToken)
    const end = performance.now() + this.#patience
    return <Meaning>(
      path: string,
      call: Exclude<AmazonCall, 'token'>,
      read: (body: unknown) => Meaning,
      { headers, ...request }: RequestInit & { readonly headers?: Readonly<Record<string, string>> } = {},
    ): Promise<Meaning> => {
      const whole = {
        ...request,
        headers: {
          authorization: `Bearer ${token.reveal()}`,
          'Amazon-Advertising-API-ClientId': this.#settings.clientId,
          accept: 'application/json',
          ...headers,
        },
        timeout: Math.max(1, Math.round(end - performance.now())),
      }
      return ask({ call, region }, `${this.#settings.adsUrls[region]}${path}`, whole, read)
    }
  }
}

/** Optional fields may be missing; unknown countries and types are kept (Amazon's Profiles specification). */
export function readProfiles(body: unknown, region: Region): AdvertisingProfile[] {
  if (!Array.isArray(body)) throw new AmazonUnreadable('the profile list is no list')
  return body.map(item => readProfile(item, region))
}

function readProfile(item: unknown, region: Region): AdvertisingProfile {
  const profile = isRecord(item) ? item : {}
  const account = isRecord(profile['accountInfo']) ? profile['accountInfo'] : {}
  const id = text(profile['profileId'])
  if (!/^\d+$/.test(id)) throw new AmazonUnreadable('a profile has no profileId')
  return {
    id: id as ProfileId,
    region,
    country: text(profile['countryCode']),
    currency: text(profile['currencyCode']),
    timezone: text(profile['timezone']),
    accountId: text(account['id']),
    accountName: text(account['name']) || null,
    accountType: text(account['type']),
    mayEdit: true,
  }
}

const text = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' ? readable(String(value)) : ''
