import type { ErrorPage } from '../../../src/adapters/fastify/kit/shell-model.ts'
import type { EmailChoicePage, SignInPage } from '../../../src/adapters/fastify/seller/page-models/access.ts'
import { accessSamples } from './access-samples.ts'
import { connectingSamples } from './connecting-samples.ts'
import { consoleSamples } from './console-samples.ts'
import { helpSamples } from './help-samples.ts'
import { performanceSamples } from './performance-samples.ts'
import { requestsSamples } from './requests-samples.ts'
import { notice, type Sample, sampleShell as shell, switcherWith, us } from './sample.ts'

export const signIn: SignInPage = {
  ...shell,
  title: 'Sign in',
  user: null,
  next: '/dashboard/ads/',
  email: '',
  problem: null,
}

export const errorPage = (
  status: number,
  heading: string,
  sentence: string,
  reference: string | null,
): ErrorPage => ({
  ...shell,
  title: heading,
  switcher: switcherWith([us]),
  status,
  heading,
  sentence,
  reference,
  link: { label: 'Back to Ads', href: '/dashboard/ads/' },
})

const emailPreferences: EmailChoicePage = {
  ...shell,
  title: 'Your emails',
  user: null,
  option: 'reminders',
  token: 'a-token',
  emails: 'reminders when an account needs your authorisation',
  isEmailWanted: true,
}

const ads = {
  signIn: (name: string, page: SignInPage): Sample => ({ name, view: 'sign-in', page }),
  error: (name: string, page: ErrorPage): Sample => ({ name, view: 'error', page }),
  emails: (name: string, page: EmailChoicePage): Sample => ({ name, view: 'email-preferences', page }),
}

export const pageSamples: readonly Sample[] = [
  ...accessSamples,
  ...consoleSamples,
  ...helpSamples,
  ...requestsSamples,
  ads.signIn('sign-in', signIn),
  ads.signIn('sign-in-problem', {
    ...signIn,
    email: 'seller@demo.test',
    problem: 'That email and password don’t match.',
  }),
  ads.signIn('sign-in-signed-out', {
    ...signIn,
    notice: notice('info', 'You’ve been signed out', 'Syncing continues in the background.'),
  }),
  ads.emails('email-preferences', emailPreferences),
  ads.emails('mail-choice-made', { ...emailPreferences, isEmailWanted: false }),
  ads.error(
    'error-not-found',
    errorPage(404, 'Page not found', 'The address may be mistyped, or the page has moved.', null),
  ),
  ads.error(
    'error-apology',
    errorPage(
      500,
      'Something went wrong on our side',
      'We’ve been notified. Try again in a minute.',
      '7F3K-2QXD',
    ),
  ),
  ads.error('error-signed-out', {
    ...errorPage(
      403,
      'This page was open too long',
      'For your security, nothing was changed. Go back, reload the page and try again.',
      null,
    ),
    user: null,
    switcher: null,
    link: { label: 'Sign in', href: '/login' },
  }),
  ...connectingSamples,
  ...performanceSamples,
]
