import type { CaseAction } from '../../../../domain/access/staff-action.ts'
import type { NoticeTexts } from '../shell-model.ts'

export type StaffNotice =
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
  | 'enrolment_link_sent'
  | 'user_disabled'
  | 'user_enabled'
  | 'access_unchanged'
  | 'user_invited'
  | 'connect_link_sent'
  | 'all_asked_to_authorise'
  | 'view_as_ended'
  | 'request_answered'
  | 'request_note_added'
  | 'request_status_changed'
  | 'request_unchanged'
  | 'tested_live'
  | `done_${Exclude<CaseAction, 'test_live'>}`

export const staffNotices: NoticeTexts<StaffNotice> = {
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
    sentence:
      'They are signed out everywhere. Staff get an email with a link to set up a new one. Reason logged.',
  },
  no_second_factor: {
    tone: 'info',
    title: 'No second factor to remove',
    sentence: 'Nothing was changed.',
  },
  enrolment_link_sent: {
    tone: 'success',
    title: 'Link sent',
    sentence: 'The email goes out within seconds. Its link can be used once, within 24 hours. Reason logged.',
  },
  user_disabled: {
    tone: 'success',
    title: 'Account disabled',
    sentence: 'Every browser is signed out, and no one can sign in. Syncing continues. Reason logged.',
  },
  user_enabled: {
    tone: 'success',
    title: 'Account enabled',
    sentence: 'The user can sign in again. Reason logged.',
  },
  access_unchanged: {
    tone: 'info',
    title: 'Account already in this state',
    sentence: 'Nothing was changed.',
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
  all_asked_to_authorise: {
    tone: 'success',
    title: 'Sellers asked to authorise again',
    sentence: 'Each gets one email. Accounts whose next sync fails appear here; repeat it for them.',
  },
  view_as_ended: {
    tone: 'success',
    title: '“View as seller” has ended',
    sentence: 'Start and end are logged and shown in the seller’s settings.',
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
}
