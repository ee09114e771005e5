import { isTransientCallbackError } from '../../../domain/connection/authorisation-attempt.ts'
import { failureMessages } from '../../../domain/ingestion/report-error.ts'
import type { TimelineEvent, TimelineEventKind } from '../../../domain/timeline/entry.ts'
import { referenceOf } from '../../../domain/timeline/reference.ts'
import { lossText } from '../health-texts.ts'
import { type NoticeCode, noticeText } from '../notice-texts.ts'
import { callbackErrorNotices, exchangeNotice, noProfilesNotice } from '../notices.ts'

type Saw = {
  readonly [Kind in TimelineEventKind]:
    | ((event: Extract<TimelineEvent, { kind: Kind }>) => string | null)
    | null
}

const notice = (code: NoticeCode): string => `${noticeText[code].title}. ${noticeText[code].sentence}`

/** What the seller's page showed (S-41); null when no page mentions the event. */
const sellerText: Saw = {
  plan_changed: null,
  role_changed: null,
  staff_acted: null,
  tested_live: null,
  connect_link_sent: null,
  connect_link_used: () => 'The connect link page, with one button.',
  connect_refused: () => 'Why the plan doesn’t allow connecting, instead of the connect button.',
  sent_to_amazon: () => 'Amazon’s own page.',
  return_denied: () => notice('denied'),
  return_failed: ({ error }) => notice(isTransientCallbackError(error) ? 'amazon_busy' : 'amazon_error'),
  return_not_taken_up: ({ why }) => notice(why === 'signed_out' ? 'signed_out' : callbackErrorNotices[why]),
  exchange_failed: ({ why }) => notice(exchangeNotice(why)),
  authorised: () => 'The account picker.',
  amazon_user_read: null,
  amazon_user_unknown: null,
  profiles_read: null,
  profiles_unread: () => 'Picker: which region couldn’t be loaded, with “Try again”.',
  no_profiles: ({ agencies, reason }) => notice(noProfilesNotice(agencies, reason)),
  pending_replaced: null,
  pending_discarded: () => notice('discarded'),
  pending_expired: () => notice('pending_expired'),
  pending_unreadable: () => notice('pending_unreadable'),
  choice_refused: null,
  choice_blocked: () =>
    'Picker: the account already connected, with the options to replace it or contact support.',
  connected: () => 'The waiting screen.',
  authorisation_renewed: () => notice('renewed'),
  renewal_unconfirmed: () => 'Another Amazon account authorised: is that meant?',
  renewal_refused: () => 'The Amazon account that authorised does not reach the connected profile.',
  authorisation_lost: ({ why }) => `${lossText[why]}, so syncing has stopped. What was loaded stays.`,
  closed: ({ reason }) => (reason === 'disconnected' ? notice('disconnected') : null),
  reopened: () => notice('reopened'),
  erasure_asked: () => notice('erasing'),
  erasure_begun: null,
  erased: null,
  details_erased: null,
  run_requested: ({ syncRun: run }) => (run === 'first' ? 'The waiting screen: Generating Reports.' : null),
  sync_paused: () => 'Syncing has stopped, and why the plan doesn’t allow it.',
  report_accepted: () => 'Amazon is preparing it.',
  report_adopted: () => 'Amazon is preparing it.',
  report_troubled: () => 'Retrying soon.',
  report_held_back: () => 'Amazon is busy. Retrying soon.',
  report_completed: () => 'Being loaded.',
  report_loaded: ({ rows }) => `Loaded; ${rows.toLocaleString('en-GB')} rows.`,
  report_failed: ({ reason }) => failureMessages[reason.error],
  run_settled: ({ loaded }) => (loaded > 0 ? 'Ready: the dashboard.' : 'Nothing could be loaded.'),
  figures_reconciled: null,
  figures_differ: null,
  mail_sent: null,
  mail_given_up: null,
  page_failed: ({ requestId }) => `Something went wrong on our side. Reference ${referenceOf(requestId)}.`,
  help_asked: () => notice('help_sent'),
  help_answered: () => 'The reply, under “Your requests”.',
  help_solved: () => 'Request solved, under “Your requests”.',
}

export function sellerVisibleText(event: TimelineEvent): string | null {
  const tell = sellerText[event.kind] as ((event: TimelineEvent) => string | null) | null
  return tell?.(event) ?? null
}
