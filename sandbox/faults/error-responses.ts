import { lostAccessBody } from '../ads/lost-access.ts'
import type { FaultName, FaultyCall } from './names.ts'

export interface ErrorResponse {
  readonly status: number
  readonly type: string
  readonly body: string
}

type ErrorFormat = 'login' | 'classic' | 'managers' | 'accounts' | 'reporting' | 'storage' | 'page'

const errorFormats: Readonly<Record<FaultyCall, ErrorFormat>> = {
  authorise: 'page',
  consent: 'page',
  token: 'login',
  userProfile: 'login',
  profiles: 'classic',
  managerAccounts: 'managers',
  adsAccounts: 'accounts',
  create: 'reporting',
  status: 'reporting',
  download: 'storage',
}

const statusTexts: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  406: 'Not Acceptable',
  415: 'Unsupported Media Type',
  422: 'Unprocessable Entity',
  425: 'Too Early',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
  504: 'Gateway Timeout',
}

const unauthorisedPrefix = 'Unauthorized exception while handling 3P Request: Unauthorized exception while '

const anyone = { userId: 'A1', profileId: '1', accountId: 'A1' }

/** Amazon's own texts (docs/product/amazon.md, "Login with Amazon: token errors" and "Ads API: errors"). */
const named: Readonly<Partial<Record<FaultName, readonly [number, unknown]>>> = {
  invalid_token: [401, { message: `${unauthorisedPrefix}authenticating LwA token: Invalid token` }],
  client_mismatch: [
    401,
    { message: `${unauthorisedPrefix}authenticating LwA token: clientId does not match token` },
  ],
  profile_access_lost: [401, lostAccessBody('long', anyone)],
  profile_access_lost_short: [401, lostAccessBody('short', anyone)],
  scope_missing: [401, { message: 'Scope header is missing' }],
  no_advertiser: [401, { message: 'No matching advertiser found for scope' }],
  scope_refused: [401, { message: 'Not authorized to access scope' }],
  invalid_advertiser: [400, { code: '400', detail: 'Invalid Advertiser or Marketplace ID.' }],
  nameless_duplicate: [425, { code: '425', detail: 'The Request is a duplicate' }],
  invalid_grant: [
    400,
    loginError(
      'invalid_grant',
      "The request has an invalid grant parameter : refresh_token. User may have revoked or didn't grant the permission.",
    ),
  ],
  invalid_client: [401, loginError('invalid_client', 'Client authentication failed')],
  invalid_request: [
    400,
    loginError('invalid_request', 'The request is missing a required parameter : refresh_token'),
  ],
  unauthorized_client: [400, loginError('unauthorized_client', 'The client is not authorized')],
  unsupported_grant_type: [
    400,
    loginError(
      'unsupported_grant_type',
      'The authorization grant type is not supported by the authorization server',
    ),
  ],
  server_error: [500, loginError('server_error', 'The service is unable to process your request.')],
  insufficient_scope: [
    403,
    loginError('insufficient_scope', 'The request requires higher privileges than the token provides'),
  ],
}

/** @returns null when the fault is not an error response. A 425 needs the true response, for the report's id. */
export function errorOf(call: FaultyCall, fault: FaultName): ErrorResponse | null {
  if (call === 'create' && fault === '425') return null
  if (fault === 'expired') return storage(403, 'AccessDenied', 'Request has expired')
  if (fault === 'expired_token') return storage(400, 'ExpiredToken', 'The provided token has expired.')
  const own = call === 'consent' ? undefined : named[fault]
  if (own) return { status: own[0], type: 'application/json', body: JSON.stringify(own[1]) }
  const status = /^\d{3}$/.test(fault) ? Number(fault) : null
  return status === null ? null : inFamily(call, status)
}

function inFamily(call: FaultyCall, status: number): ErrorResponse {
  const family = errorFormats[call]
  const text = statusTexts[status] ?? ''
  // Gateways always send HTML.
  if (family === 'page' || status === 502 || status === 504) return html(status, text)
  switch (family) {
    case 'login':
      return status === 503
        ? html(status, text)
        : json(status, loginError(loginErrors[status] ?? 'invalid_request', text))
    case 'storage':
      return status === 404
        ? storage(404, 'NoSuchKey', 'The specified key does not exist.')
        : storage(status, text.replaceAll(' ', ''), text)
    case 'classic':
      return json(status, status === 429 || status === 503 ? { message: text } : classic(status, text))
    case 'managers':
      return json(status, { code: codeOf(text), message: text })
    case 'accounts':
      return json(status, { errors: [{ errorId: 1, errorCode: codeOf(text), errorMessage: text }] })
    case 'reporting':
      return json(status, reporting(call, status, text))
  }
}

function reporting(call: FaultyCall, status: number, text: string): unknown {
  if (call === 'create' && status === 400) {
    const allowed = 'Allowed values: (date, campaignId, impressions, clicks, cost)'
    return { code: '400', detail: `configuration columns includes invalid values: (nonsense). ${allowed}` }
  }
  if (status === 404) return { code: 404, detail: text }
  return [401, 429, 503].includes(status) ? { message: text } : { code: String(status), detail: text }
}

const loginErrors: Readonly<Record<number, string>> = { 401: 'invalid_client', 500: 'server_error' }

const codeOf = (text: string): string => text.toUpperCase().replaceAll(' ', '_')

const classic = (status: number, text: string) => ({
  code: codeOf(text),
  details: `HTTP ${status} ${text}`,
})

function loginError(error: string, description: string) {
  return { error_description: description, error, request_id: 'the-sandbox-made-this-up' }
}

const json = (status: number, body: unknown): ErrorResponse => ({
  status,
  type: 'application/json',
  body: JSON.stringify(body),
})

const html = (status: number, text: string): ErrorResponse => ({
  status,
  type: 'text/html',
  body: `<html><head><title>${status} ${text}</title></head><body><h1>${status} ${text}</h1></body></html>`,
})

const storage = (status: number, code: string, message: string): ErrorResponse => ({
  status,
  type: 'application/xml',
  body: `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${message}</Message><RequestId>SANDBOX</RequestId></Error>`,
})
