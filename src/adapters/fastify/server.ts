import { join } from 'node:path'
import rateLimit from '@fastify/rate-limit'
import serveStatic from '@fastify/static'
import type { FastifyInstance } from 'fastify'
import { auditRoutes } from './console/audit-routes.ts'
import { caseRoutes } from './console/cases/case-routes.ts'
import { authoriseAgainRoutes } from './console/overview/authorise-again-routes.ts'
import { overviewRoutes } from './console/overview/overview-routes.ts'
import { requestsRoutes } from './console/requests-routes.ts'
import { accountPageRoutes } from './console/users/account-page-routes.ts'
import { inviteRoutes } from './console/users/invite-routes.ts'
import { staffRoutes } from './console/users/staff-routes.ts'
import { userActionsRoutes } from './console/users/user-actions-routes.ts'
import { usersRoutes } from './console/users/users-routes.ts'
import { viewAsRoutes } from './console/users/view-as-routes.ts'
import { serveViewAs } from './console/view-as.ts'
import { requestErrorText } from './kit/errors/error-pages.ts'
import { publishRequests } from './kit/request-signals.ts'
import { authenticateSeller, authenticateStaff } from './kit/sessions.ts'
import { MonotonicRateLimitStore } from './kit/sign-in-limits.ts'
import { prefillSupportForm } from './kit/support-form.ts'
import { viewsFolder } from './kit/templates.ts'
import { malformedUrlPath, openWebApp, type WebAppOptions } from './kit/web-app.ts'
import { type OperationsOptions, operationsRoutes } from './operations-routes.ts'
import { accountRoutes } from './seller/account-routes.ts'
import { adsRoutes } from './seller/ads-routes.ts'
import { connectLinkRoutes } from './seller/connecting/connect-link-routes.ts'
import { connectionRoutes } from './seller/connecting/connection-routes.ts'
import { accountsRoutes } from './seller/figures/accounts-routes.ts'
import { tableRoutes } from './seller/figures/table-routes.ts'
import { loadSellerState } from './seller/seller-state.ts'
import { accessRoutes } from './seller/settings/access-routes.ts'
import { emailRoutes } from './seller/settings/email-routes.ts'
import { passwordRoutes } from './seller/settings/password-routes.ts'
import { settingsRoutes } from './seller/settings/settings-routes.ts'
import { helpRoutes } from './seller/settings/support-routes.ts'
import { statusRoute } from './seller/status-route.ts'
import { subscriptionRoutes } from './subscription-routes.ts'

export interface ServerOptions extends WebAppOptions, OperationsOptions {
  /** Holds the SVG files of country-flag-icons. */
  readonly flagsFolder: string
}

export async function buildServer(options: ServerOptions): Promise<FastifyInstance> {
  const { get } = options
  const { app, page, routeOptions } = await openWebApp(options)
  publishRequests(app)
  await app.register(rateLimit, {
    global: false,
    hook: 'preHandler',
    store: MonotonicRateLimitStore,
  })
  await app.register(serveStatic, { root: join(viewsFolder, 'assets'), prefix: '/assets/', maxAge: 0 })
  await app.register(serveStatic, {
    root: options.flagsFolder,
    prefix: '/assets/flags/',
    maxAge: '7d',
    decorateReply: false,
  })

  // Node has no request timeout while closing: a half-sent request would keep the server alive.
  app.addHook('preClose', async () => {
    setTimeout(() => app.server.closeAllConnections(), 8000).unref()
  })

  serveViewAs(app, options)
  app.addHook('onRequest', authenticateSeller(get))
  app.addHook('onRequest', authenticateStaff(get))
  app.addHook('onRequest', loadSellerState(get))
  app.addHook('onRequest', prefillSupportForm(get))

  await app.register(operationsRoutes, options)
  app.all(malformedUrlPath, { config: { isPublic: true } }, (request, reply) =>
    page(request, reply, requestErrorText(request, 400)),
  )
  for (const path of ['/', '/dashboard', '/dashboard/', '/dashboard/ads']) {
    app.get(path, async (_request, reply) => reply.redirect('/dashboard/ads/', 303))
  }
  app.get('/admin', async (_request, reply) => reply.redirect('/admin/', 303))
  await app.register(accessRoutes, routeOptions)
  await app.register(passwordRoutes, routeOptions)
  await app.register(settingsRoutes, { ...routeOptions, prefix: '/dashboard/settings' })
  await app.register(helpRoutes, { ...routeOptions, prefix: '/dashboard/help' })
  await app.register(staffRoutes, { ...routeOptions, prefix: '/admin' })
  await app.register(accountPageRoutes, { ...routeOptions, prefix: '/admin/account' })
  await app.register(overviewRoutes, { ...routeOptions, prefix: '/admin' })
  await app.register(authoriseAgainRoutes, { ...routeOptions, prefix: '/admin' })
  await app.register(usersRoutes, { ...routeOptions, prefix: '/admin/people' })
  await app.register(userActionsRoutes, { ...routeOptions, prefix: '/admin/people' })
  await app.register(inviteRoutes, { ...routeOptions, prefix: '/admin/people' })
  await app.register(caseRoutes, { ...routeOptions, prefix: '/admin/cases' })
  await app.register(viewAsRoutes, { ...routeOptions, prefix: '/admin/people' })
  await app.register(auditRoutes, { ...routeOptions, prefix: '/admin/audit' })
  await app.register(requestsRoutes, { ...routeOptions, prefix: '/admin/requests' })
  await app.register(adsRoutes, { ...routeOptions, prefix: '/dashboard/ads' })
  await app.register(statusRoute, { ...routeOptions, prefix: '/dashboard/ads' })
  await app.register(tableRoutes, { ...routeOptions, prefix: '/dashboard/ads' })
  await app.register(accountsRoutes, { ...routeOptions, prefix: '/dashboard/ads' })
  await app.register(connectionRoutes, { ...routeOptions, prefix: '/dashboard/ads' })
  await app.register(connectLinkRoutes, { ...routeOptions, prefix: '/connect' })
  await app.register(accountRoutes, { ...routeOptions, prefix: '/dashboard/ads/connections' })
  await app.register(subscriptionRoutes, routeOptions)
  await app.register(emailRoutes, routeOptions)

  return app
}
