import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import type { FollowConnectLink } from '../../application/connection/index.ts'
import { Secret } from '../../domain/secret.ts'
import type { ConnectLinkPage } from './page-models/access.ts'
import { askingOf, demandSignIn } from './seller-session.ts'
import { shellOf } from './shell.ts'
import { demandPatience } from './sign-in-limits.ts'
import type { Render } from './templates.ts'

export interface ConnectLinkNeeds {
  readonly followConnectLink: FollowConnectLink
  readonly render: Render
  readonly supportEmail: string
}

const params = Type.Object({ token: Type.String({ maxLength: 100 }) })

/** The link works only for the user it was emailed to (S-43). */
export const connectLinkRoutes: FastifyPluginAsyncTypebox<ConnectLinkNeeds> = async (app, needs) => {
  const { followConnectLink, render, supportEmail } = needs
  const patience = demandPatience(app)
  const config = { hasToken: true }
  app.addHook('preValidation', demandSignIn)

  app.get('/:token', { schema: { params }, config, preHandler: patience }, async (request, reply) => {
    const { person } = askingOf(request)
    const { token } = request.params
    await followConnectLink.look({ token: new Secret(token), person })
    const page: ConnectLinkPage = {
      ...shellOf(reply, { title: 'Connect your Amazon account', supportEmail }),
      action: `/connect/${token}`,
      email: person.email,
    }
    return reply.type('text/html; charset=utf-8').send(render('connect-link', page))
  })

  app.post(
    '/:token',
    { schema: { params }, config, preHandler: [patience, app.csrfProtection] },
    async (request, reply) => {
      const { person, session } = askingOf(request)
      const token = new Secret(request.params.token)
      const { url } = await followConnectLink.run({ token, person, sessionId: session.id })
      return reply.redirect(url, 303)
    },
  )
}
