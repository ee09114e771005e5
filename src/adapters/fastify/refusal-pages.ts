import type {
  ConnectLinkForeign,
  ConnectLinkWorthless,
  LinkWorthless,
} from '../../domain/access/access-link.ts'
import type { NewcomerFault, NewcomerRefused, PersonKnown } from '../../domain/access/newcomer.ts'
import type { CurrentPasswordWrong, PasswordFault, PasswordRefused } from '../../domain/access/password.ts'
import type { DashboardNotForStaff, SignInRefused } from '../../domain/access/person.ts'
import type { CodeRefused, CodesPaused } from '../../domain/access/second-factor.ts'
import type {
  ActionStale,
  AdminsAlone,
  NothingToConnect,
  OwnFactorKept,
  OwnRoleKept,
  PersonUnknown,
  PlanOver,
  PlanStale,
  ReasonFault,
  ReasonRefused,
  RoleStale,
  StaffAlone,
} from '../../domain/access/staff-action.ts'
import type { Lack, PlanLacking } from '../../domain/access/subscription.ts'
import type {
  NotToBeViewed,
  NotToBeViewedWhy,
  ViewingChangesNothing,
  ViewingOver,
  ViewingTakesNoFiles,
} from '../../domain/access/viewing.ts'
import type {
  ConnectionNotFound,
  NothingPending,
  PendingConnectionExpired,
  PendingConnectionUnreadable,
  PickerStale,
  ProfileNotEligible,
  ProfileNotOffered,
  ReplacementStale,
  StillConnected,
} from '../../domain/connection/refusals.ts'
import type {
  HelpAskedTooOften,
  HelpRequestUnknown,
  HelpWordsRefused,
} from '../../domain/help/help-request.ts'
import type { RemarkRefused } from '../../domain/help/remark.ts'
import type { DaysRefused } from '../../domain/ingestion/run.ts'
import { isolated } from '../../domain/isolated.ts'
import type { ExportsBusy, TablesBusy } from '../../domain/performance/refusals.ts'
import type { Ineligibility } from '../../domain/profile/profile.ts'
import { formatDate } from './formats.ts'

type Known =
  | SignInRefused
  | DashboardNotForStaff
  | CodeRefused
  | CodesPaused
  | StaffAlone
  | AdminsAlone
  | PersonUnknown
  | PlanStale
  | PlanOver
  | RoleStale
  | OwnRoleKept
  | OwnFactorKept
  | NewcomerRefused
  | PersonKnown
  | NothingToConnect
  | ReasonRefused
  | ActionStale
  | DaysRefused
  | NotToBeViewed
  | ViewingChangesNothing
  | ViewingTakesNoFiles
  | ViewingOver
  | LinkWorthless
  | ConnectLinkWorthless
  | ConnectLinkForeign
  | PasswordRefused
  | CurrentPasswordWrong
  | PlanLacking
  | PendingConnectionExpired
  | PendingConnectionUnreadable
  | NothingPending
  | PickerStale
  | ProfileNotOffered
  | ProfileNotEligible
  | ReplacementStale
  | ConnectionNotFound
  | StillConnected
  | ExportsBusy
  | TablesBusy
  | HelpWordsRefused
  | HelpAskedTooOften
  | HelpRequestUnknown
  | RemarkRefused

interface RefusalPage {
  readonly status: number
  readonly heading: string
  readonly sentence: string
  readonly way: { readonly label: string; readonly href: string }
}

const ads = '/dashboard/ads/'
const startAgain = { label: 'Start again', href: ads }
const toTheList = { label: 'See what can be connected', href: ads }

const staleWords: Readonly<Record<ActionStale['why'], string>> = {
  not_connected: 'The account is not connected.',
  not_authorised: 'The account needs authorisation, which its seller alone can give.',
  plan_lacking: 'The plan does not allow syncing.',
  still_loading: 'Something is loading already; please wait until it is over, or cancel it.',
  nothing_failed: 'No report has failed, or those that did are on their way again.',
  nothing_loading: 'Nothing is loading.',
  nothing_pending: 'There is no authorisation that waits for a choice.',
}

const daysWords: Readonly<Record<DaysRefused['fault'], string>> = {
  none_such: 'One of them is no day.',
  backwards: 'The last day comes before the first.',
  not_over: 'The last day is not over in the account’s time zone.',
  too_many: 'They are more than 30, which one request may not span.',
  too_old: 'Amazon keeps none of them any more.',
}

