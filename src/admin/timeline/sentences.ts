import type { CaseAction } from '../../domain/access/staff-action.ts'
import type { Lack, Plan } from '../../domain/access/subscription.ts'
import type { SubscriptionSource } from '../../domain/access/subscription-event.ts'
import type { StateRefusal } from '../../domain/connection/attempt.ts'
import type { AuthorisationLoss, CloseReason } from '../../domain/connection/connection.ts'
import type { EmptyListReason, WhyCall } from '../../domain/connection/empty-list.ts'
import type { RegionFailure } from '../../domain/connection/pending-connection.ts'
import type { ChoiceRefusalCode } from '../../domain/connection/refusals.ts'
import type { PersonId } from '../../domain/identifiers.ts'
import { definitionOf, type ReportType } from '../../domain/ingestion/catalogue.ts'
import type { HoldBack } from '../../domain/ingestion/region-traffic.ts'
import type { RunKind } from '../../domain/ingestion/run.ts'
import type { ReportTrouble, TroubleKind } from '../../domain/ingestion/trouble.ts'
import { addresseeOf, type MailKind, type ReminderNumber } from '../../domain/mail/mail.ts'
import { regionNames } from '../../domain/profile/region.ts'
import type {
  DoneBy,
  ExchangeTrouble,
  Happening,
  HappeningKind,
  TestedStep,
  ToldPlan,
} from '../../domain/timeline/entry.ts'
import { referenceOf } from '../../domain/timeline/reference.ts'

/** Returns the id if the name isn't known. */
export type NameOf = (id: PersonId) => string

/** Returns one sentence for agents, without secrets (S-41). */
export function sentenceFor(happening: Happening, nameOf: NameOf = id => id): string {
  const tell = sentences[happening.kind] as (happening: Happening, nameOf: NameOf) => string
  return tell(happening, nameOf)
}

type Sentences = {
  readonly [Kind in HappeningKind]: (happening: Extract<Happening, { kind: Kind }>, nameOf: NameOf) => string
}

