import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { constants } from 'node:zlib'
import compress from '@fastify/compress'
import csrf from '@fastify/csrf-protection'
import formbody from '@fastify/formbody'
import rateLimit from '@fastify/rate-limit'
import secureSession from '@fastify/secure-session'
import serveStatic from '@fastify/static'
import { TypeBoxValidatorCompiler } from '@fastify/type-provider-typebox'
import fastify, { type FastifyBaseLogger, type FastifyInstance, type FastifyRequest } from 'fastify'
import helmet from 'helmet'
import type { Connections, SellerRecords } from '../../application/connection/ports.ts'
import type { KnowCircumstances } from '../../application/help/index.ts'
import type { Storage } from '../../application/ports.ts'
import { Refusal } from '../../domain/refusal.ts'
import type { Secret } from '../../domain/secret.ts'
import { referenceOf } from '../../domain/timeline/reference.ts'
import { type AccessNeeds, accessRoutes } from './access-routes.ts'
import { type AccountNeeds, accountRoutes } from './account-routes.ts'
import { type AccountsNeeds, accountsRoutes } from './accounts-routes.ts'
import { type AdsNeeds, adsRoutes } from './ads-routes.ts'
import { cookieSessions, securityHeaders } from './browser-security.ts'
import { type ConnectionNeeds, connectionRoutes } from './connection-routes.ts'
import { type CaseNeeds, caseRoutes } from './console/case-routes.ts'
import { type OverviewNeeds, overviewRoutes } from './console/overview-routes.ts'
import { badRequest, errorPages } from './error-pages.ts'
import { whatIsKnown } from './help-form.ts'
import { type HelpNeeds, helpRoutes } from './help-routes.ts'
import { type MailNeeds, mailRoutes } from './mail-routes.ts'
import { type PasswordNeeds, passwordRoutes } from './password-routes.ts'
import { type PeopleNeeds, peopleRoutes } from './people-routes.ts'
import { pageOf } from './refusal-pages.ts'
import { whatTheyHave } from './seller-record.ts'
import { demandSignIn, whoIsAsking } from './seller-session.ts'
import { type SettingsNeeds, settingsRoutes } from './settings-routes.ts'
import { type StaffNeeds, staffRoutes } from './staff-routes.ts'
import { demandStaff, isConsole, whichStaff } from './staff-session.ts'
import { type StatusNeeds, statusRoute } from './status-route.ts'
import { styleguideRoutes } from './styleguide/styleguide-routes.ts'
import { type SubscriptionNeeds, subscriptionRoutes } from './subscription-routes.ts'
import { type TableNeeds, tableRoutes } from './table-routes.ts'
import { loadTemplates, viewsFolder } from './templates.ts'

export interface ServerNeeds
  extends Omit<AccessNeeds, 'render'>,
    Omit<StaffNeeds, 'render'>,
    Omit<PeopleNeeds, 'render'>,
    Omit<CaseNeeds, 'render'>,
    Omit<OverviewNeeds, 'render'>,
    Omit<PasswordNeeds, 'render'>,
    Omit<SettingsNeeds, 'render' | 'connections'>,
    Omit<AdsNeeds, 'render' | 'connections'>,
    StatusNeeds,
    Omit<AccountNeeds, 'render' | 'connections'>,
    Omit<TableNeeds, 'render' | 'connections'>,
    Omit<AccountsNeeds, 'render' | 'connections'>,
    Omit<MailNeeds, 'render'>,
    Omit<HelpNeeds, 'render' | 'connections'>,
    ConnectionNeeds,
    SubscriptionNeeds {
  readonly connections: Connections
  readonly sellers: SellerRecords
  readonly knowCircumstances: KnowCircumstances
  readonly storage: Storage
  readonly log: FastifyBaseLogger
  readonly publicUrl: URL
  readonly sessionKeys: readonly Secret[]
  /** The origins of Amazon's consent pages: a form may lead there by redirect. */
  readonly consentOrigins: readonly string[]
  readonly flagsFolder: string
  /** While the product is built, and never in production. */
  readonly showsStyleguide: boolean
  /** Throws when the database does not answer. */
  readonly checkDatabase: () => Promise<unknown>
}

declare module 'fastify' {
  interface FastifyInstance {
    /** `GET /login`; `ALL` for every method. Whoever has to look at each address finds it here. */
    readonly registeredRoutes: readonly string[]
  }
}

