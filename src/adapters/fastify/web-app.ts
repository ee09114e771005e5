import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { constants } from 'node:zlib'
import compress from '@fastify/compress'
import csrf from '@fastify/csrf-protection'
import formbody from '@fastify/formbody'
import secureSession from '@fastify/secure-session'
import { TypeBoxValidatorCompiler } from '@fastify/type-provider-typebox'
import fastify, { type FastifyBaseLogger, type FastifyRequest } from 'fastify'
import helmet from 'helmet'
import type { TellFailure } from '../../application/access/index.ts'
import type { Storage } from '../../application/ports.ts'
import { Refusal } from '../../domain/refusal.ts'
import type { Secret } from '../../domain/secret.ts'
import { referenceOf } from '../../domain/timeline/reference.ts'
import { cookieSessions, securityHeaders } from './browser-security.ts'
import { badRequest, errorPages } from './error-pages.ts'
import { pageOf } from './refusal-pages.ts'
import { demandSignIn } from './seller-session.ts'
import { demandStaff, isConsole } from './staff-session.ts'
import { loadTemplates } from './templates.ts'

export interface WebAppNeeds {
  /** Null where nothing may be written. */
  readonly tellFailure: TellFailure | null
  readonly storage: Storage
  readonly log: FastifyBaseLogger
  readonly publicUrl: URL
  /** Addresses, ranges, or Fastify's names for such, of those who may say for whom they ask. */
  readonly trustedProxies: readonly string[]
  readonly sessionKeys: readonly Secret[]
  /** The origins of Amazon's consent pages: a form may lead there by redirect. */
  readonly consentOrigins: readonly string[]
  readonly supportEmail: string
}

declare module 'fastify' {
  interface FastifyInstance {
    /** `GET /login`; `ALL` for every method. Whoever has to look at each address finds it here. */
    readonly registeredRoutes: readonly string[]
    /**
     * Before it closes: goes on answering for so many milliseconds, and tells each caller to close its line. A proxy that
     * sends a request on a line which is being closed cannot know whether it was taken.
     */
    leave(milliseconds: number): Promise<void>
  }
}

/**
 * What whatever answers browsers has in common: safe headers, cookies, forms and their tokens, and a page for each refusal
 * and each fault. It has no addresses yet.
 * @param idOf the id of a request that has one already.
 */
