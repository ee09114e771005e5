import type { Cause } from '../../../../src/admin/diagnosis/causes.ts'
import type { Cell, Plan, State } from '../cell.ts'

/**
 * Outcomes of report errors. Written from `docs/product/amazon.md` and from what a seller can do, never from the
 * program's behaviour.
 */

const failsUntilNextSync = 'then the report fails until the next daily sync'

const createPlan = (text: string, waits: readonly number[], end: State = 'failed'): Plan => ({
  text,
  waits,
  end,
})

const noRetryPlan = createPlan(`no retry; ${failsUntilNextSync}`, [])

const networkWaits = [2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300, 300]
const networkPlan = createPlan(`12 retries, 2 s to 5 min; ${failsUntilNextSync}`, networkWaits)

const throttledText = `7 retries, 1–15 min, or Retry-After but at least 5 s doubling; ${failsUntilNextSync}`

/** Long back-off: doubling from a minute, at least five retries over about an hour (Reporting v3: requests). */
export const busy = (state: State): Cell => ({
  state,
  sentence: 'Amazon was too busy to create this report. The next daily sync requests it again.',
  diagnosis: 'Amazon throttled us (429)',
  action: 'None: retried',
  plan: createPlan(throttledText, [60, 120, 240, 480, 900, 900, 900]),
  cause: 'throttled',
})

/** Retry-After is honoured, but short waits must not use up all retries at once (Reporting v3: requests). */
export const busyFor17Seconds = (state: State): Cell => ({
  ...busy(state),
  diagnosis: 'Amazon throttled us (429) and asked us to wait 17 s',
  plan: createPlan(throttledText, [17, 17, 20, 40, 80, 160, 320]),
})

export const unreachable = (state: State, status: number | null = null): Cell => ({
  state,
  sentence: 'We couldn’t reach Amazon for this report. The next daily sync requests it again.',
  diagnosis: status === null ? 'Amazon couldn’t be reached' : `Amazon couldn’t be reached (${status})`,
  action: 'None: retried',
  plan: networkPlan,
  cause: 'amazon_unreachable',
})

export const timedOut = (state: State): Cell => ({
  state,
  sentence: 'Amazon didn’t respond in time for this report. The next daily sync requests it again.',
  diagnosis: 'Amazon didn’t respond in time',
  action: 'None: retried',
  plan: networkPlan,
  cause: 'amazon_timeout',
})

/** A success status with unusable content: a maintenance page, half an object. */
export const unreadable = (state: State): Cell => ({
  state,
  sentence: 'We couldn’t read Amazon’s response for this report. The next daily sync requests it again.',
  diagnosis: 'Amazon sent an invalid response',
  action: 'None: retried',
  plan: createPlan(`8 retries, 5 s to 5 min; ${failsUntilNextSync}`, [5, 10, 20, 40, 80, 160, 300, 300]),
  cause: 'amazon_unreadable',
})

/** The token is refreshed once; if that doesn't help, support has to act (Ads API: errors). */
export const tokenRejected = (state: State): Cell => ({
  state,
  sentence: 'Amazon rejected our access for this report. Please contact support.',
  diagnosis: 'Amazon rejected the access token (401)',
  action: 'Support: check connection',
  plan: createPlan(
    `1 immediate retry with a new token and 4 more, 5–40 s; ${failsUntilNextSync}`,
    [5, 10, 20, 40],
  ),
  cause: 'access_token_refused',
})

/** Our configuration is wrong; no seller loses their authorisation (Ads API: errors). */
export const clientRejected = (state: State, detail: string, cause: Cause = 'client_refused'): Cell => ({
  state,
  sentence:
    'Amazon doesn’t recognise us right now. The problem is on our side, and we’ve been notified. Your permission is still valid. The next daily sync requests the report again.',
  diagnosis: `Amazon rejected our client, not the seller: check LWA_CLIENT_ID and LWA_CLIENT_SECRET (${detail}`,
  action: 'Operator: check LWA_CLIENT_ID and LWA_CLIENT_SECRET',
  plan: createPlan(
    `7 retries, 1–30 min, each logged as an error; ${failsUntilNextSync}; sellers stay connected`,
    [60, 120, 240, 480, 960, 1800, 1800],
  ),
  cause,
})

