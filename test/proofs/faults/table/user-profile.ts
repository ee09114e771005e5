import type { Cause } from '../../../../src/admin/diagnosis/causes.ts'
import { type Cell, cannot, type Rows } from '../cell.ts'

/** An unknown Amazon user blocks nothing (S-09), so one sentence covers every error. */
const unknown = (diagnosis: string, cause: Cause): Cell => ({
  state: 'user unknown',
  sentence: 'Authorised at Amazon',
  diagnosis: `Amazon user not identified: ${diagnosis}`,
  action: 'None: retried',
  plan: {
    text: 'retried whenever the picker opens, for 1 h; profiles can be chosen',
    waits: [],
    end: 'user unknown',
  },
  cause,
})

const unreachable = unknown('Amazon couldn’t be reached', 'user_unreachable')
const timedOut = unknown('Amazon didn’t respond in time', 'user_timeout')
const busy = unknown('Amazon throttled us (429)', 'user_throttled')
const unreadable = unknown('Amazon sent an invalid response', 'user_unreadable')
const forbidden = unknown('Amazon rejected the request.', 'user_profile_forbidden')
const ours = unknown('Amazon rejected our client or request, not the seller', 'user_request_refused')

const works: Cell = {
  state: 'user known',
  sentence: 'Authorised as {user}',
  diagnosis: null,
  action: 'None: works',
  plan: { text: 'none needed', waits: [], end: 'user known' },
  cause: 'choosing',
}

/** One address for all regions. */
export const userProfile: Rows<'userProfile'> = {
  '400': ours,
  '401': ours,
  '403': forbidden,
  '404': ours,
  '406': ours,
  '415': ours,
  '422': ours,
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
  // There a token of this hour has expired, which Amazon reports with 400.
  clock_ahead: { ...ours, cause: 'clock_skewed' },
  clock_behind: works,
  // Without the scope `profile` there is no name.
  insufficient_scope: forbidden,
}
