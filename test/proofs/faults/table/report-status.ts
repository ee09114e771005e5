import { cannot, type Rows } from '../cell.ts'
import {
  accountUnknown,
  busy,
  busyFor17Seconds,
  clientRejected,
  downloadUrlExpired,
  failedAtAmazon,
  forbidden,
  gone,
  neverFinished,
  profileAccessLost,
  requestRejected,
  timedOut,
  tokenRejected,
  unreachable,
  unreadable,
  works,
} from './report-endings.ts'

export const look: Rows<'look'> = {
  '400': requestRejected('400: Bad Request'),
  '401': tokenRejected('generating'),
  '403': forbidden('Forbidden'),
  '404': gone,
  '406': requestRejected('406: Not Acceptable'),
  '415': requestRejected('415: Unsupported Media Type'),
  '422': requestRejected('422: Unprocessable Entity'),
  // Amazon's own 425 is for report requests only; here it is "Too Early" of RFC 8470.
  '425': unreachable('generating', 425),
  '429': busy('generating'),
  '429_named': busyFor17Seconds('generating'),
  '500': unreachable('generating', 500),
  '502': unreachable('generating', 502),
  '503': unreachable('generating', 503),
  '504': unreachable('generating', 504),
  reset: unreachable('generating'),
  timeout: timedOut('generating'),
  slow_body: timedOut('generating'),
  half_body: unreachable('generating'),
  corrupt_gzip: unreadable('generating'),
  broken_json: unreadable('generating'),
  wrong_type: unreadable('generating'),
  wrong_shape: unreadable('generating'),
  empty: unreadable('generating'),
  duplicated_rows: cannot('the answer is one report object, which has no rows'),
  ten_times: works('loaded', 'an answer may be as long as it likes'),
  clock_ahead: { ...tokenRejected('generating'), cause: 'clock_skewed' },
  // Addresses signed by such a server have expired on arrival.
  clock_behind: downloadUrlExpired,
  invalid_token: tokenRejected('generating'),
  client_mismatch: clientRejected('generating', 'Unauthorized exception while handling 3P Request'),
  profile_access_lost: profileAccessLost,
  scope_missing: requestRejected('401: Scope header is missing'),
  no_advertiser: accountUnknown('No matching advertiser found for scope'),
  scope_refused: accountUnknown('Not authorized to access scope'),
  invalid_advertiser: accountUnknown('Invalid Advertiser or Marketplace ID.'),
  failed: failedAtAmazon,
  never_finishes: neverFinished,
  // The report is complete at Amazon; only its file can't be fetched.
  elsewhere: {
    ...clientRejected('completed', ''),
    sentence:
      'Amazon stored this report at an address we don’t allow yet. The problem is on our side, and we’ve been notified. The next daily sync requests it again.',
    // Fetch only from allowed hosts and log others: the Far East's host is unconfirmed.
    diagnosis:
      'download host not allowed by AMAZON_DOWNLOAD_HOSTS (reports.example',
    action: 'an operator checks AMAZON_DOWNLOAD_HOSTS',
    cause: 'download_host_untrusted',
  },
  no_address: {
    ...works(
      'loaded',
      'a report that is complete without an address has no rows (facts §3.9): its days are empty',
    ),
    sentence: 'Loaded; no activity',
    cause: 'no_ad_activity',
  },
}