export const requestRejected = (detail: string): Cell => ({
  state: 'failed',
  sentence:
    'Amazon rejected our request for this report. The problem is on our side, and we’ve been notified. The next daily sync requests it again.',
  diagnosis: `Amazon rejected our request; we must fix it (${detail}`,
  action: 'Developer: fix request',
  plan: createPlan(`no retry, logged as an error; ${failsUntilNextSync}`, []),
  cause: 'report_request_refused',
})

/** No advertiser for the profile, or none that this login may see (Ads API: errors). */
export const accountUnknown = (detail: string): Cell => ({
  state: 'failed',
  sentence:
    'Amazon can’t find this advertising account under your login. If you use another account now, connect it instead.',
  diagnosis: `no advertiser found for the profile; check region and access (${detail}`,
  action: 'Seller: check Amazon login',
  plan: noRetryPlan,
  cause: 'account_unknown',
})

/** Access to the resource is denied. That isn't a revocation, so no connection is closed (Ads API: errors). */
export const forbidden = (detail: string): Cell => ({
  state: 'failed',
  sentence:
    'Amazon denied your login access to this account. Check at advertising.amazon.com whether it’s suspended. The next daily sync retries.',
  diagnosis: `Amazon denied access (403); account may be suspended (${detail}`,
  action: 'Seller: check Amazon account',
  plan: noRetryPlan,
  cause: 'account_forbidden',
})

const needsAuthorisationPlan = createPlan(
  'no retry: needs authorisation; tokens deleted, data kept',
  [],
  'needs authorisation',
)

/** Not a token error, so the token is not refreshed; the profile is still listed, so nothing ends (Ads API: errors). */
export const profileAccessUnconfirmed = (state: State): Cell => ({
  state,
  sentence:
    'Amazon denied access to this account, perhaps only for now. The next daily sync requests this report again.',
  diagnosis: 'Amazon denied access to the profile (401); loss not confirmed (Amazon still lists the profile)',
  action: 'None: retried',
  plan: createPlan(
    `profiles listed; 7 retries, 5–60 min, while the profile is listed or the list fails; ${failsUntilNextSync}; if it is not listed, needs authorisation`,
    [300, 600, 1200, 2400, 3600, 3600, 3600],
  ),
  cause: 'profile_access_unconfirmed',
})

/** The only error that means revoked (Login with Amazon: token errors). */
export const invalidGrant: Cell = {
  state: 'needs authorisation',
  sentence: 'Our access at Amazon was removed. Connect the account again.',
  diagnosis: 'authorisation revoked (invalid_grant)',
  action: 'Seller: connect again',
  plan: needsAuthorisationPlan,
  cause: 'grant_revoked',
}

/** Four retries, 60 s apart (Reporting v3: requests). */
export const otherDuplicate: Cell = {
  state: 'requested',
  sentence: 'Amazon was already creating another report of this type. The next daily sync requests it again.',
  diagnosis: 'Amazon was generating another report of this type (425)',
  action: 'None: retried',
  plan: createPlan(`4 retries, 1 min apart; ${failsUntilNextSync}`, [60, 60, 60, 60]),
  cause: 'duplicate_mismatch',
}

/** How long a report id stays valid is undocumented; on 404 the report is requested again. */
export const reportGone: Cell = {
  state: 'requested',
  sentence: 'Amazon lost this report more than once. The next daily sync requests it again.',
  diagnosis: 'Amazon no longer knows the report id (404)',
  action: 'None: retried',
  plan: createPlan(`2 new requests, 1 s apart; ${failsUntilNextSync}`, [1, 1]),
  cause: 'report_lost',
}

