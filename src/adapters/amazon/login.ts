import cookie from '@fastify/cookie'
import oauth2, { type OAuth2Namespace } from '@fastify/oauth2'
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import { AmazonFailure } from '../../application/amazon-failure.ts'
import { AmazonLogin, type TokenResponse } from '../../application/connection/ports.ts'
import { decryptSecret } from '../../application/ports.ts'
import type { AmazonUser } from '../../domain/connection/consent.ts'
import { type Region, regions } from '../../domain/profile/region.ts'
import { Secret } from '../../domain/secret.ts'
import { callAmazon, isRecord, maxResponseBytes, sanitiseText, toResponseError } from './amazon-http.ts'
import type { AmazonSettings } from './settings.ts'
import { traceCall } from './traced-call.ts'

/** Exactly these (S-06). */
export const scopes = ['advertising::campaign_management', 'profile']

/** Milliseconds. */
const userCallTimeout = 5000
const verifierCookie = 'verifier'

type Namespaces = Readonly<Record<Region, OAuth2Namespace>>

/**
 * Registers `@fastify/oauth2` once per region (decision 3). The PKCE verifier is stored with the attempt, not in
 * a cookie: a second tab would overwrite it.
 */
export class LoginWithAmazon extends AmazonLogin {
  readonly #app: FastifyInstance
  readonly #namespaces: Namespaces
  readonly #settings: AmazonSettings
  readonly #timeout: number

  private constructor(
    app: FastifyInstance,
    namespaces: Namespaces,
    settings: AmazonSettings,
    timeout: number,
  ) {
    super()
    this.#app = app
    this.#namespaces = namespaces
    this.#settings = settings
    this.#timeout = timeout
  }

  /** @param timeout milliseconds. */
  static async open(settings: AmazonSettings, timeout = userCallTimeout): Promise<LoginWithAmazon> {
    const app = fastify({ logger: false })
    await app.register(cookie)
    for (const region of regions) {
      const authorize = new URL(settings.authorizeUrls[region])
      const token = new URL(settings.tokenUrls[region])
      await app.register(oauth2, {
        name: `lwa_${region}`,
        scope: scopes,
        credentials: {
          client: { id: settings.clientId, secret: settings.clientSecret.reveal() },
          auth: {
            authorizeHost: authorize.origin,
            authorizePath: authorize.pathname,
            tokenHost: token.origin,
            tokenPath: token.pathname,
          },
          options: { authorizationMethod: 'body', bodyFormat: 'form' },
          // Not 'strict', because responses in an outage are HTML.
          http: { timeout, json: true, maxBytes: maxResponseBytes },
        },
        callbackUri: settings.callbackUrl,
        ...(settings.pkce === 'S256' && { pkce: 'S256' as const, verifierCookieName: verifierCookie }),
        generateStateFunction: (request: FastifyRequest) => stateOf(request),
        checkStateFunction: () => true,
      })
    }
    await app.ready()
    const decorated = app as unknown as Readonly<Record<`lwa_${Region}`, OAuth2Namespace>>
    const namespaces = { na: decorated.lwa_na, eu: decorated.lwa_eu, fe: decorated.lwa_fe }
    return new LoginWithAmazon(app, namespaces, settings, timeout)
  }

  close(): Promise<void> {
    return this.#app.close()
  }

  async authorisationUrl(region: Region, state: Secret): Promise<{ url: string; verifier: Secret | null }> {
    const cookies = new Map<string, string>()
    const jar = { setCookie: (name: string, value: string) => cookies.set(name, value) }
    const url = await this.#namespaces[region].generateAuthorizationUri(
      { state } as unknown as FastifyRequest,
      jar as unknown as FastifyReply,
    )
    const verifier = cookies.get(verifierCookie)
    return { url, verifier: verifier === undefined ? null : new Secret(verifier) }
  }

  async exchangeCode(region: Region, code: Secret, verifier: Secret | null): Promise<TokenResponse> {
    const request = {
      query: { code: code.reveal() },
      cookies: { [verifierCookie]: verifier ? (await decryptSecret(verifier)).reveal() : undefined },
    } as unknown as FastifyRequest
    return traceCall({ call: 'token_exchange', region }, async () => {
      const token = await this.#namespaces[region]
        .getAccessTokenFromAuthorizationCodeFlow(request)
        .catch(error => Promise.reject(toTokenError(error)))
      return parseTokenResponse(token.token)
    })
  }

  async refresh(region: Region, refreshToken: Secret): Promise<TokenResponse> {
    const current = { refresh_token: (await decryptSecret(refreshToken)).reveal() } as Parameters<
      OAuth2Namespace['getNewAccessTokenUsingRefreshToken']
    >[0]
    return traceCall({ call: 'token_refresh', region }, async () => {
      const token = await this.#namespaces[region]
        .getNewAccessTokenUsingRefreshToken(current, {})
        .catch(error => Promise.reject(toTokenError(error)))
      return parseTokenResponse(token.token)
    })
  }

  async fetchUserProfile(accessToken: Secret): Promise<AmazonUser> {
    const token = await decryptSecret(accessToken)
    const request = {
      headers: { authorization: `Bearer ${token.reveal()}`, accept: 'application/json' },
      timeout: this.#timeout,
    }
    return callAmazon(
      { call: 'user_profile', region: null },
      this.#settings.userProfileUrl,
      request,
      parseUserProfile,
    )
  }
}

const stateOf = (request: FastifyRequest): Promise<string> =>
  Promise.resolve((request as unknown as { state: Secret }).state.reveal())

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
