import type { Cause } from '../../../../src/admin/diagnosis/causes.ts'
import type { Action, Cell, Rows } from '../cell.ts'

/** The picker names a region that can't be fetched; profiles of other regions can be chosen (S-09). */
const notFetched = (problem: string, diagnosis: string, cause: Cause, action: Action): Cell => ({
  state: 'region not fetched',
  sentence: `Amazon’s {region} region ${problem}. Its profiles may be missing.`,
  diagnosis,
  action,
  plan: {
    text: 'no automatic retry: “Try again” works for 1 h; other regions are unaffected',
    waits: [],
    end: 'region not fetched',
  },
  cause,
})

const tryAgain: Action = 'Seller: try again'
const unreachable = notFetched(
  'couldn’t be reached',
  'Amazon couldn’t be reached',
  'region_unreachable',
  tryAgain,
)
const timedOut = notFetched(
  'didn’t respond in time',
  'Amazon didn’t respond in time',
  'region_timeout',
  tryAgain,
)
const busy = notFetched('is too busy right now', 'Amazon throttled us (429)', 'region_throttled', tryAgain)
const unreadable = notFetched(
  'sent a response we couldn’t read',
  'Amazon sent an invalid response',
  'region_unreadable',
  tryAgain,
)
const forbidden = notFetched(
  'denies access to this Amazon login',
  'Amazon denied this Amazon user access',
  'region_forbidden',
  'Seller: check Amazon login',
)
/**
 * Amazon rejects our client or request. Includes a 401 that a new token doesn't fix: until a client is approved for the
 * Ads API, every call returns 401 (`docs/product/amazon.md`, Ads API: errors).
 */
const ourError = notFetched(
  'rejected our request, which is a problem on our side',
  'Amazon rejected our client or request, not the seller',
  'profiles_request_refused',
  'Operator: check Amazon’s error',
)
const notApproved: Cell = { ...ourError, cause: 'app_not_approved' }

const works = (text = 'none needed'): Cell => ({
  state: 'region fetched',
  sentence: 'Choose an account to connect',
  diagnosis: null,
  action: 'None: works',
  plan: { text, waits: [], end: 'region fetched' },
  cause: 'choosing',
})

export const profiles: Rows<'profiles'> = {
  '400': ourError,
  '401': notApproved,
  '403': forbidden,
  '404': ourError,
  '406': ourError,
  '415': ourError,
  '422': ourError,
  '425': unreachable,
  '429': busy,
  '429_named': busy,
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
  duplicated_rows: works('none needed: listed once'),
  ten_times: works(),
  clock_ahead: { ...ourError, cause: 'clock_skewed' },
  clock_behind: works(),
  invalid_token: notApproved,
  client_mismatch: { ...ourError, cause: 'client_refused' },
}
