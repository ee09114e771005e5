import { cannot, type Rows } from '../cell.ts'
import {
  accountUnknown,
  addressExpired,
  busy,
  busyFor17Seconds,
  failedAtAmazon,
  forbidden,
  gone,
  neverFinished,
  ourClient,
  ourRequest,
  rightsLost,
  timedOut,
  tokenRefused,
  unreachable,
  unreadable,
  works,
} from './report-endings.ts'

export const look: Rows<'look'> = {
  '400': ourRequest('400: Bad Request'),
  '401': tokenRefused('generating'),
  '403': forbidden('Forbidden'),
  '404': gone,
  '406': ourRequest('406: Not Acceptable'),
  '415': ourRequest('415: Unsupported Media Type'),
  '422': ourRequest('422: Unprocessable Entity'),
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
  clock_ahead: { ...tokenRefused('generating'), cause: 'clock_skewed' },
  // Addresses signed by such a server have expired on arrival.
  clock_behind: addressExpired,
  invalid_token: tokenRefused('generating'),
  client_mismatch: ourClient('generating', 'Unauthorized exception while handling 3P Request'),
  rights_lost: rightsLost,
  scope_missing: ourRequest('401: Scope header is missing'),
  no_advertiser: accountUnknown('No matching advertiser found for scope'),
  scope_refused: accountUnknown('Not authorized to access scope'),
  invalid_advertiser: accountUnknown('Invalid Advertiser or Marketplace ID.'),
  failed: failedAtAmazon,
  never_finishes: neverFinished,
  // The report is complete at Amazon; only its file can't be fetched.
  elsewhere: {
    ...ourClient('completed', ''),
    sentence:
      'Amazon stored this report at an address we don’t allow yet. The problem is on our side, and we’ve been notified. The next daily sync requests it again.',
    // Fetch only from allowed hosts and log others: the Far East's host is unconfirmed.
    diagnosis:
      'download host not allowed by AMAZON_DOWNLOAD_HOSTS (reports are not fetched from reports.example',
    action: 'an operator checks AMAZON_DOWNLOAD_HOSTS',
    cause: 'file_elsewhere',
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
