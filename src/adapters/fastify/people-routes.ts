import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import type { ChangePlan, ListStaff } from '../../application/access/index.ts'
import type { Person } from '../../domain/access/person.ts'
import {
  administers,
  PersonUnknown,
  PlanOver,
  PlanStale,
  ReasonRefused,
} from '../../domain/access/staff-action.ts'
import type { PersonId } from '../../domain/identifiers.ts'
import type { NoticeCode } from './notice-words.ts'
import { originOf } from './origin.ts'
import type { FindPersonPage, PersonPage } from './page-models/staff.ts'
import { type PersonPageNeeds, personDrawer } from './person-page.ts'
import { PlanForm, saidBy, shownBy } from './plan-form.ts'
import { problemOf } from './refusal-pages.ts'
import { demandStaff, staffOf } from './staff-session.ts'
import { staffShellOf } from './staff-shell.ts'

export interface PeopleNeeds extends PersonPageNeeds {
  readonly changePlan: ChangePlan
  readonly listStaff: ListStaff
}

const params = Type.Object({ id: Type.String({ pattern: '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' }) })
const query = Type.Object({ notice: Type.Optional(Type.String({ maxLength: 100 })) })
const FindForm = Type.Object({ email: Type.String({ maxLength: 320 }) })

/** S-43. */
export const peopleRoutes: FastifyPluginAsyncTypebox<PeopleNeeds> = async (app, needs) => {
  const { lookAtPerson, changePlan, listStaff, render, supportEmail } = needs
  app.addHook('preValidation', demandStaff)
  const form = { preHandler: app.csrfProtection }

  const drawFind = async (
    request: FastifyRequest,
    reply: FastifyReply,
    person: Person,
    its: Pick<FindPersonPage, 'email' | 'problem'>,
  ) => {
    const staff = administers(person.role)
      ? await listStaff.run({ by: person.id, from: originOf(request) })
      : null
    const colleagues =
      staff?.map(({ person: { id, name, email, role }, hasSecondFactor }) => ({
        ...{ id, name, email, role },
        hasSecondFactor,
      })) ?? null
    const shell = staffShellOf(reply, { title: 'Users', supportEmail, person })
    const page: FindPersonPage = { ...shell, section: 'people', ...its, colleagues }
    return reply.type('text/html; charset=utf-8').send(render('staff/people', page))
  }
  const drawPerson = personDrawer(needs)

  app.get('/', { prefixTrailingSlash: 'no-slash' }, async (request, reply) =>
    drawFind(request, reply, staffOf(request).person, { email: '', problem: null }),
  )

  // POST, so that no email address gets into a URL or a proxy's log.
  app.post(
    '/',
    { ...form, prefixTrailingSlash: 'no-slash', schema: { body: FindForm } },
    async (request, reply) => {
      const { person } = staffOf(request)
      const { email } = request.body
      try {
        return reply.redirect(`/admin/people/${await lookAtPerson.find({ by: person.id, email })}`, 303)
      } catch (refusal) {
        if (!(refusal instanceof PersonUnknown)) throw refusal
        return drawFind(request, reply.code(404), person, { email, problem: problemOf(refusal) })
      }
    },
  )

  app.get('/:id', { schema: { params, querystring: query } }, async (request, reply) => {
    const by = staffOf(request).person
    return drawPerson(reply, by, request.params.id as PersonId, { notice: request.query.notice })
  })

  app.post('/:id/plan', { ...form, schema: { params, body: PlanForm } }, async (request, reply) => {
    const by = staffOf(request).person
    const personId = request.params.id as PersonId
    const typed = request.body
    const again = async (field: ProblemField, sentence: string) => {
      const unsent = { form: 'plan', typed, problem: { field, sentence } } as const
      return drawPerson(reply.code(422), by, personId, { unsent })
    }
    const [shown, says] = [shownBy(typed), saidBy(typed)]
    if (says === 'no_date')
      return again('until', 'That date doesn’t exist. Nothing was changed. Choose another date.')
    try {
      const { reason } = typed
      const from = originOf(request)
      const outcome = await changePlan.run({ by: by.id, personId, shown, says, reason, from })
      const notice: NoticeCode = outcome === 'changed' ? 'plan_changed' : 'plan_unchanged'
      return reply.redirect(`/admin/people/${personId}?notice=${notice}`, 303)
    } catch (refusal) {
      if (refusal instanceof ReasonRefused) return again('reason', problemOf(refusal))
      if (refusal instanceof PlanOver) return again('until', problemOf(refusal))
      if (refusal instanceof PlanStale)
        return reply.redirect(`/admin/people/${personId}?notice=plan_stale`, 303)
      throw refusal
    }
  })
}

type ProblemField = NonNullable<PersonPage['problem']>['field']
