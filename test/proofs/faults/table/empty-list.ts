import type { Cause } from '../../../../src/admin/diagnosis/causes.ts'
import type { Cell, Rows } from '../cell.ts'

/**
 * When no region lists a profile, we ask Amazon once for the reason. Nothing is stored either way; the seller sees what
 * we know (S-10).
 */
const nothingToConnect = (sentence: string, diagnosis: string, cause: Cause): Cell => ({
  state: 'nothing stored',
  sentence,
  diagnosis,
  action: 'Seller: check Amazon account',
  // An empty list deletes the pending connection and its token.
  plan: {
    text: 'no retry: connecting again starts a new attempt',
    waits: [],
    end: 'nothing stored',
  },
  cause,
})

const works = nothingToConnect(
  'This Amazon login has no access to an advertising account, so there is nothing to connect.',
  'no advertising account and no linked one',
  'no_ads_account',
)

function rowsFor(call: string): Rows<'managerAccounts' | 'adsAccounts'> {
  const unexplained = (diagnosis: string): Cell =>
    nothingToConnect(
      'This Amazon login has no active advertising profile, so there is nothing to connect. Amazon didn’t tell us why.',
      `reason unknown; ${call} in {region}: ${diagnosis}`,
      'no_profiles',
    )
  const unreachable = unexplained('Amazon couldn’t be reached')
  const timedOut = unexplained('Amazon didn’t respond in time')
  const busy = unexplained('Amazon throttled us (429)')
  const unreadable = unexplained('Amazon sent an invalid response')
  const forbidden = unexplained('Amazon denied this Amazon user access')
  const ourError = unexplained('Amazon rejected our client or request, not the seller')
  return {
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
    // A response without a list is not an empty list, so we must not tell the seller that they have no account.
    wrong_shape: unreadable,
    empty: unreadable,
    duplicated_rows: works,
    ten_times: works,
    clock_ahead: ourError,
    clock_behind: works,
    invalid_token: ourError,
    client_mismatch: ourError,
  }
}

export const managerAccounts: Rows<'managerAccounts'> = rowsFor('GET /managerAccounts')

export const adsAccounts: Rows<'adsAccounts'> = rowsFor('POST /adsAccounts/list')