const sentences: Sentences = {
  plan_changed: ({ source, eventId, before, after, by }, nameOf) =>
    `The plan changed from ${planWords(before)} to ${planWords(after)}, said ${sources[source]} (event ${eventId})${doneBy(by, nameOf)}.`,
  role_changed: ({ source, before, after, by }, nameOf) =>
    `The role changed from ${before} to ${after} ${sources[source]}${doneBy(by, nameOf)}.`,
  staff_acted: ({ action, by }, nameOf) => `${deeds[action]}${doneBy(by, nameOf)}.`,
  tested_live: ({ steps }) => `Tested live: ${steps.map(testedWords).join('; ')}.`,
  connect_link_sent: ({ by }, nameOf) =>
    `A link to connect with was mailed to the person${doneBy(by, nameOf)}.`,
  connect_link_used: () => 'Left for Amazon with the link that support had mailed.',
  connect_refused: ({ lack }) => `Connecting was refused: ${lacks[lack]}.`,
  sent_to_amazon: ({ region }) => `Sent to Amazon’s consent page for ${regionNames[region]}.`,
  return_denied: told =>
    `Came back from Amazon without permission${amazonSaid(told.error, told.description)}.`,
  return_failed: told => `Amazon sent an error back${amazonSaid(told.error, told.description)}.`,
  return_not_taken_up: ({ why }) => `The return from Amazon was not taken up: ${returns[why]}.`,
  exchange_failed: trouble => `Amazon’s login gave no tokens: ${exchange(trouble)}.`,
  authorised: ({ expiresAt }) => `Authorised at Amazon; a profile can be chosen until ${minute(expiresAt)}.`,
  amazon_user_read: ({ userId }) => `The Amazon login is ${userId}.`,
  amazon_user_unknown: ({ why }) => `Who authorised could not be read: ${failures[why]}.`,
  profiles_read: ({ region, count }) =>
    `${regionNames[region]} has ${counted(count, 'advertising profile')}.`,
  profiles_unread: ({ region, why }) =>
    `The profiles of ${regionNames[region]} could not be read: ${failures[why]}.`,
  no_profiles: ({ agencies, reason }) =>
    agencies === 0
      ? `No region has a profile, so there was nothing to choose${reason ? emptyWords(reason) : ''}.`
      : `There was nothing to choose: ${counted(agencies, 'agency account')}, and no seller or vendor among them.`,
  pending_replaced: () => 'A newer authorisation took the place of this one.',
  pending_discarded: () => 'The authorisation was discarded by the person before a profile was chosen.',
  pending_expired: () =>
    'No profile was chosen within the hour; the authorisation expired and its tokens are gone.',
  pending_unreadable: () =>
    'Our keys did not open the tokens of the authorisation, so it was erased: check TOKEN_KEYS.',
  choice_refused: ({ code }) => `The choice of a profile was refused: ${choices[code]}.`,
  choice_blocked: ({ profileId, held }) =>
    `The choice of profile ${profileId} was blocked by the one-account rule; held already: ${held.join(', ')}.`,
  connected: ({ profileId, label }) => `Connected to ${label} (profile ${profileId}).`,
  // Old entries lack `amazonUser`: accounts weren't compared then.
  authorisation_renewed: ({ amazonUser }) =>
    `The authorisation was renewed${amazonUser === 'other' ? ' with another Amazon account, as the person confirmed' : ''}; the connection and its data stay.`,
  renewal_unconfirmed: ({ before, now }) =>
    `Another Amazon account authorised (${now}, before it was ${before}); the person was asked whether that is meant.`,
  renewal_refused: () =>
    'The renewal was refused: the Amazon account that authorised does not reach the connected profile.',
  authorisation_lost: ({ why }) => `The authorisation is gone: ${losses[why]}.`,
  closed: ({ reason }) => `The connection ended: ${ends[reason]}.`,
  reopened: ({ profileId, label }) =>
    `Connected again to ${label} (profile ${profileId}); what was loaded before is there.`,
  erasure_asked: () => 'The person asked for the data to be erased at once.',
  erasure_begun: () => 'Names and Amazon’s ids were erased; the figures follow.',
  erased: () => 'Everything that was loaded is erased.',
  details_erased: ({ was }) => `Details erased with the connection (${was.replaceAll('_', ' ')}).`,
  run_requested: ({ run, days, reports }) =>
    `${runs[run]}: ${counted(reports, 'report')} for ${days.from} to ${days.to}.`,
  sync_paused: ({ lack }) => `The daily sync was left out: ${lacks[lack]}.`,
  report_accepted: ({ report, amazonReportId }) =>
    `Amazon took the order for ${name(report)} as ${amazonReportId}.`,
  report_adopted: ({ report, amazonReportId }) =>
    `Amazon was making ${name(report)} already (425); its report ${amazonReportId} was adopted.`,
  report_troubled: ({ report, trouble, nextTryAt }) =>
    `${name(report)}: ${troubleWords(trouble)}; next try at ${second(nextTryAt)}.`,
  report_held_back: ({ report, why, nextTryAt }) =>
    `${name(report)} is held back: ${holds[why]}; next try at ${second(nextTryAt)}, and so on for at most a day.`,
  report_completed: ({ report, amazonReportId }) => `Amazon finished ${name(report)} (${amazonReportId}).`,
  report_loaded: ({ report, rows, duplicates, merged, milliseconds }) =>
    `Loaded ${counted(rows, 'row')} of ${name(report)} in ${(milliseconds / 1000).toFixed(1)} s${
      duplicates > 0 ? `; ${counted(duplicates, 'row')} came twice and counted once` : ''
    }${merged > 0 ? `; ${counted(merged, 'row')} shared a key with another and were added to it` : ''}.`,
  report_failed: ({ report, reason }) =>
    `Gave up on ${name(report)}: ${troubles[reason.trouble]}${reason.detail ? ` (${reason.detail})` : ''}.`,
  run_settled: ({ loaded, failed }) => `The loading is over: ${loaded} loaded, ${failed} failed.`,
  figures_reconciled: ({ days }) =>
    `The figures of ${counted(days, 'day')} are those of Amazon’s files, to the cent.`,
  figures_differ: ({ count, differences }) =>
    `Our fault: ${counted(count, 'figure')} served ${count === 1 ? 'is' : 'are'} not what Amazon’s files say: ${differences
      .map(({ type, day, figure, file, served }) => `${name(type)} ${day} ${figure} ${served}, not ${file}`)
      .join('; ')}.`,
  mail_sent: ({ mail, reminder }) =>
    `${mailed[addresseeOf({ kind: mail })]} was sent a mail: ${mailWords(mail, reminder)}.`,
  mail_given_up: ({ mail, reminder, trouble }) =>
    `A mail to ${mailed[addresseeOf({ kind: mail })].toLowerCase()} was given up (${trouble}): ${mailWords(mail, reminder)}.`,
  page_failed: ({ requestId, page }) =>
    `A page failed on our side (${page}); the log tells more under request ${requestId}, reference ${referenceOf(requestId)}.`,
  help_asked: ({ requestId }) => `Asked support for help (request ${referenceOf(requestId)}).`,
  help_answered: ({ requestId, by }, nameOf) =>
    `Support answered (request ${referenceOf(requestId)}, by ${nameOf(by)}).`,
  help_solved: ({ requestId, by }, nameOf) =>
    `Support solved it (request ${referenceOf(requestId)}, by ${nameOf(by)}).`,
}

