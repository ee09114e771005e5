import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { constants } from 'node:zlib'
import compress from '@fastify/compress'
import formbody from '@fastify/formbody'
import secureSession from '@fastify/secure-session'
import { TypeBoxValidatorCompiler } from '@fastify/type-provider-typebox'
import fastify, { type FastifyBaseLogger, type FastifyRequest } from 'fastify'
import helmet from 'helmet'
import { RecordPageFailure } from '../../../application/help/record-page-failure.ts'
import { Clock, type Get, OutageDetector } from '../../../application/ports.ts'
import { maxPasskeyIdLength } from '../../../domain/access/passkey.ts'
import { DomainError } from '../../../domain/domain-error.ts'
import type { UserId } from '../../../domain/identifiers.ts'
import type { Secret } from '../../../domain/secret.ts'
import { referenceOf } from '../../../domain/timeline/reference.ts'
import { cookieSessions, permissionsPolicy, securityHeaders } from './browser-security.ts'
import { InvalidCsrfToken, protectForms } from './csrf.ts'
import { errorPageFor } from './errors/domain-error-pages.ts'
import { createErrorPageSender, requestErrorText } from './errors/error-pages.ts'
import { isConsole, requireSignIn, requireStaff } from './sessions.ts'
import { loadTemplates, type Render } from './templates.ts'

export interface WebSettings {
  readonly publicUrl: URL
  /** In the format of Fastify's `trustProxy`. */
  readonly trustedProxies: readonly string[]
  readonly sessionKeys: readonly Secret[]
  /** Forms may redirect there. */
  readonly consentOrigins: readonly string[]
  readonly supportEmail: string
  readonly statusPollSeconds: number
  readonly consentDays: number
  /** Null without a billing system. */
  readonly webhookSecrets: readonly Secret[] | null
  /** Percent of demo sellers created; null when no creation is running. */
  readonly demoProgress: () => number | null
}

export interface WebAppOptions extends WebSettings {
  readonly get: Get
  readonly log: FastifyBaseLogger
}

/** What every route gets. */
export interface RouteOptions extends WebAppOptions {
  readonly render: Render
  readonly clock: Clock
}

declare module 'fastify' {
  interface FastifyInstance {
    readonly registeredRoutes: readonly string[]
    /**
     * Keeps answering before the app closes, with `connection: close`: a proxy can't know whether a closing connection
     * accepted its request.
     */
    drain(milliseconds: number): Promise<void>
  }
}

