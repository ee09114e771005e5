import { join } from 'node:path'
import rateLimit from '@fastify/rate-limit'
import serveStatic from '@fastify/static'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { EndViewAs } from '../../admin/view-as/end-view-as.ts'
import type { Connections, SellerStates } from '../../application/connection/ports.ts'
import type { PrefillSupportRequest } from '../../application/help/prefill-support-request.ts'
import { type AuditDependencies, auditRoutes } from './console/audit-routes.ts'
import { type CaseDependencies, caseRoutes } from './console/cases/case-routes.ts'
import { type OverviewDependencies, overviewRoutes } from './console/overview/overview-routes.ts'
import { type RequestsDependencies, requestsRoutes } from './console/requests-routes.ts'
import { type InviteDependencies, inviteRoutes } from './console/users/invite-routes.ts'
import { type StaffDependencies, staffRoutes } from './console/users/staff-routes.ts'
import { type UserActionsDependencies, userActionsRoutes } from './console/users/user-actions-routes.ts'
import { type UsersDependencies, usersRoutes } from './console/users/users-routes.ts'
import { type ViewAsDependencies, viewAsRoutes } from './console/users/view-as-routes.ts'
import { serveViewAs, type ViewAsHookDependencies } from './console/view-as.ts'
import { requestErrorText } from './kit/errors/error-pages.ts'
import { publishRequests } from './kit/request-signals.ts'
import { authenticateSeller, authenticateStaff } from './kit/sessions.ts'
import { MonotonicRateLimitStore } from './kit/sign-in-limits.ts'
import { prefillSupportForm } from './kit/support-form.ts'
import { viewsFolder } from './kit/templates.ts'
import { malformedUrlPath, openWebApp, type WebAppDependencies } from './kit/web-app.ts'
import { type OperationsDependencies, operationsRoutes } from './operations-routes.ts'
import { type AccountDependencies, accountRoutes } from './seller/account-routes.ts'
import { type AdsDependencies, adsRoutes } from './seller/ads-routes.ts'
import { type ConnectLinkDependencies, connectLinkRoutes } from './seller/connecting/connect-link-routes.ts'
import { type ConnectionDependencies, connectionRoutes } from './seller/connecting/connection-routes.ts'
import { type AccountsDependencies, accountsRoutes } from './seller/figures/accounts-routes.ts'
import { type TableDependencies, tableRoutes } from './seller/figures/table-routes.ts'
import { loadSellerState } from './seller/seller-state.ts'
import { type AccessDependencies, accessRoutes } from './seller/settings/access-routes.ts'
import { type EmailDependencies, emailRoutes } from './seller/settings/email-routes.ts'
import { type PasswordDependencies, passwordRoutes } from './seller/settings/password-routes.ts'
import { type SettingsDependencies, settingsRoutes } from './seller/settings/settings-routes.ts'
import { type HelpDependencies, helpRoutes } from './seller/settings/support-routes.ts'
import { type StatusDependencies, statusRoute } from './seller/status-route.ts'
import { type SubscriptionDependencies, subscriptionRoutes } from './subscription-routes.ts'

export interface ServerDependencies
  extends Omit<AccessDependencies, 'render'>,
    Omit<StaffDependencies, 'render'>,
    Omit<UsersDependencies, 'render'>,
    Omit<UserActionsDependencies, 'render'>,
    Omit<InviteDependencies, 'render'>,
    Omit<ConnectLinkDependencies, 'render'>,
    Omit<CaseDependencies, 'render'>,
    Omit<RequestsDependencies, 'render'>,
    Omit<OverviewDependencies, 'render'>,
    Omit<PasswordDependencies, 'render'>,
    Omit<SettingsDependencies, 'render' | 'connections'>,
    Omit<AdsDependencies, 'render' | 'connections'>,
    StatusDependencies,
    Omit<AccountDependencies, 'render' | 'connections'>,
    Omit<TableDependencies, 'render' | 'connections'>,
    Omit<AccountsDependencies, 'render' | 'connections'>,
    Omit<EmailDependencies, 'render'>,
    Omit<HelpDependencies, 'render' | 'connections'>,
    ConnectionDependencies,
    SubscriptionDependencies,
    Omit<ViewAsDependencies, 'render'>,
    Omit<AuditDependencies, 'render'>,
    ViewAsHookDependencies,
    OperationsDependencies,
    WebAppDependencies {
  readonly endViewAs: EndViewAs
  readonly connections: Connections
  readonly sellers: SellerStates
  readonly prefillSupportRequest: PrefillSupportRequest
  readonly flagsFolder: string
}

