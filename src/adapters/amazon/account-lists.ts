import { InvalidAmazonResponse } from '../../application/ports.ts'
import type { AdsAccountStatus } from '../../domain/connection/empty-profile-list.ts'
import { isRecord } from './amazon-http.ts'

/** Without sponsored ads, so without a profile (Amazon's Manager accounts specification). */
const withoutSponsoredAds: ReadonlySet<unknown> = new Set(['DSP_ADVERTISING_ACCOUNT', 'MARKETING_CLOUD'])

/** @throws {InvalidAmazonResponse} */
export function countLinkedAccounts(body: unknown): number {
  return listIn(body, 'managerAccounts')
    .flatMap(manager => (isRecord(manager) ? (manager['linkedAccounts'] ?? []) : []))
    .filter(account => !(isRecord(account) && withoutSponsoredAds.has(account['accountType']))).length
}

const statuses: readonly AdsAccountStatus[] = ['CREATED', 'PARTIALLY_CREATED', 'PENDING', 'DISABLED']

export interface AccountsPage {
  readonly statuses: readonly AdsAccountStatus[]
  readonly nextToken: string | null
}

/**
 * One undocumented status invalidates the page, so that sellers get no wrong explanation.
 * @throws {InvalidAmazonResponse}
 */
export function parseAccountsPage(body: unknown): AccountsPage {
  const accounts = listIn(body, 'adsAccounts')
  const next = isRecord(body) ? body['nextToken'] : null
  return {
    statuses: accounts.map(statusOf),
    nextToken: typeof next === 'string' && next !== '' ? next : null,
  }
}

function statusOf(account: unknown): AdsAccountStatus {
  const named = isRecord(account) ? account['status'] : null
  const status = statuses.find(known => known === named)
  if (!status) throw new InvalidAmazonResponse('unknown status of an advertising account')
  return status
}

/** The list is optional at Amazon: `{}` counts as an empty one. */
function listIn(body: unknown, name: string): readonly unknown[] {
  const list = isRecord(body) ? body[name] : null
  if (Array.isArray(list)) return list
  if (isRecord(body) && Object.keys(body).length === 0) return []
  throw new InvalidAmazonResponse(`the response has no list of ${name}`)
}
