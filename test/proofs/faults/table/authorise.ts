import type { Cause } from '../../../../src/admin/diagnosis/causes.ts'
import { type Action, type Cell, cannot, type Rows } from '../cell.ts'

/**
 * The page is Amazon's and the user's browser opens it; we only see the callback (`docs/product/amazon.md`, Login with
 * Amazon: the callback).
 */

const nothingStored = 'We didn’t store any credentials.'

/** The user sees an error of Amazon or the browser and may reload; our attempt stays open for that. */
const stayedAway: Cell = {
  state: 'attempt open',
  sentence: `Amazon’s page was open too long. Complete the authorisation within 30 minutes. Start again here. ${nothingStored}`,
  diagnosis: 'attempt expired (30 minutes)',
  action: 'Seller: reload Amazon’s page',
  plan: {
    text: 'no retry: the page can be reloaded for 30 min; a later callback is rejected',
    waits: [],
    end: 'nothing stored',
  },
  // There is no callback, and only the user sees why.
  cause: 'callback_missing',
}

const cameBack = (sentence: string, diagnosis: string, cause: Cause, action: Action): Cell => ({
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

const ours = (diagnosis: string, cause: Cause): Cell =>
  cameBack(
    'Amazon reported a problem. Amazon rejected our request. The problem is on our side: please contact support.',
    diagnosis,
    cause,
    'Operator: check Amazon’s error',
  )

const transient = (diagnosis: string): Cell =>
  cameBack(
    'Amazon has a problem right now. Amazon couldn’t complete the authorisation. Try again in a few minutes.',
    diagnosis,
    'amazon_consent_down',
    'Seller: connect again later',
  )

const works: Cell = {
  state: 'authorised',
  sentence: 'Choose the account to connect',
  diagnosis: null,
  action: 'None: works',
  plan: { text: 'none needed', waits: [], end: 'authorised' },
  cause: 'choosing',
}

export const authorise: Rows<'authorise'> = {
  // The same as for an unregistered return address.
  '400': stayedAway,
  '401': stayedAway,
  '403': stayedAway,
  '404': stayedAway,
  '406': stayedAway,
  '415': stayedAway,
  '422': stayedAway,
  '425': stayedAway,
  '429': stayedAway,
  '429_named': stayedAway,
  '500': stayedAway,
  '502': stayedAway,
  '503': stayedAway,
  '504': stayedAway,
  reset: stayedAway,
  timeout: stayedAway,
  slow_body: stayedAway,
  half_body: stayedAway,
  corrupt_gzip: stayedAway,
  broken_json: cannot('HTML page'),
  wrong_type: stayedAway,
  wrong_shape: cannot('HTML page'),
  empty: stayedAway,
  duplicated_rows: cannot('HTML page'),
  ten_times: works,
  // Amazon issues and checks its codes by the same clock.
  clock_ahead: works,
  clock_behind: works,
  access_denied: cameBack(
    'You didn’t allow access at Amazon. To connect, choose Allow on Amazon’s page.',
    'Consent denied at Amazon (access_denied: Access not permitted.)',
    'consent_cancelled',
    'Seller: choose Allow',
  ),
  // A client that is not approved for the Ads API.
  invalid_scope: ours(
    'Amazon returned an error (invalid_scope: An unknown scope was requested)',
    'app_not_approved',
  ),
  unauthorized_client: ours('Amazon returned an error (unauthorized_client', 'app_not_approved'),
  invalid_request: ours('Amazon returned an error (invalid_request', 'consent_request_refused'),
  unsupported_response_type: ours(
    'Amazon returned an error (unsupported_response_type',
    'consent_request_refused',
  ),
  server_error: transient('Amazon returned an error (server_error'),
  temporarily_unavailable: transient('Amazon returned an error (temporarily_unavailable'),
  no_code: cameBack(
    'Amazon’s response was incomplete. We couldn’t complete the authorisation. Connect again.',
    'no code',
    'callback_without_code',
    'Seller: connect again',
  ),
}
