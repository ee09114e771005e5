import type { CaseAction } from '../../domain/access/staff-action.ts'
import type { EmptyListReason } from '../../domain/connection/empty-list.ts'
import type { Notice } from './page-models/shell.ts'

/** A closed list, so that a URL can't put its own text on a page. */
export type NoticeCode =
  | 'denied'
  | 'amazon_busy'
  | 'amazon_error'
  | 'state_expired'
  | 'state_replayed'
  | 'state_foreign'
  | 'signed_out'
  | 'no_code'
  | 'code_refused'
  | 'exchange_timeout'
  | 'exchange_failed'
  | 'exchange_refused'
  | EmptyListNotice
  | 'agencies_only'
  | 'discarded'
  | 'disconnected'
  | 'renewed'
  | 'reopened'
  | 'erasing'
  | 'nothing_pending'
  | 'nothing_renewed'
  | 'pending_expired'
  | 'pending_unreadable'
  | 'password_set'
  | 'password_changed'
  | 'session_ended'
  | 'others_signed_out'
  | 'mails_chosen'
  | 'plan_changed'
  | 'plan_unchanged'
  | 'plan_stale'
  | 'role_changed'
  | 'role_unchanged'
  | 'role_stale'
  | 'signed_them_out'
  | 'nobody_signed_in'
  | 'factor_removed'
  | 'factor_none'
  | 'person_invited'
  | 'connect_link_sent'
  | 'viewing_ended'
  | 'help_sent'
  | 'tested_live'
  | `done_${Exclude<CaseAction, 'test_live'>}`
  | 'request_answered'
  | 'request_noted'
  | 'request_put'
  | 'request_unchanged'

/** `no_profiles` when Amazon gave no reason. */
export type EmptyListNotice = Exclude<EmptyListReason['why'], 'unexplained'> | 'no_profiles'

type Words = Pick<Notice, 'tone' | 'title' | 'sentence'> & Partial<Pick<Notice, 'steps'>>

const nothingStored = 'Nothing of your credentials was stored.'
const nothingKept = 'Nothing of your credentials was kept.'

