import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import type { ActOnCase, CaseOrder, LookAtCase, TestCase } from '../../../admin/index.ts'
import {
  ActionStale,
  type CaseAction,
  caseActions,
  ReasonRefused,
  reasonLength,
} from '../../../domain/access/staff-action.ts'
import { type DayRange, parseDay } from '../../../domain/calendar.ts'
import { DaysRefused } from '../../../domain/ingestion/run.ts'
import { originOf } from '../origin.ts'
import { problemOf } from '../refusal-pages.ts'
import { demandStaff, staffOf } from '../staff-session.ts'
import type { TypedAction } from './action-forms.ts'

export interface ActionNeeds {
  readonly actOnCase: ActOnCase
  readonly testCase: TestCase
  readonly lookAtCase: LookAtCase
  readonly drawCase: (request: FastifyRequest, reply: FastifyReply, id: string, typed: TypedAction) => unknown
}

const params = Type.Object({
  id: Type.String({ pattern: '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' }),
  action: Type.Enum([...caseActions]),
})
const body = Type.Object({
  reason: Type.String({ maxLength: 10 * reasonLength.most }),
  from: Type.Optional(Type.String({ maxLength: 20 })),
  to: Type.Optional(Type.String({ maxLength: 20 })),
})

/** S-43. */
export const actionRoutes: FastifyPluginAsyncTypebox<ActionNeeds> = async (app, needs) => {
  const { actOnCase, testCase, lookAtCase, drawCase } = needs
  app.addHook('preValidation', demandStaff)

  app.post(
    '/:id/:action',
    { preHandler: app.csrfProtection, schema: { params, body } },
    async (request, reply) => {
      const by = staffOf(request).person.id
      const { id, action } = request.params
      const { reason, from = '', to = '' } = request.body
      const again = (status: number, field: TypedAction['problem']['field'], sentence: string) =>
        drawCase(request, reply.code(status), id, { action, reason, from, to, problem: { field, sentence } })
      const origin = originOf(request)
      try {
        const key = await lookAtCase.keyOf({ by, id })
        if (action === 'test_live') {
          await testCase.run({ by, key, reason, from: origin })
          return reply.redirect(`/admin/cases/${id}?notice=tested_live#story`, 303)
        }
        await actOnCase.run({ by, key, order: orderOf(action, { from, to }), reason, from: origin })
        return reply.redirect(`/admin/cases/${id}?notice=done_${action}`, 303)
      } catch (refusal) {
        if (refusal instanceof ReasonRefused) return again(422, 'reason', problemOf(refusal))
        if (refusal instanceof DaysRefused) return again(422, 'days', problemOf(refusal))
        if (refusal instanceof ActionStale) return again(409, 'form', problemOf(refusal))
        throw refusal
      }
    },
  )
}

function orderOf(
  action: Exclude<CaseAction, 'test_live'>,
  typed: { readonly from: string; readonly to: string },
): CaseOrder {
  return action === 'load_again' ? { action, days: daysIn(typed) } : { action }
}

/** @throws {InvalidDateRange} for a date that doesn't exist. */
function daysIn({ from, to }: { readonly from: string; readonly to: string }): DayRange {
  try {
    return { from: parseDay(from), to: parseDay(to) }
  } catch {
    throw new DaysRefused('none_such')
  }
}
