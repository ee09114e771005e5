import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyReply } from 'fastify'
import { Type } from 'typebox'
import type { AskErasure, BeginAuthorisation, Disconnect } from '../../application/connection/index.ts'
import type { Connections } from '../../application/connection/ports.ts'
import type { CheckProgress } from '../../application/ingestion/index.ts'
import type { Clock } from '../../application/ports.ts'
import { type Connection, isErased, isHeld, isKept } from '../../domain/connection/connection.ts'
import { StillConnected } from '../../domain/connection/refusals.ts'
import type { ConnectionId } from '../../domain/identifiers.ts'
import { accountPage, partingPage } from './account-page.ts'
import { frameOf } from './ads-frame.ts'
import { adsPageWith } from './notices.ts'
import type { Shell } from './page-models/shell.ts'
import { type Asking, askingOf, demandSignIn } from './seller-session.ts'
import { shellOf, switcherOf } from './shell.ts'
import type { Render } from './templates.ts'

export interface AccountNeeds {
  readonly connections: Pick<Connections, 'get'>
  readonly checkProgress: CheckProgress
  readonly beginAuthorisation: BeginAuthorisation
  readonly disconnect: Disconnect
  readonly askErasure: AskErasure
  readonly clock: Clock
  readonly render: Render
  readonly supportEmail: string
  readonly consentDays: number
}

const params = Type.Object({ id: Type.String({ pattern: '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' }) })
const DisconnectForm = Type.Object({
  data: Type.Optional(Type.Union([Type.Literal('keep'), Type.Literal('erase'), Type.Literal('')])),
})

/** S-26, S-27. */
export const accountRoutes: FastifyPluginAsyncTypebox<AccountNeeds> = async (app, needs) => {
  const { connections, checkProgress, clock } = needs
  app.addHook('preValidation', demandSignIn)
  const form = { preHandler: app.csrfProtection }

  const draw = (
    reply: FastifyReply,
    { person }: Asking,
    drawing: { view: string; title: string; current: ConnectionId | null; page: (shell: Shell) => Shell },
  ) => {
    const { held, lack } = frameOf(reply.request, needs)
    const switcher = switcherOf(held, drawing.current, lack === null)
    const { title } = drawing
    const shell = shellOf(reply, { title, supportEmail: needs.supportEmail, person, switcher })
    return reply.type('text/html; charset=utf-8').send(needs.render(drawing.view, drawing.page(shell)))
  }

  app.get('/:id', { schema: { params } }, async (request, reply) => {
    const asking = askingOf(request)
    const connection = await connections.get(request.params.id as ConnectionId, asking.person.id)
    const { lack } = frameOf(request, needs)
    const loading = isHeld(connection) ? await checkProgress.run(connection) : null
    const about = { connection, lack, loading, consentDays: needs.consentDays, now: clock.now() }
    return draw(reply, asking, {
      view: 'ads/account',
      title: 'Your account',
      current: connection.id,
      page: shell => accountPage(shell, about),
    })
  })

  app.get('/:id/disconnect', { schema: { params } }, async (request, reply) => {
    const asking = askingOf(request)
    const connection = await connections.get(request.params.id as ConnectionId, asking.person.id)
    if (!isHeld(connection)) return reply.redirect(accountAddress(connection), 303)
    return draw(reply, asking, {
      view: 'ads/disconnect',
      title: 'Disconnect',
      current: connection.id,
      page: shell => partingPage(shell, connection),
    })
  })

  app.get('/:id/erase', { schema: { params } }, async (request, reply) => {
    const asking = askingOf(request)
    const connection = await connections.get(request.params.id as ConnectionId, asking.person.id)
    if (isHeld(connection)) throw new StillConnected(connection.id)
    if (isErased(connection) || !isKept(connection, clock.now()))
      return reply.redirect(accountAddress(connection), 303)
    return draw(reply, asking, {
      view: 'ads/erase',
      title: 'Erase data',
      current: null,
      page: shell => partingPage(shell, connection),
    })
  })

  app.post('/:id/renew', { ...form, schema: { params } }, async (request, reply) => {
    const { person, session } = askingOf(request)
    const renews = request.params.id as ConnectionId
    const by = { personId: person.id, sessionId: session.id, region: null, renews }
    const { url } = await needs.beginAuthorisation.run(by)
    return reply.redirect(url, 303)
  })

  app.post(
    '/:id/disconnect',
    { ...form, schema: { params, body: DisconnectForm } },
    async (request, reply) => {
      const { person } = askingOf(request)
      const erasesData = request.body.data === 'erase'
      const connectionId = request.params.id as ConnectionId
      await needs.disconnect.run({ personId: person.id, connectionId, erasesData })
      return reply.redirect(adsPageWith(erasesData ? 'erasing' : 'disconnected'), 303)
    },
  )

  app.post('/:id/erase', { ...form, schema: { params } }, async (request, reply) => {
    const connectionId = request.params.id as ConnectionId
    await needs.askErasure.run({ personId: askingOf(request).person.id, connectionId })
    return reply.redirect(adsPageWith('erasing'), 303)
  })
}

const accountAddress = ({ id }: Connection): string => `/dashboard/ads/connections/${id}`
