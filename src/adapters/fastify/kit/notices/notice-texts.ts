import type { CaseAction } from '../../../../domain/access/staff-action.ts'
import type { EmptyProfileListReason } from '../../../../domain/connection/empty-profile-list.ts'
import type { Notice } from '../shell-model.ts'

/** A closed list: a URL can't put its own text on a page. */
export type NoticeCode =
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
  | EmptyListNotice
  | 'agencies_only'
  | 'discarded'
  | 'disconnected'
  | 'renewed'
  | 'reopened'
  | 'erasing'
  | 'no_pending_connection'
  | 'nothing_reauthorised'
  | 'pending_expired'
  | 'pending_undecryptable'
  | 'password_set'
  | 'password_changed'
  | 'session_ended'
  | 'other_sessions_ended'
  | 'email_preferences_saved'
  | 'plan_changed'
  | 'plan_unchanged'
  | 'plan_conflict'
  | 'role_changed'
  | 'role_unchanged'
  | 'role_conflict'
  | 'user_signed_out'
  | 'no_sessions_to_end'
  | 'second_factor_removed'
  | 'no_second_factor'
  | 'user_invited'
  | 'connect_link_sent'
  | 'view_as_ended'
  | 'support_request_sent'
  | 'tested_live'
  | `done_${Exclude<CaseAction, 'test_live'>}`
  | 'request_answered'
  | 'request_note_added'
  | 'request_status_changed'
  | 'request_unchanged'

/** `no_profiles` when Amazon gave no reason. */
export type EmptyListNotice = Exclude<EmptyProfileListReason['why'], 'unexplained'> | 'no_profiles'

type Text = Pick<Notice, 'tone' | 'title' | 'sentence'> & Partial<Pick<Notice, 'steps'>>

const nothingStored = 'We didn’t store any credentials.'
const nothingKept = 'We didn’t keep any credentials.'

