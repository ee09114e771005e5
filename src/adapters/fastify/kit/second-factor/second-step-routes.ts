import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { AuthenticateSession } from '../../../../application/access/authenticate-session.ts'
import { hasSecondFactor } from '../../../../application/access/second-factor/second-factors-of.ts'
import { StartPasskeyAuthentication } from '../../../../application/access/second-factor/start-passkey-authentication.ts'
import { VerifySecondFactor } from '../../../../application/access/second-factor/verify-second-factor.ts'
import { InvalidCode, SecondFactorLocked } from '../../../../domain/access/second-factor.ts'
import type { Session } from '../../../../domain/access/session.ts'
import { InvalidCredentials } from '../../../../domain/access/user.ts'
import type { DomainError } from '../../../../domain/domain-error.ts'
import { deviceCookie } from '../browser-security.ts'
import { errorMessageOf } from '../errors/domain-error-pages.ts'
import type { FacePages } from '../faces.ts'
import { deviceOf } from '../origin.ts'
import { recordedCheck } from '../request-signals.ts'
import { sessionIdIn } from '../sessions.ts'
import type { SecondStepPage } from '../shell-model.ts'
import { codeRateLimit } from '../sign-in-limits.ts'
import type { RouteOptions } from '../web-app.ts'
import { isVerificationError, secondFactorAnswerOf, VerificationFields } from './verification.ts'

const next = Type.Optional(Type.String({ maxLength: 2000 }))
const query = { querystring: Type.Object({ next }) }
const Form = Type.Object({ ...VerificationFields.properties, next })

/** The second step of a sign-in: a passkey, a code from an app or a recovery code (S-46). */
export const secondStepRoutes: FastifyPluginAsyncTypebox<
  RouteOptions & { readonly pages: FacePages }
> = async (app, { get, render, supportEmail, publicUrl, pages }) => {
  const verifySecondFactor = get(VerifySecondFactor)
  const startPasskeyAuthentication = get(StartPasskeyAuthentication)
  const authenticateSession = get(AuthenticateSession)
  const { face, signInPath } = pages
  const knownDevice = deviceCookie(publicUrl)

  const sessionOf = async (request: FastifyRequest, ...kinds: Session['kind'][]): Promise<Session | null> => {
    const id = sessionIdIn(pages.cookieOf(request))
    for (const kind of kinds) {
      const found = id && (await authenticateSession.execute(id, kind))
      if (found) return found.session
    }
    return null
  }
  const pendingSessionOf = (request: FastifyRequest) => sessionOf(request, `${face}_pending_second_factor`)

  const sendPage = async (
    reply: FastifyReply,
    session: Session,
    { path, problem }: { readonly path: string; readonly problem: string | null },
  ) => {
    const kinds = await verifySecondFactor.prompt(session)
    const shell = pages.shellOf(reply, { title: 'Confirm your sign-in', supportEmail })
    const page: SecondStepPage = {
      ...shell,
      action: `${signInPath}/code`,
      isStaff: face === 'staff',
      signInPath,
      next: path,
      problem,
      mustEnrol: !hasSecondFactor(kinds),
      verification: { ...kinds, needsPassword: false, optionsPath: `${signInPath}/passkey-options` },
    }
    return reply.type('text/html; charset=utf-8').send(render('second-step', page))
  }

  app.get('/code', { schema: query }, async (request, reply) => {
    const session = await pendingSessionOf(request)
    if (!session) return reply.redirect(signInPath, 303)
    return sendPage(reply, session, { path: pages.safePath(request.query.next), problem: null })
  })

  app.post(
    '/code',
    { schema: { body: Form }, config: { rateLimit: codeRateLimit }, preHandler: app.csrfProtection },
    async (request, reply) => {
      const path = pages.safePath(request.body.next)
      const session = await pendingSessionOf(request)
      if (!session) return reply.redirect(signInPath, 303)
      const device = deviceOf(request.headers['user-agent'])
      const cookie = pages.cookieOf(request)
      try {
        const answer = secondFactorAnswerOf(request.body)
        if (!answer) throw new InvalidCode()
        const deviceToken = knownDevice.read(request)
        const { token, ...opened } = await recordedCheck(
          request,
          'second_factor',
          verifySecondFactor.execute(session, { answer, device, deviceToken }),
          session,
        )
        knownDevice.write(reply, opened.deviceToken)
        cookie.regenerate()
        cookie.set('token', token.reveal())
        return reply.redirect(path, 303)
      } catch (error) {
        if (error instanceof InvalidCredentials) return reply.redirect(signInPath, 303)
        if (!isVerificationError(error)) throw error
        const problem = errorMessageOf(error as DomainError)
        return sendPage(reply.code(error instanceof SecondFactorLocked ? 429 : 401), session, {
          path,
          problem,
        })
      }
    },
  )

  app.post(
    '/passkey-options',
    { config: { rateLimit: codeRateLimit, isJsonRoute: true }, preHandler: app.csrfProtection },
    async (request, reply) => {
      const session = await sessionOf(request, `${face}_pending_second_factor`, face)
      if (!session) return reply.code(401).send({ error: 'signed_out', sentence: 'Sign in again.' })
      return startPasskeyAuthentication.execute(session)
    },
  )
}
