import { AmazonFailure } from '../../application/amazon-failure.ts'
import type { AdsAccountStatus } from '../../domain/connection/empty-profile-list.ts'
import { isRecord } from './amazon-http.ts'

/** These account types have no sponsored ads, so no profile (Amazon's Manager accounts specification). */
const withoutSponsoredAds: ReadonlySet<unknown> = new Set(['DSP_ADVERTISING_ACCOUNT', 'MARKETING_CLOUD'])

/** @throws {AmazonFailure} `unreadable` */
export function countLinkedAccounts(body: unknown): number {
  return listIn(body, 'managerAccounts')
    .flatMap(manager => (isRecord(manager) ? (manager['linkedAccounts'] ?? []) : []))
    .filter(account => !(isRecord(account) && withoutSponsoredAds.has(account['accountType']))).length
}

/** An account of the unified Ads API; Amazon shows no status. */
export interface AdvertiserAccount {
  readonly id: string
  /** Its profiles, in every region. */
  readonly profileIds: readonly string[]
}

export interface AdvertiserAccountsPage {
  readonly accounts: readonly AdvertiserAccount[]
  readonly nextToken: string | null
}

/** @throws {AmazonFailure} `unreadable` */
export function parseAdvertiserAccountsPage(body: unknown): AdvertiserAccountsPage {
  return {
    accounts: listIn(body, 'advertiserAccounts').map(readAdvertiserAccount),
    nextToken: nextTokenIn(body),
  }
}

function readAdvertiserAccount(account: unknown): AdvertiserAccount {
  const { advertiserAccountId, alternateIds } = isRecord(account) ? account : {}
  if (typeof advertiserAccountId !== 'string' || advertiserAccountId === '')
    throw new AmazonFailure('unreadable', 'an advertiser account has no id')
  const alternates = Array.isArray(alternateIds) ? alternateIds : []
  const profileIds = alternates.flatMap(alternate =>
    isRecord(alternate) && alternate['profileId'] ? [String(alternate['profileId'])] : [],
  )
  return { id: advertiserAccountId, profileIds }
}

const nextTokenIn = (body: unknown): string | null => {
  const next = isRecord(body) ? body['nextToken'] : null
  return typeof next === 'string' && next !== '' ? next : null
}

const statuses: readonly AdsAccountStatus[] = ['CREATED', 'PARTIALLY_CREATED', 'PENDING', 'DISABLED']

export interface AccountsPage {
  readonly statuses: readonly AdsAccountStatus[]
  readonly nextToken: string | null
}

/**
 * Rejects the whole page for one undocumented status, so that no seller gets a wrong explanation.
 * @throws {AmazonFailure} `unreadable`
 */
export function parseAccountsPage(body: unknown): AccountsPage {
  const accounts = listIn(body, 'adsAccounts')
  return { statuses: accounts.map(statusOf), nextToken: nextTokenIn(body) }
}

function statusOf(account: unknown): AdsAccountStatus {
  const value = isRecord(account) ? account['status'] : null
  const status = statuses.find(known => known === value)
  if (!status) throw new AmazonFailure('unreadable', 'an advertising account has an unknown status')
  return status
}

/** Amazon may omit an empty list, so `{}` is valid. */
function listIn(body: unknown, name: string): readonly unknown[] {
  const list = isRecord(body) ? body[name] : null
  if (Array.isArray(list)) return list
  if (isRecord(body) && Object.keys(body).length === 0) return []
  throw new AmazonFailure('unreadable', `the response has no list of ${name}`)
}
