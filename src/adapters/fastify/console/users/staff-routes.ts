import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { SignInStaff } from '../../../../admin/users/sign-in-staff.ts'
import { VerifySecondFactor } from '../../../../admin/users/verify-second-factor.ts'
import { EndViewAs } from '../../../../admin/view-as/end-view-as.ts'
import { AuthenticateSession } from '../../../../application/access/authenticate-session.ts'
import { Sessions } from '../../../../application/access/ports.ts'
import { InvalidCode, SecondFactorLocked } from '../../../../domain/access/second-factor.ts'
import { InvalidCredentials, type User } from '../../../../domain/access/user.ts'
import type { DomainError } from '../../../../domain/domain-error.ts'
import { Secret } from '../../../../domain/secret.ts'
import { deviceCookie } from '../../kit/browser-security.ts'
import { errorMessageOf } from '../../kit/errors/domain-error-pages.ts'
import { noticeOf } from '../../kit/notices/notices.ts'
import { deviceOf, originOf } from '../../kit/origin.ts'
import { withPublishedFailure } from '../../kit/request-signals.ts'
import { type SignedInUser, safeConsolePath, staffSessionOf } from '../../kit/sessions.ts'
import type { Notice } from '../../kit/shell-model.ts'
import { codeRateLimit, limitSignInTries, signInRateLimit } from '../../kit/sign-in-limits.ts'
import { staffShellOf } from '../../kit/staff-shell.ts'
import type { RouteOptions } from '../../kit/web-app.ts'
import { qrPath } from './qr-path.ts'

const next = Type.Optional(Type.String({ maxLength: 2000 }))
const SignInForm = Type.Object({
  email: Type.String({ maxLength: 320 }),
  password: Type.String({ maxLength: 1024 }),
  next,
})
const CodeForm = Type.Object({ code: Type.String({ maxLength: 100 }), next })
const notice = Type.Optional(Type.String({ maxLength: 100 }))
const query = { querystring: Type.Object({ next, notice }) }

/** S-01, S-46. */
export const staffRoutes: FastifyPluginAsyncTypebox<RouteOptions> = async (app, options) => {
  const { get, clock, render, supportEmail } = options
  const signInStaff = get(SignInStaff)
  const verifySecondFactor = get(VerifySecondFactor)
  const authenticateSession = get(AuthenticateSession)
  const endViewAs = get(EndViewAs)
  const sessions = get(Sessions)
  const knownDevice = deviceCookie(options.publicUrl)

  const sendPage = (reply: FastifyReply, view: string, title: string, page: object, user?: User) => {
    const shell = staffShellOf(reply, { title, supportEmail, user })
    return reply.type('text/html; charset=utf-8').send(render(`staff/${view}`, { ...shell, ...page }))
  }
  const sendSignInPage = (
    reply: FastifyReply,
    page: { next: string; email: string; problem: string | null; notice?: Notice | null },
  ) => sendPage(reply, 'sign-in', 'Staff sign-in', page)
  const sendCodePage = async (
    reply: FastifyReply,
    { session }: SignedInUser,
    page: { next: string; problem: string | null },
  ) => {
    const prompt = await verifySecondFactor.prompt(session).catch(nullIfSessionInvalid)
    if (!prompt) return reply.redirect('/admin/login', 303)
    if (prompt.step === 'enter') return sendPage(reply, 'code', 'Authentication code', page)
    const groups = prompt.secret.reveal().match(/.{1,4}/g) ?? []
    const address = prompt.enrolmentUri.reveal()
    const qr = qrPath(address)
    return sendPage(reply, 'enrol', 'Set up your second factor', { ...page, groups, address, qr })
  }
  const nullIfSessionInvalid = (error: unknown) => {
    if (error instanceof InvalidCredentials) return null
    throw error
  }
  const pendingSessionOf = (request: FastifyRequest) =>
    staffSessionOf(request, authenticateSession, 'staff_pending_second_factor')

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
        const { token } = await withPublishedFailure(
          signInStaff.execute({ ...credentials, deviceToken: knownDevice.read(request) }),
        )
        if (request.staff) await sessions.close(request.staff.session.id, clock.now())
        request.staffSession.regenerate()
        request.staffSession.set('token', token.reveal())
        return reply.redirect(`/admin/login/code?next=${encodeURIComponent(path)}`, 303)
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

  app.get('/login/code', { schema: query }, async (request, reply) => {
    const pending = await pendingSessionOf(request)
    if (!pending) return reply.redirect('/admin/login', 303)
    return sendCodePage(reply, pending, { next: safeConsolePath(request.query.next), problem: null })
  })

  app.post(
    '/login/code',
    { schema: { body: CodeForm }, config: { rateLimit: codeRateLimit }, preHandler: app.csrfProtection },
    async (request, reply) => {
      const path = safeConsolePath(request.body.next)
      const pending = await pendingSessionOf(request)
      if (!pending) return reply.redirect('/admin/login', 303)
      const device = deviceOf(request.headers['user-agent'])
      try {
        const { code } = request.body
        const entered = { code, device, deviceToken: knownDevice.read(request) }
        const { token, recoveryCodes, deviceToken } = await withPublishedFailure(
          verifySecondFactor.execute(pending.session, entered),
        )
        knownDevice.write(reply, deviceToken)
        request.staffSession.regenerate()
        request.staffSession.set('token', token.reveal())
        if (!recoveryCodes) return reply.redirect(path, 303)
        const revealedCodes = recoveryCodes.map(each => each.reveal())
        return sendPage(
          reply,
          'recovery-codes',
          'Recovery codes',
          { codes: revealedCodes, next: path },
          pending.user,
        )
      } catch (error) {
        if (error instanceof InvalidCredentials) return reply.redirect('/admin/login', 303)
        const problem = errorMessageOf(error as DomainError)
        if (error instanceof SecondFactorLocked) {
          request.staffSession.delete()
          return sendSignInPage(reply.code(429), { next: path, email: '', problem })
        }
        if (error instanceof InvalidCode)
          return sendCodePage(reply.code(401), pending, { next: path, problem })
        throw error
      }
    },
  )

  app.post('/logout', { preHandler: app.csrfProtection }, async (request, reply) => {
    if (request.staff) {
      const { user, session } = request.staff
      await endViewAs.endAtSignOut(user.id, session.id, originOf(request))
      await sessions.close(session.id, clock.now())
    }
    request.staffSession.delete()
    request.viewAsSession.delete()
    return reply.redirect('/admin/login', 303)
  })
}
