import type { Cause } from '../../../../src/admin/diagnosis/causes.ts'
import type { Cell, Plan, State } from '../cell.ts'

/**
 * Outcomes of report errors. Written from `docs/product/amazon.md` and from what a seller can do, never from what the
 * program did.
 */

const failsAlone = 'then the report fails until the next daily sync'

const planOf = (text: string, waits: readonly number[], end: State = 'failed'): Plan => ({
  text,
  waits,
  end,
})

const atOnce = planOf(`no retry; ${failsAlone}`, [])

const wayWaits = [2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300, 300]
const wayPlan = planOf(`12 retries, 2 s to 5 min; ${failsAlone}`, wayWaits)

const throttledText = `7 retries, 1–15 min, or Retry-After but at least 5 s doubling; ${failsAlone}`

/** Long back-off: doubling from a minute, at least five tries over about an hour (Reporting v3: requests). */
export const busy = (state: State): Cell => ({
  state,
  sentence: 'Amazon was too busy to create this report. The next daily sync requests it again.',
  diagnosis: 'Amazon throttled us (429)',
  action: 'None: retried',
  plan: planOf(throttledText, [60, 120, 240, 480, 900, 900, 900]),
  cause: 'throttled',
})

/** A named wait is honoured, and never uses up all retries at once (Reporting v3: requests). */
export const busyFor17Seconds = (state: State): Cell => ({
  ...busy(state),
  diagnosis: 'Amazon throttled us (429) and asked us to wait 17 s',
  plan: planOf(throttledText, [17, 17, 20, 40, 80, 160, 320]),
})

export const unreachable = (state: State, status: number | null = null): Cell => ({
  state,
  sentence: 'We couldn’t reach Amazon for this report. The next daily sync requests it again.',
  diagnosis: status === null ? 'Amazon couldn’t be reached' : `Amazon couldn’t be reached (${status})`,
  action: 'None: retried',
  plan: wayPlan,
  cause: 'amazon_unreachable',
})

export const timedOut = (state: State): Cell => ({
  state,
  sentence: 'Amazon didn’t respond in time for this report. The next daily sync requests it again.',
  diagnosis: 'Amazon didn’t respond in time',
  action: 'None: retried',
  plan: wayPlan,
  cause: 'amazon_timeout',
})

/** A success status with unusable content: a maintenance page, half an object. */
export const unreadable = (state: State): Cell => ({
  state,
  sentence: 'We couldn’t read Amazon’s response for this report. The next daily sync requests it again.',
  diagnosis: 'Amazon sent an invalid response',
  action: 'None: retried',
  plan: planOf(`8 retries, 5 s to 5 min; ${failsAlone}`, [5, 10, 20, 40, 80, 160, 300, 300]),
  cause: 'amazon_unreadable',
})

/** Refreshed once; if that doesn't help, support has to act (Ads API: errors). */
export const tokenRejected = (state: State): Cell => ({
  state,
  sentence: 'Amazon rejected our access for this report. Please contact support.',
  diagnosis: 'Amazon rejected the access token (401)',
  action: 'Support: check connection',
  plan: planOf(`1 immediate retry with a new token and 4 more, 5–40 s; ${failsAlone}`, [5, 10, 20, 40]),
  cause: 'access_token_refused',
})

/** Our configuration; no seller's authorisation is lost (Ads API: errors). */
export const clientRejected = (state: State, saying: string, cause: Cause = 'client_refused'): Cell => ({
  state,
  sentence:
    'Amazon doesn’t recognise us right now. The problem is on our side, and we’ve been notified. Your permission is still valid. The next daily sync requests the report again.',
  diagnosis: `Amazon rejected our client, not the seller: check LWA_CLIENT_ID and LWA_CLIENT_SECRET (${saying}`,
  action: 'Operator: check LWA_CLIENT_ID and LWA_CLIENT_SECRET',
  plan: planOf(
    `7 retries, 1–30 min, each logged as an error; ${failsAlone}; sellers stay connected`,
    [60, 120, 240, 480, 960, 1800, 1800],
  ),
  cause,
})

export const requestRejected = (saying: string): Cell => ({
  state: 'failed',
  sentence:
    'Amazon rejected our request for this report. The problem is on our side, and we’ve been notified. The next daily sync requests it again.',
  diagnosis: `Amazon rejected our request; we must fix it (${saying}`,
  action: 'Developer: fix request',
  plan: planOf(`no retry, logged as an error; ${failsAlone}`, []),
  cause: 'report_request_refused',
})

/** No advertiser for the profile, or none that this login may see (Ads API: errors). */
export const accountUnknown = (saying: string): Cell => ({
  state: 'failed',
  sentence:
    'Amazon can’t find this advertising account under your login. If you use another account now, connect it instead.',
  diagnosis: `no advertiser found for the profile; check region and access (${saying}`,
  action: 'Seller: check Amazon login',
  plan: atOnce,
  cause: 'account_unknown',
})

