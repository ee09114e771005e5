import type { Cause } from '../../../../src/admin/diagnosis/causes.ts'
import { type Action, type Cell, cannot, type Rows } from '../cell.ts'

/**
 * A code works once and for five minutes, so there is no retry; the user starts again (`docs/product/amazon.md`, Login
 * with Amazon: the callback, token errors).
 */

const nothingStored = 'Nothing of your credentials was stored.'

const ends = (sentence: string, diagnosis: string, cause: Cause, action: Action): Cell => ({
  state: 'nothing stored',
  sentence: `${sentence} ${nothingStored}`,
  diagnosis,
  action,
  plan: {
    words: 'not tried again by itself: a code answers once; connecting again begins anew',
    waits: [],
    end: 'nothing stored',
  },
  cause,
})

const inAFewMinutes = 'the seller connects again in a few minutes'

const noAnswer = (diagnosis: string, cause: Cause): Cell =>
  ends(
    'The authorisation could not be completed. Amazon’s sign-in service could not be reached, or did not answer properly. Please try again in a few minutes.',
    diagnosis,
    cause,
    inAFewMinutes,
  )

const unreachable = noAnswer('Amazon could not be reached', 'login_unreachable')
const unreadable = noAnswer('Amazon’s answer could not be read', 'login_unreadable')
const throttled = noAnswer('Amazon throttled us (429)', 'login_throttled')

const timedOut = ends(
  'Amazon did not answer in time. The authorisation could not be completed. Please try again in a few minutes.',
  'Amazon did not answer in time',
  'login_timeout',
  inAFewMinutes,
)

const codeRefused = ends(
  'The authorisation expired on the way. Amazon did not accept its own code any more, which happens after a long delay. Please connect again.',
  'it refused the code (invalid_grant',
  'code_refused',
  'the seller connects again',
)

const ours = (diagnosis: string, cause: Cause = 'login_request_refused'): Cell =>
  ends(
    'The authorisation could not be completed. Amazon’s sign-in service refused us, not you, which is ours to mend: please contact support.',
    diagnosis,
    cause,
    'an operator looks at what Amazon refused us',
  )

const clientRefused = (error: string): Cell =>
  ours(`it refused us, not the seller: check LWA_CLIENT_ID and LWA_CLIENT_SECRET (${error}`, 'client_refused')

const works = (words: string): Cell => ({
  state: 'authorised',
  sentence: 'Choose the account to connect',
  diagnosis: null,
  action: 'nobody: it works',
  plan: { words, waits: [], end: 'authorised' },
  cause: 'choosing',
})

/** The token endpoint, called with the callback's code. */
export const exchange: Rows<'exchange'> = {
  '400': ours('it refused (invalid_request'),
  '401': clientRefused('invalid_client'),
  '403': ours('it refused (invalid_request'),
  '404': ours('it refused (invalid_request'),
  '406': ours('it refused (invalid_request'),
  '415': ours('it refused (invalid_request'),
  '422': ours('it refused (invalid_request'),
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
  duplicated_rows: cannot('the answer is one set of tokens, which has no rows'),
  ten_times: works('an answer may be as long as it likes'),
  // Its five minutes have passed by Amazon's clock.
  clock_ahead: { ...codeRefused, cause: 'clock_skewed' },
  clock_behind: works('a lifetime is told in seconds, so that Amazon’s clock does not matter'),
  invalid_grant: codeRefused,
  invalid_client: clientRefused('invalid_client'),
  invalid_request: ours('it refused (invalid_request'),
  unauthorized_client: clientRefused('unauthorized_client'),
  unsupported_grant_type: ours('it refused (unsupported_grant_type'),
  server_error: unreachable,
}
