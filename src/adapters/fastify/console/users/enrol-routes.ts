import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { AuthenticateSession } from '../../../../application/access/authenticate-session.ts'
import {
  type Enrolment,
  EnrolSecondFactor,
} from '../../../../application/access/second-factor/enrol-second-factor.ts'
import { InvalidCredentials } from '../../../../domain/access/user.ts'
import { Secret } from '../../../../domain/secret.ts'
import { facePages } from '../../kit/faces.ts'
import { enrolmentRoutes } from '../../kit/second-factor/enrolment-routes.ts'
import { staffSessionOf } from '../../kit/sessions.ts'
import { limitSignInTries } from '../../kit/sign-in-limits.ts'
import { staffShellOf } from '../../kit/staff-shell.ts'
import type { RouteOptions } from '../../kit/web-app.ts'
import type { EnrolPage } from '../page-models/staff.ts'

const params = Type.Object({ token: Type.String({ maxLength: 100 }) })
type Params = { readonly token: string }

/** Staff set up their second factor with a one-time link, after entering the password (S-46). */
export const enrolRoutes: FastifyPluginAsyncTypebox<RouteOptions> = async (app, options) => {
  const { get, render, supportEmail } = options
  const authenticateSession = get(AuthenticateSession)
  const enrolSecondFactor = get(EnrolSecondFactor)
  const limitTries = limitSignInTries(app)
  app.addHook('preHandler', limitTries)

  const pathOf = (request: FastifyRequest) => `/admin/enrol/${(request.params as Params).token}`

  const enrolmentOf = async (request: FastifyRequest, reply: FastifyReply): Promise<Enrolment | null> => {
    const pending = await staffSessionOf(request, authenticateSession, 'staff_pending_second_factor')
    if (!pending) {
      await reply.redirect(`/admin/login?next=${encodeURIComponent(pathOf(request))}`, 303)
      return null
    }
    return { session: pending.session, link: new Secret((request.params as Params).token) }
  }

  const sendPage = async (request: FastifyRequest, reply: FastifyReply, problem: string | null) => {
    const shell = staffShellOf(reply, { title: 'Set up your second factor', supportEmail })
    const page: EnrolPage = { ...shell, path: pathOf(request), problem }
    return reply.type('text/html; charset=utf-8').send(render('staff/enrol', page))
  }

  app.get('', { schema: { params }, config: { hasToken: true } }, async (request, reply) => {
    const enrolment = await enrolmentOf(request, reply)
    if (!enrolment) return reply
    try {
      await enrolSecondFactor.checkAllowed(enrolment)
    } catch (error) {
      if (!(error instanceof InvalidCredentials)) throw error
      return reply.redirect(`/admin/login?next=${encodeURIComponent(pathOf(request))}`, 303)
    }
    return sendPage(request, reply, null)
  })

  await app.register(enrolmentRoutes, {
    ...options,
    prefix: '',
    pages: facePages.staff,
    pathOf,
    enrolmentOf,
    nextPath: '/admin/',
    redraw: sendPage,
  })
}