export async function openWebApp(
  needs: WebAppNeeds,
  idOf: (request: IncomingMessage) => string | null = () => null,
) {
  const isSecure = needs.publicUrl.protocol === 'https:'
  const app = fastify({
    loggerInstance: needs.log.child({}, { serializers: { req: withoutSecrets } }),
    trustProxy: [...needs.trustedProxies],
    genReqId: request => idOf(request) ?? randomUUID(),
    requestTimeout: 30_000,
    bodyLimit: 64 * 1024,
    forceCloseConnections: 'idle',
    // Who is on the line already is answered, and not sent away.
    return503OnClosing: false,
    routerOptions: { ignoreTrailingSlash: false },
    rewriteUrl: ({ url = '/' }) => (isDecodable(url) ? url : undecodable),
  }).setValidatorCompiler(TypeBoxValidatorCompiler)

  const render = loadTemplates()
  const page = errorPages(needs.supportEmail, render)

  // Before anything that has addresses of its own.
  let isLeaving = false
  app.decorate('leave', async (milliseconds: number) => {
    isLeaving = true
    // Nobody calls at what never listened, as after a start that failed.
    if (milliseconds > 0 && app.server.listening) await sleep(milliseconds)
  })
  app.addHook('onRequest', async (_request, reply) => {
    if (isLeaving) reply.header('connection', 'close')
  })

  const registeredRoutes: string[] = []
  app.decorate('registeredRoutes', registeredRoutes)
  app.addHook('onRoute', route => {
    const [method, ...more] = [route.method].flat().filter(name => name !== 'HEAD')
    if (method) registeredRoutes.push(`${more.length > 0 ? 'ALL' : method} ${route.url}`)
    if (route.url.startsWith('/assets/')) route.config = { ...route.config, isPublic: true }
    if (!isCompressed(route.url)) route.compress = false
  })
  // Put together once, where the plugin for Fastify would do so for each request.
  const secure = helmet(securityHeaders(needs.consentOrigins, isSecure))
  app.addHook('onRequest', (request, reply, done) =>
    secure(request.raw, reply.raw, error => done(error as Error)),
  )
  await app.register(compress, {
    encodings: ['br', 'gzip'],
    // Nobody sends a form in less than it is.
    globalDecompression: false,
    brotliOptions: quickBrotli,
    zlibOptions: { flush: constants.Z_SYNC_FLUSH },
  })
  // Pages send forms; the webhook alone reads JSON, by a reader of its own.
  app.removeAllContentTypeParsers()
  await app.register(formbody)
  await app.register(secureSession, cookieSessions(needs.sessionKeys, isSecure))
  await app.register(csrf, { sessionPlugin: '@fastify/secure-session' })

  app.decorateRequest('asking', null)
  app.decorateRequest('staff', null)
  app.decorateRequest('viewing', null)
  app.decorateRequest('record', null)
  app.decorateRequest('circumstances', null)
  app.addHook('onSend', async (request, reply) => {
    // What a signed-in person saw must not come back by the back button after signing out.
    if (!request.url.startsWith('/assets/')) reply.header('cache-control', 'no-store')
    const { isWayBack, hasToken } = request.routeOptions.config
    if (isWayBack || hasToken) reply.header('referrer-policy', 'no-referrer')
    if (leadsToLink(request.url)) reply.header('referrer-policy', 'no-referrer')
  })

  app.setNotFoundHandler((request, reply) => {
    // S-01: a stranger learns nothing of which pages there are.
    if (!request.asking && /^\/dashboard(\/|$)/.test(request.url)) return demandSignIn(request, reply)
    if (!request.staff && isConsole(request)) return demandStaff(request, reply)
    return page(request, reply, {
      status: 404,
      heading: 'This page does not exist',
      sentence: 'The address may be mistyped, or the page may have moved.',
    })
  })
  app.setErrorHandler((error: Error & { statusCode?: number; code?: unknown }, request, reply) => {
    if (error instanceof Refusal) {
      const words = pageOf(error)
      if (words) {
        request.log.info({ refusal: error.code }, 'refused')
        return page(request, reply, words)
      }
    }
    // A sign-in page that was open in a second tab: a fresh one serves, and whoever is signed in goes on to Ads.
    // That of a DOMException, as an abort is one, is a number.
    const code = typeof error.code === 'string' ? error.code : undefined
    const isStale = code?.startsWith('FST_CSRF')
    const signInPage = isConsole(request) ? '/admin/login' : '/login'
    const isKnown = (isConsole(request) ? request.staff : request.asking) !== null
    if (isStale && (request.routeOptions.url === signInPage || !isKnown))
      return reply.redirect(signInPage, 303)
    const status = error.statusCode ?? 500
    if (status < 500) return page(request, reply, badRequest(request, status, code))
    if (reply.raw.destroyed) {
      request.log.info({ err: error }, 'nobody waits for the answer any more')
      return reply.hijack()
    }
    if (needs.storage.isOutage(error)) {
      request.log.warn({ err: error }, 'an outage of our own')
      return page(request, reply.header('retry-after', 5), {
        status: 503,
        heading: 'We cannot get at your data at the moment',
        sentence: 'Nothing is lost. Please try again in a moment.',
      })
    }
    request.log.error({ err: error }, 'a defect')
    tellOf(request)
    return page(request, reply, {
      status: 500,
      heading: 'Something went wrong on our side',
      sentence: 'We have been told about it. Please try again in a moment.',
      reference: referenceOf(request.id),
    })
  })

  /** As far as it goes: whoever looks at the page does not wait for it, and the log has it already. */
  function tellOf(request: FastifyRequest): void {
    const personId = request.asking?.person.id
    if (!personId) return
    const page = `${request.method} ${request.routeOptions.url ?? ''}`
    needs.tellFailure
      ?.run({ personId, requestId: request.id, page })
      .catch(error => request.log.warn({ err: error }, 'a failed page could not be told on the timeline'))
  }

  return { app, render, page }
}

/**
 * Pages that show a secret beside something of the address are sent as they are: their length would tell of both (BREACH).
 * What a seller opens every morning shows none but the token of its forms, which is masked anew each time.
 */
const isCompressed = (url: string): boolean =>
  /^\/(assets|dashboard\/ads)\//.test(url) && url !== '/dashboard/ads/status'

/**
 * Each page is written anew: the best quality would cost more time than it saves. What a long file has written goes out
 * at once, its head before the rows are there.
 */
const quickBrotli = {
  params: { [constants.BROTLI_PARAM_QUALITY]: 5 },
  flush: constants.BROTLI_OPERATION_FLUSH,
}

/** A sign-in that leads back to a link has the link's token in its own address. */
const leadsToLink = (url: string): boolean => /[?&]next=[^&]*connect(\/|%2f)/i.test(url)

/** Where addresses lead that have no meaning: of themselves they reach no route, no hook, and so no page. */
export const undecodable = '/undecodable'

function isDecodable(url: string): boolean {
  try {
    decodeURIComponent(url.split('?', 1)[0] ?? '')
    return true
  } catch {
    return false
  }
}

/** An address's query may carry Amazon's code and state, its path what lets a person choose a password, or connect: no log may hold them (S-46). */
const withoutSecrets = ({ method, url, ip, host }: FastifyRequest) => ({
  method,
  url: url.replace(/\?.*/s, '?…').replace(/(invitation|reset|connect)(\/|%2f).+/is, '$1/…'),
  host,
  remoteAddress: ip,
})
