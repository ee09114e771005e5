import { cannot, type Rows } from '../cell.ts'
import {
  busy,
  busyFor17Seconds,
  clientRejected,
  invalidGrant,
  timedOut,
  tokenRejected,
  unreachable,
  unreadable,
  works,
} from './report-endings.ts'

/**
 * The token endpoint, called with a refresh token during a sync. Classified by `error`: only `invalid_grant` means
 * revoked; every other rejection is our error (`docs/product/amazon.md`, Login with Amazon: token errors).
 */
export const refresh: Rows<'refresh'> = {
  '400': clientRejected('requested', 'invalid_request: Bad Request', 'login_request_refused'),
  '401': clientRejected('requested', 'invalid_client: Unauthorized'),
  '403': clientRejected('requested', 'invalid_request: Forbidden', 'login_request_refused'),
  '404': clientRejected('requested', 'invalid_request: Not Found', 'login_request_refused'),
  '406': clientRejected('requested', 'invalid_request: Not Acceptable', 'login_request_refused'),
  '415': clientRejected('requested', 'invalid_request: Unsupported Media Type', 'login_request_refused'),
  '422': clientRejected('requested', 'invalid_request: Unprocessable Entity', 'login_request_refused'),
  '425': unreachable('requested', 425),
  '429': busy('requested'),
  '429_named': busyFor17Seconds('requested'),
  '500': unreachable('requested', 500),
  '502': unreachable('requested', 502),
  '503': unreachable('requested', 503),
  '504': unreachable('requested', 504),
  reset: unreachable('requested'),
  timeout: timedOut('requested'),
  slow_body: timedOut('requested'),
  half_body: unreachable('requested'),
  corrupt_gzip: unreadable('requested'),
  broken_json: unreadable('requested'),
  wrong_type: unreadable('requested'),
  wrong_shape: unreadable('requested'),
  empty: unreadable('requested'),
  duplicated_rows: cannot('one token set'),
  ten_times: works('generating'),
  // Token lifetimes are durations, so Amazon’s clock doesn’t matter.
  clock_ahead: works('generating'),
  // A token from a clock that is behind has already expired for the Ads API, whose clock agrees with ours.
  clock_behind: tokenRejected('requested'),
  invalid_grant: invalidGrant,
  invalid_client: clientRejected('requested', 'invalid_client: Client authentication failed'),
  invalid_request: clientRejected(
    'requested',
    'invalid_request: The request is missing a required parameter',
    'login_request_refused',
  ),
  unauthorized_client: clientRejected('requested', 'unauthorized_client'),
  unsupported_grant_type: clientRejected('requested', 'unsupported_grant_type', 'login_request_refused'),
  server_error: unreachable('requested', 500),
}
