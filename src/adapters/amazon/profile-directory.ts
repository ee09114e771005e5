import { ProfileDirectory } from '../../application/connection/ports.ts'
import { AmazonUnreadable, opened } from '../../application/ports.ts'
import type { ProfileId } from '../../domain/identifiers.ts'
import type { AdvertisingProfile } from '../../domain/profile/profile.ts'
import type { Region } from '../../domain/profile/region.ts'
import type { Secret } from '../../domain/secret.ts'
import type { AmazonSettings } from './addresses.ts'
import { interpret, isRecord, readable, send } from './amazon-http.ts'

/** In milliseconds: a person is waiting for the picker. */
const patienceOfAPerson = 8000

/** `GET /v2/profiles` of one region: it lists the profiles of that region alone. */
export class AmazonProfileDirectory extends ProfileDirectory {
  readonly #settings: AmazonSettings
  readonly #patience: number

  /** @param patience how many milliseconds a call may take in all. */
  constructor(settings: AmazonSettings, patience = patienceOfAPerson) {
    super()
    this.#settings = settings
    this.#patience = patience
  }

  /**
   * Asked twice: without `accessLevel=view` Amazon hides view-only accounts, and with it it does not say which
   * may be edited.
   */
  async read(region: Region, accessToken: Secret): Promise<AdvertisingProfile[]> {
    const token = await opened(accessToken)
    const [viewable, editable] = await Promise.all([
      this.#list(region, token, 'view'),
      this.#list(region, token, 'edit'),
    ])
    const mayEdit = new Set(editable.map(({ id }) => id))
    const all = new Map([...viewable, ...editable].map(profile => [profile.id, profile]))
    return [...all.values()].map(profile => ({ ...profile, mayEdit: mayEdit.has(profile.id) }))
  }

  async #list(region: Region, token: Secret, accessLevel: 'view' | 'edit'): Promise<AdvertisingProfile[]> {
    const answer = await send(`${this.#settings.adsUrls[region]}/v2/profiles?accessLevel=${accessLevel}`, {
      headers: {
        authorization: `Bearer ${token.reveal()}`,
        'Amazon-Advertising-API-ClientId': this.#settings.clientId,
        accept: 'application/json',
      },
      timeout: this.#patience,
    })
    return readProfiles(interpret(answer, 'profiles'), region)
  }
}

/** Amazon's Profiles specification; optional fields may be missing, unknown countries and types are kept. */
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