const deeds: Readonly<Record<CaseAction, string>> = {
  test_live: 'Tested live',
  sync_now: 'A sync was asked for at once',
  retry_failed: 'Failed reports were asked for again',
  load_again: 'Days were asked for again',
  cancel_run: 'The loading was cancelled',
  mark_unauthorised: 'Marked as needing authorisation',
  disconnect: 'Disconnected',
  discard_pending: 'The authorisation was discarded',
}

export const testNames: Readonly<Record<TestedStep['step'], string>> = {
  client: 'our client at Amazon',
  refresh: 'a fresh access token',
  profiles_na: `profiles in ${regionNames.na}`,
  profiles_eu: `profiles in ${regionNames.eu}`,
  profiles_fe: `profiles in ${regionNames.fe}`,
  report: 'the status of a report',
}

const testedWords = ({ step, went, said }: TestedStep): string =>
  `${testNames[step]} ${went === 'well' ? 'works' : 'fails'} (${said})`

const mails: Readonly<Record<MailKind, string>> = {
  data_ready: 'the data is ready',
  authorisation_needed: 'Amazon needs a new authorisation',
  connection_replaced: 'another account took the place of this one',
  connection_disconnected: 'the account is disconnected',
  connection_erased: 'an account is disconnected and its data erased',
  password_reset: 'the link for a new password',
  invitation: 'the invitation',
  connect_link: 'the link to connect with',
  help_requested: 'somebody asks for help',
  help_answered: 'the answer to what they asked',
}

const mailed = { person: 'The person', support: 'Support' } as const

const mailWords = (mail: MailKind, reminder: ReminderNumber): string =>
  reminder > 0 ? `${mails[mail]}, reminder ${reminder}` : mails[mail]

const lacks: Readonly<Record<Lack['lack'], string>> = {
  no_plan: 'no subscription is active',
  not_full_suite: 'the plan has no ads tools',
  lapsed: 'the plan has lapsed',
}

const plans: Readonly<Record<Plan, string>> = {
  monthly: 'Monthly',
  quarterly: 'Quarterly',
  annual: 'Annual',
  listing_tools: 'Listing Tools',
}

const sources: Readonly<Record<SubscriptionSource, string>> = {
  billing: 'by the billing system',
  console: 'in the console',
  command: 'by command',
}

const returns: Readonly<Record<StateRefusal | 'signed_out' | 'no_code', string>> = {
  unknown: 'its state is none of ours',
  expired: 'it came after the 30 minutes that an attempt lives',
  replayed: 'it had been taken up before',
  other_person: 'somebody else was signed in',
  other_browser: 'it came to another browser than the one that had left',
  signed_out: 'nobody was signed in any more',
  no_code: 'it carried no code',
}

const failures: Readonly<Record<RegionFailure, string>> = {
  our_fault:
    'Amazon refused what we are or how we ask, not the seller: check LWA_CLIENT_ID and its approval for the Ads API',
  unreachable: 'Amazon could not be reached',
  timeout: 'Amazon did not answer in time',
  refused: 'Amazon refused',
  throttled: 'Amazon throttled us (429)',
  unreadable: 'Amazon’s answer could not be read',
}

const emptyLists: Readonly<Record<Exclude<EmptyListReason['why'], 'unexplained'>, string>> = {
  manager_without_rights: 'a manager account links accounts, and the login has Editor rights on none',
  no_ads_account: 'Amazon knows of no advertising account and no linked one',
  ads_account_pending: 'Amazon has not finished setting up the advertising account',
  ads_account_disabled: 'Amazon has disabled the advertising account',
  no_campaign_yet: 'the advertising account is set up, and no campaign was ever created in Amazon’s console',
}

const whyCalls: Readonly<Record<WhyCall, string>> = {
  manager_accounts: 'GET /managerAccounts',
  ads_accounts: 'POST /adsAccounts/list',
}

function emptyWords(reason: EmptyListReason): string {
  if (reason.why !== 'unexplained') return `: ${emptyLists[reason.why]}`
  const calls = reason.unanswered.map(
    ({ call, region, why }) => `${whyCalls[call]} in ${regionNames[region]}: ${failures[why]}`,
  )
  return calls.length > 0
    ? `, and Amazon did not say why; ${calls.join('; ')}`
    : ', and Amazon was not asked why'
}

const choices: Readonly<Record<ChoiceRefusalCode, string>> = {
  plan_lacking: 'the plan did not allow it any more',
  pending_expired: 'the hour for it was over',
  pending_unreadable: 'our keys did not open the tokens',
  nothing_pending: 'nothing waited to be chosen',
  picker_stale: 'the picker belonged to an earlier authorisation',
  profile_not_offered: 'Amazon had not listed it for this authorisation',
  profile_not_eligible: 'it is of a kind that has no sponsored ads to load',
  replacement_stale: 'what it was to replace was not connected any more',
}

