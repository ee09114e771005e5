import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyReply } from 'fastify'
import { Type } from 'typebox'
import type { ChangePlan, LookAtPerson } from '../../application/access/index.ts'
import type { Subscriber } from '../../application/access/ports.ts'
import type { ReadHelpRequests } from '../../application/help/index.ts'
import type { Clock } from '../../application/ports.ts'
import type { Person } from '../../domain/access/person.ts'
import {
  administers,
  PersonUnknown,
  PlanOver,
  PlanStale,
  ReasonRefused,
} from '../../domain/access/staff-action.ts'
import { plans } from '../../domain/access/subscription.ts'
import { isViewable } from '../../domain/access/viewing.ts'
import type { HelpRequest } from '../../domain/help/help-request.ts'
import type { PersonId } from '../../domain/identifiers.ts'
import { isolated } from '../../domain/isolated.ts'
import { referenceOf } from '../../domain/timeline/reference.ts'
import { formatMoment } from './formats.ts'
import type { NoticeCode } from './notice-words.ts'
import { noticeOf } from './notices.ts'
import { originOf } from './origin.ts'
import type { AskedLine, FindPersonPage, PersonPage } from './page-models/staff.ts'
import { drawnAs, PlanForm, planNames, planWords, saidBy, shownBy, type TypedPlan } from './plan-form.ts'
import { problemOf } from './refusal-pages.ts'
import { circumstancesWords, stateNames } from './request-words.ts'
import { demandStaff, staffOf } from './staff-session.ts'
import { staffShellOf } from './staff-shell.ts'
import type { Render } from './templates.ts'

export interface PeopleNeeds {
  readonly lookAtPerson: LookAtPerson
  readonly changePlan: ChangePlan
  readonly readHelpRequests: ReadHelpRequests
  readonly clock: Clock
  readonly render: Render
  readonly supportEmail: string
}

const params = Type.Object({ id: Type.String({ pattern: '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' }) })
const query = Type.Object({ notice: Type.Optional(Type.String({ maxLength: 100 })) })
const FindForm = Type.Object({ email: Type.String({ maxLength: 320 }) })

/** Who there is, and what they pay for (S-43). */
export const peopleRoutes: FastifyPluginAsyncTypebox<PeopleNeeds> = async (app, needs) => {
  const { lookAtPerson, changePlan, readHelpRequests, clock, render, supportEmail } = needs
  app.addHook('preValidation', demandStaff)
  const form = { preHandler: app.csrfProtection }

  const drawFind = (reply: FastifyReply, person: Person, its: Pick<FindPersonPage, 'email' | 'problem'>) => {
    const shell = staffShellOf(reply, { title: 'People', supportEmail, person })
    const page: FindPersonPage = { ...shell, section: 'people', ...its }
    return reply.type('text/html; charset=utf-8').send(render('staff/people', page))
  }
  const drawPerson = async (
    reply: FastifyReply,
    by: Person,
    { person, subscription }: Subscriber,
    its: { notice?: string | undefined; typed?: TypedPlan; problem?: PersonPage['problem'] },
  ) => {
    const notice = noticeOf(its.notice, undefined)
    const drawn = drawnAs(subscription)
    const typed = its.typed ?? drawn
    const page: PersonPage = {
      ...staffShellOf(reply, { title: isolated(person.name), supportEmail, person: by, notice }),
      section: 'people',
      about: { id: person.id, name: person.name, email: person.email, role: person.role },
      pays: planWords(subscription, clock.now()),
      mayChange: administers(by.role),
      mayView: isViewable(by, person),
      plans: [...plans, 'none' as const].map(name => ({
        name,
        label: planNames[name],
        isChosen: name === typed.plan,
      })),
      until: typed.until,
      reason: typed.reason,
      shown: { plan: drawn.plan, endsAt: subscription?.endsAt?.toISOString() ?? '' },
      problem: its.problem ?? null,
      asked: (await readHelpRequests.run({ by: by.id, personId: person.id })).map(askedLineOf),
    }
    return reply.type('text/html; charset=utf-8').send(render('staff/person', page))
  }

  app.get('/', { prefixTrailingSlash: 'no-slash' }, async (request, reply) =>
    drawFind(reply, staffOf(request).person, { email: '', problem: null }),
  )

  // Posted, so that no address is in an address, and in the log of whoever stands between.
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
        return drawFind(reply.code(404), person, { email, problem: problemOf(refusal) })
      }
    },
  )

  app.get('/:id', { schema: { params, querystring: query } }, async (request, reply) => {
    const by = staffOf(request).person
    const found = await lookAtPerson.run({ by: by.id, personId: request.params.id as PersonId })
    return drawPerson(reply, by, found, { notice: request.query.notice })
  })

  app.post('/:id/plan', { ...form, schema: { params, body: PlanForm } }, async (request, reply) => {
    const by = staffOf(request).person
    const personId = request.params.id as PersonId
    const typed = request.body
    const again = async (field: ProblemField, sentence: string) => {
      const found = await lookAtPerson.run({ by: by.id, personId })
      return drawPerson(reply.code(422), by, found, { typed, problem: { field, sentence } })
    }
    const [shown, says] = [shownBy(typed), saidBy(typed)]
    if (says === 'no_date')
      return again('until', 'There is no such day. Please choose another one. Nothing was changed.')
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

const askedLineOf = (request: HelpRequest): AskedLine => ({
  id: request.id,
  state: request.standing.state,
  stateName: stateNames[request.standing.state],
  reference: referenceOf(request.id),
  when: formatMoment(request.askedAt),
  message: request.words.message,
  facts: circumstancesWords(request),
})

type ProblemField = NonNullable<PersonPage['problem']>['field']
