import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyReply } from 'fastify'
import { Type } from 'typebox'
import {
  AskAllToAuthoriseAgain,
  maxAskedAtOnce,
} from '../../../../admin/overview/ask-all-to-authorise-again.ts'
import { InvalidReason } from '../../../../domain/access/staff-action.ts'
import { errorMessageOf, errorPageFor } from '../../kit/errors/domain-error-pages.ts'
import { noticeOf } from '../../kit/notices/notices.ts'
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
import type { AuthoriseAgainPage } from '../page-models/staff.ts'

const Form = Type.Object({ ...VerificationFields.properties, reason: Type.String({ maxLength: 5000 }) })
const Query = Type.Object({ notice: Type.Optional(Type.String({ maxLength: 50 })) })

/** See {@link AskAllToAuthoriseAgain}. */
export const authoriseAgainRoutes: FastifyPluginAsyncTypebox<RouteOptions> = async (app, options) => {
  const { get, render, supportEmail } = options
  const askAll = get(AskAllToAuthoriseAgain)
  const promptFor = verificationPrompter(options)
  app.addHook('preValidation', requireStaff)

  const sendPage = async (
    reply: FastifyReply,
    { user, session }: SignedInUser,
    { reason, problem, notice }: Pick<AuthoriseAgainPage, 'reason' | 'problem' | 'notice'>,
  ) => {
    const count = await askAll.count({ by: user.id })
    const page: AuthoriseAgainPage = {
      ...staffShellOf(reply, { title: 'Ask all to authorise again', supportEmail, user, notice }),
      section: 'overview',
      count,
      isMore: count === maxAskedAtOnce,
      reason,
      problem,
      isCodeWrong: problem?.field === 'code',
      verification: await promptFor.unlessFresh(session),
    }
    return reply.type('text/html; charset=utf-8').send(render('staff/authorise-again', page))
  }

  app.get('/authorise-again', { schema: { querystring: Query } }, async (request, reply) => {
    const notice = noticeOf(request.query.notice, undefined)
    return sendPage(reply, signedInStaff(request), { reason: '', problem: null, notice })
  })

  app.post(
    '/authorise-again',
    { preHandler: app.csrfProtection, schema: { body: Form }, config: { rateLimit: codeRateLimit } },
    async (request, reply) => {
      const signedIn = signedInStaff(request)
      const { user, session } = signedIn
      const { reason } = request.body
      const answer = identityAnswerOf(request.body)
      const verification = { sessionId: session.id, answer }
      try {
        const asking = askAll.execute({ by: user.id, reason, from: originOf(request), verification })
        await recordedVerification(request, { session, answer }, asking)
        return reply.redirect('/admin/authorise-again?notice=all_asked_to_authorise', 303)
      } catch (error) {
        const isCodeWrong = isVerificationError(error)
        if (!isCodeWrong && !(error instanceof InvalidReason)) throw error
        const field = isCodeWrong ? ('code' as const) : ('reason' as const)
        const status = isCodeWrong ? (errorPageFor(error)?.status ?? 422) : 422
        const problem = { field, sentence: errorMessageOf(error) }
        return sendPage(reply.code(status), signedIn, { reason, problem, notice: null })
      }
    },
  )
}