export const noticeWords: Readonly<Record<NoticeCode, Words>> = {
  denied: {
    tone: 'warning',
    title: 'You did not allow access at Amazon',
    sentence: `Connecting needs your permission on Amazon’s page. ${nothingStored}`,
  },
  amazon_busy: {
    tone: 'error',
    title: 'Amazon has a problem at the moment',
    sentence: `Amazon could not complete the authorisation just now. Please try again in a few minutes. ${nothingStored}`,
  },
  amazon_error: {
    tone: 'error',
    title: 'Amazon reported a problem',
    sentence: `Amazon did not accept how we asked for your permission, which is ours to mend: please contact support. ${nothingStored}`,
  },
  state_expired: {
    tone: 'warning',
    title: 'Amazon’s page was open too long',
    sentence: `The authorisation has to be completed within 30 minutes. ${nothingStored}`,
  },
  state_replayed: {
    tone: 'info',
    title: 'This authorisation was used already',
    sentence: 'The page came back from Amazon a second time, so it changed nothing.',
  },
  state_foreign: {
    tone: 'warning',
    title: 'This authorisation did not start here',
    sentence: `It began in another browser or sign-in, so it was not taken up. ${nothingStored}`,
  },
  signed_out: {
    tone: 'warning',
    title: 'You were signed out meanwhile',
    sentence: `When you came back from Amazon nobody was signed in here, so it was not taken up. ${nothingStored}`,
  },
  no_code: {
    tone: 'error',
    title: 'Amazon sent nothing to continue with',
    sentence: `The redirect back from Amazon was incomplete. Please connect again. ${nothingStored}`,
  },
  code_refused: {
    tone: 'error',
    title: 'The authorisation expired on the way',
    sentence: `Amazon did not accept its own code any more, which happens after a long delay. Please connect again. ${nothingStored}`,
  },
  exchange_timeout: {
    tone: 'error',
    title: 'Amazon did not answer in time',
    sentence: `The authorisation could not be completed. Please try again in a few minutes. ${nothingStored}`,
  },
  exchange_failed: {
    tone: 'error',
    title: 'The authorisation could not be completed',
    sentence: `Amazon’s sign-in service could not be reached, or did not answer properly. Please try again in a few minutes. ${nothingStored}`,
  },
  exchange_refused: {
    tone: 'error',
    title: 'The authorisation could not be completed',
    sentence: `Amazon’s sign-in service refused us, not you, which is ours to mend: please contact support. ${nothingStored}`,
  },
  manager_without_rights: {
    tone: 'error',
    title: 'No profiles available: your login needs Editor rights',
    sentence: `This Amazon login belongs to a manager account, and Amazon shows us none of the accounts that are linked there. ${nothingKept}`,
    steps: [
      'Ask whoever administers the manager account at advertising.amazon.com to make your login an Editor of the account that you want to connect.',
      'Or allow access with the Amazon login that owns this account.',
      'Then connect again.',
    ],
  },
  no_ads_account: {
    tone: 'error',
    title: 'No profiles available: no advertising account',
    sentence: `This Amazon login has no advertising account and was invited to none, so there is nothing to connect. ${nothingKept}`,
    steps: [
      'If you use several Amazon logins, connect again and allow access with the one that owns the advertising account.',
      'If the account is somebody else’s, ask its owner to invite your login at advertising.amazon.com.',
      'If you do not advertise on Amazon yet, register at advertising.amazon.com and create a first campaign.',
    ],
  },
  ads_account_pending: {
    tone: 'warning',
    title: 'No profiles available: Amazon is setting up your account',
    sentence: `Amazon has not finished setting up your advertising account, so there is nothing to connect yet. ${nothingKept}`,
    steps: [
      'Sign in at advertising.amazon.com with the same Amazon login, and see whether Amazon asks you for something.',
      'When the account is ready there, create a first campaign.',
      'Then connect again.',
    ],
  },
  ads_account_disabled: {
    tone: 'error',
    title: 'No profiles available: Amazon has disabled your account',
    sentence: `Amazon has disabled the advertising account of this login, and only Amazon can open it again. ${nothingKept}`,
    steps: [
      'Sign in at advertising.amazon.com with the same Amazon login, and see what Amazon says about the account.',
      'Ask Amazon’s support to open it again.',
      'If you have another advertising account, allow access with the login that owns it.',
    ],
  },
  no_campaign_yet: {
    tone: 'error',
    title: 'No profiles available: no campaign yet',
    sentence: `Your advertising account is there, and Amazon shows it to nobody before its first campaign. ${nothingKept}`,
    steps: [
      'Sign in at advertising.amazon.com with the same Amazon login, and create a first campaign there.',
      'If you see campaigns there already, ask the owner of the account to let your login see campaigns or reports.',
      'Then connect again.',
    ],
  },
  no_profiles: {
    tone: 'error',
    title: 'No profiles available',
    sentence: `This Amazon login has no active advertising profile, so there is nothing to connect; Amazon did not tell us why. ${nothingKept}`,
    steps: [
      'Sign in at advertising.amazon.com with the same Amazon login.',
      'Confirm that there is at least one profile with active campaigns, or an active seller account linked to advertising.',
      'If you use several Amazon logins, make sure that you allow access with the one that owns the advertising account.',
    ],
  },
  agencies_only: {
    tone: 'error',
    title: 'No profiles available',
    sentence: `This Amazon login only reaches agency profiles, which have no sponsored ads to load. ${nothingKept}`,
    steps: [
      'Sign in at advertising.amazon.com and check which accounts this login may open.',
      'Ask the brand’s account owner to invite you to their seller or vendor account, then connect again.',
    ],
  },
  discarded: {
    tone: 'info',
    title: 'The authorisation was discarded',
    sentence: 'Nothing was connected, and nothing of your credentials is stored.',
  },
  disconnected: {
    tone: 'success',
    title: 'The account is disconnected',
    sentence:
      'Its authorisation is erased and syncing has stopped. Its data is kept for 30 days: connect the same profile again, and all of it is there.',
  },
  renewed: {
    tone: 'success',
    title: 'The authorisation is renewed',
    sentence: 'What is missing is loaded in the background, and the daily sync goes on.',
  },
  reopened: {
    tone: 'success',
    title: 'Welcome back to this account',
    sentence: 'What was loaded before is here again, and what is missing is loaded in the background.',
  },
  erasing: {
    tone: 'success',
    title: 'The data is being erased',
    sentence:
      'It takes a minute at most. Of the account only the times of connecting and disconnecting are kept.',
  },
  pending_expired: {
    tone: 'warning',
    title: 'Your authorisation has expired',
    sentence: 'It was kept for one hour, and no profile was chosen. Nothing of it is stored any more.',
  },
  pending_unreadable: {
    tone: 'error',
    title: 'Please authorise at Amazon again',
    sentence: 'Something went wrong on our side with the authorisation that you gave. Nothing was connected.',
  },
  password_set: {
    tone: 'success',
    title: 'Your password is set',
    sentence: 'Please sign in with it.',
  },
  password_changed: {
    tone: 'success',
    title: 'Your password is changed',
    sentence: 'Everywhere else you are signed out.',
  },
  session_ended: {
    tone: 'success',
    title: 'Signed out there',
    sentence: 'That browser has to sign in again.',
  },
  mails_chosen: {
    tone: 'success',
    title: 'Your choice is saved',
    sentence: 'Mails about your security, and those that you ask for, come all the same.',
  },
  plan_changed: {
    tone: 'success',
    title: 'The plan is changed',
    sentence: 'It counts from now on. Your reason is on record.',
  },
  plan_unchanged: {
    tone: 'info',
    title: 'They had this plan already',
    sentence: 'Nothing was changed.',
  },
  plan_stale: {
    tone: 'warning',
    title: 'The plan has changed meanwhile',
    sentence: 'Nothing of yours was saved. This is the plan as it is now.',
  },
  role_changed: {
    tone: 'success',
    title: 'The role is changed',
    sentence: 'It counts from now on, and nothing was disconnected. Your reason is on record.',
  },
  role_unchanged: {
    tone: 'info',
    title: 'They had this role already',
    sentence: 'Nothing was changed.',
  },
  role_stale: {
    tone: 'warning',
    title: 'The role has changed meanwhile',
    sentence: 'Nothing of yours was saved. This is the role as it is now.',
  },
  signed_them_out: {
    tone: 'success',
    title: 'All their sign-ins are ended',
    sentence: 'Every browser has to sign in again. Your reason is on record.',
  },
  nobody_signed_in: {
    tone: 'info',
    title: 'They were signed in nowhere',
    sentence: 'Nothing was changed.',
  },
  factor_removed: {
    tone: 'success',
    title: 'Their second factor is taken away',
    sentence:
      'They are signed out of the console, and set up another one at the next sign-in. Your reason is on record.',
  },
  factor_none: {
    tone: 'info',
    title: 'They had no second factor',
    sentence: 'They set one up at the next sign-in in the console.',
  },
  person_invited: {
    tone: 'success',
    title: 'The invitation is on its way',
    sentence: 'It is mailed within seconds, and holds for seven days. Your reason is on record.',
  },
  connect_link_sent: {
    tone: 'success',
    title: 'The link is on its way',
    sentence:
      'It is mailed within seconds and works once, for 15 minutes. One that was sent before is worth nothing now.',
  },
  viewing_ended: {
    tone: 'success',
    title: 'You no longer look as them',
    sentence: 'When you began and when you stopped is on record, and stands in their settings.',
  },
  help_sent: {
    tone: 'success',
    title: 'Your request is with support',
    sentence: 'Thank you for telling us. The answer comes by e-mail.',
  },
  request_answered: {
    tone: 'success',
    title: 'Your answer is on its way',
    sentence: 'It is mailed within seconds. The request waits for them now.',
  },
  request_noted: {
    tone: 'success',
    title: 'Your note is kept',
    sentence: 'The staff alone can read it.',
  },
  request_put: {
    tone: 'success',
    title: 'The state is changed',
    sentence: 'Whoever asked sees it on their help page.',
  },
  request_unchanged: {
    tone: 'info',
    title: 'It was in this state already',
    sentence: 'Nothing was changed.',
  },
  tested_live: {
    tone: 'info',
    title: 'The connection was tested',
    sentence: 'What Amazon said to each step stands first in the story.',
  },
  done_sync_now: {
    tone: 'success',
    title: 'The sync is asked for',
    sentence: 'It begins within seconds. Your reason is on record.',
  },
  done_retry_failed: {
    tone: 'success',
    title: 'The failed reports are asked for again',
    sentence: 'Amazon takes some minutes for them. Your reason is on record.',
  },
  done_load_again: {
    tone: 'success',
    title: 'The days are asked for again',
    sentence: 'Amazon takes some minutes for them. Your reason is on record.',
  },
  done_cancel_run: {
    tone: 'success',
    title: 'The loading is cancelled',
    sentence: 'The next daily sync asks for what is missing. Your reason is on record.',
  },
  done_mark_unauthorised: {
    tone: 'success',
    title: 'The account needs authorisation now',
    sentence: 'The seller is told by mail. Your reason is on record.',
  },
  done_disconnect: {
    tone: 'success',
    title: 'The account is disconnected',
    sentence:
      'What was loaded is kept for 30 days, and the seller is told by mail. Your reason is on record.',
  },
  done_discard_pending: {
    tone: 'success',
    title: 'The authorisation is discarded',
    sentence: 'The seller has to allow access at Amazon again. Your reason is on record.',
  },
  others_signed_out: {
    tone: 'success',
    title: 'Signed out everywhere else',
    sentence: 'Every other browser has to sign in again.',
  },
  nothing_renewed: {
    tone: 'warning',
    title: 'This account is not connected any more',
    sentence:
      'Nothing was renewed. What you allowed at Amazon is kept for its hour, to choose an account from.',
  },
  nothing_pending: {
    tone: 'info',
    title: 'There is nothing to try again',
    sentence: 'The authorisation is used, discarded or older than an hour.',
  },
}
