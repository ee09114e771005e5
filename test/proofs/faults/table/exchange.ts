import type { Cause } from '../../../../src/admin/diagnosis/causes.ts'
import { type Action, type Cell, cannot, type Rows } from '../cell.ts'

/**
 * A code works once and for five minutes, so there is no retry; the user starts again (`docs/product/amazon.md`, Login
 * with Amazon: the callback, token errors).
 */

const nothingStored = 'We didn’t store any credentials.'

const failedExchange = (sentence: string, diagnosis: string, cause: Cause, action: Action): Cell => ({
  state: 'nothing stored',
  sentence: `${sentence} ${nothingStored}`,
  diagnosis,
  action,
  plan: {
    text: 'no retry: connecting again starts a new attempt',
    waits: [],
    end: 'nothing stored',
  },
  cause,
})

const connectLater = 'Seller: connect again later'

const loginServiceFailed = (diagnosis: string, cause: Cause): Cell =>
  failedExchange(
    'We couldn’t complete the authorisation. Amazon’s sign-in service didn’t respond correctly. Try again in a few minutes.',
    diagnosis,
    cause,
    connectLater,
  )

const unreachable = loginServiceFailed('Amazon couldn’t be reached', 'login_unreachable')
const unreadable = loginServiceFailed('Amazon sent an invalid response', 'login_unreadable')
const throttled = loginServiceFailed('Amazon throttled us (429)', 'login_throttled')

const timedOut = failedExchange(
  'Amazon didn’t respond in time. We couldn’t complete the authorisation. Try again in a few minutes.',
  'Amazon didn’t respond in time',
  'login_timeout',
  connectLater,
)

const invalidCode = failedExchange(
  'The authorisation expired. Too much time passed on Amazon’s page. Connect again.',
  'code rejected (invalid_grant',
  'code_refused',
  'Seller: connect again',
)

const ourError = (diagnosis: string, cause: Cause = 'login_request_refused'): Cell =>
  failedExchange(
    'We couldn’t complete the authorisation. Amazon’s sign-in service rejected our request. The problem is on our side: please contact support.',
    diagnosis,
    cause,
    'Operator: check Amazon’s error',
  )

const clientRejected = (error: string): Cell =>
  ourError(
    `Amazon rejected our client, not the seller: check LWA_CLIENT_ID and LWA_CLIENT_SECRET (${error}`,
    'client_refused',
  )

const works: Cell = {
  state: 'authorised',
  sentence: 'Choose an account to connect',
  diagnosis: null,
  action: 'None: works',
  plan: { text: 'none needed', waits: [], end: 'authorised' },
  cause: 'choosing',
}

/** The token endpoint, called with the callback's code. */
export const exchange: Rows<'exchange'> = {
  '400': ourError('rejected (invalid_request'),
  '401': clientRejected('invalid_client'),
  '403': ourError('rejected (invalid_request'),
  '404': ourError('rejected (invalid_request'),
  '406': ourError('rejected (invalid_request'),
  '415': ourError('rejected (invalid_request'),
  '422': ourError('rejected (invalid_request'),
  '425': unreachable,
  '429': throttled,
  '429_named': throttled,
  '500': unreachable,
  '502': unreachable,
  '503': unreachable,
  '504': unreachable,
  reset: unreachable,
  timeout: timedOut,
  slow_body: timedOut,
  half_body: unreachable,
  corrupt_gzip: unreadable,
  broken_json: unreadable,
  wrong_type: unreadable,
  wrong_shape: unreadable,
  empty: unreadable,
  duplicated_rows: cannot('one token set'),
  ten_times: works,
  // By Amazon's clock, the code's five minutes have passed.
  clock_ahead: { ...invalidCode, cause: 'clock_skewed' },
  // Token lifetimes are durations, so Amazon’s clock doesn’t matter.
  clock_behind: works,
  invalid_grant: invalidCode,
  invalid_client: clientRejected('invalid_client'),
  invalid_request: ourError('rejected (invalid_request'),
  unauthorized_client: clientRejected('unauthorized_client'),
  unsupported_grant_type: ourError('rejected (unsupported_grant_type'),
  server_error: unreachable,
}