/** Access to the resource is denied. That isn't a revocation, so no connection is closed (Ads API: errors). */
export const forbidden = (saying: string): Cell => ({
  state: 'failed',
  sentence:
    'Amazon denied your login access to this account. Check at advertising.amazon.com whether it’s suspended. The next daily sync retries.',
  diagnosis: `Amazon denied access (403); account may be suspended (${saying}`,
  action: 'Seller: check Amazon account',
  plan: atOnce,
  cause: 'account_forbidden',
})

const disconnects = planOf(
  'no retry: needs authorisation; tokens deleted, data kept',
  [],
  'needs authorisation',
)

/** Not a token error, so no refresh (Ads API: errors). */
export const profileAccessLost: Cell = {
  state: 'needs authorisation',
  sentence:
    'Your Amazon login can no longer read this advertising account. Connect it again with a login that can.',
  diagnosis: 'Amazon user lost access to the profile',
  action: 'Seller: connect again',
  plan: disconnects,
  cause: 'profile_access_lost',
}

/** The only error that means revoked (Login with Amazon: token errors). */
export const invalidGrant: Cell = {
  state: 'needs authorisation',
  sentence: 'Our access at Amazon was removed. Connect the account again.',
  diagnosis: 'authorisation revoked (invalid_grant)',
  action: 'Seller: connect again',
  plan: disconnects,
  cause: 'grant_revoked',
}

/** Four retries, 60 s apart (Reporting v3: requests). */
export const otherDuplicate: Cell = {
  state: 'requested',
  sentence: 'Amazon was already creating another report of this type. The next daily sync requests it again.',
  diagnosis: 'Amazon was generating another report of this type (425)',
  action: 'None: retried',
  plan: planOf(`4 retries, 1 min apart; ${failsAlone}`, [60, 60, 60, 60]),
  cause: 'duplicate_mismatch',
}

/** How long a report id stays valid is undocumented; on 404 the report is requested again. */
export const gone: Cell = {
  state: 'requested',
  sentence: 'Amazon lost this report more than once. The next daily sync requests it again.',
  diagnosis: 'Amazon no longer knows the report id (404)',
  action: 'None: retried',
  plan: planOf(`2 new requests, 1 s apart; ${failsAlone}`, [1, 1]),
  cause: 'report_lost',
}

/** Amazon's failure text asks to retry. */
export const failedAtAmazon: Cell = {
  state: 'requested',
  sentence: 'Amazon couldn’t create this report. The next daily sync requests it again.',
  diagnosis:
    'Amazon couldn’t generate it (FAILED) (Report generation failed due to an internal error. Please retry)',
  action: 'None: retried',
  plan: planOf(`2 new requests, 30 s apart; ${failsAlone}`, [30, 30]),
  cause: 'report_failed',
}

/** Abandon after 3 hours, cancel and request again (Reporting v3: generation and download). */
export const neverFinished: Cell = {
  state: 'requested',
  sentence: 'Amazon didn’t finish this report in time. The next daily sync requests it again.',
  diagnosis: 'Amazon didn’t finish it in time',
  action: 'None: retried',
  plan: planOf(`cancelled after 3 h, then 1 new request; ${failsAlone}`, [1]),
  cause: 'report_never_finished',
}

const storageWaits = [1, 2, 4, 8, 16]

/** Get the report again, which signs a new address (Reporting v3: generation and download). */
export const downloadUrlExpired: Cell = {
  state: 'completed',
  sentence: 'The download link for this report expired. The next daily sync requests it again.',
  diagnosis: 'download URL expired',
  action: 'None: retried',
  plan: planOf(`5 retries with a new download URL, 1–16 s; ${failsAlone}`, storageWaits),
  cause: 'download_expired',
}

export const downloadRejected = (saying: string): Cell => ({
  state: 'completed',
  sentence: 'Amazon’s storage refused the download of this report. The next daily sync requests it again.',
  diagnosis: `storage refused the file (${saying}`,
  action: 'None: retried',
  plan: planOf(`5 retries with a new download URL, 1–16 s; ${failsAlone}`, storageWaits),
  cause: 'download_rejected',
})

export const fileCorrupt = (saying: string): Cell => ({
  state: 'completed',
  sentence: 'We couldn’t read the file Amazon sent for this report. The next daily sync requests it again.',
  diagnosis: `corrupt report file (${saying}`,
  action: 'None: retried',
  plan: planOf(`4 new downloads, 2–16 s; ${failsAlone}`, [2, 4, 8, 16]),
  cause: 'file_corrupt',
})

/** Amazon accepted the request; only its reply was lost. The retry is a duplicate, so the first report is used. */
export const lostAnswer = (lost: Cell): Cell => ({
  ...lost,
  sentence: 'Loaded; {rows} rows',
  action: 'None: works',
  plan: planOf(
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
  plan: planOf(text, [], 'loaded'),
  cause,
})
