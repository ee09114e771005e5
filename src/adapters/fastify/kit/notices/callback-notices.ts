import type { EmptyProfileListReason } from '../../../../domain/connection/empty-profile-list.ts'
import type { NoticeTexts } from '../shell-model.ts'

/** `no_profiles` when Amazon gave no reason. */
export type EmptyListNotice = Exclude<EmptyProfileListReason['why'], 'unexplained'> | 'no_profiles'

export type CallbackNotice =
  | 'denied'
  | 'amazon_busy'
  | 'amazon_error'
  | 'state_expired'
  | 'state_replayed'
  | 'state_mismatch'
  | 'signed_out'
  | 'no_code'
  | 'code_refused'
  | 'exchange_timeout'
  | 'token_exchange_failed'
  | 'exchange_rejected'
  | 'agencies_only'
  | EmptyListNotice

const nothingStored = 'We didn’t store any credentials.'
const nothingKept = 'We didn’t keep any credentials.'

export const callbackNotices: NoticeTexts<CallbackNotice> = {
  denied: {
    tone: 'warning',
    title: 'You didn’t allow access at Amazon',
    sentence: `To connect, choose Allow on Amazon’s page. ${nothingStored}`,
  },
  amazon_busy: {
    tone: 'error',
    title: 'Amazon has a problem right now',
    sentence: `Amazon couldn’t complete the authorisation. Try again in a few minutes. ${nothingStored}`,
  },
  amazon_error: {
    tone: 'error',
    title: 'Amazon reported a problem',
    sentence: `Amazon rejected our request. The problem is on our side: please contact support. ${nothingStored}`,
  },
  state_expired: {
    tone: 'warning',
    title: 'Amazon’s page was open too long',
    sentence: `Complete the authorisation within 30 minutes. Start again here. ${nothingStored}`,
  },
  state_replayed: {
    tone: 'info',
    title: 'You’ve already used this authorisation',
    sentence: 'Amazon sent you back a second time. Nothing was changed.',
  },
  state_mismatch: {
    tone: 'warning',
    title: 'This authorisation didn’t start here',
    sentence: `You started it in another browser or while signed in as someone else. Start again here. ${nothingStored}`,
  },
  signed_out: {
    tone: 'warning',
    title: 'You’ve been signed out',
    sentence: `You weren’t signed in when you came back from Amazon. Connect again. ${nothingStored}`,
  },
  no_code: {
    tone: 'error',
    title: 'Amazon’s response was incomplete',
    sentence: `We couldn’t complete the authorisation. Connect again. ${nothingStored}`,
  },
  code_refused: {
    tone: 'error',
    title: 'The authorisation expired',
    sentence: `Too much time passed on Amazon’s page. Connect again. ${nothingStored}`,
  },
  exchange_timeout: {
    tone: 'error',
    title: 'Amazon didn’t respond in time',
    sentence: `We couldn’t complete the authorisation. Try again in a few minutes. ${nothingStored}`,
  },
  token_exchange_failed: {
    tone: 'error',
    title: 'We couldn’t complete the authorisation',
    sentence: `Amazon’s sign-in service didn’t respond correctly. Try again in a few minutes. ${nothingStored}`,
  },
  exchange_rejected: {
    tone: 'error',
    title: 'We couldn’t complete the authorisation',
    sentence: `Amazon’s sign-in service rejected our request. The problem is on our side: please contact support. ${nothingStored}`,
  },
  manager_without_rights: {
    tone: 'error',
    title: 'No profiles available: your login needs Editor rights',
    sentence: `This Amazon login belongs to a manager account. Amazon doesn’t show us its linked accounts. ${nothingKept}`,
    steps: [
      'Ask the manager account’s administrator to make your login an Editor of the linked account.',
      'Or allow access with the Amazon login that owns the account.',
      'Then connect again.',
    ],
  },
  no_ads_account: {
    tone: 'error',
    title: 'No profiles available: no advertising account',
    sentence: `This Amazon login has no access to an advertising account, so there is nothing to connect. ${nothingKept}`,
    steps: [
      'If you use several Amazon logins, connect again with the one that owns the account.',
      'If someone else owns the account, ask them to invite your login at advertising.amazon.com.',
      'If you don’t advertise on Amazon yet, register at advertising.amazon.com and create a campaign.',
    ],
  },
  ads_account_pending: {
    tone: 'warning',
    title: 'No profiles available: Amazon is setting up your account',
    sentence: `Amazon is still setting up your advertising account, so there is nothing to connect yet. ${nothingKept}`,
    steps: [
      'Sign in at advertising.amazon.com with the same Amazon login. Check whether Amazon needs anything from you.',
      'When the account is ready, create a first campaign.',
      'Then connect again.',
    ],
  },
  ads_account_disabled: {
    tone: 'error',
    title: 'No profiles available: Amazon has disabled your account',
    sentence: `Amazon has disabled this login’s advertising account. Only Amazon can reopen it. ${nothingKept}`,
    steps: [
      'Sign in at advertising.amazon.com with the same Amazon login. Read what Amazon says about the account.',
      'Ask Amazon’s support to reopen it.',
      'If you have another advertising account, connect with the login that owns it.',
    ],
  },
  no_campaign_yet: {
    tone: 'error',
    title: 'No profiles available: no campaign yet',
    sentence: `Amazon lists an advertising account only after its first campaign. ${nothingKept}`,
    steps: [
      'Sign in at advertising.amazon.com with the same Amazon login and create a first campaign.',
      'If the account already has campaigns, ask its owner for permission to view them.',
      'Then connect again.',
    ],
  },
  no_profiles: {
    tone: 'error',
    title: 'No profiles available',
    sentence: `This Amazon login has no active advertising profile, so there is nothing to connect. Amazon didn’t tell us why. ${nothingKept}`,
    steps: [
      'Sign in at advertising.amazon.com with the same Amazon login.',
      'Check for a profile with active campaigns, or an active seller account linked to advertising.',
      'If you use several Amazon logins, allow access with the one that owns the account.',
    ],
  },
  agencies_only: {
    tone: 'error',
    title: 'No profiles available',
    sentence: `This Amazon login only has agency or Amazon Attribution profiles, which have no sponsored ads to load. ${nothingKept}`,
    steps: [
      'Sign in at advertising.amazon.com and check which accounts this login can open.',
      'Ask the brand to invite you to its seller or vendor account. Then connect again.',
    ],
  },
}
