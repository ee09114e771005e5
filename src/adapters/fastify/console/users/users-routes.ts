import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { ChangePlan } from '../../../../admin/users/change-plan.ts'
import { ListStaff } from '../../../../admin/users/list-staff.ts'
import { OpenUserAccount } from '../../../../admin/users/open-user-account.ts'
import {
  InvalidReason,
  isAdmin,
  PlanConflict,
  PlanEndsInPast,
  UserNotFound,
} from '../../../../domain/access/staff-action.ts'
import type { User } from '../../../../domain/access/user.ts'
import type { UserId } from '../../../../domain/identifiers.ts'
import { errorMessageOf, errorPageFor } from '../../kit/errors/domain-error-pages.ts'
import type { NoticeCode } from '../../kit/notices/notice-texts.ts'
import { originOf } from '../../kit/origin.ts'
import { recordedVerification } from '../../kit/request-signals.ts'
import { identityAnswerOf, isVerificationError } from '../../kit/second-factor/verification.ts'
import { requireStaff, signedInStaff } from '../../kit/sessions.ts'
import { codeRateLimit } from '../../kit/sign-in-limits.ts'
import { staffShellOf } from '../../kit/staff-shell.ts'
import type { RouteOptions } from '../../kit/web-app.ts'
import type { FindUserPage, UserPage } from '../page-models/staff.ts'
import { displayedSubscription, PlanForm, submittedSubscription } from './plan-form.ts'
import { userPageRenderer } from './user-page.ts'

const params = Type.Object({ id: Type.String({ pattern: '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' }) })
const query = Type.Object({ notice: Type.Optional(Type.String({ maxLength: 100 })) })
const FindForm = Type.Object({ email: Type.String({ maxLength: 320 }) })

/** S-43. */
export const usersRoutes: FastifyPluginAsyncTypebox<RouteOptions> = async (app, options) => {
  const { get, render, supportEmail } = options
  const changePlan = get(ChangePlan)
  const listStaff = get(ListStaff)
  const openUserAccount = get(OpenUserAccount)
  app.addHook('preValidation', requireStaff)
  const form = { preHandler: app.csrfProtection }

  const drawFind = async (
    request: FastifyRequest,
    reply: FastifyReply,
    user: User,
    fields: Pick<FindUserPage, 'email' | 'problem'>,
  ) => {
    const staff = isAdmin(user.role)
      ? await listStaff.execute({ by: user.id, from: originOf(request) })
      : null
    const staffMembers =
      staff?.map(({ user: { id, name, email, role }, hasSecondFactor }) => ({
        ...{ id, name, email, role },
        hasSecondFactor,
      })) ?? null
    const shell = staffShellOf(reply, { title: 'Users', supportEmail, user })
    const page: FindUserPage = { ...shell, section: 'people', ...fields, staffMembers }
    return reply.type('text/html; charset=utf-8').send(render('staff/users', page))
  }
  const drawUser = userPageRenderer(options)

  app.get('/', { prefixTrailingSlash: 'no-slash' }, async (request, reply) =>
    drawFind(request, reply, signedInStaff(request).user, { email: '', problem: null }),
  )

  // POST keeps email addresses out of URLs and proxy logs.
  app.post(
    '/',
    { ...form, prefixTrailingSlash: 'no-slash', schema: { body: FindForm } },
    async (request, reply) => {
      const { user } = signedInStaff(request)
      const { email } = request.body
      try {
        return reply.redirect(`/admin/people/${await openUserAccount.find({ by: user.id, email })}`, 303)
      } catch (error) {
        if (!(error instanceof UserNotFound)) throw error
        return drawFind(request, reply.code(404), user, { email, problem: errorMessageOf(error) })
      }
    },
  )

  app.get('/:id', { schema: { params, querystring: query } }, async (request, reply) => {
    const { notice } = request.query
    return drawUser(reply, signedInStaff(request), request.params.id as UserId, { notice })
  })

  const planForm = { ...form, schema: { params, body: PlanForm }, config: { rateLimit: codeRateLimit } }
  app.post('/:id/plan', planForm, async (request, reply) => {
    const signedIn = signedInStaff(request)
    const userId = request.params.id as UserId
    const typed = request.body
    const redraw = async (field: ProblemField, sentence: string, status = 422) => {
      const rejected = { form: 'plan', typed, problem: { field, sentence } } as const
      return drawUser(reply.code(status), signedIn, userId, { rejected })
    }
    const [shown, subscription] = [displayedSubscription(typed), submittedSubscription(typed)]
    if (subscription === 'no_date')
      return redraw('until', 'That date doesn’t exist. Nothing was changed. Choose another date.')
    try {
      const { reason } = typed
      const from = originOf(request)
      const { session } = signedIn
      const answer = identityAnswerOf(typed)
      const verification = { sessionId: session.id, answer }
      const action = { by: signedIn.user.id, userId, reason, from, verification }
      const change = changePlan.execute({ ...action, shown, subscription })
      const outcome = await recordedVerification(request, { session, answer }, change)
      const notice: NoticeCode = outcome === 'changed' ? 'plan_changed' : 'plan_unchanged'
      return reply.redirect(`/admin/people/${userId}?notice=${notice}`, 303)
    } catch (error) {
      if (error instanceof InvalidReason) return redraw('reason', errorMessageOf(error))
      if (error instanceof PlanEndsInPast) return redraw('until', errorMessageOf(error))
      if (isVerificationError(error))
        return redraw('code', errorMessageOf(error), errorPageFor(error)?.status)
      if (error instanceof PlanConflict)
        return reply.redirect(`/admin/people/${userId}?notice=plan_conflict`, 303)
      throw error
    }
  })
}

type ProblemField = NonNullable<UserPage['problem']>['field']
