import type { Cause } from '../../../../src/admin/diagnosis/causes.ts'
import type { Cell, Rows } from '../cell.ts'

/**
 * When no region lists a profile, the reason is requested once. The outcome is the same, and what is known is shown
 * (S-10).
 */
const ended = (sentence: string, diagnosis: string, cause: Cause): Cell => ({
  state: 'nothing stored',
  sentence,
  diagnosis,
  action: 'Seller: check Amazon account',
  // The pending connection and its token are deleted with the empty list.
  plan: {
    text: 'no retry: connecting again starts a new attempt',
    waits: [],
    end: 'nothing stored',
  },
  cause,
})

const works = ended(
  'This Amazon login has no access to an advertising account, so there is nothing to connect.',
  'no advertising account and no linked one',
  'no_ads_account',
)

function rowsOf(call: string): Rows<'managerAccounts' | 'adsAccounts'> {
  const unexplained = (diagnosis: string): Cell =>
    ended(
      'This Amazon login has no active advertising profile, so there is nothing to connect. Amazon didn’t tell us why.',
      `reason unknown; ${call} in {region}: ${diagnosis}`,
      'no_profiles',
    )
  const unreachable = unexplained('Amazon couldn’t be reached')
  const timedOut = unexplained('Amazon didn’t respond in time')
  const busy = unexplained('Amazon throttled us (429)')
  const unreadable = unexplained('Amazon sent an invalid response')
  const forbidden = unexplained('Amazon rejected the request')
  const ours = unexplained('Amazon rejected our client or request, not the seller')
  return {
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
    // A missing list is not an empty one: the seller must not read that they have no account.
    wrong_shape: unreadable,
    empty: unreadable,
    duplicated_rows: works,
    ten_times: works,
    clock_ahead: ours,
    clock_behind: works,
    invalid_token: ours,
    client_mismatch: ours,
  }
}

export const managerAccounts: Rows<'managerAccounts'> = rowsOf('GET /managerAccounts')

export const adsAccounts: Rows<'adsAccounts'> = rowsOf('POST /adsAccounts/list')
