import { join } from 'node:path'
import rateLimit from '@fastify/rate-limit'
import serveStatic from '@fastify/static'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { EndViewing } from '../../application/access/index.ts'
import type { OfferProfiles } from '../../application/connection/index.ts'
import type { Connections, SellerRecords } from '../../application/connection/ports.ts'
import type { KnowCircumstances } from '../../application/help/index.ts'
import { type AccessNeeds, accessRoutes } from './access-routes.ts'
import { type AccountNeeds, accountRoutes } from './account-routes.ts'
import { type AccountsNeeds, accountsRoutes } from './accounts-routes.ts'
import { type AdsNeeds, adsRoutes } from './ads-routes.ts'

import { type AuditNeeds, auditRoutes } from './audit-routes.ts'
import { type ConnectLinkNeeds, connectLinkRoutes } from './connect-link-routes.ts'
import { type ConnectionNeeds, connectionRoutes } from './connection-routes.ts'
import { type CaseNeeds, caseRoutes } from './console/case-routes.ts'
import { type OverviewNeeds, overviewRoutes } from './console/overview-routes.ts'
import { badRequest } from './error-pages.ts'
import { whatIsKnown } from './help-form.ts'
import { type HelpNeeds, helpRoutes } from './help-routes.ts'
import { type InviteNeeds, inviteRoutes } from './invite-routes.ts'
import { type MailNeeds, mailRoutes } from './mail-routes.ts'
import { type OperationsNeeds, operationsRoutes } from './operations-routes.ts'
import { type PasswordNeeds, passwordRoutes } from './password-routes.ts'
import { type PeopleNeeds, peopleRoutes } from './people-routes.ts'
import { type PersonActionsNeeds, personActionsRoutes } from './person-actions-routes.ts'
import { type RequestsNeeds, requestsRoutes } from './requests-routes.ts'
import { whatTheyHave } from './seller-record.ts'
import { whoIsAsking } from './seller-session.ts'
import { type SettingsNeeds, settingsRoutes } from './settings-routes.ts'
import { type StaffNeeds, staffRoutes } from './staff-routes.ts'
import { whichStaff } from './staff-session.ts'
import { type StatusNeeds, statusRoute } from './status-route.ts'
import { SteadyWindows } from './steady-windows.ts'
import { styleguideRoutes } from './styleguide/styleguide-routes.ts'
import { type SubscriptionNeeds, subscriptionRoutes } from './subscription-routes.ts'
import { type TableNeeds, tableRoutes } from './table-routes.ts'
import { viewsFolder } from './templates.ts'
import { type HandOverNeeds, handOver } from './viewing-handover.ts'
import { type ViewingNeeds, viewingRoutes } from './viewing-routes.ts'
import { watchRequests } from './watched-requests.ts'
import { openWebApp, undecodable, type WebAppNeeds } from './web-app.ts'

export interface ServerNeeds
  extends Omit<AccessNeeds, 'render'>,
    Omit<StaffNeeds, 'render'>,
    Omit<PeopleNeeds, 'render'>,
    Omit<PersonActionsNeeds, 'render'>,
    Omit<InviteNeeds, 'render'>,
    Omit<ConnectLinkNeeds, 'render'>,
    Omit<CaseNeeds, 'render'>,
    Omit<RequestsNeeds, 'render'>,
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
    SubscriptionNeeds,
    Omit<ViewingNeeds, 'render'>,
    Omit<AuditNeeds, 'render'>,
    HandOverNeeds,
    OperationsNeeds,
    WebAppNeeds {
  readonly offerProfiles: OfferProfiles
  readonly endViewing: EndViewing
  readonly connections: Connections
  readonly sellers: SellerRecords
  readonly knowCircumstances: KnowCircumstances
  readonly flagsFolder: string
  /** Development only. */
  readonly showsStyleguide: boolean
}

export async function buildServer(needs: ServerNeeds): Promise<FastifyInstance> {
  const { app, render, page } = await openWebApp(needs)
  // Only here: a request routed to view-as is still the same request.
  watchRequests(app)
  await app.register(rateLimit, {
    global: false,
    hook: 'preHandler',
    keyGenerator: signInKey,
    store: SteadyWindows,
  })
  await app.register(serveStatic, { root: join(viewsFolder, 'assets'), prefix: '/assets/', maxAge: 0 })
  await app.register(serveStatic, {
    root: needs.flagsFolder,
    prefix: '/assets/flags/',
    maxAge: '7d',
    decorateReply: false,
  })

  // A closing Node server has no request timeout: a half-sent request would keep it alive.
  app.addHook('preClose', async () => {
    setTimeout(() => app.server.closeAllConnections(), 8000).unref()
  })

  app.addHook('onRequest', handOver(needs))
  app.addHook('onRequest', whoIsAsking(needs))
  app.addHook('onRequest', whichStaff(needs))
  app.addHook('onRequest', whatTheyHave(needs))
  app.addHook('onRequest', whatIsKnown(needs))

  await app.register(operationsRoutes, needs)
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
  await app.register(personActionsRoutes, { ...needs, render, prefix: '/admin/people' })
  await app.register(inviteRoutes, { ...needs, render, prefix: '/admin/people' })
  await app.register(caseRoutes, { ...needs, render, prefix: '/admin/cases' })
  await app.register(viewingRoutes, { ...needs, render, prefix: '/admin/people' })
  await app.register(auditRoutes, { ...needs, render, prefix: '/admin/audit' })
  await app.register(requestsRoutes, { ...needs, render, prefix: '/admin/requests' })
  await app.register(adsRoutes, { ...needs, render, prefix: '/dashboard/ads' })
  await app.register(statusRoute, { ...needs, prefix: '/dashboard/ads' })
  await app.register(tableRoutes, { ...needs, render, prefix: '/dashboard/ads' })
  await app.register(accountsRoutes, { ...needs, render, prefix: '/dashboard/ads' })
  await app.register(connectionRoutes, { ...needs, prefix: '/dashboard/ads' })
  await app.register(connectLinkRoutes, { ...needs, render, prefix: '/connect' })
  await app.register(accountRoutes, { ...needs, render, prefix: '/dashboard/ads/connections' })
  await app.register(subscriptionRoutes, needs)
  await app.register(mailRoutes, { ...needs, render })
  if (needs.showsStyleguide) await app.register(styleguideRoutes, { ...needs, render })

  return app
}

/** Users behind one office IP are not one guesser. */
const signInKey = (request: FastifyRequest): string => {
  const { email } = (request.body ?? {}) as { email?: unknown }
  return `${request.ip} ${typeof email === 'string' ? email.trim().toLowerCase() : ''}`
}