const losses: Readonly<Record<AuthorisationLoss, string>> = {
  grant_gone: 'Amazon says that the permission was revoked (invalid_grant)',
  consent_expired: 'the permission has run out, as Amazon lets each do in the end (invalid_grant)',
  profile_rights_lost: 'the Amazon login may no longer read this profile',
  marked_by_us: 'one of us marked it so',
}

const ends: Readonly<Record<CloseReason, string>> = {
  replaced: 'another profile took its place',
  disconnected: 'the person disconnected it',
}

const holds: Readonly<Record<HoldBack['why'], string>> = {
  region_busy: 'Amazon throttles many accounts of the region, and we go easy on it',
  type_busy: 'Amazon throttles this type of report for this profile, and another of it waits already',
  region_down: 'the region does not answer anyone, and one report at a time tries for all',
  storage_down: 'our own database did not answer, which the log tells more about',
}

const runs: Readonly<Record<RunKind, string>> = {
  first: 'First load',
  renewal: 'Load after a renewal',
  daily: 'Daily sync',
  retry: 'Failed reports again',
  again: 'Days loaded again',
}

const troubles: Readonly<Record<TroubleKind, string>> = {
  throttled: 'Amazon throttled us (429)',
  unreachable: 'Amazon could not be reached',
  timeout: 'Amazon did not answer in time',
  answer_unreadable: 'Amazon’s answer could not be read',
  token_refused: 'Amazon refused the access token (401)',
  rights_lost: 'the Amazon login may no longer read this profile',
  grant_gone: 'Amazon says that the permission is gone (invalid_grant)',
  forbidden: 'Amazon keeps the login out (403); the account may be suspended',
  account_unknown: 'Amazon finds no advertiser for the profile; check its region, and the login’s rights',
  our_client: 'Amazon refused us, not the seller: check LWA_CLIENT_ID and LWA_CLIENT_SECRET',
  our_request: 'Amazon did not take our request, which a seller cannot mend',
  refused: 'Amazon refused',
  foreign_duplicate: 'Amazon was making another report of this kind (425)',
  report_gone: 'Amazon does not know its own report id any more (404)',
  failed_at_amazon: 'Amazon could not make it (FAILED)',
  never_finished: 'Amazon did not finish it within its time',
  address_expired: 'the download address had run out',
  address_elsewhere: 'the file lies at an address that AMAZON_DOWNLOAD_HOSTS does not allow',
  file_refused: 'the storage did not hand out the file',
  our_defect: 'a step failed on our side',
  file_unreadable: 'the file could not be read',
  connection_closed: 'the connection ended',
  cancelled: 'one of us cancelled it',
}

function troubleWords(trouble: ReportTrouble): string {
  const words = troubles[trouble.trouble]
  if ('httpStatus' in trouble && 'detail' in trouble)
    return `${words} (${[trouble.httpStatus, trouble.detail].filter(Boolean).join(': ')})`
  if (trouble.trouble === 'unreachable' && trouble.httpStatus) return `${words} (${trouble.httpStatus})`
  if (trouble.trouble === 'throttled' && trouble.retryAfterSeconds !== null)
    return `${words} and asked for ${trouble.retryAfterSeconds} s`
  return 'detail' in trouble && trouble.detail ? `${words} (${trouble.detail})` : words
}

function exchange(trouble: ExchangeTrouble): string {
  if (!('amazonError' in trouble)) return failures[trouble.why]
  const refusals = {
    code_refused: 'it refused the code',
    client_refused: 'it refused us, not the seller: check LWA_CLIENT_ID and LWA_CLIENT_SECRET',
    refused: 'it refused',
  }
  const request = trouble.requestId ? `, request ${trouble.requestId}` : ''
  return `${refusals[trouble.why]} (${trouble.amazonError}${request})`
}

const amazonSaid = (error: string, description: string): string =>
  ` (${[error, description].filter(Boolean).join(': ')})`

const doneBy = (by: DoneBy | undefined, nameOf: NameOf): string =>
  by ? ` by ${nameOf(by.personId)}, because “${by.reason}”` : ''

const planWords = (told: ToldPlan | null): string =>
  told ? `${plans[told.plan]}${told.endsAt ? ` until ${minute(told.endsAt)}` : ''}` : 'none'

const name = (report: ReportType): string => definitionOf(report).name

const counted = (count: number, noun: string): string =>
  `${count.toLocaleString('en-US')} ${noun}${count === 1 ? '' : 's'}`
const minute = (iso: string): string => `${iso.slice(0, 16).replace('T', ' ')} UTC`
const second = (iso: string): string => `${iso.slice(0, 19).replace('T', ' ')} UTC`