/** A new domain error without a page doesn't compile. */
const pages: { readonly [Code in Known['code']]: (refusal: Extract<Known, { code: Code }>) => RefusalPage } =
  {
    sign_in_refused: () => ({
      status: 401,
      heading: 'E-mail or password is wrong',
      sentence: 'Please check both and try again.',
      way: { label: 'Sign in', href: '/login' },
    }),
    dashboard_not_for_staff: () => ({
      status: 403,
      heading: 'These pages are for sellers',
      sentence: 'Support staff have a sign-in of their own.',
      way: { label: 'Sign in as someone else', href: '/login' },
    }),
    code_refused: () => ({
      status: 401,
      heading: 'This code was not taken',
      sentence: 'It is wrong, too old, or used already. Please type the one that is shown now.',
      way: { label: 'Sign in', href: '/admin/login' },
    }),
    codes_paused: () => ({
      status: 429,
      heading: 'Too many wrong codes',
      sentence: 'For your safety no code is taken for 15 minutes. Please try again then.',
      way: { label: 'Sign in', href: '/admin/login' },
    }),
    staff_alone: () => ({
      status: 403,
      heading: 'These pages are for support staff',
      sentence: 'Nothing was changed.',
      way: { label: 'Sign in', href: '/admin/login' },
    }),
    admins_alone: () => ({
      status: 403,
      heading: 'Only an admin can do this',
      sentence: 'Nothing was changed. Please ask an admin.',
      way: { label: 'Back to the console', href: '/admin/' },
    }),
    person_unknown: () => ({
      status: 404,
      heading: 'Nobody was found',
      sentence:
        'Please check how the e-mail is written: it is the one with which they sign in here, not at Amazon.',
      way: { label: 'Find somebody', href: '/admin/people' },
    }),
    action_stale: ({ why }) => ({
      status: 409,
      heading: 'The case is not so any more',
      sentence: `${staleWords[why]} Nothing was changed.`,
      way: { label: 'Back to the console', href: '/admin/' },
    }),
    days_refused: ({ fault }) => ({
      status: 422,
      heading: 'These days cannot be loaded',
      sentence: `${daysWords[fault]} Nothing was changed.`,
      way: { label: 'Back to the console', href: '/admin/' },
    }),
    plan_stale: () => ({
      status: 409,
      heading: 'The plan has changed meanwhile',
      sentence: 'Nothing was changed. Please look at the plan as it is now.',
      way: { label: 'Back to the console', href: '/admin/' },
    }),
    plan_over: () => ({
      status: 422,
      heading: 'This end is past',
      sentence: 'Nothing was changed. Please choose a moment to come; to end the plan now, choose “No plan”.',
      way: { label: 'Back to the console', href: '/admin/' },
    }),
    role_stale: () => ({
      status: 409,
      heading: 'The role has changed meanwhile',
      sentence: 'Nothing was changed. Please look at the role as it is now.',
      way: { label: 'Back to the console', href: '/admin/' },
    }),
    own_role_kept: () => ({
      status: 422,
      heading: 'You stay an admin',
      sentence: 'Nothing was changed. Another admin can take the role from you, so that there is always one.',
      way: { label: 'Back to the console', href: '/admin/' },
    }),
    own_factor_kept: () => ({
      status: 422,
      heading: 'This is your own second factor',
      sentence: 'Nothing was changed. Another admin can take it away.',
      way: { label: 'Back to the console', href: '/admin/' },
    }),
    newcomer_refused: ({ fault }) => ({
      status: 422,
      heading: fault === 'no_address' ? 'This is no e-mail address' : 'Please check the name',
      sentence: newcomerWords[fault],
      way: { label: 'Back to people', href: '/admin/people' },
    }),
    person_known: () => ({
      status: 409,
      heading: 'Somebody has this e-mail already',
      sentence:
        'Nothing was changed, and nothing was sent. Find them under People: their role can be changed there.',
      way: { label: 'Find somebody', href: '/admin/people' },
    }),
    nothing_to_connect: () => ({
      status: 422,
      heading: 'They have nothing to connect',
      sentence: 'Nothing was sent: support agents have no pages of a seller.',
      way: { label: 'Find somebody else', href: '/admin/people' },
    }),
    reason_refused: ({ fault }) => ({
      status: 422,
      heading: fault === 'too_short' ? 'A reason is missing' : 'The reason is too long',
      sentence: reasonWords[fault],
      way: { label: 'Back to the console', href: '/admin/' },
    }),
    not_to_be_viewed: ({ why }) => ({
      status: 422,
      heading: 'There is nothing to look at here',
      sentence: notViewedWords[why],
      way: { label: 'Find somebody else', href: '/admin/people' },
    }),
    viewing_changes_nothing: () => ({
      status: 403,
      heading: 'Nothing was changed',
      sentence:
        'You are looking as somebody else: all of it can be seen, and nothing pressed in their name. Only they can do this.',
      way: { label: 'Back to their pages', href: ads },
    }),
    viewing_takes_no_files: () => ({
      status: 403,
      heading: 'This file is not written for you',
      sentence:
        'You are looking as somebody else: their figures can be seen, and not taken away. Only they can download them.',
      way: { label: 'Back to their pages', href: ads },
    }),
    viewing_over: () => ({
      status: 401,
      heading: 'You no longer look as somebody else',
      sentence:
        'The ten minutes are over, it was stopped, or your own sign-in ended. Nothing was changed. What you do on these pages from now on, you do as yourself.',
      way: { label: 'Back to the console', href: '/admin/' },
    }),
    link_worthless: () => ({
      status: 410,
      heading: 'This link cannot be used any more',
      sentence: 'It was used already, or it is too old. Nothing was changed.',
      way: { label: 'Ask for a new one', href: '/password/forgot' },
    }),
    connect_link_worthless: () => ({
      status: 410,
      heading: 'This link cannot be used any more',
      sentence:
        'It was used already, it is older than 15 minutes, or support has sent a newer one. Nothing was changed.',
      way: { label: 'Connect without it', href: ads },
    }),
    connect_link_foreign: ({ email }) => ({
      status: 403,
      heading: 'This link was sent to somebody else',
      sentence: `You are signed in as ${isolated(email)}. Nothing was changed, and the link can still be used: sign out, sign in with the account whose mail it came in, and open it again.`,
      way: { label: 'Back to Ads', href: ads },
    }),
    password_refused: ({ fault }) => ({
      status: 422,
      heading: 'Please choose another password',
      sentence: passwordWords[fault],
      way: { label: 'Sign in', href: '/login' },
    }),
    current_password_wrong: () => ({
      status: 422,
      heading: 'Your current password is wrong',
      sentence: 'Nothing was changed. Please type it again.',
      way: { label: 'Back to the settings', href: '/dashboard/settings' },
    }),
    plan_lacking: ({ lack }) => ({
      status: 403,
      heading: lackWords(lack).title,
      sentence: `${lackWords(lack).sentence} ${lackWords(lack).mend}`,
      way: { label: 'Back to Ads', href: ads },
    }),
    pending_expired: () => ({
      status: 410,
      heading: 'This authorisation has expired',
      sentence:
        'An authorisation is kept for one hour. Nothing was connected, and nothing of it is stored any more.',
      way: startAgain,
    }),
    pending_unreadable: () => ({
      status: 410,
      heading: 'Please authorise at Amazon again',
      sentence:
        'Something went wrong on our side with the authorisation that you gave. Nothing was connected.',
      way: startAgain,
    }),
    nothing_pending: () => ({
      status: 409,
      heading: 'There is nothing to choose from any more',
      sentence: 'A profile was chosen already, the authorisation was discarded, or its hour is over.',
      way: { label: 'Back to Ads', href: ads },
    }),
    picker_stale: () => ({
      status: 409,
      heading: 'This list is out of date',
      sentence: 'You have authorised at Amazon again since it was opened. Please choose from the new list.',
      way: toTheList,
    }),
    profile_not_offered: () => ({
      status: 422,
      heading: 'Amazon did not offer this profile',
      sentence: 'Please choose one of the profiles on the list.',
      way: toTheList,
    }),
    profile_not_eligible: ({ why }) => ({
      status: 422,
      heading: 'This profile cannot be connected',
      sentence: ineligibilityWords[why],
      way: toTheList,
    }),
    replacement_stale: () => ({
      status: 409,
      heading: 'Your connected account has changed',
      sentence:
        'The account that you agreed to disconnect is no longer the connected one, so nothing was changed.',
      way: toTheList,
    }),
    exports_busy: () => ({
      status: 429,
      heading: 'Other files are still being written',
      sentence: 'As soon as one of them has arrived, this one can begin.',
      way: { label: 'Back to your figures', href: ads },
    }),
    tables_busy: () => ({
      status: 429,
      heading: 'Your tables are still being added up',
      sentence: 'Two tables of these days are on their way. Please wait a moment, and open this one again.',
      way: { label: 'Back to your figures', href: ads },
    }),
    still_connected: ({ connectionId }) => ({
      status: 409,
      heading: 'This account is still connected',
      sentence: 'Its data can be erased once it is disconnected. Nothing was changed.',
      way: { label: 'Go to the account', href: `${ads}connections/${connectionId}` },
    }),
    connection_not_found: () => ({
      status: 404,
      heading: 'This account is not here',
      sentence: 'It does not exist, or it is not one of yours.',
      way: { label: 'Back to Ads', href: ads },
    }),
    help_words_refused: ({ field, fault }) => ({
      status: 422,
      heading: 'Your request was not sent',
      sentence: fault === 'nothing_said' ? 'Please say what we can help with.' : tooLongWords[field],
      way: { label: 'Back to Help', href: '/dashboard/help' },
    }),
    help_asked_too_often: () => ({
      status: 429,
      heading: 'That is many requests for one hour',
      sentence:
        'Those that you sent are with us. This one was not sent, so please send it later; if it cannot wait, write to us by e-mail.',
      way: { label: 'Back to Help', href: '/dashboard/help' },
    }),
    help_request_unknown: () => ({
      status: 404,
      heading: 'This request is not here',
      sentence: 'Nobody asked it, or it was erased with the account that it was about.',
      way: { label: 'Back to the requests', href: '/admin/requests' },
    }),
    remark_refused: ({ fault }) => ({
      status: 422,
      heading: 'Nothing was kept or sent',
      sentence:
        fault === 'nothing_said' ? 'Please write something.' : 'Please say it in 4,000 characters or fewer.',
      way: { label: 'Back to the requests', href: '/admin/requests' },
    }),
  }