/** The seller's web server. */
export async function buildServer(needs: ServerNeeds): Promise<FastifyInstance> {
  const isSecure = needs.publicUrl.protocol === 'https:'
  const app = fastify({
    loggerInstance: needs.log.child({}, { serializers: { req: withoutSecrets } }),
    trustProxy: 'loopback',
    genReqId: () => randomUUID(),
    requestTimeout: 30_000,
    bodyLimit: 64 * 1024,
    forceCloseConnections: 'idle',
    routerOptions: { ignoreTrailingSlash: false },
    rewriteUrl: ({ url = '/' }) => (isDecodable(url) ? url : undecodable),
  }).setValidatorCompiler(TypeBoxValidatorCompiler)

  const render = loadTemplates()
  const page = errorPages(needs.supportEmail, render)

  // Before anything that has addresses of its own.
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
  await app.register(rateLimit, { global: false, hook: 'preHandler', keyGenerator: signInKey })
  await app.register(serveStatic, { root: join(viewsFolder, 'assets'), prefix: '/assets/', maxAge: 0 })
  await app.register(serveStatic, {
    root: needs.flagsFolder,
    prefix: '/assets/flags/',
    maxAge: '7d',
    decorateReply: false,
  })

  // Node stops counting a request's time once it is closing: one that is half sent would keep the process for ever.
  app.addHook('preClose', async () => {
    setTimeout(() => app.server.closeAllConnections(), 8000).unref()
  })

  app.decorateRequest('asking', null)
  app.decorateRequest('staff', null)
  app.decorateRequest('record', null)
  app.decorateRequest('circumstances', null)
  app.addHook('onRequest', whoIsAsking(needs))
  app.addHook('onRequest', whichStaff(needs))
  app.addHook('onRequest', whatTheyHave(needs))
  app.addHook('onRequest', whatIsKnown(needs))
  app.addHook('onSend', async (request, reply) => {
    // What a signed-in person saw must not come back by the back button after signing out.
    if (!request.url.startsWith('/assets/')) reply.header('cache-control', 'no-store')
    const { isWayBack, hasToken } = request.routeOptions.config
    if (isWayBack || hasToken) reply.header('referrer-policy', 'no-referrer')
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
  app.setErrorHandler((error: Error & { statusCode?: number; code?: string }, request, reply) => {
    if (error instanceof Refusal) {
      const words = pageOf(error)
      if (words) {
        request.log.info({ refusal: error.code }, 'refused')
        return page(request, reply, words)
      }
    }
    // A sign-in page that was open in a second tab: a fresh one serves, and whoever is signed in goes on to Ads.
    const isStale = error.code?.startsWith('FST_CSRF')
    const signInPage = isConsole(request) ? '/admin/login' : '/login'
    const isKnown = (isConsole(request) ? request.staff : request.asking) !== null
    if (isStale && (request.routeOptions.url === signInPage || !isKnown))
      return reply.redirect(signInPage, 303)
    const status = error.statusCode ?? 500
    if (status < 500) return page(request, reply, badRequest(request, status, error.code))
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
    return page(request, reply, {
      status: 500,
      heading: 'Something went wrong on our side',
      sentence: 'We have been told about it. Please try again in a moment.',
      reference: referenceOf(request.id),
    })
  })

  app.get('/healthz', { config: { isPublic: true } }, async () => ({ status: 'ok' }))
  app.get('/readyz', { config: { isPublic: true } }, async (_request, reply) => {
    try {
      await needs.checkDatabase()
      return { status: 'ok' }
    } catch {
      return reply.code(503).send({ status: 'the database does not answer' })
    }
  })
  app.all(undecodable, { config: { isPublic: true } }, (request, reply) =>
    page(request, reply, badRequest(request, 400, undefined)),
  )
  for (const path of ['/', '/dashboard', '/dashboard/', '/dashboard/ads']) {
    app.get(path, async (_request, reply) => reply.redirect('/dashboard/ads/', 303))
  }
  app.get('/admin', async (_request, reply) => reply.redirect('/admin/', 303))
  await app.register(accessRoutes, { ...needs, render })
  await app.register(passwordRoutes, { ...needs, render })
  await app.register(settingsRoutes, { ...needs, render, prefix: '/dashboard/settings' })
  await app.register(helpRoutes, { ...needs, render, prefix: '/dashboard/help' })
  await app.register(staffRoutes, { ...needs, render, prefix: '/admin' })
  await app.register(overviewRoutes, { ...needs, render, prefix: '/admin' })
  await app.register(peopleRoutes, { ...needs, render, prefix: '/admin/people' })
  await app.register(caseRoutes, { ...needs, render, prefix: '/admin/cases' })
  await app.register(adsRoutes, { ...needs, render, prefix: '/dashboard/ads' })
  await app.register(statusRoute, { ...needs, prefix: '/dashboard/ads' })
  await app.register(tableRoutes, { ...needs, render, prefix: '/dashboard/ads' })
  await app.register(accountsRoutes, { ...needs, render, prefix: '/dashboard/ads' })
  await app.register(connectionRoutes, { ...needs, prefix: '/dashboard/ads' })
  await app.register(accountRoutes, { ...needs, render, prefix: '/dashboard/ads/connections' })
  await app.register(subscriptionRoutes, needs)
  await app.register(mailRoutes, { ...needs, render })
  if (needs.showsStyleguide) await app.register(styleguideRoutes, { ...needs, render })

  return app
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

/** Where addresses lead that have no meaning: of themselves they reach no route, no hook, and so no page. */
const undecodable = '/undecodable'

function isDecodable(url: string): boolean {
  try {
    decodeURIComponent(url.split('?', 1)[0] ?? '')
    return true
  } catch {
    return false
  }
}

/** An address's query may carry Amazon's code and state, its path what lets a person choose a password: no log may hold them (S-46). */
const withoutSecrets = ({ method, url, ip, host }: FastifyRequest) => ({
  method,
  url: url.replace(/\?.*/s, '?…').replace(/(invitation|reset)(\/|%2f).+/is, '$1/…'),
  host,
  remoteAddress: ip,
})

/** One person guessing at one address; everyone behind the same office address is not one guesser. */
const signInKey = (request: FastifyRequest): string => {
  const { email } = (request.body ?? {}) as { email?: unknown }
  return `${request.ip} ${typeof email === 'string' ? email.trim().toLowerCase() : ''}`
}