export async function buildServer(deps: ServerDependencies): Promise<FastifyInstance> {
  const { app, render, page } = await openWebApp(deps)
  publishRequests(app)
  await app.register(rateLimit, {
    global: false,
    hook: 'preHandler',
    keyGenerator: signInKey,
    store: MonotonicRateLimitStore,
  })
  await app.register(serveStatic, { root: join(viewsFolder, 'assets'), prefix: '/assets/', maxAge: 0 })
  await app.register(serveStatic, {
    root: deps.flagsFolder,
    prefix: '/assets/flags/',
    maxAge: '7d',
    decorateReply: false,
  })

  // Node has no request timeout while closing: a half-sent request would keep the server alive.
  app.addHook('preClose', async () => {
    setTimeout(() => app.server.closeAllConnections(), 8000).unref()
  })

  serveViewAs(app, deps)
  app.addHook('onRequest', authenticateSeller(deps))
  app.addHook('onRequest', authenticateStaff(deps))
  app.addHook('onRequest', loadSellerState(deps))
  app.addHook('onRequest', prefillSupportForm(deps))

  await app.register(operationsRoutes, deps)
  app.all(malformedUrlPath, { config: { isPublic: true } }, (request, reply) =>
    page(request, reply, requestErrorText(request, 400, undefined)),
  )
  for (const path of ['/', '/dashboard', '/dashboard/', '/dashboard/ads']) {
    app.get(path, async (_request, reply) => reply.redirect('/dashboard/ads/', 303))
  }
  app.get('/admin', async (_request, reply) => reply.redirect('/admin/', 303))
  await app.register(accessRoutes, { ...deps, render })
  await app.register(passwordRoutes, { ...deps, render })
  await app.register(settingsRoutes, { ...deps, render, prefix: '/dashboard/settings' })
  await app.register(helpRoutes, { ...deps, render, prefix: '/dashboard/help' })
  await app.register(staffRoutes, { ...deps, render, prefix: '/admin' })
  await app.register(overviewRoutes, { ...deps, render, prefix: '/admin' })
  await app.register(usersRoutes, { ...deps, render, prefix: '/admin/people' })
  await app.register(userActionsRoutes, { ...deps, render, prefix: '/admin/people' })
  await app.register(inviteRoutes, { ...deps, render, prefix: '/admin/people' })
  await app.register(caseRoutes, { ...deps, render, prefix: '/admin/cases' })
  await app.register(viewAsRoutes, { ...deps, render, prefix: '/admin/people' })
  await app.register(auditRoutes, { ...deps, render, prefix: '/admin/audit' })
  await app.register(requestsRoutes, { ...deps, render, prefix: '/admin/requests' })
  await app.register(adsRoutes, { ...deps, render, prefix: '/dashboard/ads' })
  await app.register(statusRoute, { ...deps, prefix: '/dashboard/ads' })
  await app.register(tableRoutes, { ...deps, render, prefix: '/dashboard/ads' })
  await app.register(accountsRoutes, { ...deps, render, prefix: '/dashboard/ads' })
  await app.register(connectionRoutes, { ...deps, prefix: '/dashboard/ads' })
  await app.register(connectLinkRoutes, { ...deps, render, prefix: '/connect' })
  await app.register(accountRoutes, { ...deps, render, prefix: '/dashboard/ads/connections' })
  await app.register(subscriptionRoutes, deps)
  await app.register(emailRoutes, { ...deps, render })

  return app
}

/** Not by IP alone: an office shares one. */
const signInKey = (request: FastifyRequest): string => {
  const { email } = (request.body ?? {}) as { email?: unknown }
  return `${request.ip} ${typeof email === 'string' ? email.trim().toLowerCase() : ''}`
}
