import type {
  AccessLinkInvalid,
  ConnectLinkForAnotherUser,
  ConnectLinkInvalid,
} from '../../../../domain/access/access-link.ts'
import type {
  CurrentPasswordIncorrect,
  PasswordNotAllowed,
  PasswordProblem,
} from '../../../../domain/access/password.ts'
import type { PlanRestriction } from '../../../../domain/access/subscription.ts'
import type { DashboardNotForSupport, InvalidCredentials } from '../../../../domain/access/user.ts'
import { bidiIsolate } from '../../../../domain/bidi-isolate.ts'
import type { ChoiceError, ConnectionNotFound, StillConnected } from '../../../../domain/connection/errors.ts'
import type {
  InvalidSupportRequest,
  SupportRequestLimitReached,
} from '../../../../domain/help/support-request.ts'
import type { TooManyExports, TooManyTableQueries } from '../../../../domain/performance/errors.ts'
import type { Ineligibility } from '../../../../domain/profile/profile.ts'
import { formatDate } from '../formats.ts'
import type { ErrorPages } from './error-page-text.ts'

export type SellerError =
  | InvalidCredentials
  | DashboardNotForSupport
  | AccessLinkInvalid
  | ConnectLinkInvalid
  | ConnectLinkForAnotherUser
  | PasswordNotAllowed
  | CurrentPasswordIncorrect
  | ChoiceError
  | TooManyExports
  | TooManyTableQueries
  | StillConnected
  | ConnectionNotFound
  | InvalidSupportRequest
  | SupportRequestLimitReached

const adsPath = '/dashboard/ads/'
const startAgain = { label: 'Start again', href: adsPath }
const backToPicker = { label: 'Choose an account', href: adsPath }

export const sellerErrorPages: ErrorPages<SellerError> = {
  invalid_credentials: () => ({
    status: 401,
    heading: 'That email and password don’t match',
    sentence: 'Check both and try again.',
    link: { label: 'Sign in', href: '/login' },
  }),
  dashboard_not_for_support: () => ({
    status: 403,
    heading: 'These pages are for sellers',
    sentence: 'Support staff have a separate sign-in.',
    link: { label: 'Sign in as someone else', href: '/login' },
  }),
  access_link_invalid: () => ({
    status: 410,
    heading: 'This link no longer works',
    sentence: 'It was already used or has expired. Nothing was changed.',
    link: { label: 'Get a new link', href: '/password/forgot' },
  }),
  connect_link_invalid: () => ({
    status: 410,
    heading: 'This link no longer works',
    sentence:
      'It was already used, is older than 15 minutes, or support sent a newer one. Nothing was changed.',
    link: { label: 'Connect without the link', href: adsPath },
  }),
  connect_link_for_another_user: ({ email }) => ({
    status: 403,
    heading: 'This link was sent to someone else',
    sentence: `You’re signed in as ${bidiIsolate(email)}. Nothing was changed. Sign out, then sign in with the account that received the email. Open the link again.`,
    link: { label: 'Back to Ads', href: adsPath },
  }),
  password_not_allowed: ({ problem }) => ({
    status: 422,
    heading: 'Choose a new password',
    sentence: passwordText[problem],
    link: { label: 'Sign in', href: '/login' },
  }),
  current_password_incorrect: () => ({
    status: 422,
    heading: 'Your current password is incorrect',
    sentence: 'Nothing was changed. Enter it again.',
    link: { label: 'Back to Settings', href: '/dashboard/settings' },
  }),
  plan_required: ({ planRestriction }) => ({
    status: 403,
    heading: planRestrictionText(planRestriction).title,
    sentence: `${planRestrictionText(planRestriction).sentence} ${planRestrictionText(planRestriction).fix}`,
    link: { label: 'Back to Ads', href: adsPath },
  }),
  pending_expired: () => ({
    status: 410,
    heading: 'This authorisation has expired',
    sentence: 'We keep an authorisation for one hour, then erase it. Nothing was connected.',
    link: startAgain,
  }),
  pending_undecryptable: () => ({
    status: 410,
    heading: 'Please authorise at Amazon again',
    sentence: 'Something went wrong on our side with your authorisation. Nothing was connected.',
    link: startAgain,
  }),
  no_pending_connection: () => ({
    status: 409,
    heading: 'There is nothing left to choose',
    sentence: 'You’ve already chosen an account, or the authorisation was cancelled or has expired.',
    link: { label: 'Back to Ads', href: adsPath },
  }),
  picker_outdated: () => ({
    status: 409,
    heading: 'This list is out of date',
    sentence: 'You’ve authorised at Amazon again since opening it. Choose from the new list.',
    link: backToPicker,
  }),
  profile_not_listed: () => ({
    status: 422,
    heading: 'This profile isn’t on the list',
    sentence: 'Choose one of the listed profiles.',
    link: backToPicker,
  }),
  profile_not_eligible: ({ why }) => ({
    status: 422,
    heading: 'This profile can’t be connected',
    sentence: ineligibilityText[why],
    link: backToPicker,
  }),
  replacement_outdated: () => ({
    status: 409,
    heading: 'Your connected account has changed',
    sentence: 'The account you agreed to disconnect is no longer the connected one. Nothing was changed.',
    link: backToPicker,
  }),
  too_many_exports: () => ({
    status: 429,
    heading: 'Downloads in progress',
    sentence: 'Wait for one to finish, then try again.',
    link: { label: 'Back to your figures', href: adsPath },
  }),
  too_many_table_queries: () => ({
    status: 429,
    heading: 'Your tables are still loading',
    sentence: 'Two tables for these days are already loading. Wait a few seconds, then open this one again.',
    link: { label: 'Back to your figures', href: adsPath },
  }),
  still_connected: ({ connectionId }) => ({
    status: 409,
    heading: 'This account is still connected',
    sentence: 'Nothing was changed. Disconnect the account first, then erase its data.',
    link: { label: 'Go to the account', href: `${adsPath}connections/${connectionId}` },
  }),
  connection_not_found: () => ({
    status: 404,
    heading: 'Account not found',
    sentence: 'It doesn’t exist or belongs to someone else.',
    link: { label: 'Back to Ads', href: adsPath },
  }),
  invalid_support_request: ({ field, problem }) => ({
    status: 422,
    heading: 'Your request wasn’t sent',
    sentence: problem === 'empty' ? 'Tell us what we can help with.' : tooLongText[field],
    link: { label: 'Back to Help', href: '/dashboard/help' },
  }),
  support_request_limit_reached: () => ({
    status: 429,
    heading: 'Too many requests in one hour',
    sentence:
      'We have your earlier requests, but this one wasn’t sent. Send it later. If it’s urgent, email us.',
    link: { label: 'Back to Help', href: '/dashboard/help' },
  }),
}

