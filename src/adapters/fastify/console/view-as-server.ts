import type { IncomingMessage, ServerResponse } from 'node:http'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { ViewAsContext } from '../../../application/access/ports.ts'
import type { Connections, SellerStates } from '../../../application/connection/ports.ts'
import type { PrefillSupportRequest } from '../../../application/help/prefill-support-request.ts'
import type { Session } from '../../../domain/access/session.ts'
import { ViewAsExportsNothing, ViewAsIsReadOnly } from '../../../domain/access/view-as-session.ts'
import type { SessionId } from '../../../domain/identifiers.ts'
import { prefillSupportForm } from '../kit/support-form.ts'
import { openWebApp, type WebAppDependencies } from '../kit/web-app.ts'
import { type AccountDependencies, accountRoutes } from '../seller/account-routes.ts'
import { type AdsDependencies, adsRoutes } from '../seller/ads-routes.ts'
import { type AccountsDependencies, accountsRoutes } from '../seller/figures/accounts-routes.ts'
import { type TableDependencies, tableRoutes } from '../seller/figures/table-routes.ts'
import { loadSellerState } from '../seller/seller-state.ts'
import { type SettingsDependencies, settingsRoutes } from '../seller/settings/settings-routes.ts'
import { type HelpDependencies, helpRoutes } from '../seller/settings/support-routes.ts'
import { type ViewAsStatusDependencies, viewAsStatusRoute } from './view-as-status-route.ts'

/** Every dependency must be read-only. */
export interface ViewAsServerDependencies
  extends Omit<SettingsDependencies, 'render' | 'connections'>,
    Omit<AdsDependencies, 'render' | 'connections'>,
    Omit<AccountDependencies, 'render' | 'connections'>,
    Omit<TableDependencies, 'render' | 'connections'>,
    Omit<AccountsDependencies, 'render' | 'connections'>,
    Omit<HelpDependencies, 'render' | 'connections'>,
    ViewAsStatusDependencies,
    WebAppDependencies {
  readonly connections: Connections
  readonly sellers: SellerStates
  readonly prefillSupportRequest: PrefillSupportRequest
}

interface ViewAsRequest {
  readonly context: ViewAsContext
  readonly requestId: string
}

export interface ViewAsPages {
  readonly app: FastifyInstance
  /** For authenticated sessions only. */
  answer(request: IncomingMessage, reply: ServerResponse, viewAsRequest: ViewAsRequest): void
}

/** S-44. */
export async function buildViewAsServer(deps: ViewAsServerDependencies): Promise<ViewAsPages> {
  const viewAsRequests = new WeakMap<IncomingMessage, ViewAsRequest>()
  const { app, render } = await openWebApp(deps, raw => viewAsRequests.get(raw)?.requestId ?? null)

  app.addHook('onRequest', async request => {
    const context = viewAsRequests.get(request.raw)?.context
    if (!context) throw new Error('no view-as session on this request')
    request.viewAs = context
    request.signedIn = { user: context.user, session: sessionOf(context) }
  })
  app.addHook('onRequest', rejectWrites)
  app.addHook('onRequest', loadSellerState(deps))
  app.addHook('onRequest', prefillSupportForm(deps))

  for (const path of ['/dashboard', '/dashboard/', '/dashboard/ads']) {
    app.get(path, async (_request, reply) => reply.redirect('/dashboard/ads/', 303))
  }
  app.get('/dashboard/ads/callback', { config: { isOAuthCallback: true } }, async () => {
    throw new ViewAsIsReadOnly()
  })
  await app.register(settingsRoutes, { ...deps, render, prefix: '/dashboard/settings' })
  await app.register(helpRoutes, { ...deps, render, prefix: '/dashboard/help' })
  await app.register(adsRoutes, { ...deps, render, prefix: '/dashboard/ads' })
  await app.register(viewAsStatusRoute, { ...deps, prefix: '/dashboard/ads' })
  await app.register(tableRoutes, { ...deps, render, prefix: '/dashboard/ads' })
  await app.register(accountsRoutes, { ...deps, render, prefix: '/dashboard/ads' })
  await app.register(accountRoutes, { ...deps, render, prefix: '/dashboard/ads/connections' })
  await app.ready()

  return {
    app,
    answer(request, reply, viewAsRequest) {
      viewAsRequests.set(request, viewAsRequest)
      app.routing(request, reply)
    },
  }
}

/**
 * Runs before the body is read, for unknown URLs too.
 * @throws {ViewAsIsReadOnly | ViewAsExportsNothing}
 */
async function rejectWrites({ method, routeOptions }: FastifyRequest): Promise<void> {
  if (method !== 'GET' && method !== 'HEAD') throw new ViewAsIsReadOnly()
  if (routeOptions.url?.endsWith('.csv')) throw new ViewAsExportsNothing()
}

const sessionOf = ({ viewAs, currentConnectionId }: ViewAsContext): Session => ({
  id: viewAs.id as string as SessionId,
  userId: viewAs.userId,
  kind: 'seller',
  openedAt: viewAs.startedAt,
  lastSeenAt: viewAs.startedAt,
  expiresAt: viewAs.endsAt,
  device: '',
  currentConnectionId: currentConnectionId,
})
