import type { AuthorisationLoss } from '../../domain/connection/connection.ts'
import type { Mail } from '../../domain/mail/mail.ts'
import { referenceOf } from '../../domain/timeline/reference.ts'

interface Words {
  readonly subject: string
  readonly preview: string
  /** Empty when there is none. */
  readonly reason: string
  /** Formatted; empty when there is none. */
  readonly until: string
  readonly isReminder: boolean
  readonly isLast: boolean
}

const plainWords = { reason: '', until: '', isReminder: false, isLast: false }

/** Same wording as on the page. Subjects are logged, so they name no account or user. */
export function wordsOf(mail: Mail): Words {
  switch (mail.kind) {
    case 'data_ready':
      return {
        ...plainWords,
        subject: 'Your Amazon Ads data is ready',
        preview: 'Have a look at your figures of the last 30 days.',
      }
    case 'authorisation_needed': {
      const subject = 'Your Amazon account needs your authorisation'
      return {
        subject: mail.reminder > 0 ? `Reminder: ${lowerFirst(subject)}` : subject,
        preview: 'Syncing has stopped. One click at Amazon starts it again.',
        reason: losses[mail.why],
        until: dateOf(mail.since),
        isReminder: mail.reminder > 0,
        isLast: mail.reminder === 4,
      }
    }
    case 'connection_replaced':
      return {
        ...plainWords,
        subject: 'Another Amazon account took the place of yours',
        preview: 'What was loaded of the former one is kept for a while.',
        until: dateOf(mail.keptUntil),
      }
    case 'connection_disconnected':
      return {
        ...plainWords,
        subject: 'Your Amazon account is disconnected',
        preview: 'What was loaded is kept for a while, should you change your mind.',
        until: dateOf(mail.keptUntil),
      }
    case 'connection_erased':
      return {
        ...plainWords,
        subject: 'An Amazon account is disconnected and its data erased',
        preview: 'Nothing of what was loaded is kept.',
        until: dateOf(mail.closedAt),
      }
    case 'password_reset':
      return {
        ...plainWords,
        subject: 'Choose a new password',
        preview: 'You, or somebody who knows your address, asked for it.',
        until: momentOf(mail.validUntil),
      }
    case 'invitation':
      return {
        ...plainWords,
        subject: 'You are invited to 1smart.link',
        preview: 'Choose a password, and your account is ready.',
        until: momentOf(mail.validUntil),
      }
    case 'connect_link':
      return {
        ...plainWords,
        subject: 'Your link to connect your Amazon account',
        preview: 'Support has sent it. It works once, for 15 minutes.',
        until: momentOf(mail.validUntil),
      }
    case 'help_requested':
      return {
        ...plainWords,
        subject: `A seller asks for help: ${referenceOf(mail.requestId)}`,
        preview: 'What they ask is in the console.',
      }
    case 'help_answered':
      return {
        ...plainWords,
        subject: `Support has answered your request ${referenceOf(mail.requestId)}`,
        preview: 'Here is what we can say to it.',
      }
  }
}

const losses: Readonly<Record<AuthorisationLoss, string>> = {
  grant_gone: 'The permission that you gave at Amazon is gone.',
  consent_expired: 'The permission that you gave at Amazon has run out, as each does after a year.',
  profile_rights_lost: 'Your Amazon login may no longer read this advertising account.',
  marked_by_us: 'Our support has asked for your permission at Amazon anew.',
}

const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1)

const dates = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'long',
  year: 'numeric',
  timeZone: 'UTC',
})
/** `24 November 2026` */
const dateOf = (iso: string): string => dates.format(new Date(iso))
/** `24 November 2026, 15:42 UTC` */
const momentOf = (iso: string): string => `${dateOf(iso)}, ${iso.slice(11, 16)} UTC`
