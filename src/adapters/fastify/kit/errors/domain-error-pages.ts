import type {
  AccessLinkInvalid,
  ConnectLinkForAnotherUser,
  ConnectLinkInvalid,
} from '../../../../domain/access/access-link.ts'
import type {
  EmailAlreadyRegistered,
  InvalidNewUser,
  NewUserProblem,
} from '../../../../domain/access/new-user.ts'
import type {
  CurrentPasswordIncorrect,
  PasswordNotAllowed,
  PasswordProblem,
} from '../../../../domain/access/password.ts'
import type { InvalidCode, SecondFactorLocked } from '../../../../domain/access/second-factor.ts'
import type {
  ActionNotPossible,
  AdminsOnly,
  CannotChangeOwnRole,
  CannotRemoveOwnSecondFactor,
  InvalidReason,
  PlanConflict,
  PlanEndsInPast,
  ReasonProblem,
  RoleConflict,
  StaffOnly,
  UserHasNoDashboard,
  UserNotFound,
} from '../../../../domain/access/staff-action.ts'
import type { PlanRequired, PlanRestriction } from '../../../../domain/access/subscription.ts'
import type { DashboardNotForSupport, InvalidCredentials } from '../../../../domain/access/user.ts'
import type {
  CannotViewAs,
  CannotViewAsReason,
  ViewAsEnded,
  ViewAsExportsNothing,
  ViewAsIsReadOnly,
} from '../../../../domain/access/view-as-session.ts'
import { bidiIsolate } from '../../../../domain/bidi-isolate.ts'
import type {
  ConnectionNotFound,
  NoPendingConnection,
  PendingConnectionExpired,
  PendingConnectionUndecryptable,
  PickerOutdated,
  ProfileNotEligible,
  ProfileNotListed,
  ReplacementOutdated,
  StillConnected,
} from '../../../../domain/connection/errors.ts'
import type { InvalidComment } from '../../../../domain/help/comment.ts'
import type {
  InvalidSupportRequest,
  SupportRequestLimitReached,
  SupportRequestNotFound,
} from '../../../../domain/help/support-request.ts'
import type { InvalidDateRange } from '../../../../domain/ingestion/sync-run.ts'
import type { TooManyExports, TooManyTableQueries } from '../../../../domain/performance/errors.ts'
import type { Ineligibility } from '../../../../domain/profile/profile.ts'
import { formatDate } from '../formats.ts'

type HandledError =
  | InvalidCredentials
  | DashboardNotForSupport
  | InvalidCode
  | SecondFactorLocked
  | StaffOnly
  | AdminsOnly
  | UserNotFound
  | PlanConflict
  | PlanEndsInPast
  | RoleConflict
  | CannotChangeOwnRole
  | CannotRemoveOwnSecondFactor
  | InvalidNewUser
  | EmailAlreadyRegistered
  | UserHasNoDashboard
  | InvalidReason
  | ActionNotPossible
  | InvalidDateRange
  | CannotViewAs
  | ViewAsIsReadOnly
  | ViewAsExportsNothing
  | ViewAsEnded
  | AccessLinkInvalid
  | ConnectLinkInvalid
  | ConnectLinkForAnotherUser
  | PasswordNotAllowed
  | CurrentPasswordIncorrect
  | PlanRequired
  | PendingConnectionExpired
  | PendingConnectionUndecryptable
  | NoPendingConnection
  | PickerOutdated
  | ProfileNotListed
  | ProfileNotEligible
  | ReplacementOutdated
  | ConnectionNotFound
  | StillConnected
  | TooManyExports
  | TooManyTableQueries
  | InvalidSupportRequest
  | SupportRequestLimitReached
  | SupportRequestNotFound
  | InvalidComment

interface ErrorPageText {
  readonly status: number
  readonly heading: string
  readonly sentence: string
  readonly link: { readonly label: string; readonly href: string }
}

