import type { Cause } from '../../../../src/admin/diagnosis/causes.ts'
import { type Cell, cannot, type Rows } from '../cell.ts'

/** An unknown Amazon user blocks nothing (S-09), so one sentence covers every error. */
const unknownUser = (diagnosis: string, cause: Cause): Cell => ({
  state: 'user unknown',
  sentence: 'Authorised at Amazon',
  diagnosis: `Amazon user not identified: ${diagnosis}`,
  action: 'None: retried',
  plan: {
    text: 'asked again with “Try again” for 1 h; profiles can be chosen, and every 6 h after that',
    waits: [],
    end: 'user unknown',
  },
  cause,
})

const unreachable = unknownUser('Amazon couldn’t be reached', 'amazon_user_unreachable')
const timedOut = unknownUser('Amazon didn’t respond in time', 'amazon_user_timeout')
const busy = unknownUser('Amazon throttled us (429)', 'amazon_user_throttled')
const unreadable = unknownUser('Amazon sent an invalid response', 'amazon_user_unreadable')
const forbidden = unknownUser('Amazon denied this Amazon user access.', 'amazon_user_profile_forbidden')
const ourError = unknownUser(
  'Amazon rejected our client or request, not the seller',
  'amazon_user_request_refused',
)

const works: Cell = {
  state: 'user known',
  sentence: 'Authorised as {user}',
  diagnosis: null,
  action: 'None: works',
  plan: { text: 'none needed', waits: [], end: 'user known' },
  cause: 'choosing',
}

/** At every region’s endpoint: one that works is enough. */
export const userProfile: Rows<'userProfile'> = {
  '400': ourError,
  '401': ourError,
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
  duplicated_rows: cannot('one Amazon user'),
  ten_times: works,
  // By a clock that is ahead, the token has expired, which Amazon reports with 400.
  clock_ahead: { ...ourError, cause: 'clock_skewed' },
  clock_behind: works,
  // Without the `profile` scope, Amazon returns no name.
  insufficient_scope: forbidden,
}
