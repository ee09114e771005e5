import { createHash, randomBytes } from 'node:crypto'
import { type AccessToken, AuthorizationCode } from 'simple-oauth2'
import { AmazonFailure } from '../../application/amazon-failure.ts'
import { AmazonLogin, type TokenResponse } from '../../application/connection/ports.ts'
import { decryptSecret } from '../../application/ports.ts'
import type { AmazonUser } from '../../domain/connection/consent.ts'
import { type Region, regions } from '../../domain/profile/region.ts'
import { Secret } from '../../domain/secret.ts'
import { callAmazon, isRecord, maxShortResponseBytes, sanitiseText, toResponseError } from './amazon-http.ts'
import { userAgent } from './request-headers.ts'
import type { AmazonSettings } from './settings.ts'
import { traceCall } from './traced-call.ts'

/** Exactly these (S-06). */
export const scopes = ['advertising::campaign_management', 'profile']

/** Milliseconds. */
const userCallTimeout = 5000

/** The caller stores the PKCE verifier with the attempt (decision 3). */
export class LoginWithAmazon extends AmazonLogin {
  readonly #clients: Readonly<Record<Region, AuthorizationCode>>
  readonly #settings: AmazonSettings
  readonly #timeout: number

  /** @param timeout milliseconds. */
  constructor(settings: AmazonSettings, timeout = userCallTimeout) {
    super()
    const client = (region: Region) => clientFor(region, settings, timeout)
    this.#clients = { na: client('na'), eu: client('eu'), fe: client('fe') }
    this.#settings = settings
    this.#timeout = timeout
  }

  async authorisationUrl(region: Region, state: Secret): Promise<{ url: string; verifier: Secret | null }> {
    const { pkce, callbackUrl } = this.#settings
    const verifier = pkce === 'S256' ? randomBytes(32).toString('base64url') : null
    const url = this.#clients[region].authorizeURL({
      redirect_uri: callbackUrl,
      scope: scopes,
      state: state.reveal(),
      ...(verifier && { code_challenge: challengeOf(verifier), code_challenge_method: pkce }),
    })
    return { url, verifier: verifier === null ? null : new Secret(verifier) }
  }

  async exchangeCode(region: Region, code: Secret, verifier: Secret | null): Promise<TokenResponse> {
    const request = {
      code: code.reveal(),
      redirect_uri: this.#settings.callbackUrl,
      ...(verifier && { code_verifier: (await decryptSecret(verifier)).reveal() }),
    }
    return traceCall({ call: 'token_exchange', region }, () =>
      requestTokens(this.#clients[region].getToken(request)),
    )
  }

  async refresh(region: Region, refreshToken: Secret): Promise<TokenResponse> {
    const token = { refresh_token: (await decryptSecret(refreshToken)).reveal() }
    return traceCall({ call: 'token_refresh', region }, () =>
      requestTokens(this.#clients[region].createToken(token).refresh()),
    )
  }

  async fetchUserProfile(region: Region, accessToken: Secret): Promise<AmazonUser> {
    const token = await decryptSecret(accessToken)
    const request = {
      headers: { authorization: `Bearer ${token.reveal()}`, accept: 'application/json' },
      timeout: this.#timeout,
    }
    const urls = this.#settings.userProfileUrls
    const fetchFrom = (from: Region): Promise<AmazonUser> =>
      callAmazon({ call: 'user_profile', region: from }, urls[from], request, parseUserProfile)
    return fetchFrom(region).catch(error =>
      Promise.any(regions.filter(other => urls[other] !== urls[region]).map(fetchFrom)).catch(() => {
        throw error
      }),
    )
  }
}

function clientFor(region: Region, settings: AmazonSettings, timeout: number): AuthorizationCode {
  const authorize = new URL(settings.authorizeUrls[region])
  const token = new URL(settings.tokenUrls[region])
  return new AuthorizationCode({
    client: { id: settings.clientId, secret: settings.clientSecret.reveal() },
    auth: {
      authorizeHost: authorize.origin,
      authorizePath: authorize.pathname,
      tokenHost: token.origin,
      tokenPath: token.pathname,
    },
    options: { authorizationMethod: 'body', bodyFormat: 'form' },
    // Not 'strict', because responses in an outage are HTML.
    http: { timeout, json: true, maxBytes: maxShortResponseBytes, headers: userAgent },
  })
}

/** RFC 7636 §4.2. */
const challengeOf = (verifier: string): string => createHash('sha256').update(verifier).digest('base64url')

const requestTokens = (response: Promise<AccessToken>): Promise<TokenResponse> =>
  response.then(
    ({ token }) => parseTokenResponse(token),
    error => Promise.reject(toTokenError(error)),
  )

/** RFC 6749 §5.1. */
export function parseTokenResponse(body: unknown): TokenResponse {
  const { access_token, expires_in, refresh_token } = isRecord(body) ? body : {}
  if (typeof access_token !== 'string' || access_token === '') {
    throw new AmazonFailure('unreadable', 'the token response has no access token')
  }
  return {
    accessToken: new Secret(access_token),
    expiresInSeconds: typeof expires_in === 'number' && expires_in > 0 ? expires_in : 3600,
    refreshToken:
      typeof refresh_token === 'string' && refresh_token !== '' ? new Secret(refresh_token) : null,
  }
}

export function parseUserProfile(body: unknown): AmazonUser {
  const { user_id, name, email } = isRecord(body) ? body : {}
  if (typeof user_id !== 'string' || user_id === '')
    throw new AmazonFailure('unreadable', 'the user profile has no user_id')
  return {
    userId: user_id,
    name: typeof name === 'string' ? sanitiseText(name) : null,
    email: typeof email === 'string' ? sanitiseText(email) : null,
  }
}

/** Never keeps the original error as the cause: it contains the client secret. */
export function toTokenError(error: unknown): AmazonFailure {
  const { data, output } = error as {
    data?: { payload?: unknown; isResponseError?: boolean; headers?: Record<string, string> }
    output?: { statusCode?: number }
  }
  const status = output?.statusCode ?? null
  if (!data?.isResponseError) {
    if (status === 504 || status === 408)
      return new AmazonFailure('timeout', 'the token endpoint did not respond in time')
    // On an empty body the library itself fails, without `output`.
    if (!output) return new AmazonFailure('unreadable', 'the token response is empty')
    if (data?.payload) return new AmazonFailure('unreadable', 'the token response is not JSON')
    return new AmazonFailure('unreachable', 'the token endpoint could not be reached')
  }
  const { payload } = data
  const text = Buffer.isBuffer(payload) ? payload.toString('utf8') : JSON.stringify(payload ?? null)
  const response = { status: status ?? 500, headers: new Headers(data.headers), text }
  return (
    toResponseError(response, 'token') ?? new AmazonFailure('unreadable', 'the token response is invalid')
  )
}