export async function openWebApp(options: WebAppOptions) {
  const { get, log } = options
  const recordPageFailure = get(RecordPageFailure)
  const outageDetector = get(OutageDetector)
  const isSecure = options.publicUrl.protocol === 'https:'
  const app = fastify({
    loggerInstance: log.child({}, { serializers: { req: withoutSecrets } }),
    trustProxy: [...options.trustedProxies],
    genReqId: () => randomUUID(),
    requestTimeout: 30_000,
    bodyLimit: 64 * 1024,
    forceCloseConnections: 'idle',
    // Answer clients that are already connected.
    return503OnClosing: false,
    // The id of a passkey is the longest part of an address.
    routerOptions: { ignoreTrailingSlash: false, maxParamLength: maxPasskeyIdLength },
    rewriteUrl: ({ url = '/' }) => (isDecodable(url) ? url : malformedUrlPath),
  }).setValidatorCompiler(TypeBoxValidatorCompiler)

  const render = loadTemplates()
  const page = createErrorPageSender(options.supportEmail, render)

  // Hooks come before all routes.
  let isDraining = false
  app.decorate('drain', async (milliseconds: number) => {
    isDraining = true
    // No clients after a failed start.
    if (milliseconds > 0 && app.server.listening) await sleep(milliseconds)
  })
  app.addHook('onRequest', async (_request, reply) => {
    if (isDraining) reply.header('connection', 'close')
  })

  const registeredRoutes: string[] = []
  app.decorate('registeredRoutes', registeredRoutes)
  app.addHook('onRoute', route => {
    const [method, ...more] = [route.method].flat().filter(name => name !== 'HEAD')
    if (method) registeredRoutes.push(`${more.length > 0 ? 'ALL' : method} ${route.url}`)
    if (route.url.startsWith('/assets/')) route.config = { ...route.config, isPublic: true }
    if (!isCompressed(route.url)) route.compress = false
  })
  const secure = helmet(securityHeaders(options.consentOrigins, isSecure))
  app.addHook('onRequest', (request, reply, done) => {
    // The header applies to documents; on assets it would only add weight.
    if (!request.url.startsWith('/assets/')) reply.raw.setHeader('permissions-policy', permissionsPolicy)
    secure(request.raw, reply.raw, error => done(error as Error))
  })
  await app.register(compress, {
    encodings: ['br', 'gzip'],
    // Browsers send forms uncompressed.
    globalDecompression: false,
    brotliOptions: quickBrotli,
    zlibOptions: { flush: constants.Z_SYNC_FLUSH },
  })
  app.removeAllContentTypeParsers()
  await app.register(formbody)
  await app.register(secureSession, cookieSessions(options.sessionKeys, isSecure))
  protectForms(app)

  app.decorateRequest('signedIn', null)
  app.decorateRequest('staff', null)
  app.decorateRequest('viewAs', null)
  app.decorateRequest('record', null)
  app.decorateRequest('circumstances', null)
  app.addHook('onSend', async (request, reply) => {
    // Hides the page from the back button after sign-out.
    if (!request.url.startsWith('/assets/')) reply.header('cache-control', 'no-store')
    const { isOAuthCallback, hasToken } = request.routeOptions.config
    if (isOAuthCallback || hasToken) reply.header('referrer-policy', 'no-referrer')
    if (leadsToLink(request.url)) reply.header('referrer-policy', 'no-referrer')
  })

  app.setNotFoundHandler((request, reply) => {
    // Signed-out clients must not learn which pages exist (S-01).
    if (!request.signedIn && /^\/dashboard(\/|$)/.test(request.url)) return requireSignIn(request, reply)
    if (!request.staff && isConsole(request)) return requireStaff(request, reply)
    return page(request, reply, {
      status: 404,
      heading: 'Page not found',
      sentence: 'The address may be mistyped, or the page may have moved.',
    })
  })
  app.setErrorHandler((error: Error & { statusCode?: number; code?: unknown }, request, reply) => {
    if (error instanceof DomainError) {
      const text = errorPageFor(error)
      if (text) {
        request.log.info({ error: error.code, userId: userIdOf(request) }, 'domain error')
        return page(request, reply, text)
      }
    }
    const isCsrfError = error instanceof InvalidCsrfToken
    const status = error.statusCode ?? 500
    if (status < 500)
      request.log.info({ error: error.code ?? String(status), userId: userIdOf(request) }, 'request rejected')
    const signInPage = isConsole(request) ? '/admin/login' : '/login'
    const isSignedIn = (isConsole(request) ? request.staff : request.signedIn) !== null
    if (isCsrfError && (request.routeOptions.url === signInPage || !isSignedIn))
      return reply.redirect(signInPage, 303)
    if (status < 500) return page(request, reply, requestErrorText(request, status, error))
    if (reply.raw.destroyed) {
      request.log.info({ err: error }, 'client disconnected before the response')
      return reply.hijack()
    }
    if (outageDetector.isOutage(error)) {
      request.log.warn({ err: error }, 'database outage')
      return page(request, reply, {
        status: 503,
        retryAfter: 5,
        heading: 'We can’t reach your data right now',
        sentence: 'Nothing is lost. Try again in a minute.',
      })
    }
    request.log.error({ err: error }, 'internal error')
    recordFailure(request)
    return page(request, reply, {
      status: 500,
      heading: 'Something went wrong on our side',
      sentence: 'We’ve been notified. Try again in a minute.',
      reference: referenceOf(request.id),
    })
  })

  /** Best effort: not awaited. */
  function recordFailure(request: FastifyRequest): void {
    const userId = request.signedIn?.user.id
    if (!userId || request.viewAs) return
    const page = `${request.method} ${request.routeOptions.url ?? ''}`
    recordPageFailure
      .execute({ userId, requestId: request.id, page })
      .catch(error => request.log.warn({ err: error }, 'page failure not recorded on the timeline'))
  }

  return { app, page, routeOptions: { ...options, render, clock: get(Clock) } satisfies RouteOptions }
}

/**
 * BREACH: the compressed length of a page reveals a secret next to reflected input. Ads pages have only the CSRF token,
 * masked differently each time.
 */
const isCompressed = (url: string): boolean =>
  /^\/(assets|dashboard\/ads)\//.test(url) && url !== '/dashboard/ads/status'

/** Best quality costs more time than it saves. Flushing sends an export's head before its rows. */
const quickBrotli = {
  params: { [constants.BROTLI_PARAM_QUALITY]: 5 },
  flush: constants.BROTLI_OPERATION_FLUSH,
}

/** A sign-in URL can contain the token of a connect or enrolment link. */
const leadsToLink = (url: string): boolean => /[?&]next=[^&]*(connect|enrol)(\/|%2f)/i.test(url)

/** Who was refused; of a view-as session, the staff member. */
const userIdOf = ({ viewAs, staff, signedIn }: FastifyRequest): UserId | undefined =>
  viewAs?.viewer.id ?? (staff ?? signedIn)?.user.id

/** Fastify runs no hooks for malformed URLs. */
export const malformedUrlPath = '/undecodable'

function isDecodable(url: string): boolean {
  try {
    decodeURIComponent(url.split('?', 1)[0] ?? '')
    return true
  } catch {
    return false
  }
}

/** Logs must not hold Amazon's code and state (query) or a link's token (path): S-46. */
const withoutSecrets = ({ method, url, ip, host }: FastifyRequest) => ({
  method,
  url: url.replace(/\?.*/s, '?…').replace(/(invitation|reset|connect|enrol)(\/|%2f).+/is, '$1/…'),
  host,
  remoteAddress: ip,
})
