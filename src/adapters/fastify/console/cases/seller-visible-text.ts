import { isTransientCallbackError } from '../../../../domain/connection/authorisation-attempt.ts'
import type { TimelineEvent, TimelineEventKind } from '../../../../domain/timeline/entry.ts'
import { referenceOf } from '../../../../domain/timeline/reference.ts'
import { type NoticeCode, noticeText } from '../../kit/notices/notice-texts.ts'
import { callbackErrorNotices, exchangeNotice, noProfilesNotice } from '../../kit/notices/notices.ts'
import { lossText } from '../../seller/health-texts.ts'
import { failureMessages, unconfirmedFileText } from '../../seller/report-failure-texts.ts'

type SellerTexts = {
  readonly [Kind in TimelineEventKind]:
    | ((event: Extract<TimelineEvent, { kind: Kind }>) => string | null)
    | null
}

const notice = (code: NoticeCode): string => `${noticeText[code].title}. ${noticeText[code].sentence}`

/** What the seller's page showed (S-41); null when no page mentions the event. */
const sellerText: SellerTexts = {
  plan_changed: null,
  role_changed: null,
  access_changed: null,
  staff_action: null,
  tested_live: null,
  connect_link_sent: null,
  connect_link_used: () => 'The connect link page, with one button.',
  connect_rejected: () => 'Why the plan doesn’t allow connecting, instead of the connect button.',
  sent_to_amazon: () => 'Amazon’s own page.',
  callback_denied: () => notice('denied'),
  callback_failed: ({ error }) => notice(isTransientCallbackError(error) ? 'amazon_busy' : 'amazon_error'),
  callback_rejected: ({ why }) => notice(why === 'signed_out' ? 'signed_out' : callbackErrorNotices[why]),
  token_exchange_failed: ({ why }) => notice(exchangeNotice(why)),
  authorised: () => 'The account picker.',
  amazon_user_fetched: null,
  amazon_user_fetch_failed: null,
  profiles_fetched: null,
  profiles_fetch_failed: () => 'Picker: which region couldn’t be loaded, with “Try again”.',
  no_profiles: ({ agencies, reason }) => notice(noProfilesNotice(agencies, reason)),
  pending_replaced: null,
  pending_discarded: () => notice('discarded'),
  pending_expired: () => notice('pending_expired'),
  pending_undecryptable: () => notice('pending_undecryptable'),
  choice_rejected: null,
  choice_blocked: () =>
    'Picker: the account already connected, with the options to replace it or contact support.',
  connected: () => 'The waiting screen.',
  reauthorised: () => notice('renewed'),
  consent_page_skipped: null,
  reauthorisation_unconfirmed: () => 'The question whether to use this Amazon account from now on.',
  reauthorisation_rejected: () => 'The Amazon account that authorised can’t access the connected profile.',
  authorisation_lost: ({ why }) => `${lossText[why]}, so syncing has stopped. What was loaded stays.`,
  closed: ({ reason }) => (reason === 'disconnected' ? notice('disconnected') : null),
  reopened: () => notice('reopened'),
  erasure_requested: () => notice('erasing'),
  erasure_started: null,
  erased: null,
  details_erased: null,
  sync_requested: ({ syncRun: run }) =>
    run === 'initial' ? 'The waiting screen: Generating Reports.' : null,
  sync_skipped: () => 'Syncing has stopped, and why the plan doesn’t allow it.',
  report_accepted: () => 'Amazon is preparing it.',
  report_duplicate_adopted: () => 'Amazon is preparing it.',
  report_error: ({ error }) => (error.error === 'file_unconfirmed' ? unconfirmedFileText : 'Retrying soon.'),
  report_deferred: () => 'Amazon is busy. Retrying soon.',
  report_completed: () => 'Being loaded.',
  report_loaded: ({ rows }) => `Loaded; ${rows.toLocaleString('en-GB')} rows.`,
  report_failed: ({ reason }) => failureMessages[reason.error],
  sync_finished: ({ loaded }) => (loaded > 0 ? 'Ready: the dashboard.' : 'Nothing could be loaded.'),
  figures_reconciled: null,
  figures_mismatch: null,
  email_sent: null,
  email_failed: null,
  page_failed: ({ requestId }) => `Something went wrong on our side. Reference ${referenceOf(requestId)}.`,
  support_request_submitted: () => notice('support_request_sent'),
  support_request_replied: () => 'The reply, under “Your requests”.',
  support_request_solved: () => 'Request solved, under “Your requests”.',
  sign_in_delayed: null,
}

export function sellerVisibleText(event: TimelineEvent): string | null {
  const describe = sellerText[event.kind] as ((event: TimelineEvent) => string | null) | null
  return describe?.(event) ?? null
}
