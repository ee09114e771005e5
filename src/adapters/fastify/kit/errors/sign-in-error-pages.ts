import type { PasswordChecksBusy } from '../../../../domain/access/password.ts'
import type { SignInClosed, SignInDelayed } from '../../../../domain/access/sign-in-failures.ts'
import type { ErrorPages } from './error-page-text.ts'

export type SignInError = PasswordChecksBusy | SignInDelayed | SignInClosed

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
}

const waitText = (seconds: number): string =>
  seconds <= 90 ? `${seconds} seconds` : `${Math.ceil(seconds / 60)} minutes`
