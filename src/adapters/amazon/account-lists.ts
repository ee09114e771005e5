import { AmazonUnreadable } from '../../application/ports.ts'
import type { AdsAccountStatus } from '../../domain/connection/empty-list.ts'
import { isRecord } from './amazon-http.ts'

/** Types of linked accounts that have no sponsored ads, and so no profile to choose (Amazon's Manager accounts specification). */
const withoutSponsoredAds: ReadonlySet<unknown> = new Set(['DSP_ADVERTISING_ACCOUNT', 'MARKETING_CLOUD'])

/**
 * How many sellers' and vendors' accounts an answer of `GET /managerAccounts` links.
 * @throws {AmazonUnreadable}
 */
export function countLinked(body: unknown): number {
  return listIn(body, 'managerAccounts')
    .flatMap(manager => (isRecord(manager) ? (manager['linkedAccounts'] ?? []) : []))
    .filter(account => !(isRecord(account) && withoutSponsoredAds.has(account['accountType']))).length
}

const statuses: readonly AdsAccountStatus[] = ['CREATED', 'PARTIALLY_CREATED', 'PENDING', 'DISABLED']

/** One page of `POST /adsAccounts/list`. */
export interface AccountsPage {
  readonly statuses: readonly AdsAccountStatus[]
  /** Null for the last one. */
  readonly nextToken: string | null
}

/**
 * An account whose status is missing, or none that Amazon's document names, makes the whole answer unreadable: whatever was
 * said of it to a person could be wrong.
 * @throws {AmazonUnreadable}
 */
export function readAccountsPage(body: unknown): AccountsPage {
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
  if (!status) throw new AmazonUnreadable('an advertising account has no status that is known')
  return status
}

/** Amazon's documents demand no list: an object with nothing in it is an empty one, and one with something else is none. */
function listIn(body: unknown, name: string): readonly unknown[] {
  const list = isRecord(body) ? body[name] : null
  if (Array.isArray(list)) return list
  if (isRecord(body) && Object.keys(body).length === 0) return []
  throw new AmazonUnreadable(`there is no list of ${name}`)
}
