import type { NoticeTexts } from '../shell-model.ts'

export type SellerNotice =
  | 'discarded'
  | 'disconnected'
  | 'renewed'
  | 'reopened'
  | 'erasing'
  | 'pending_expired'
  | 'pending_undecryptable'
  | 'password_set'
  | 'password_changed'
  | 'session_ended'
  | 'second_factor_added'
  | 'second_factor_removed_by_owner'
  | 'email_preferences_saved'
  | 'support_request_sent'
  | 'other_sessions_ended'
  | 'nothing_reauthorised'
  | 'no_pending_connection'

export const sellerNotices: NoticeTexts<SellerNotice> = {
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
  second_factor_added: {
    tone: 'success',
    title: 'Your second factor is set up',
    sentence: 'Your next sign-in asks for it.',
  },
  second_factor_removed_by_owner: {
    tone: 'success',
    title: 'Removed',
    sentence: 'You’re signed out everywhere. Sign in again.',
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
  support_request_sent: {
    tone: 'success',
    title: 'We’ve received your request',
    sentence: 'Thank you for telling us. We’ll reply by email.',
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
