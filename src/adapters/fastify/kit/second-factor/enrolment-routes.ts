import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import type { CompletedSignIn } from '../../../../application/access/second-factor/complete-sign-in.ts'
import {
  type Enrolment,
  EnrolSecondFactor,
} from '../../../../application/access/second-factor/enrol-second-factor.ts'
import { PasskeyRejected, TooManyPasskeys } from '../../../../domain/access/passkey.ts'
import { InvalidCode } from '../../../../domain/access/second-factor.ts'
import { VerificationRequired } from '../../../../domain/access/session.ts'
import type { DomainError } from '../../../../domain/domain-error.ts'
import type { Secret } from '../../../../domain/secret.ts'
import { deviceCookie } from '../browser-security.ts'
import { errorMessageOf } from '../errors/domain-error-pages.ts'
import type { FacePages } from '../faces.ts'
import { deviceOf } from '../origin.ts'
import type { RecoveryCodesPage, SetUpAppPage } from '../shell-model.ts'
import { codeRateLimit } from '../sign-in-limits.ts'
import type { RouteOptions } from '../web-app.ts'
import { qrPath } from './qr-path.ts'

export interface EnrolmentOptions extends RouteOptions {
  readonly pages: FacePages
  /** Address of these routes for this request. */
  pathOf(request: FastifyRequest): string
  /** Null after redirecting to the sign-in. */
  enrolmentOf(request: FastifyRequest, reply: FastifyReply): Promise<Enrolment | null>
  /** Where the user goes next. */
  readonly nextPath: string
  redraw(request: FastifyRequest, reply: FastifyReply, problem: string): Promise<unknown>
}

const CodeForm = Type.Object({ code: Type.String({ maxLength: 100 }) })
const PasskeyForm = Type.Object({ passkey: Type.String({ maxLength: 20_000 }) })

const passkeyErrors = [PasskeyRejected, TooManyPasskeys, VerificationRequired]

/** Adding an authenticator app or a passkey, with an enrolment link or on the account page. */
export const enrolmentRoutes: FastifyPluginAsyncTypebox<EnrolmentOptions> = async (app, options) => {
  const { get, render, supportEmail, pages, pathOf, enrolmentOf, nextPath, redraw } = options
  const enrolSecondFactor = get(EnrolSecondFactor)
  const knownDevice = deviceCookie(options.publicUrl)
  const form = { preHandler: app.csrfProtection, config: { rateLimit: codeRateLimit, hasToken: true } }

  const sendAppPage = (
    request: FastifyRequest,
    reply: FastifyReply,
    { secret, uri }: { readonly secret: Secret; readonly uri: Secret },
    problem: string | null,
  ) => {
    const address = uri.reveal()
    const page: SetUpAppPage = {
      ...pages.shellOf(reply, { title: 'Set up an authenticator app', supportEmail }),
      action: `${pathOf(request)}/app/confirm`,
      cancelPath: pathOf(request),
      groups: secret.reveal().match(/.{1,4}/g) ?? [],
      address,
      qr: qrPath(address),
      problem,
    }
    return reply.type('text/html; charset=utf-8').send(render('set-up-app', page))
  }
  const signingInDeviceOf = (request: FastifyRequest) => ({
    device: deviceOf(request.headers['user-agent']),
    deviceToken: knownDevice.read(request),
  })
  const continueIn = (request: FastifyRequest, reply: FastifyReply, opened: CompletedSignIn | null) => {
    if (!opened) return
    knownDevice.write(reply, opened.deviceToken)
    const cookie = pages.cookieOf(request)
    cookie.regenerate()
    cookie.set('token', opened.token.reveal())
  }

  app.post('/app', form, async (request, reply) => {
    const enrolment = await enrolmentOf(request, reply)
    if (!enrolment) return reply
    try {
      return sendAppPage(request, reply, await enrolSecondFactor.beginApp(enrolment), null)
    } catch (error) {
      if (!(error instanceof VerificationRequired)) throw error
      return redraw(request, reply.code(403), errorMessageOf(error))
    }
  })

  app.post('/app/confirm', { ...form, schema: { body: CodeForm } }, async (request, reply) => {
    const enrolment = await enrolmentOf(request, reply)
    if (!enrolment) return reply
    const signingIn = signingInDeviceOf(request)
    try {
      const { recoveryCodes, opened } = await enrolSecondFactor.confirmApp(
        enrolment,
        request.body.code,
        signingIn,
      )
      continueIn(request, reply, opened)
      const page: RecoveryCodesPage = {
        ...pages.shellOf(reply, { title: 'Recovery codes', supportEmail }),
        codes: recoveryCodes.map(each => each.reveal()),
        next: nextPath,
      }
      return reply.type('text/html; charset=utf-8').send(render('recovery-codes', page))
    } catch (error) {
      if (!(error instanceof InvalidCode)) throw error
      const pending = await enrolSecondFactor.pendingApp(enrolment)
      if (!pending) throw error
      return sendAppPage(request, reply.code(401), pending, errorMessageOf(error))
    }
  })

  app.post(
    '/passkeys/options',
    { ...form, config: { ...form.config, isJsonRoute: true } },
    async (request, reply) => {
      const enrolment = await enrolmentOf(request, reply)
      return enrolment ? enrolSecondFactor.passkeyOptions(enrolment) : reply
    },
  )

  app.post('/passkeys', { ...form, schema: { body: PasskeyForm } }, async (request, reply) => {
    const enrolment = await enrolmentOf(request, reply)
    if (!enrolment) return reply
    const signingIn = signingInDeviceOf(request)
    try {
      continueIn(
        request,
        reply,
        await enrolSecondFactor.addPasskey(enrolment, request.body.passkey, signingIn),
      )
      return reply.redirect(nextPath, 303)
    } catch (error) {
      if (!passkeyErrors.some(each => error instanceof each)) throw error
      return redraw(request, reply.code(422), errorMessageOf(error as DomainError))
    }
  })
}
