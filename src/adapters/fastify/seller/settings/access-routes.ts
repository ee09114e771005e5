import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { Sessions } from '../../../../application/access/ports.ts'
import { SignIn } from '../../../../application/access/sign-in.ts'
import { isPending } from '../../../../domain/access/session.ts'
import { DashboardNotForSupport, InvalidCredentials } from '../../../../domain/access/user.ts'
import { Secret } from '../../../../domain/secret.ts'
import { deviceCookie } from '../../kit/browser-security.ts'
import { errorMessageOf, errorPageFor } from '../../kit/errors/domain-error-pages.ts'
import { facePages } from '../../kit/faces.ts'
import { noticeOf } from '../../kit/notices/notices.ts'
import { deviceOf } from '../../kit/origin.ts'
import { recordedCheck } from '../../kit/request-signals.ts'
import { secondStepRoutes } from '../../kit/second-factor/second-step-routes.ts'
import { safePath, sessionIdIn } from '../../kit/sessions.ts'
import { shellOf } from '../../kit/shell.ts'
import { limitSignInTries, signInRateLimit } from '../../kit/sign-in-limits.ts'
import type { RouteOptions } from '../../kit/web-app.ts'
import type { SignInPage } from '../page-models/access.ts'

const SignInQuery = Type.Object({
  next: Type.Optional(Type.String({ maxLength: 2000 })),
  notice: Type.Optional(Type.String({ maxLength: 100 })),
})
const SignInForm = Type.Object({
  email: Type.String({ maxLength: 320 }),
  password: Type.String({ maxLength: 1024 }),
  next: Type.Optional(Type.String({ maxLength: 2000 })),
})

/** S-01. */
export const accessRoutes: FastifyPluginAsyncTypebox<RouteOptions> = async (app, options) => {
  const { get, clock, render, supportEmail } = options
  const signIn = get(SignIn)
  const sessions = get(Sessions)
  const knownDevice = deviceCookie(options.publicUrl)

  app.get('/login', { schema: { querystring: SignInQuery } }, async (request, reply) => {
    const next = safePath(request.query.next)
    if (request.signedIn) return reply.redirect(next, 303)
    const page: SignInPage = {
      ...shellOf(reply, {
        title: 'Sign in',
        supportEmail,
        notice: noticeOf(request.query.notice, undefined),
      }),
      next,
      email: '',
      problem: null,
    }
    return reply.type('text/html; charset=utf-8').send(render('sign-in', page))
  })

  app.post(
    '/login',
    {
      schema: { body: SignInForm },
      config: { rateLimit: signInRateLimit },
      preHandler: [limitSignInTries(app), app.csrfProtection],
    },
    async (request, reply) => {
      const { email, password } = request.body
      const next = safePath(request.body.next)
      try {
        const device = deviceOf(request.headers['user-agent'])
        const credentials = { email, password: new Secret(password), device }
        const { session, token, deviceToken } = await recordedCheck(
          request,
          'password',
          signIn.execute({ ...credentials, deviceToken: knownDevice.read(request) }),
        )
        if (request.signedIn) await sessions.close(request.signedIn.session.id, clock.now())
        request.session.regenerate()
        request.session.set('token', token.reveal())
        if (deviceToken) knownDevice.write(reply, deviceToken)
        const secondFactorPath = `/login/code?next=${encodeURIComponent(next)}`
        return reply.redirect(isPending(session.kind) ? secondFactorPath : next, 303)
      } catch (error) {
        if (!(error instanceof InvalidCredentials || error instanceof DashboardNotForSupport)) throw error
        const errorPage = errorPageFor(error)
        const problem = errorMessageOf(error)
        const page: SignInPage = {
          ...shellOf(reply, { title: 'Sign in', supportEmail }),
          next,
          email,
          problem,
        }
        return reply
          .code(errorPage?.status ?? 401)
          .type('text/html; charset=utf-8')
          .send(render('sign-in', page))
      }
    },
  )

  await app.register(secondStepRoutes, { ...options, prefix: '/login', pages: facePages.seller })

  app.post('/logout', { preHandler: app.csrfProtection }, async (request, reply) => {
    // The session may still wait for its second factor.
    const id = sessionIdIn(request.session)
    if (id) await sessions.close(id, clock.now())
    request.session.delete()
    return reply.redirect('/login', 303)
  })
}
