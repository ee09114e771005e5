import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyReply } from 'fastify'
import { Type } from 'typebox'
import { SignInStaff } from '../../../../admin/users/sign-in-staff.ts'
import { EndViewAs } from '../../../../admin/view-as/end-view-as.ts'
import { Sessions } from '../../../../application/access/ports.ts'
import { InvalidCredentials } from '../../../../domain/access/user.ts'
import type { DomainError } from '../../../../domain/domain-error.ts'
import { Secret } from '../../../../domain/secret.ts'
import { deviceCookie } from '../../kit/browser-security.ts'
import { errorMessageOf } from '../../kit/errors/domain-error-pages.ts'
import { facePages } from '../../kit/faces.ts'
import { noticeOf } from '../../kit/notices/notices.ts'
import { deviceOf, originOf } from '../../kit/origin.ts'
import { recordedCheck } from '../../kit/request-signals.ts'
import { secondStepRoutes } from '../../kit/second-factor/second-step-routes.ts'
import { safeConsolePath, sessionIdIn } from '../../kit/sessions.ts'
import type { Notice } from '../../kit/shell-model.ts'
import { limitSignInTries, signInRateLimit } from '../../kit/sign-in-limits.ts'
import { staffShellOf } from '../../kit/staff-shell.ts'
import type { RouteOptions } from '../../kit/web-app.ts'
import { enrolRoutes } from './enrol-routes.ts'

const next = Type.Optional(Type.String({ maxLength: 2000 }))
const SignInForm = Type.Object({
  email: Type.String({ maxLength: 320 }),
  password: Type.String({ maxLength: 1024 }),
  next,
})
const notice = Type.Optional(Type.String({ maxLength: 100 }))
const query = { querystring: Type.Object({ next, notice }) }

/** S-01, S-46. */
export const staffRoutes: FastifyPluginAsyncTypebox<RouteOptions> = async (app, options) => {
  const { get, clock, render, supportEmail } = options
  const signInStaff = get(SignInStaff)
  const endViewAs = get(EndViewAs)
  const sessions = get(Sessions)
  const knownDevice = deviceCookie(options.publicUrl)

  const sendSignInPage = (
    reply: FastifyReply,
    page: { next: string; email: string; problem: string | null; notice?: Notice | null },
  ) => {
    const shell = staffShellOf(reply, { title: 'Staff sign-in', supportEmail })
    return reply.type('text/html; charset=utf-8').send(render('staff/sign-in', { ...shell, ...page }))
  }
  app.get('/login', { schema: query }, async (request, reply) => {
    const path = safeConsolePath(request.query.next)
    if (request.staff) return reply.redirect(path, 303)
    const notice = noticeOf(request.query.notice, undefined)
    return sendSignInPage(reply, { next: path, email: '', problem: null, notice })
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
      const path = safeConsolePath(request.body.next)
      const device = deviceOf(request.headers['user-agent'])
      try {
        const credentials = { email, password: new Secret(password), device }
        const { token } = await recordedCheck(
          request,
          'password',
          signInStaff.execute({ ...credentials, deviceToken: knownDevice.read(request) }),
        )
        if (request.staff) await sessions.close(request.staff.session.id, clock.now())
        request.staffSession.regenerate()
        request.staffSession.set('token', token.reveal())
        const secondFactorPath = `/admin/login/code?next=${encodeURIComponent(path)}`
        return reply.redirect(path.startsWith('/admin/enrol/') ? path : secondFactorPath, 303)
      } catch (error) {
        if (!(error instanceof InvalidCredentials)) throw error
        return sendSignInPage(reply.code(401), {
          next: path,
          email,
          problem: errorMessageOf(error as DomainError),
        })
      }
    },
  )

  await app.register(secondStepRoutes, { ...options, prefix: '/login', pages: facePages.staff })
  await app.register(enrolRoutes, { ...options, prefix: '/enrol/:token' })

  app.post('/logout', { preHandler: app.csrfProtection }, async (request, reply) => {
    if (request.staff) {
      const { user, session } = request.staff
      await endViewAs.endAtSignOut(user.id, session.id, originOf(request))
    }
    // The session may still wait for its second factor.
    const id = sessionIdIn(request.staffSession)
    if (id) await sessions.close(id, clock.now())
    request.staffSession.delete()
    request.viewAsSession.delete()
    return reply.redirect('/admin/login', 303)
  })
}
