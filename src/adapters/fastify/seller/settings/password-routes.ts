import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyReply } from 'fastify'
import { Type } from 'typebox'
import { RequestPasswordReset } from '../../../../application/access/request-password-reset.ts'
import { SetPassword } from '../../../../application/access/set-password.ts'
import type { PasswordPurpose } from '../../../../domain/access/access-link.ts'
import { PasswordNotAllowed } from '../../../../domain/access/password.ts'
import { canUseDashboard } from '../../../../domain/access/user.ts'
import { Secret } from '../../../../domain/secret.ts'
import { errorMessageOf } from '../../kit/errors/domain-error-pages.ts'
import { shellOf } from '../../kit/shell.ts'
import { limitSignInTries, signInRateLimit } from '../../kit/sign-in-limits.ts'
import type { RouteOptions } from '../../kit/web-app.ts'
import type { ForgotPage, PasswordPage } from '../page-models/access.ts'

const params = Type.Object({ token: Type.String({ maxLength: 100 }) })
const PasswordForm = Type.Object({ password: Type.String({ maxLength: 4096 }) })
const ForgotForm = Type.Object({ email: Type.String({ maxLength: 320 }) })

const links: readonly {
  readonly purpose: PasswordPurpose
  readonly path: string
  readonly heading: string
  readonly lead: string
}[] = [
  {
    purpose: 'invitation',
    path: '/invitation',
    heading: 'Welcome to 1smart.link',
    lead: 'Set a password to activate your account.',
  },
  {
    purpose: 'reset',
    path: '/password/reset',
    heading: 'Choose a new password',
    lead: 'This signs you out on all devices, including this one.',
  },
]

export const passwordRoutes: FastifyPluginAsyncTypebox<RouteOptions> = async (app, options) => {
  const { get, render, supportEmail } = options
  const requestPasswordReset = get(RequestPasswordReset)
  const setPassword = get(SetPassword)
  const limitTries = limitSignInTries(app)
  const sendPage = (reply: FastifyReply, view: string, page: ForgotPage | PasswordPage) =>
    reply.type('text/html; charset=utf-8').send(render(view, page))
  const forgotPage = (reply: FastifyReply, isAsked: boolean) =>
    sendPage(reply, 'forgot-password', {
      ...shellOf(reply, { title: 'Forgotten password', supportEmail }),
      isAsked,
    })

  app.get('/password/forgot', async (_request, reply) => forgotPage(reply, false))

  app.post(
    '/password/forgot',
    {
      schema: { body: ForgotForm },
      config: { rateLimit: signInRateLimit },
      preHandler: [limitTries, app.csrfProtection],
    },
    async (request, reply) => {
      await requestPasswordReset.execute(request.body.email)
      return forgotPage(reply, true)
    },
  )

  for (const { purpose, path, heading, lead } of links) {
    const sendPasswordPage = (reply: FastifyReply, email: string, action: string, problem: string | null) => {
      const shell = shellOf(reply, { title: heading, supportEmail })
      return sendPage(reply, 'choose-password', { ...shell, heading, lead, action, email, problem })
    }
    const pathPattern = `${path}/:token`
    const config = { hasToken: true }

    app.get(pathPattern, { schema: { params }, config, preHandler: limitTries }, async (request, reply) => {
      const { token } = request.params
      const { email } = await setPassword.checkLink(new Secret(token), purpose)
      return sendPasswordPage(reply, email, `${path}/${token}`, null)
    })

    app.post(
      pathPattern,
      { schema: { params, body: PasswordForm }, config, preHandler: [limitTries, app.csrfProtection] },
      async (request, reply) => {
        const token = new Secret(request.params.token)
        try {
          const { user, enrolmentLink } = await setPassword.execute(
            token,
            purpose,
            new Secret(request.body.password),
          )
          if (enrolmentLink) return reply.redirect(enrolmentLink.reveal(), 303)
          const signIn = canUseDashboard(user.role) ? '/login' : '/admin/login'
          return reply.redirect(`${signIn}?notice=password_set`, 303)
        } catch (error) {
          if (!(error instanceof PasswordNotAllowed)) throw error
          const { email } = await setPassword.checkLink(token, purpose)
          return sendPasswordPage(
            reply.code(422),
            email,
            `${path}/${request.params.token}`,
            errorMessageOf(error),
          )
        }
      },
    )
  }
}
