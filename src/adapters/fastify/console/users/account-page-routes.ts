import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyReply } from 'fastify'
import { Type } from 'typebox'
import { facePages } from '../../kit/faces.ts'
import { noticeOf } from '../../kit/notices/notices.ts'
import { accountRoutes } from '../../kit/second-factor/account-routes.ts'
import { type AccountProblem, accountSectionReader } from '../../kit/second-factor/account-section.ts'
import { requireStaff, type SignedInUser, signedInStaff } from '../../kit/sessions.ts'
import { staffShellOf } from '../../kit/staff-shell.ts'
import type { RouteOptions } from '../../kit/web-app.ts'
import type { StaffAccountPage } from '../page-models/staff.ts'

const query = { querystring: Type.Object({ notice: Type.Optional(Type.String({ maxLength: 100 })) }) }

/** The agent's own password, second factors and sessions (S-46). */
export const accountPageRoutes: FastifyPluginAsyncTypebox<RouteOptions> = async (app, options) => {
  const { render, supportEmail } = options
  const readAccountSection = accountSectionReader(options, facePages.staff)

  const sendPage = async (
    reply: FastifyReply,
    { user, session }: SignedInUser,
    { notice, problem = null }: { notice?: string | undefined; problem?: AccountProblem | null },
  ) => {
    const head = { title: 'Your account', supportEmail, user, notice: noticeOf(notice, undefined) }
    const page: StaffAccountPage = {
      ...staffShellOf(reply, head),
      section: 'account',
      account: await readAccountSection(user, session, problem),
    }
    return reply.type('text/html; charset=utf-8').send(render('staff/account', page))
  }

  app.get(
    '/',
    { prefixTrailingSlash: 'no-slash', schema: query, preValidation: requireStaff },
    async (request, reply) => sendPage(reply, signedInStaff(request), { notice: request.query.notice }),
  )

  await app.register(accountRoutes, {
    ...options,
    prefix: '',
    pages: facePages.staff,
    requireSignIn: requireStaff,
    redraw: (request, reply, problem) => sendPage(reply, signedInStaff(request), { problem }),
  })
}