const adsPath = '/dashboard/ads/'
const startAgain = { label: 'Start again', href: adsPath }
const backToPicker = { label: 'Choose an account', href: adsPath }

const actionBlockerText: Readonly<Record<ActionNotPossible['why'], string>> = {
  not_connected: 'The account is not connected.',
  not_authorised: 'The account needs authorisation. Only its seller can give it.',
  plan_required: 'The plan doesn’t allow syncing.',
  still_loading: 'A sync is already running. Wait for it to finish, or cancel it.',
  nothing_failed: 'No report has failed, or failed reports have already been requested again.',
  nothing_loading: 'No sync is running.',
  no_pending_connection: 'No pending connection.',
}

const dateRangeText: Readonly<Record<InvalidDateRange['problem'], string>> = {
  no_such_day: 'One of the dates is invalid.',
  reversed: 'The last day is before the first.',
  not_ended: 'The last day hasn’t ended in the account’s time zone.',
  too_many: 'One request covers up to 30 days.',
  too_old: 'Amazon no longer keeps data for these days.',
}

const pages: {
  readonly [Code in HandledError['code']]: (error: Extract<HandledError, { code: Code }>) => ErrorPageText
} = {
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
  invalid_code: () => ({
    status: 401,
    heading: 'That code didn’t work',
    sentence: 'The code is wrong, expired or already used. Enter the current code.',
    link: { label: 'Sign in', href: '/admin/login' },
  }),
  second_factor_locked: () => ({
    status: 429,
    heading: 'Too many wrong codes',
    sentence: 'For your security, codes are locked for 15 minutes. Try again then.',
    link: { label: 'Sign in', href: '/admin/login' },
  }),
  staff_only: () => ({
    status: 403,
    heading: 'These pages are for support staff',
    sentence: 'Nothing was changed.',
    link: { label: 'Sign in', href: '/admin/login' },
  }),
  admins_only: () => ({
    status: 403,
    heading: 'Only an admin can do this',
    sentence: 'Nothing was changed. Ask an admin.',
    link: { label: 'Back to the console', href: '/admin/' },
  }),
  user_not_found: () => ({
    status: 404,
    heading: 'User not found',
    sentence: 'Check the spelling. Use their 1smart.link sign-in email, not their Amazon email.',
    link: { label: 'Find a user', href: '/admin/people' },
  }),
  action_not_possible: ({ why }) => ({
    status: 409,
    heading: 'The case has changed',
    sentence: `${actionBlockerText[why]} Nothing was changed.`,
    link: { label: 'Back to the console', href: '/admin/' },
  }),
  invalid_date_range: ({ problem }) => ({
    status: 422,
    heading: 'These days can’t be loaded',
    sentence: `${dateRangeText[problem]} Nothing was changed.`,
    link: { label: 'Back to the console', href: '/admin/' },
  }),
  plan_conflict: () => ({
    status: 409,
    heading: 'The plan has changed in the meantime',
    sentence: 'Nothing was changed. Check the current plan.',
    link: { label: 'Back to the console', href: '/admin/' },
  }),
  plan_ends_in_past: () => ({
    status: 422,
    heading: 'End date is in the past',
    sentence: 'Nothing was changed. Choose a future time. To end the plan now, choose “No plan”.',
    link: { label: 'Back to the console', href: '/admin/' },
  }),
  role_conflict: () => ({
    status: 409,
    heading: 'The role has changed in the meantime',
    sentence: 'Nothing was changed. Check the current role.',
    link: { label: 'Back to the console', href: '/admin/' },
  }),
  cannot_change_own_role: () => ({
    status: 422,
    heading: 'You can’t change your own role',
    sentence: 'Nothing was changed. Only another admin can change it, so that one admin always remains.',
    link: { label: 'Back to the console', href: '/admin/' },
  }),
  cannot_remove_own_second_factor: () => ({
    status: 422,
    heading: 'You can’t remove your own second factor',
    sentence: 'Nothing was changed. Another admin can remove it.',
    link: { label: 'Back to the console', href: '/admin/' },
  }),
  invalid_new_user: ({ problem }) => ({
    status: 422,
    heading: problem === 'no_address' ? 'Invalid email address' : 'Check the name',
    sentence: newUserText[problem],
    link: { label: 'Back to users', href: '/admin/people' },
  }),
  email_already_registered: () => ({
    status: 409,
    heading: 'Email already registered',
    sentence: 'Nothing was changed or sent. Find the user under Users to change the role.',
    link: { label: 'Find a user', href: '/admin/people' },
  }),
  user_has_no_dashboard: () => ({
    status: 422,
    heading: 'Nothing to connect',
    sentence: 'Nothing was sent. Support agents have no seller pages.',
    link: { label: 'Find another user', href: '/admin/people' },
  }),
  invalid_reason: ({ problem }) => ({
    status: 422,
    heading: problem === 'too_short' ? 'Reason too short' : 'Reason too long',
    sentence: reasonText[problem],
    link: { label: 'Back to the console', href: '/admin/' },
  }),
  cannot_view_as: ({ why }) => ({
    status: 422,
    heading: 'Nothing to view',
    sentence: cannotViewAsText[why],
    link: { label: 'Find another user', href: '/admin/people' },
  }),
  view_as_is_read_only: () => ({
    status: 403,
    heading: 'Nothing was changed',
    sentence: 'View as seller is read-only. Only the seller can do this.',
    link: { label: 'Back to the seller’s pages', href: adsPath },
  }),
  view_as_exports_nothing: () => ({
    status: 403,
    heading: 'Downloads are not available here',
    sentence: 'View as seller shows figures but exports nothing. Only the seller can download them.',
    link: { label: 'Back to the seller’s pages', href: adsPath },
  }),
  view_as_ended: () => ({
    status: 401,
    heading: '“View as seller” has ended',
    sentence:
      'The ten minutes passed, you stopped viewing, or your own sign-in ended. Nothing was changed. You now act as yourself.',
    link: { label: 'Back to the console', href: '/admin/' },
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
  support_request_not_found: () => ({
    status: 404,
    heading: 'Request not found',
    sentence: 'It doesn’t exist, or was erased with its account.',
    link: { label: 'Back to the requests', href: '/admin/requests' },
  }),
  invalid_comment: ({ problem }) => ({
    status: 422,
    heading: 'Nothing was saved or sent',
    sentence: problem === 'empty' ? 'Enter a message.' : 'Use 4,000 characters or fewer.',
    link: { label: 'Back to the requests', href: '/admin/requests' },
  }),
}

export function errorPageFor(error: { readonly code: string }): ErrorPageText | null {
  const page = pages[error.code as HandledError['code']] as
    | ((error: HandledError) => ErrorPageText)
    | undefined
  return page ? page(error as HandledError) : null
}

export function errorMessageOf(error: { readonly code: string }): string {
  const text = errorPageFor(error)
  return text ? `${text.heading}. ${text.sentence}` : 'This isn’t possible.'
}

const cannotViewAsText: Readonly<Record<CannotViewAsReason, string>> = {
  own_account: 'These are your own pages. Sign in as a seller to see them.',
  no_dashboard: 'Support agents have no seller pages.',
}

const newUserText: Readonly<Record<NewUserProblem, string>> = {
  no_name: 'No invitation sent. Enter a name.',
  long_name: 'No invitation sent. Use 100 characters or fewer.',
  no_address: 'No invitation sent. Check the spelling.',
}

const reasonText: Readonly<Record<ReasonProblem, string>> = {
  too_short: 'Nothing was changed. Enter a reason of five characters or more.',
  too_long: 'Nothing was changed. Use 500 characters or fewer.',
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
  too_common: 'That password is too easy to guess.',
}

export const ineligibilityText: Readonly<Record<Ineligibility, string>> = {
  agency: 'Agency profiles have no sponsored ads to load. Choose the brand’s seller or vendor profile.',
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
