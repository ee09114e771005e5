import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyReply } from 'fastify'
import { Type } from 'typebox'
import { StartAuthorisation } from '../../../application/connection/authorisation/start-authorisation.ts'
import { Disconnect } from '../../../application/connection/disconnect.ts'
import { Connections } from '../../../application/connection/ports.ts'
import { RequestErasure } from '../../../application/connection/request-erasure.ts'
import { GetSyncProgress } from '../../../application/ingestion/get-sync-progress.ts'
import { type Connection, isErased, isLive, isRetained } from '../../../domain/connection/connection.ts'
import { StillConnected } from '../../../domain/connection/errors.ts'
import type { ConnectionId } from '../../../domain/identifiers.ts'
import { adsPageUrl } from '../kit/notices/notices.ts'
import { requireSignIn, type SignedInUser, signedInUser } from '../kit/sessions.ts'
import { shellOf, switcherOf } from '../kit/shell.ts'
import type { Shell } from '../kit/shell-model.ts'
import type { RouteOptions } from '../kit/web-app.ts'
import { accountPage, disconnectPage } from './account-page.ts'
import { adsPageContext } from './ads-page-context.ts'

const params = Type.Object({ id: Type.String({ pattern: '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' }) })
const DisconnectForm = Type.Object({
  data: Type.Optional(Type.Union([Type.Literal('keep'), Type.Literal('erase'), Type.Literal('')])),
})

/** S-26, S-27. */
export const accountRoutes: FastifyPluginAsyncTypebox<RouteOptions> = async (app, options) => {
  const { get, clock } = options
  const connections = get(Connections)
  const getSyncProgress = get(GetSyncProgress)
  const startAuthorisation = get(StartAuthorisation)
  const disconnect = get(Disconnect)
  const requestErasure = get(RequestErasure)
  app.addHook('preValidation', requireSignIn)
  const form = { preHandler: app.csrfProtection }

  const renderPage = (
    reply: FastifyReply,
    { user }: SignedInUser,
    content: { view: string; title: string; current: ConnectionId | null; page: (shell: Shell) => Shell },
  ) => {
    const { live, planRestriction } = adsPageContext(reply.request, options)
    const switcher = switcherOf(live, content.current, planRestriction === null)
    const { title } = content
    const shell = shellOf(reply, { title, supportEmail: options.supportEmail, user, switcher })
    return reply.type('text/html; charset=utf-8').send(options.render(content.view, content.page(shell)))
  }

  app.get('/:id', { schema: { params } }, async (request, reply) => {
    const signedIn = signedInUser(request)
    const connection = await connections.get(request.params.id as ConnectionId, signedIn.user.id)
    const { planRestriction } = adsPageContext(request, options)
    const progress = isLive(connection) ? await getSyncProgress.execute(connection) : null
    const details = {
      connection,
      planRestriction,
      progress,
      consentDays: options.consentDays,
      now: clock.now(),
    }
    return renderPage(reply, signedIn, {
      view: 'ads/account',
      title: 'Your account',
      current: connection.id,
      page: shell => accountPage(shell, details),
    })
  })

  app.get('/:id/disconnect', { schema: { params } }, async (request, reply) => {
    const signedIn = signedInUser(request)
    const connection = await connections.get(request.params.id as ConnectionId, signedIn.user.id)
    if (!isLive(connection)) return reply.redirect(accountPath(connection), 303)
    return renderPage(reply, signedIn, {
      view: 'ads/disconnect',
      title: 'Disconnect',
      current: connection.id,
      page: shell => disconnectPage(shell, connection),
    })
  })

  app.get('/:id/erase', { schema: { params } }, async (request, reply) => {
    const signedIn = signedInUser(request)
    const connection = await connections.get(request.params.id as ConnectionId, signedIn.user.id)
    if (isLive(connection)) throw new StillConnected(connection.id)
    if (isErased(connection) || !isRetained(connection, clock.now()))
      return reply.redirect(accountPath(connection), 303)
    return renderPage(reply, signedIn, {
      view: 'ads/erase',
      title: 'Erase data',
      current: null,
      page: shell => disconnectPage(shell, connection),
    })
  })

  app.post('/:id/renew', { ...form, schema: { params } }, async (request, reply) => {
    const { user, session } = signedInUser(request)
    const reauthorisedConnectionId = request.params.id as ConnectionId
    const authorisation = { userId: user.id, sessionId: session.id, region: null, reauthorisedConnectionId }
    const { url } = await startAuthorisation.execute(authorisation)
    return reply.redirect(url, 303)
  })

  app.post(
    '/:id/disconnect',
    { ...form, schema: { params, body: DisconnectForm } },
    async (request, reply) => {
      const { user } = signedInUser(request)
      const erasesData = request.body.data === 'erase'
      const connectionId = request.params.id as ConnectionId
      await disconnect.execute({ userId: user.id, connectionId, erasesData })
      return reply.redirect(adsPageUrl(erasesData ? 'erasing' : 'disconnected'), 303)
    },
  )

  app.post('/:id/erase', { ...form, schema: { params } }, async (request, reply) => {
    const connectionId = request.params.id as ConnectionId
    await requestErasure.execute({ userId: signedInUser(request).user.id, connectionId })
    return reply.redirect(adsPageUrl('erasing'), 303)
  })
}

const accountPath = ({ id }: Connection): string => `/dashboard/ads/connections/${id}`
