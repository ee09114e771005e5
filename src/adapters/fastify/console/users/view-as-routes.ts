import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyReply } from 'fastify'
import { Type } from 'typebox'
import { OpenUserAccount } from '../../../../admin/users/open-user-account.ts'
import { EndViewAs } from '../../../../admin/view-as/end-view-as.ts'
import { StartViewAs } from '../../../../admin/view-as/start-view-as.ts'
import { InvalidReason } from '../../../../domain/access/staff-action.ts'
import type { User } from '../../../../domain/access/user.ts'
import { bidiIsolate } from '../../../../domain/bidi-isolate.ts'
import type { UserId } from '../../../../domain/identifiers.ts'
import { errorMessageOf, errorPageFor } from '../../kit/errors/domain-error-pages.ts'
import type { NoticeCode } from '../../kit/notices/notice-texts.ts'
import { originOf } from '../../kit/origin.ts'
import { recordedVerification } from '../../kit/request-signals.ts'
import {
  identityAnswerOf,
  isVerificationError,
  VerificationFields,
  verificationPrompter,
} from '../../kit/second-factor/verification.ts'
import { requireStaff, type SignedInUser, signedInStaff } from '../../kit/sessions.ts'
import { codeRateLimit } from '../../kit/sign-in-limits.ts'
import { staffShellOf } from '../../kit/staff-shell.ts'
import type { RouteOptions } from '../../kit/web-app.ts'
import type { BeginViewAsPage } from '../page-models/staff.ts'

const params = Type.Object({ id: Type.String({ pattern: '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' }) })
const ViewForm = Type.Object({ ...VerificationFields.properties, reason: Type.String({ maxLength: 5000 }) })

/** S-44. */
export const viewAsRoutes: FastifyPluginAsyncTypebox<RouteOptions> = async (app, options) => {
  const { get, render, supportEmail } = options
  const startViewAs = get(StartViewAs)
  const endViewAs = get(EndViewAs)
  const openUserAccount = get(OpenUserAccount)
  const promptFor = verificationPrompter(options)
  app.addHook('preValidation', requireStaff)
  const form = { preHandler: app.csrfProtection }

  const draw = async (
    reply: FastifyReply,
    { user: by, session }: SignedInUser,
    user: User,
    fields: Pick<BeginViewAsPage, 'reason' | 'problem'>,
  ) => {
    const title = `View as ${bidiIsolate(user.name)}`
    const page: BeginViewAsPage = {
      ...staffShellOf(reply, { title, supportEmail, user: by }),
      about: { id: user.id, name: user.name, email: user.email },
      ...fields,
      isCodeWrong: fields.problem?.field === 'code',
      verification: await promptFor.always(session),
    }
    return reply.type('text/html; charset=utf-8').send(render('staff/start-view-as', page))
  }

  app.get('/:id/view', { schema: { params } }, async (request, reply) => {
    const signedIn = signedInStaff(request)
    const viewAsRequest = { by: signedIn.user.id, userId: request.params.id as UserId }
    const user = await startViewAs.checkAllowed(viewAsRequest)
    // The form names the user: log the access.
    await openUserAccount.execute(viewAsRequest)
    return draw(reply, signedIn, user, { reason: '', problem: null })
  })

  app.post(
    '/:id/view',
    { ...form, schema: { params, body: ViewForm }, config: { rateLimit: codeRateLimit } },
    async (request, reply) => {
      const signedIn = signedInStaff(request)
      const { user: by, session } = signedIn
      const userId = request.params.id as UserId
      const { reason } = request.body
      try {
        const answer = identityAnswerOf(request.body)
        const verification = { sessionId: session.id, answer }
        const viewAsRequest = { by: by.id, verification, userId, reason }
        const start = startViewAs.execute({ ...viewAsRequest, from: originOf(request) })
        const viewAs = await recordedVerification(request, { session, answer }, start)
        request.viewAsSession.regenerate()
        request.viewAsSession.set('id', viewAs.id)
        return reply.redirect('/dashboard/ads/', 303)
      } catch (error) {
        const field = error instanceof InvalidReason ? 'reason' : 'code'
        if (!(error instanceof InvalidReason || isVerificationError(error))) throw error
        const user = await startViewAs.checkAllowed({ by: by.id, userId })
        await openUserAccount.execute({ by: by.id, userId })
        const problem = { field, sentence: errorMessageOf(error) } as const
        return draw(reply.code(errorPageFor(error)?.status ?? 422), signedIn, user, { reason, problem })
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
