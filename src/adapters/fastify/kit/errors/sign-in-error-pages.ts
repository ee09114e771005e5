import type { EnrolmentLinkInvalid } from '../../../../domain/access/access-link.ts'
import type { PasskeyRejected, TooManyPasskeys } from '../../../../domain/access/passkey.ts'
import type { PasswordChecksBusy } from '../../../../domain/access/password.ts'
import type {
  InvalidCode,
  LastSecondFactor,
  SecondFactorLocked,
} from '../../../../domain/access/second-factor.ts'
import type { VerificationRequired } from '../../../../domain/access/session.ts'
import type { SignInClosed, SignInDelayed } from '../../../../domain/access/sign-in-failures.ts'
import type { ErrorPages } from './error-page-text.ts'

export type SignInError =
  | PasswordChecksBusy
  | SignInDelayed
  | SignInClosed
  | InvalidCode
  | SecondFactorLocked
  | LastSecondFactor
  | PasskeyRejected
  | TooManyPasskeys
  | VerificationRequired
  | EnrolmentLinkInvalid

const resetPassword = { label: 'Choose a new password', href: '/password/forgot' }

/** For sellers and staff. */
export const signInErrorPages: ErrorPages<SignInError> = {
  password_checks_busy: () => ({
    status: 503,
    retryAfter: 5,
    heading: 'Sign-in is busy',
    sentence: 'Nothing was changed. Try again in a few seconds.',
  }),
  sign_in_delayed: ({ waitSeconds }) => ({
    status: 429,
    retryAfter: waitSeconds,
    heading: 'Too many wrong passwords',
    sentence: `Try again in ${waitText(waitSeconds)}, or choose a new password with a link that we email you.`,
    link: resetPassword,
  }),
  sign_in_closed: () => ({
    status: 429,
    heading: 'Too many wrong passwords',
    sentence: 'To sign in again, choose a new password with a link that we email you.',
    link: resetPassword,
  }),
  invalid_code: () => ({
    status: 401,
    heading: 'That code didn’t work',
    sentence: 'The code is wrong, expired or already used. Enter the current code.',
    link: { label: 'Sign in', href: '/admin/login' },
  }),
  second_factor_locked: () => ({
    status: 429,
    heading: 'Too many wrong codes',
    sentence: 'For your security, codes are locked for a while. We’ve emailed you until when.',
    link: { label: 'Sign in', href: '/admin/login' },
  }),
  passkey_rejected: () => ({
    status: 401,
    heading: 'That passkey didn’t work',
    sentence: 'Try again, or use another way to confirm your sign-in.',
    link: { label: 'Sign in', href: '/login' },
  }),
  too_many_passkeys: () => ({
    status: 422,
    heading: 'You have ten passkeys',
    sentence: 'Nothing was changed. Remove one before you add another.',
    link: { label: 'Sign in', href: '/login' },
  }),
  verification_required: () => ({
    status: 403,
    heading: 'Confirm it’s you',
    sentence: 'Nothing was changed. Confirm it with the form, then try again.',
    link: { label: 'Sign in', href: '/login' },
  }),
  last_second_factor: () => ({
    status: 422,
    heading: 'Staff need a second factor',
    sentence: 'Nothing was changed. Add another passkey or app first.',
    link: { label: 'Back to the console', href: '/admin/' },
  }),
  enrolment_link_invalid: () => ({
    status: 410,
    heading: 'This link no longer works',
    sentence: 'It was already used or has expired. Nothing was changed. Ask an admin to send a new one.',
    link: { label: 'Sign in', href: '/admin/login' },
  }),
}

const waitText = (seconds: number): string =>
  seconds <= 90 ? `${seconds} seconds` : `${Math.ceil(seconds / 60)} minutes`