/** Null only for an error missing from {@link Known}. */
export function pageOf(refusal: { readonly code: string }): RefusalPage | null {
  const page = pages[refusal.code as Known['code']] as ((refusal: Known) => RefusalPage) | undefined
  return page ? page(refusal as Known) : null
}

/** In one line, for the rejected form. */
export function problemOf(refusal: { readonly code: string }): string {
  const words = pageOf(refusal)
  return words ? `${words.heading}. ${words.sentence}` : 'This cannot be done.'
}

const notViewedWords: Readonly<Record<NotToBeViewedWhy, string>> = {
  oneself: 'These are your own pages. Please sign in to them as everybody does.',
  no_dashboard: 'Support agents have no pages of a seller.',
}

const newcomerWords: Readonly<Record<NewcomerFault, string>> = {
  no_name: 'Nobody was invited. Please say what they are called.',
  long_name: 'Nobody was invited. Please write it in 100 characters or fewer.',
  no_address: 'Nobody was invited. Please check how it is written.',
}

const reasonWords: Readonly<Record<ReasonFault, string>> = {
  too_short: 'Nothing was changed. Please say in five characters or more why you do this.',
  too_long: 'Nothing was changed. Please say it in 500 characters or fewer.',
}

const tooLongWords: Readonly<Record<HelpWordsRefused['field'], string>> = {
  message: 'Please say it in 4,000 characters or fewer; what does not fit can follow by e-mail.',
  amazonEmail: 'Your e-mail at Amazon has more than 320 characters.',
  marketplace: 'The marketplace has more than 100 characters.',
}

