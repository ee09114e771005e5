import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyReply } from 'fastify'
import { type Static, Type } from 'typebox'
import { OpenUserAccount } from '../../../../admin/users/open-user-account.ts'
import { EndViewAs } from '../../../../admin/view-as/end-view-as.ts'
import { StartViewAs } from '../../../../admin/view-as/start-view-as.ts'
import { InvalidCode, SecondFactorLocked } from '../../../../domain/access/second-factor.ts'
import { InvalidReason } from '../../../../domain/access/staff-action.ts'
import type { User } from '../../../../domain/access/user.ts'
import { bidiIsolate } from '../../../../domain/bidi-isolate.ts'
import type { UserId } from '../../../../domain/identifiers.ts'
import { errorMessageOf, errorPageFor } from '../../kit/errors/domain-error-pages.ts'
import type { NoticeCode } from '../../kit/notices/notice-texts.ts'
import { originOf } from '../../kit/origin.ts'
import { requireStaff, signedInStaff } from '../../kit/sessions.ts'
import { codeRateLimit } from '../../kit/sign-in-limits.ts'
import { staffShellOf } from '../../kit/staff-shell.ts'
import type { RouteOptions } from '../../kit/web-app.ts'
import type { BeginViewAsPage } from '../page-models/staff.ts'

const params = Type.Object({ id: Type.String({ pattern: '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' }) })
const ViewForm = Type.Object({
  reason: Type.String({ maxLength: 5000 }),
  code: Type.String({ maxLength: 100 }),
})

/** S-44. */
export const viewAsRoutes: FastifyPluginAsyncTypebox<RouteOptions> = async (app, options) => {
  const { get, render, supportEmail } = options
  const startViewAs = get(StartViewAs)
  const endViewAs = get(EndViewAs)
  const openUserAccount = get(OpenUserAccount)
  app.addHook('preValidation', requireStaff)
  const form = { preHandler: app.csrfProtection }

  const draw = (
    reply: FastifyReply,
    by: User,
    user: User,
    fields: Pick<BeginViewAsPage, 'reason' | 'problem'>,
  ) => {
    const title = `View as ${bidiIsolate(user.name)}`
    const page: BeginViewAsPage = {
      ...staffShellOf(reply, { title, supportEmail, user: by }),
      about: { id: user.id, name: user.name, email: user.email },
      ...fields,
    }
    return reply.type('text/html; charset=utf-8').send(render('staff/start-view-as', page))
  }

  app.get('/:id/view', { schema: { params } }, async (request, reply) => {
    const by = signedInStaff(request).user
    const viewAsRequest = { by: by.id, userId: request.params.id as UserId }
    const user = await startViewAs.checkAllowed(viewAsRequest)
    // The form names the user: log the access.
    await openUserAccount.execute(viewAsRequest)
    return draw(reply, by, user, { reason: '', problem: null })
  })

  app.post(
    '/:id/view',
    { ...form, schema: { params, body: ViewForm }, config: { rateLimit: codeRateLimit } },
    async (request, reply) => {
      const { user: by, session } = signedInStaff(request)
      const userId = request.params.id as UserId
      const { reason, code }: Static<typeof ViewForm> = request.body
      try {
        const viewAsRequest = { by: by.id, staffSessionId: session.id, userId, reason, code }
        const viewAs = await startViewAs.execute({ ...viewAsRequest, from: originOf(request) })
        request.viewAsSession.regenerate()
        request.viewAsSession.set('id', viewAs.id)
        return reply.redirect('/dashboard/ads/', 303)
      } catch (error) {
        const field = error instanceof InvalidReason ? 'reason' : 'code'
        const isFormError =
          error instanceof InvalidReason ||
          error instanceof InvalidCode ||
          error instanceof SecondFactorLocked
        if (!isFormError) throw error
        const user = await startViewAs.checkAllowed({ by: by.id, userId })
        await openUserAccount.execute({ by: by.id, userId })
        const problem = { field, sentence: errorMessageOf(error) } as const
        return draw(reply.code(errorPageFor(error)?.status ?? 422), by, user, { reason, problem })
      }
    },
  )

  app.post('/:id/view/end', { ...form, schema: { params } }, async (request, reply) => {
    const { user: by, session } = signedInStaff(request)
    await endViewAs.stop(by.id, session.id, originOf(request))
    request.viewAsSession.delete()
    const notice: NoticeCode = 'view_as_ended'
    return reply.redirect(`/admin/people/${request.params.id}?notice=${notice}`, 303)
  })
}
