import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { FollowConnectLink } from '../../../../application/connection/authorisation/follow-connect-link.ts'
import { Secret } from '../../../../domain/secret.ts'
import { requireSignIn, signedInUser } from '../../kit/sessions.ts'
import { shellOf } from '../../kit/shell.ts'
import { limitSignInTries } from '../../kit/sign-in-limits.ts'
import type { RouteOptions } from '../../kit/web-app.ts'
import type { ConnectLinkPage } from '../page-models/access.ts'

const params = Type.Object({ token: Type.String({ maxLength: 100 }) })

/** A link works only for the user it was emailed to (S-43). */
export const connectLinkRoutes: FastifyPluginAsyncTypebox<RouteOptions> = async (app, options) => {
  const { get, render, supportEmail } = options
  const followConnectLink = get(FollowConnectLink)
  const limitTries = limitSignInTries(app)
  const config = { hasToken: true }
  app.addHook('preValidation', requireSignIn)

  app.get('/:token', { schema: { params }, config, preHandler: limitTries }, async (request, reply) => {
    const { user } = signedInUser(request)
    const { token } = request.params
    await followConnectLink.checkLink({ token: new Secret(token), user })
    const page: ConnectLinkPage = {
      ...shellOf(reply, { title: 'Connect your Amazon account', supportEmail }),
      action: `/connect/${token}`,
      email: user.email,
    }
    return reply.type('text/html; charset=utf-8').send(render('connect-link', page))
  })

  app.post(
    '/:token',
    { schema: { params }, config, preHandler: [limitTries, app.csrfProtection] },
    async (request, reply) => {
      const { user, session } = signedInUser(request)
      const token = new Secret(request.params.token)
      const { url } = await followConnectLink.execute({ token, user, sessionId: session.id })
      return reply.redirect(url, 303)
    },
  )
}