export const noticeText: Readonly<Record<NoticeCode, Text>> = {
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
    sentence: `This Amazon login only has agency profiles, which have no sponsored ads to load. ${nothingKept}`,
    steps: [
      'Sign in at advertising.amazon.com and check which accounts this login can open.',
      'Ask the brand to invite you to its seller or vendor account. Then connect again.',
    ],
  },
  discarded: {
    tone: 'info',
    title: 'Connection cancelled',
    sentence: 'Nothing was connected. We didn’t keep any credentials.',
  },
  disconnected: {
    tone: 'success',
    title: 'Account disconnected',
    sentence:
      'Syncing has stopped and the authorisation is erased. We keep the account’s data for 30 days. To get the data back, connect the same profile again.',
  },
  renewed: {
    tone: 'success',
    title: 'You’ve authorised again',
    sentence: 'Missing data is loading in the background. The daily sync continues.',
  },
  reopened: {
    tone: 'success',
    title: 'Welcome back to this account',
    sentence: 'Your earlier data is back. Missing data is loading in the background.',
  },
  erasing: {
    tone: 'success',
    title: 'We’re erasing the data',
    sentence: 'This takes up to a minute. We keep only the dates you connected and disconnected.',
  },
  pending_expired: {
    tone: 'warning',
    title: 'Your authorisation has expired',
    sentence: 'You had one hour to choose an account. We’ve erased the authorisation. Connect again.',
  },
  pending_undecryptable: {
    tone: 'error',
    title: 'Please authorise at Amazon again',
    sentence: 'Something went wrong on our side with your authorisation. Nothing was connected.',
  },
  password_set: {
    tone: 'success',
    title: 'Your password is set',
    sentence: 'Sign in with your new password.',
  },
  password_changed: {
    tone: 'success',
    title: 'Your password has changed',
    sentence: 'You’re signed out on other devices.',
  },
  session_ended: {
    tone: 'success',
    title: 'Signed out on that device',
    sentence: 'That browser must sign in again.',
  },
  email_preferences_saved: {
    tone: 'success',
    title: 'Your choices are saved',
    sentence: 'We’ll still send security emails and emails you ask for.',
  },
  plan_changed: {
    tone: 'success',
    title: 'Plan changed',
    sentence: 'In effect now. Reason logged.',
  },
  plan_unchanged: {
    tone: 'info',
    title: 'Plan already set',
    sentence: 'Nothing was changed.',
  },
  plan_conflict: {
    tone: 'warning',
    title: 'The plan has changed in the meantime',
    sentence: 'Your change was not saved. The current plan is shown.',
  },
  role_changed: {
    tone: 'success',
    title: 'Role changed',
    sentence: 'In effect now. Nothing was disconnected. Reason logged.',
  },
  role_unchanged: {
    tone: 'info',
    title: 'Role already set',
    sentence: 'Nothing was changed.',
  },
  role_conflict: {
    tone: 'warning',
    title: 'The role has changed in the meantime',
    sentence: 'Your change was not saved. The current role is shown.',
  },
  user_signed_out: {
    tone: 'success',
    title: 'User signed out everywhere',
    sentence: 'Every browser must sign in again. Reason logged.',
  },
  no_sessions_to_end: {
    tone: 'info',
    title: 'No sign-ins to end',
    sentence: 'Nothing was changed.',
  },
  second_factor_removed: {
    tone: 'success',
    title: 'Second factor removed',
    sentence: 'They are signed out of the console. They set up a new one at the next sign-in. Reason logged.',
  },
  no_second_factor: {
    tone: 'info',
    title: 'No second factor to remove',
    sentence: 'One is set up at the next console sign-in.',
  },
  user_invited: {
    tone: 'success',
    title: 'Invitation sent',
    sentence: 'The email goes out within seconds; its link is valid for seven days. Reason logged.',
  },
  connect_link_sent: {
    tone: 'success',
    title: 'Link sent',
    sentence:
      'The email goes out within seconds. Its link can be used once, within 15 minutes. Earlier links no longer work.',
  },
  view_as_ended: {
    tone: 'success',
    title: '“View as seller” has ended',
    sentence: 'Start and end are logged and shown in the seller’s settings.',
  },
  support_request_sent: {
    tone: 'success',
    title: 'We’ve received your request',
    sentence: 'Thank you for telling us. We’ll reply by email.',
  },
  request_answered: {
    tone: 'success',
    title: 'Reply sent',
    sentence: 'The email goes out within seconds. Request is waiting for customer.',
  },
  request_note_added: {
    tone: 'success',
    title: 'Note saved',
    sentence: 'Visible to staff only.',
  },
  request_status_changed: {
    tone: 'success',
    title: 'Status changed',
    sentence: 'The seller sees it on the help page.',
  },
  request_unchanged: {
    tone: 'info',
    title: 'Status already set',
    sentence: 'Nothing was changed.',
  },
  tested_live: {
    tone: 'info',
    title: 'Connection tested',
    sentence: 'Amazon’s response to each step is at the top of the timeline.',
  },
  done_sync_now: {
    tone: 'success',
    title: 'Sync started',
    sentence: 'Begins within seconds. Reason logged.',
  },
  done_retry_failed: {
    tone: 'success',
    title: 'Failed reports requested again',
    sentence: 'Amazon needs a few minutes. Reason logged.',
  },
  done_load_again: {
    tone: 'success',
    title: 'Days requested again',
    sentence: 'Amazon needs a few minutes. Reason logged.',
  },
  done_cancel_run: {
    tone: 'success',
    title: 'Sync cancelled',
    sentence: 'The next daily sync requests missing data. Reason logged.',
  },
  done_mark_unauthorised: {
    tone: 'success',
    title: 'Marked as needing authorisation',
    sentence: 'Seller notified by email. Reason logged.',
  },
  done_disconnect: {
    tone: 'success',
    title: 'Account disconnected',
    sentence: 'Data kept for 30 days. Seller notified by email. Reason logged.',
  },
  done_discard_pending: {
    tone: 'success',
    title: 'Authorisation cancelled',
    sentence: 'The seller must allow access at Amazon again. Reason logged.',
  },
  other_sessions_ended: {
    tone: 'success',
    title: 'Signed out everywhere else',
    sentence: 'Every other browser must sign in again.',
  },
  nothing_reauthorised: {
    tone: 'warning',
    title: 'This account is no longer connected',
    sentence: 'Nothing was changed. Your authorisation is kept for an hour, so you can choose an account.',
  },
  no_pending_connection: {
    tone: 'info',
    title: 'There’s no authorisation to finish',
    sentence: 'The authorisation was already used or cancelled, or it has expired.',
  },
}
