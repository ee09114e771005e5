import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import type { Verification } from '../../../../admin/audited.ts'
import { OpenCase } from '../../../../admin/cases/open-case.ts'
import { type CaseActionRequest, PerformCaseAction } from '../../../../admin/cases/perform-case-action.ts'
import { TestConnection } from '../../../../admin/cases/test-connection.ts'
import {
  ActionNotPossible,
  type CaseAction,
  caseActions,
  InvalidReason,
  reasonLength,
} from '../../../../domain/access/staff-action.ts'
import { type DayRange, parseDay } from '../../../../domain/calendar.ts'
import { InvalidDateRange } from '../../../../domain/ingestion/sync-run.ts'
import { errorMessageOf, errorPageFor } from '../../kit/errors/domain-error-pages.ts'
import { originOf } from '../../kit/origin.ts'
import { recordedVerification } from '../../kit/request-signals.ts'
import {
  identityAnswerOf,
  isVerificationError,
  VerificationFields,
} from '../../kit/second-factor/verification.ts'
import { requireStaff, signedInStaff } from '../../kit/sessions.ts'
import { codeRateLimit } from '../../kit/sign-in-limits.ts'
import type { RouteOptions } from '../../kit/web-app.ts'
import type { SubmittedAction } from './action-forms.ts'

interface ActionRouteOptions extends RouteOptions {
  readonly renderCase: (
    request: FastifyRequest,
    reply: FastifyReply,
    id: string,
    typed: SubmittedAction,
  ) => unknown
}

const params = Type.Object({
  id: Type.String({ pattern: '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' }),
  action: Type.Enum([...caseActions]),
})
const body = Type.Object({
  ...VerificationFields.properties,
  reason: Type.String({ maxLength: 10 * reasonLength.max }),
  from: Type.Optional(Type.String({ maxLength: 20 })),
  to: Type.Optional(Type.String({ maxLength: 20 })),
})

/** Only disconnecting checks a code. */
const disconnectLimit = {
  ...codeRateLimit,
  allowList: (request: FastifyRequest): boolean =>
    (request.params as { action: CaseAction }).action !== 'disconnect',
}

/** S-43. */
export const actionRoutes: FastifyPluginAsyncTypebox<ActionRouteOptions> = async (app, options) => {
  const { get, renderCase } = options
  const performCaseAction = get(PerformCaseAction)
  const testConnection = get(TestConnection)
  const openCase = get(OpenCase)
  app.addHook('preValidation', requireStaff)

  app.post(
    '/:id/:action',
    { preHandler: app.csrfProtection, schema: { params, body }, config: { rateLimit: disconnectLimit } },
    async (request, reply) => {
      const { user, session } = signedInStaff(request)
      const by = user.id
      const answer = identityAnswerOf(request.body)
      const verification = { sessionId: session.id, answer }
      const { id, action } = request.params
      const { reason, from = '', to = '' } = request.body
      const renderProblem = (status: number, field: SubmittedAction['problem']['field'], sentence: string) =>
        renderCase(request, reply.code(status), id, {
          action,
          reason,
          from,
          to,
          problem: { field, sentence },
        })
      const origin = originOf(request)
      try {
        const key = await openCase.keyOf({ by, id })
        if (action === 'test_live') {
          await testConnection.execute({ by, key, reason, from: origin })
          return reply.redirect(`/admin/cases/${id}?notice=tested_live#timeline`, 303)
        }
        const actionRequest = actionRequestOf(action, { from, to, verification })
        const performed = performCaseAction.execute({ by, key, actionRequest, reason, from: origin })
        await recordedVerification(request, { session, answer }, performed)
        return reply.redirect(`/admin/cases/${id}?notice=done_${action}`, 303)
      } catch (error) {
        if (error instanceof InvalidReason) return renderProblem(422, 'reason', errorMessageOf(error))
        if (error instanceof InvalidDateRange) return renderProblem(422, 'days', errorMessageOf(error))
        if (error instanceof ActionNotPossible) return renderProblem(409, 'form', errorMessageOf(error))
        if (isVerificationError(error))
          return renderProblem(errorPageFor(error)?.status ?? 422, 'code', errorMessageOf(error))
        throw error
      }
    },
  )
}

function actionRequestOf(
  action: Exclude<CaseAction, 'test_live'>,
  {
    verification,
    ...typed
  }: { readonly from: string; readonly to: string; readonly verification: Verification },
): CaseActionRequest {
  if (action === 'disconnect') return { action, verification }
  return action === 'load_again' ? { action, days: parseDays(typed) } : { action }
}

/** @throws {InvalidDateRange} for a date that doesn't exist. */
function parseDays({ from, to }: { readonly from: string; readonly to: string }): DayRange {
  try {
    return { from: parseDay(from), to: parseDay(to) }
  } catch {
    throw new InvalidDateRange('no_such_day')
  }
}
