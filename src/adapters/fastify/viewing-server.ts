import type { IncomingMessage, ServerResponse } from 'node:http'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { KnownViewing } from '../../application/access/ports.ts'
import type { Connections, SellerRecords } from '../../application/connection/ports.ts'
import type { KnowCircumstances } from '../../application/help/index.ts'
import type { Session } from '../../domain/access/session.ts'
import { ViewingChangesNothing, ViewingTakesNoFiles } from '../../domain/access/viewing.ts'
import type { SessionId } from '../../domain/identifiers.ts'
import { type AccountNeeds, accountRoutes } from './account-routes.ts'
import { type AccountsNeeds, accountsRoutes } from './accounts-routes.ts'
import { type AdsNeeds, adsRoutes } from './ads-routes.ts'
import { whatIsKnown } from './help-form.ts'
import { type HelpNeeds, helpRoutes } from './help-routes.ts'
import { whatTheyHave } from './seller-record.ts'
import { type SettingsNeeds, settingsRoutes } from './settings-routes.ts'
import { type TableNeeds, tableRoutes } from './table-routes.ts'
import { type ViewingStatusNeeds, viewingStatusRoute } from './viewing-status-route.ts'
import { openWebApp, type WebAppNeeds } from './web-app.ts'

/** Every dependency must be read-only. */
export interface ViewingServerNeeds
  extends Omit<SettingsNeeds, 'render' | 'connections'>,
    Omit<AdsNeeds, 'render' | 'connections'>,
    Omit<AccountNeeds, 'render' | 'connections'>,
    Omit<TableNeeds, 'render' | 'connections'>,
    Omit<AccountsNeeds, 'render' | 'connections'>,
    Omit<HelpNeeds, 'render' | 'connections'>,
    ViewingStatusNeeds,
    WebAppNeeds {
  readonly connections: Connections
  readonly sellers: SellerRecords
  readonly knowCircumstances: KnowCircumstances
}

interface Looking {
  readonly known: KnownViewing
  readonly requestId: string
}

export interface ViewingPages {
  readonly app: FastifyInstance
  /** For authenticated sessions only. */
  answer(request: IncomingMessage, reply: ServerResponse, looking: Looking): void
}

/** S-44. */
export async function buildViewingServer(needs: ViewingServerNeeds): Promise<ViewingPages> {
  const looking = new WeakMap<IncomingMessage, Looking>()
  const { app, render } = await openWebApp(needs, raw => looking.get(raw)?.requestId ?? null)

  app.addHook('onRequest', async request => {
    const known = looking.get(request.raw)?.known
    if (!known) throw new Error('nobody is known to look as a seller')
    request.viewing = known
    request.asking = { person: known.person, session: sessionOf(known) }
  })
  app.addHook('onRequest', demandLook)
  app.addHook('onRequest', whatTheyHave(needs))
  app.addHook('onRequest', whatIsKnown(needs))

  for (const path of ['/dashboard', '/dashboard/', '/dashboard/ads']) {
    app.get(path, async (_request, reply) => reply.redirect('/dashboard/ads/', 303))
  }
  app.get('/dashboard/ads/callback', { config: { isWayBack: true } }, async () => {
    throw new ViewingChangesNothing()
  })
  await app.register(settingsRoutes, { ...needs, render, prefix: '/dashboard/settings' })
  await app.register(helpRoutes, { ...needs, render, prefix: '/dashboard/help' })
  await app.register(adsRoutes, { ...needs, render, prefix: '/dashboard/ads' })
  await app.register(viewingStatusRoute, { ...needs, prefix: '/dashboard/ads' })
  await app.register(tableRoutes, { ...needs, render, prefix: '/dashboard/ads' })
  await app.register(accountsRoutes, { ...needs, render, prefix: '/dashboard/ads' })
  await app.register(accountRoutes, { ...needs, render, prefix: '/dashboard/ads/connections' })
  await app.ready()

  return {
    app,
    answer(request, reply, its) {
      looking.set(request, its)
      app.routing(request, reply)
    },
  }
}

/**
 * Runs before the body is read, for unknown URLs too.
 * @throws {ViewAsIsReadOnly}
 * @throws {ViewAsExportsNothing}
 */
async function demandLook({ method, routeOptions }: FastifyRequest): Promise<void> {
  if (method !== 'GET' && method !== 'HEAD') throw new ViewingChangesNothing()
  if (routeOptions.url?.endsWith('.csv')) throw new ViewingTakesNoFiles()
}

/** Not stored; shows the account that the seller viewed last. */
const sessionOf = ({ viewing, accountId }: KnownViewing): Session => ({
  id: viewing.id as string as SessionId,
  personId: viewing.personId,
  kind: 'seller',
  openedAt: viewing.begunAt,
  lastSeenAt: viewing.begunAt,
  expiresAt: viewing.endsAt,
  device: '',
  currentConnectionId: accountId,
})