const tooLongText: Readonly<Record<InvalidSupportRequest['field'], string>> = {
  message: 'Use 4,000 characters or fewer. Send the rest by email.',
  amazonEmail: 'Your Amazon email has more than 320 characters.',
  marketplace: 'The marketplace has more than 100 characters.',
}

const passwordText: Readonly<Record<PasswordProblem, string>> = {
  too_short: 'Use twelve characters or more. A few words together work well.',
  too_long: 'Use 1,024 characters or fewer.',
  own_address: 'Don’t use your email address.',
  own_name: 'Use more than your name, your email address or our name.',
  too_common: 'That password is too easy to guess.',
}

export const ineligibilityText: Readonly<Record<Ineligibility, string>> = {
  agency: 'Agency profiles have no sponsored ads to load. Choose the brand’s seller or vendor profile.',
  amazon_attribution:
    'This is an old Amazon Attribution profile, which has no sponsored ads to load. Choose the brand’s seller or vendor profile.',
  unknown_account_type: 'We don’t recognise this account type. Please contact support.',
  unknown_timezone:
    'Amazon gives no time zone for this profile, so we can’t load its data. Please contact support.',
}

/** S-02. */
export function planRestrictionText(planRestriction: PlanRestriction): {
  title: string
  sentence: string
  fix: string
} {
  const fix = 'Choose a Monthly, Quarterly or Annual plan on 1smart.link. You can connect once it’s active.'
  switch (planRestriction.kind) {
    case 'no_plan':
      return {
        title: 'You need a full-suite plan',
        sentence: 'You have no plan. To connect an Amazon Advertising account, you need a full-suite plan.',
        fix,
      }
    case 'not_full_suite':
      return {
        title: 'Your plan doesn’t include Ads',
        sentence:
          'You have the Listing Tools plan. To connect an Amazon Advertising account, you need a full-suite plan.',
        fix: 'Change to a Monthly, Quarterly or Annual plan on 1smart.link. You can connect once it’s active.',
      }
    case 'lapsed':
      return {
        title: 'Your plan has lapsed',
        sentence: `Your ${planRestriction.plan} plan ended on ${formatDate(planRestriction.endedAt)}.`,
        fix: 'Renew your plan on 1smart.link. It takes effect at once.',
      }
  }
}
