import type {
  EmailAlreadyRegistered,
  InvalidNewUser,
  NewUserProblem,
} from '../../../../domain/access/new-user.ts'
import type {
  ActionNotPossible,
  AdminsOnly,
  CannotChangeOwnRole,
  CannotDisableOwnAccount,
  CannotEnrol,
  CannotRemoveOwnSecondFactor,
  InvalidReason,
  LastAdmin,
  PlanConflict,
  PlanEndsInPast,
  ReasonProblem,
  RoleConflict,
  StaffOnly,
  UserHasNoDashboard,
  UserNotFound,
} from '../../../../domain/access/staff-action.ts'
import type {
  CannotViewAs,
  CannotViewAsReason,
  ViewAsEnded,
  ViewAsExportsNothing,
  ViewAsIsReadOnly,
} from '../../../../domain/access/view-as-session.ts'
import type { InvalidComment } from '../../../../domain/help/comment.ts'
import type { SupportRequestNotFound } from '../../../../domain/help/support-request.ts'
import type { InvalidDateRange } from '../../../../domain/ingestion/sync-run.ts'
import type { ErrorPages } from './error-page-text.ts'

export type StaffError =
  | LastAdmin
  | CannotDisableOwnAccount
  | CannotEnrol
  | StaffOnly
  | AdminsOnly
  | UserNotFound
  | ActionNotPossible
  | InvalidDateRange
  | PlanConflict
  | PlanEndsInPast
  | RoleConflict
  | CannotChangeOwnRole
  | CannotRemoveOwnSecondFactor
  | InvalidNewUser
  | EmailAlreadyRegistered
  | UserHasNoDashboard
  | InvalidReason
  | CannotViewAs
  | ViewAsIsReadOnly
  | ViewAsExportsNothing
  | ViewAsEnded
  | SupportRequestNotFound
  | InvalidComment

const adsPath = '/dashboard/ads/'

export const staffErrorPages: ErrorPages<StaffError> = {
  last_admin: () => ({
    status: 422,
    heading: 'This is the last admin',
    sentence: 'Nothing was changed. Make another user an admin first.',
    link: { label: 'Back to the console', href: '/admin/' },
  }),
  cannot_disable_own_account: () => ({
    status: 422,
    heading: 'You can’t disable your own account',
    sentence: 'Nothing was changed. Another admin can disable it.',
    link: { label: 'Back to the console', href: '/admin/' },
  }),
  cannot_enrol: () => ({
    status: 422,
    heading: 'No link needed',
    sentence: 'Nothing was sent. Only staff without a second factor get a link.',
    link: { label: 'Back to the console', href: '/admin/' },
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
