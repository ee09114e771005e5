import type { AdvanceResult } from '../../../../application/connection/advance-pending-connection.ts'
import type { CallbackResult } from '../../../../application/connection/authorisation/complete-authorisation.ts'
import type { ProfileChoiceResult } from '../../../../application/connection/profile-choice.ts'
import type { StateError } from '../../../../domain/connection/authorisation-attempt.ts'
import { type EmptyProfileListReason, unexplained } from '../../../../domain/connection/empty-profile-list.ts'
import { isReference, referenceOf } from '../../../../domain/timeline/reference.ts'
import type { Notice } from '../shell-model.ts'
import type { EmptyListNotice } from './callback-notices.ts'
import { type NoticeCode, noticeText } from './notice-texts.ts'

export const noticeCodes = Object.keys(noticeText) as readonly NoticeCode[]

const emptyListNotices: Readonly<Record<EmptyProfileListReason['why'], EmptyListNotice>> = {
  manager_without_rights: 'manager_without_rights',
  no_ads_account: 'no_ads_account',
  ads_account_pending: 'ads_account_pending',
  ads_account_disabled: 'ads_account_disabled',
  no_campaign_yet: 'no_campaign_yet',
  unexplained: 'no_profiles',
}

/** S-10. `reason` is missing when Amazon was not asked. */
export const noProfilesNotice = (
  agencies: number,
  reason: EmptyProfileListReason | null | undefined,
): NoticeCode => (agencies > 0 ? 'agencies_only' : emptyListNotices[(reason ?? unexplained).why])

const noticesWithConnect: ReadonlySet<NoticeCode> = new Set<NoticeCode>([
  'denied',
  'amazon_error',
  'amazon_busy',
  'state_expired',
  'state_mismatch',
  'signed_out',
  'no_code',
  'code_refused',
  'exchange_timeout',
  'token_exchange_failed',
  'exchange_rejected',
  ...Object.values(emptyListNotices),
  'agencies_only',
  'pending_expired',
  'pending_undecryptable',
])

const troubleshooting = (anchor: string): NonNullable<Notice['link']> => ({
  label: 'More help',
  href: `/dashboard/help/troubleshooting#${anchor}`,
})

/** S-30. */
const helpLinks: ReadonlyMap<NoticeCode, NonNullable<Notice['link']>> = new Map([
  ...[...noticesWithConnect].map(code => [code, troubleshooting('oauth')] as const),
  ['state_replayed', troubleshooting('oauth')],
  ...Object.values(emptyListNotices).map(code => [code, troubleshooting('no-profiles')] as const),
  ['agencies_only', troubleshooting('no-profiles')],
  ['pending_expired', { label: 'How long we keep it', href: '/dashboard/help/connecting#pending' }],
])

export function noticeOf(code: string | undefined, reference: string | undefined): Notice | null {
  if (!code || !Object.hasOwn(noticeText, code)) return null
  const noticeCode = code as NoticeCode
  const { steps = [], ...rest } = noticeText[noticeCode]
  return {
    ...rest,
    steps,
    link: helpLinks.get(noticeCode) ?? null,
    reauthorisedConnectionId: null,
    reference: reference && isReference(reference) ? reference : null,
    hasConnectButton: noticesWithConnect.has(noticeCode),
  }
}

export function adsPageUrl(code: NoticeCode, id: string | null = null): string {
  return `/dashboard/ads/?notice=${code}${id ? `&ref=${referenceOf(id)}` : ''}`
}

export const callbackErrorNotices: Readonly<Record<StateError | 'no_code', NoticeCode>> = {
  unknown: 'state_mismatch',
  other_user: 'state_mismatch',
  other_browser: 'state_mismatch',
  replayed: 'state_replayed',
  expired: 'state_expired',
  no_code: 'no_code',
}

/** S-07. */
export function urlAfterCallback(result: CallbackResult): string {
  switch (result.outcome) {
    case 'authorised':
    case 'plan_required':
      return '/dashboard/ads/'
    case 'denied':
    case 'amazon_busy':
    case 'amazon_error':
      return adsPageUrl(result.outcome, result.attemptId)
    case 'rejected':
      return adsPageUrl(callbackErrorNotices[result.why], result.attemptId)
    case 'token_exchange_failed':
      return adsPageUrl(exchangeNotice(result.why), result.attemptId)
  }
}

/** Its text names the account, so it is not among the closed texts. */
export const notReachedCode = 'profile_not_reached'

export function urlAfterAdvance(result: AdvanceResult): string {
  switch (result.outcome) {
    case 'waiting':
      return '/dashboard/ads/'
    case 'renewed':
      return `${adsPageUrl('renewed')}&account=${result.connectionId}`
    case 'profile_not_reached':
      return `/dashboard/ads/?notice=${notReachedCode}&ref=${referenceOf(result.attemptId)}&account=${result.connectionId}`
    case 'no_profiles':
      return adsPageUrl(noProfilesNotice(result.agencies, result.reason), result.attemptId)
    case 'unreadable':
      return adsPageUrl('pending_undecryptable', result.attemptId)
    case 'gone':
      return adsPageUrl('no_pending_connection')
  }
}

export function urlAfterChoice(result: ProfileChoiceResult): string {
  switch (result.outcome) {
    case 'connected':
      return '/dashboard/ads/'
    case 'nothing_reauthorised':
    case 'renewed':
    case 'reopened':
      return adsPageUrl(result.outcome)
    case 'blocked':
      return `/dashboard/ads/?choose=${result.profileId}`
    case 'different_amazon_user':
      return `/dashboard/ads/?confirm=${result.profileId}`
  }
}

export const isInternalError = (result: CallbackResult): boolean =>
  result.outcome === 'amazon_error' ||
  (result.outcome === 'token_exchange_failed' && exchangeNotice(result.why) === 'exchange_rejected')

export function exchangeNotice(
  why: Extract<CallbackResult, { outcome: 'token_exchange_failed' }>['why'],
): NoticeCode {
  if (why === 'code_refused') return 'code_refused'
  if (why === 'client_refused' || why === 'refused') return 'exchange_rejected'
  return why === 'timeout' ? 'exchange_timeout' : 'token_exchange_failed'
}
