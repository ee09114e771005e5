import type { Cause } from '../../../../src/admin/diagnosis/causes.ts'
import { type Action, type Cell, cannot, type Rows } from '../cell.ts'

/**
 * Amazon serves the consent page to the user's browser; we only see the callback (`docs/product/amazon.md`, Login with
 * Amazon: the callback).
 */

const nothingStored = 'We didn’t store any credentials.'

/** The user sees an error from Amazon or the browser and may reload, so our attempt stays open. */
const noCallback: Cell = {
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

const failedCallback = (sentence: string, diagnosis: string, cause: Cause, action: Action): Cell => ({
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

const ourError = (diagnosis: string, cause: Cause): Cell =>
  failedCallback(
    'Amazon reported a problem. Amazon rejected our request. The problem is on our side: please contact support.',
    diagnosis,
    cause,
    'Operator: check Amazon’s error',
  )

const transient = (diagnosis: string): Cell =>
  failedCallback(
    'Amazon has a problem right now. Amazon couldn’t complete the authorisation. Try again in a few minutes.',
    diagnosis,
    'amazon_consent_down',
    'Seller: connect again later',
  )

const works: Cell = {
  state: 'authorised',
  sentence: 'Choose an account to connect',
  diagnosis: null,
  action: 'None: works',
  plan: { text: 'none needed', waits: [], end: 'authorised' },
  cause: 'choosing',
}

export const authorise: Rows<'authorise'> = {
  // Amazon also answers an unregistered redirect URI with 400.
  '400': noCallback,
  '401': noCallback,
  '403': noCallback,
  '404': noCallback,
  '406': noCallback,
  '415': noCallback,
  '422': noCallback,
  '425': noCallback,
  '429': noCallback,
  '429_named': noCallback,
  '500': noCallback,
  '502': noCallback,
  '503': noCallback,
  '504': noCallback,
  reset: noCallback,
  timeout: noCallback,
  slow_body: noCallback,
  half_body: noCallback,
  corrupt_gzip: noCallback,
  broken_json: cannot('HTML page'),
  wrong_type: noCallback,
  wrong_shape: cannot('HTML page'),
  empty: noCallback,
  duplicated_rows: cannot('HTML page'),
  ten_times: works,
  // Amazon issues and checks its codes by the same clock.
  clock_ahead: works,
  clock_behind: works,
  access_denied: failedCallback(
    'You didn’t allow access at Amazon. To connect, choose Allow on Amazon’s page.',
    'Consent denied at Amazon (access_denied: Access not permitted.)',
    'consent_cancelled',
    'Seller: choose Allow',
  ),
  // A client that is not approved for the Ads API.
  invalid_scope: ourError(
    'Amazon returned an error (invalid_scope: An unknown scope was requested)',
    'app_not_approved',
  ),
  unauthorized_client: ourError('Amazon returned an error (unauthorized_client', 'app_not_approved'),
  invalid_request: ourError('Amazon returned an error (invalid_request', 'consent_request_refused'),
  unsupported_response_type: ourError(
    'Amazon returned an error (unsupported_response_type',
    'consent_request_refused',
  ),
  server_error: transient('Amazon returned an error (server_error'),
  temporarily_unavailable: transient('Amazon returned an error (temporarily_unavailable'),
  no_code: failedCallback(
    'Amazon’s response was incomplete. We couldn’t complete the authorisation. Connect again.',
    'no code',
    'callback_without_code',
    'Seller: connect again',
  ),
}
