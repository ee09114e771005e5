import type { AuthorisationLossReason } from '../../domain/connection/connection.ts'
import type { EmailMessage } from '../../domain/email/email-message.ts'
import type { SecurityNotice } from '../../domain/email/security-notice.ts'
import { referenceOf } from '../../domain/timeline/reference.ts'

interface EmailTexts {
  readonly subject: string
  readonly preview: string
  /** Empty for none. */
  readonly reason: string
  /** Formatted; empty for none. */
  readonly until: string
  readonly isReminder: boolean
  readonly isLast: boolean
}

const textDefaults = { reason: '', until: '', isReminder: false, isLast: false }

/** Subjects are logged, so they name no account or user. */
export function textsOf(message: EmailMessage): EmailTexts {
  switch (message.kind) {
    case 'data_ready':
      return {
        ...textDefaults,
        subject: 'Your Amazon Ads data is ready',
        preview: 'Your last 30 days are loaded. We’ll update them once a day.',
      }
    case 'authorisation_needed': {
      const subject = 'Your Amazon account needs your authorisation'
      return {
        subject: message.reminder > 0 ? `Reminder: ${lowerFirst(subject)}` : subject,
        preview: 'Syncing has stopped. Authorise again to resume it.',
        reason: lossTexts[message.why],
        until: formatDate(message.since),
        isReminder: message.reminder > 0,
        isLast: message.reminder === 4,
      }
    }
    case 'connection_replaced':
      return {
        ...textDefaults,
        subject: 'Your connected advertising account was replaced',
        preview: 'We keep the previous account’s data for 30 days.',
        until: formatDate(message.retainedUntil),
      }
    case 'connection_disconnected':
      return {
        ...textDefaults,
        subject: 'Your advertising account is disconnected',
        preview: 'We keep its data for 30 days, in case you connect it again.',
        until: formatDate(message.retainedUntil),
      }
    case 'connection_erased':
      return {
        ...textDefaults,
        subject: 'An advertising account was disconnected and its data erased',
        preview: 'We’ve erased all its data.',
        until: formatDate(message.closedAt),
      }
    case 'password_reset':
      return {
        ...textDefaults,
        subject: 'Reset your password',
        preview: 'We received a request to reset your password.',
        until: formatDateTime(message.validUntil),
      }
    case 'invitation':
      return {
        ...textDefaults,
        subject: 'You’re invited to 1smart.link',
        preview: 'Set a password to activate your account.',
        until: formatDateTime(message.validUntil),
      }
    case 'connect_link':
      return {
        ...textDefaults,
        subject: 'Your link to connect your Amazon account',
        preview: 'Support sent it. You can use it once, within 15 minutes.',
        until: formatDateTime(message.validUntil),
      }
    case 'enrolment_link':
      return {
        ...textDefaults,
        subject: 'Set up your second factor',
        preview: 'You need it to sign in to the support console.',
        until: formatDateTime(message.validUntil),
      }
    case 'security_notice': {
      const { subject, preview } = securityNoticeTexts(message.notice)
      return { ...textDefaults, subject, preview, until: formatDateTime(message.at) }
    }
    case 'help_requested':
      return {
        ...textDefaults,
        subject: `New support request: ${referenceOf(message.requestId)}`,
        preview: 'Read and answer it in the console.',
      }
    case 'support_request_replied':
      return {
        ...textDefaults,
        subject: `Support replied to your request ${referenceOf(message.requestId)}`,
        preview: 'We’ve replied to your request.',
      }
  }
}

function securityNoticeTexts(notice: SecurityNotice): Pick<EmailTexts, 'subject' | 'preview'> {
  switch (notice.event) {
    case 'password_changed':
      return {
        subject: 'Your password has changed',
        preview: 'Your password has changed, and all other devices are signed out.',
      }
    case 'app_added':
      return {
        subject: 'An authenticator app was added',
        preview: 'An authenticator app can now confirm your sign-ins.',
      }
    case 'passkey_added':
      return { subject: 'A passkey was added', preview: 'A new passkey can now confirm your sign-ins.' }
    case 'second_factor_removed':
      return {
        subject: 'A second factor was removed',
        preview:
          'A passkey or authenticator app no longer confirms your sign-ins. All devices are signed out.',
      }
    case 'recovery_code_used':
      return {
        subject: 'A recovery code was used',
        preview: 'Someone signed in to your account with a recovery code. The code is now used up.',
      }
    case 'recovery_codes_renewed':
      return {
        subject: 'You have new recovery codes',
        preview: 'Someone created new recovery codes for your account. The earlier ones no longer work.',
      }
    case 'codes_locked':
      return {
        subject: 'Too many wrong codes',
        preview: `Someone entered your password and several wrong codes. Codes are locked until ${formatDateTime(notice.until)}.`,
      }
    case 'sign_in_delayed':
      return {
        subject: 'Too many wrong passwords',
        preview:
          'Someone entered several wrong passwords for your account. Sign-in is delayed, except in browsers that you use.',
      }
    case 'new_device':
      return {
        subject: 'New sign-in to your account',
        preview: `Someone signed in to your account on a new device: ${notice.device}.`,
      }
    case 'role_changed':
      return { subject: 'Your role has changed', preview: `Your role is now ${notice.role}.` }
  }
}

const lossTexts: Readonly<Record<AuthorisationLossReason, string>> = {
  grant_revoked: 'Our access at Amazon was removed.',
  consent_expired: 'Your permission at Amazon expired after a year.',
  profile_access_lost: 'Your Amazon login can no longer read this advertising account.',
  marked_by_staff: 'Our support team has asked you to authorise again.',
}

const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1)

const dateFormat = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'long',
  year: 'numeric',
  timeZone: 'UTC',
})
const formatDate = (iso: string): string => dateFormat.format(new Date(iso))
const formatDateTime = (iso: string): string => `${formatDate(iso)}, ${iso.slice(11, 16)} UTC`