/** Amazon's failure text asks to retry. */
export const failedAtAmazon: Cell = {
  state: 'requested',
  sentence: 'Amazon couldn’t create this report. The next daily sync requests it again.',
  diagnosis:
    'Amazon couldn’t generate it (FAILED) (Report generation failed due to an internal error. Please retry)',
  action: 'None: retried',
  plan: createPlan(`2 new requests, 30 s apart; ${failsUntilNextSync}`, [30, 30]),
  cause: 'report_failed',
}

/** After 3 hours, the report is cancelled and requested again (Reporting v3: generation and download). */
export const neverFinished: Cell = {
  state: 'requested',
  sentence: 'Amazon didn’t finish this report in time. The next daily sync requests it again.',
  diagnosis: 'Amazon didn’t finish it in time',
  action: 'None: retried',
  plan: createPlan(`cancelled after 3 h, then 1 new request; ${failsUntilNextSync}`, [1]),
  cause: 'report_never_finished',
}

const storageWaits = [1, 2, 4, 8, 16]

/** Reading the report again returns a newly signed URL (Reporting v3: generation and download). */
export const downloadUrlExpired: Cell = {
  state: 'completed',
  sentence: 'The download link for this report expired. The next daily sync requests it again.',
  diagnosis: 'download URL expired',
  action: 'None: retried',
  plan: createPlan(`5 retries with a new download URL, 1–16 s; ${failsUntilNextSync}`, storageWaits),
  cause: 'download_expired',
}

export const downloadRejected = (detail: string): Cell => ({
  state: 'completed',
  sentence: 'Amazon’s storage refused the download of this report. The next daily sync requests it again.',
  diagnosis: `Amazon’s storage denied access to the file (${detail}`,
  action: 'None: retried',
  plan: createPlan(`5 retries with a new download URL, 1–16 s; ${failsUntilNextSync}`, storageWaits),
  cause: 'download_rejected',
})

export const fileCorrupt = (detail: string): Cell => ({
  state: 'completed',
  sentence: 'We couldn’t read the file Amazon sent for this report. The next daily sync requests it again.',
  diagnosis: `corrupt report file (${detail}`,
  action: 'None: retried',
  plan: createPlan(`4 new downloads, 2–16 s; ${failsUntilNextSync}`, [2, 4, 8, 16]),
  cause: 'file_corrupt',
})

export const fileTooLarge: Cell = {
  state: 'completed',
  sentence: 'The file Amazon sent for this report is larger than we accept. Please contact support.',
  diagnosis: 'report file beyond our size limits (the file is compressed more than 100 to 1',
  action: 'Support: check file',
  plan: noRetryPlan,
  cause: 'file_too_large',
}

/** The loaded days stay until a second report agrees (Reporting v3: generation and download). */
export const fileUnconfirmed = (diagnosis: string, sentence: string, finalCause: Cause): Cell => ({
  state: 'requested',
  sentence,
  diagnosis: `report file would remove more than half of what is loaded, so it waits (${diagnosis}`,
  action: 'None: works',
  plan: createPlan('1 new request after 15 min; the loaded days stay until it agrees', [900], 'loaded'),
  cause: 'file_unconfirmed',
  reload: {
    textWhileRetrying:
      'Amazon’s file lacked most of your figures. The earlier figures stay until a second file agrees.',
    finalCause,
  },
})

/** Amazon accepted the request; only its reply was lost. The retry is a duplicate, so the first report is used. */
export const lostResponse = (lost: Cell): Cell => ({
  ...lost,
  sentence: 'Loaded; {rows} rows',
  action: 'None: works',
  plan: createPlan(
    '1 retry, 2–5 s: Amazon names the accepted request (425), which is used',
    lost.plan.waits.slice(0, 1),
    'loaded',
  ),
  cause: 'duplicate_adopted',
})

export const works = (
  state: State,
  text = 'none needed',
  diagnosis: string | null = null,
  cause: Cause = 'healthy',
): Cell => ({
  state,
  sentence: 'Loaded; {rows} rows',
  diagnosis,
  action: 'None: works',
  plan: createPlan(text, [], 'loaded'),
  cause,
})