const passwordWords: Readonly<Record<PasswordFault, string>> = {
  too_short: 'It needs twelve characters or more. A few words in a row do well.',
  too_long: 'It has more than 1,024 characters.',
  own_address: 'It must not be your e-mail address.',
  too_common: 'It is among the first that a guesser tries.',
}

export const ineligibilityWords: Readonly<Record<Ineligibility, string>> = {
  agency:
    'Agency profiles serve Amazon DSP and have no sponsored ads to load. Choose the seller or vendor profile of the brand.',
  unknown_account_type: 'Amazon calls this a kind of account that we do not know. Please contact support.',
  unknown_timezone:
    'Amazon names no time zone for this profile, so its days cannot be told apart. Please contact support.',
}

/** S-02. */
export function lackWords(lack: Lack): { title: string; sentence: string; mend: string } {
  const mend =
    'Choose a Monthly, Quarterly or Annual plan on 1smart.link; the connect button is here as soon as it is active.'
  switch (lack.lack) {
    case 'no_plan':
      return {
        title: 'You need a full-suite plan',
        sentence:
          'Connecting an Amazon Advertising account is part of the full-suite plans, and you have no plan.',
        mend,
      }
    case 'not_full_suite':
      return {
        title: 'Your plan does not include Ads',
        sentence:
          'You have the Listing Tools plan. Connecting an Amazon Advertising account needs a full-suite plan.',
        mend: 'Change to a Monthly, Quarterly or Annual plan on 1smart.link; the connect button is here as soon as it is active.',
      }
    case 'lapsed':
      return {
        title: 'Your plan has lapsed',
        sentence: `Your ${lack.plan} plan ended on ${formatDate(lack.endedAt)}.`,
        mend: 'Renew it on 1smart.link; connecting is possible again at once.',
      }
  }
}
