import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { ChangePassword } from '../../../../application/access/change-password.ts'
import { EndSessions } from '../../../../application/access/end-sessions.ts'
import { ChangeSecondFactors } from '../../../../application/access/second-factor/change-second-factors.ts'
import { VerifyIdentity } from '../../../../application/access/second-factor/verify-identity.ts'
import { maxPasskeyIdLength } from '../../../../domain/access/passkey.ts'
import { CurrentPasswordIncorrect, PasswordNotAllowed } from '../../../../domain/access/password.ts'
import { LastSecondFactor } from '../../../../domain/access/second-factor.ts'
import type { DomainError } from '../../../../domain/domain-error.ts'
import type { SessionId } from '../../../../domain/identifiers.ts'
import { Secret } from '../../../../domain/secret.ts'
import { deviceCookie } from '../browser-security.ts'
import { errorMessageOf, errorPageFor } from '../errors/domain-error-pages.ts'
import type { FacePages } from '../faces.ts'
import type { NoticeCode } from '../notices/notice-texts.ts'
import { recordedCheck, recordedVerification } from '../request-signals.ts'
import type { RecoveryCodesPage } from '../shell-model.ts'
import { codeRateLimit, currentPasswordRateLimit } from '../sign-in-limits.ts'
import type { RouteOptions } from '../web-app.ts'
import type { AccountForm } from './account-section.ts'
import { enrolmentRoutes } from './enrolment-routes.ts'
import { identityAnswerOf, isVerificationError, VerificationFields } from './verification.ts'

export interface AccountOptions extends RouteOptions {
  readonly pages: FacePages
  requireSignIn(request: FastifyRequest, reply: FastifyReply): Promise<unknown>
  redraw(
    request: FastifyRequest,
    reply: FastifyReply,
    problem: { readonly form: AccountForm; readonly sentence: string },
  ): Promise<unknown>
}

const idParams = Type.Object({ id: Type.String({ pattern: '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' }) })
const passkeyParams = Type.Object({
  id: Type.String({ pattern: '^[\\w-]+$', maxLength: maxPasskeyIdLength }),
})
const PasswordForm = Type.Object({
  current: Type.String({ maxLength: 1024 }),
  next: Type.String({ maxLength: 4096 }),
})

/** Password, sessions and second factors of the signed-in user, for both faces. */
export const accountRoutes: FastifyPluginAsyncTypebox<AccountOptions> = async (app, options) => {
  const { get, render, supportEmail, pages, requireSignIn, redraw } = options
  const { accountPath, signInPath } = pages
  const changePassword = get(ChangePassword)
  const knownDevice = deviceCookie(options.publicUrl)
  const endSessions = get(EndSessions)
  const verifyIdentity = get(VerifyIdentity)
  const changeSecondFactors = get(ChangeSecondFactors)
  app.addHook('preValidation', requireSignIn)
  const form = { preHandler: app.csrfProtection }
  const verifiedForm = { ...form, config: { rateLimit: codeRateLimit } }
  const urlWith = (notice: NoticeCode) => `${accountPath}?notice=${notice}`
  const signInUrlWith = (notice: NoticeCode) => `${signInPath}?notice=${notice}`

  app.post(
    '/password',
    { ...form, schema: { body: PasswordForm }, config: { rateLimit: currentPasswordRateLimit } },
    async (request, reply) => {
      const { user, session } = pages.signedIn(request)
      const { current, next } = request.body
      try {
        const deviceToken = knownDevice.read(request)
        const change = { current: new Secret(current), next: new Secret(next), session, deviceToken }
        const { token } = await recordedCheck(
          request,
          'current_password',
          changePassword.execute(user, change),
          session,
        )
        pages.cookieOf(request).set('token', token.reveal())
        return reply.redirect(urlWith('password_changed'), 303)
      } catch (error) {
        if (!(error instanceof CurrentPasswordIncorrect || error instanceof PasswordNotAllowed)) throw error
        return redraw(request, reply.code(422), { form: 'password', sentence: errorMessageOf(error) })
      }
    },
  )

  app.post('/sessions/:id/end', { ...form, schema: { params: idParams } }, async (request, reply) => {
    try {
      await endSessions.endOne(pages.signedIn(request).session, request.params.id as SessionId)
      return reply.redirect(urlWith('session_ended'), 303)
    } catch (error) {
      return redrawVerification(request, reply, error)
    }
  })

  app.post('/sessions/end-others', form, async (request, reply) => {
    try {
      await endSessions.endOthers(pages.signedIn(request).session)
      return reply.redirect(urlWith('other_sessions_ended'), 303)
    } catch (error) {
      return redrawVerification(request, reply, error)
    }
  })

  app.post('/sessions/end-all', form, async (request, reply) => {
    await endSessions.endAll(pages.signedIn(request).user.id)
    pages.cookieOf(request).delete()
    return reply.redirect(signInPath, 303)
  })

  /** Asks for a verification on its own, so that the forms below need no fields. */
  app.post('/verify', { ...verifiedForm, schema: { body: VerificationFields } }, async (request, reply) => {
    try {
      const answer = identityAnswerOf(request.body)
      const { session } = pages.signedIn(request)
      await recordedVerification(request, { session, answer }, verifyIdentity.execute(session, answer))
      return reply.redirect(accountPath, 303)
    } catch (error) {
      return redrawVerification(request, reply, error)
    }
  })

  app.post('/app/remove', verifiedForm, async (request, reply) => {
    try {
      await changeSecondFactors.removeApp(pages.signedIn(request).session)
      pages.cookieOf(request).delete()
      return reply.redirect(signInUrlWith('second_factor_removed_by_owner'), 303)
    } catch (error) {
      return redrawVerification(request, reply, error)
    }
  })

  app.post(
    '/passkeys/:id/remove',
    { ...verifiedForm, schema: { params: passkeyParams } },
    async (request, reply) => {
      try {
        await changeSecondFactors.removePasskey(pages.signedIn(request).session, request.params.id)
        pages.cookieOf(request).delete()
        return reply.redirect(signInUrlWith('second_factor_removed_by_owner'), 303)
      } catch (error) {
        return redrawVerification(request, reply, error)
      }
    },
  )

  app.post('/recovery-codes', verifiedForm, async (request, reply) => {
    try {
      const codes = await changeSecondFactors.renewRecoveryCodes(pages.signedIn(request).session)
      const page: RecoveryCodesPage = {
        ...pages.shellOf(reply, { title: 'Recovery codes', supportEmail }),
        codes: codes.map(each => each.reveal()),
        next: accountPath,
      }
      return reply.type('text/html; charset=utf-8').send(render('recovery-codes', page))
    } catch (error) {
      return redrawVerification(request, reply, error)
    }
  })

  await app.register(enrolmentRoutes, {
    ...options,
    prefix: '',
    pathOf: () => accountPath,
    enrolmentOf: async request => ({ session: pages.signedIn(request).session, link: null }),
    nextPath: urlWith('second_factor_added'),
    redraw: (request, reply, sentence) => redraw(request, reply, { form: 'verification', sentence }),
  })

  function redrawVerification(request: FastifyRequest, reply: FastifyReply, error: unknown) {
    if (!isVerificationError(error) && !(error instanceof LastSecondFactor)) throw error
    const status = errorPageFor(error as DomainError)?.status ?? 422
    const sentence = errorMessageOf(error as DomainError)
    return redraw(request, reply.code(status), { form: 'verification', sentence })
  }
}
