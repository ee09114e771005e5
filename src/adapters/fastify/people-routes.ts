import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyReply } from 'fastify'
import { Type } from 'typebox'
import type { ChangePlan, LookAtPerson } from '../../application/access/index.ts'
import type { Subscriber } from '../../application/access/ports.ts'
import type { Person } from '../../domain/access/person.ts'
import { administers, PersonUnknown, ReasonMissing } from '../../domain/access/staff-action.ts'
import { type Plan, plans, type Subscription } from '../../domain/access/subscription.ts'
import type { PersonId } from '../../domain/identifiers.ts'
import { formatMoment } from './formats.ts'
import { type NoticeCode, noticeOf } from './notices.ts'
import type { FindPersonPage, PersonPage } from './page-models.ts'
import { problemOf } from './refusal-pages.ts'
import { demandStaff, staffOf } from './staff-session.ts'
import { staffShellOf } from './staff-shell.ts'
import type { Render } from './templates.ts'

export interface PeopleNeeds {
  readonly lookAtPerson: LookAtPerson
  readonly changePlan: ChangePlan
  readonly render: Render
  readonly supportEmail: string
}

const params = Type.Object({ id: Type.String({ pattern: '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' }) })
const query = Type.Object({ notice: Type.Optional(Type.String({ maxLength: 100 })) })
const FindForm = Type.Object({ email: Type.String({ maxLength: 320 }) })
const PlanForm = Type.Object({
  plan: Type.Union([...plans, 'none' as const].map(plan => Type.Literal(plan))),
  /** As `<input type=datetime-local>` sends it; the page says that it is UTC. */
  until: Type.String({ pattern: '^$|^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d$' }),
  reason: Type.String({ maxLength: 5000 }),
})

/** Who there is, and what they pay for (S-43). */
export const peopleRoutes: FastifyPluginAsyncTypebox<PeopleNeeds> = async (app, needs) => {
  const { lookAtPerson, changePlan, render, supportEmail } = needs
  app.addHook('preValidation', demandStaff)
  const form = { preHandler: app.csrfProtection }

  const drawFind = (reply: FastifyReply, person: Person, its: Pick<FindPersonPage, 'email' | 'problem'>) => {
    const page: FindPersonPage = { ...staffShellOf(reply, { title: 'People', supportEmail, person }), ...its }
    return reply.type('text/html; charset=utf-8').send(render('staff/people', page))
  }
  const drawPerson = (
    reply: FastifyReply,
    by: Person,
    { person, subscription }: Subscriber,
    its: { notice?: string | undefined; typed?: TypedPlan; problem?: string },
  ) => {
    const notice = noticeOf(its.notice, undefined)
    const typed = its.typed ?? typedAs(subscription)
    const page: PersonPage = {
      ...staffShellOf(reply, { title: person.name, supportEmail, person: by, notice }),
      about: { id: person.id, name: person.name, email: person.email, role: person.role },
      pays: planWords(subscription),
      mayChange: administers(by.role),
      plans: [...plans, 'none' as const].map(name => ({
        name,
        label: planNames[name],
        isChosen: name === typed.plan,
      })),
      until: typed.until,
      reason: typed.reason,
      problem: its.problem ?? null,
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
      const by = staffOf(request).person
      const { email } = request.body
      try {
        return reply.redirect(`/admin/people/${await lookAtPerson.find({ by, email })}`, 303)
      } catch (refusal) {
        if (!(refusal instanceof PersonUnknown)) throw refusal
        return drawFind(reply.code(404), by, { email, problem: problemOf(refusal) })
      }
    },
  )

  app.get('/:id', { schema: { params, querystring: query } }, async (request, reply) => {
    const by = staffOf(request).person
    const found = await lookAtPerson.run({ by, personId: request.params.id as PersonId })
    return drawPerson(reply, by, found, { notice: request.query.notice })
  })

  app.post('/:id/plan', { ...form, schema: { params, body: PlanForm } }, async (request, reply) => {
    const by = staffOf(request).person
    const personId = request.params.id as PersonId
    const { reason } = request.body
    const says = subscriptionIn(request.body)
    const again = async (problem: string) =>
      drawPerson(reply.code(422), by, await lookAtPerson.run({ by, personId }), {
        typed: request.body,
        problem,
      })
    if (says === 'no_date')
      return again('There is no such day. Please choose another one. Nothing was changed.')
    try {
      const outcome = await changePlan.run({ by, personId, says, reason })
      const notice: NoticeCode = outcome === 'changed' ? 'plan_changed' : 'plan_unchanged'
      return reply.redirect(`/admin/people/${personId}?notice=${notice}`, 303)
    } catch (refusal) {
      if (!(refusal instanceof ReasonMissing)) throw refusal
      return again(problemOf(refusal))
    }
  })
}

interface TypedPlan {
  readonly plan: Plan | 'none'
  /** `2027-01-31T00:00`, in UTC; empty while the plan renews itself. */
  readonly until: string
  readonly reason: string
}

const typedAs = (subscription: Subscription | null): TypedPlan => ({
  plan: subscription?.plan ?? 'none',
  until: subscription?.endsAt?.toISOString().slice(0, 16) ?? '',
  reason: '',
})

function subscriptionIn({ plan, until }: TypedPlan): Subscription | null | 'no_date' {
  if (plan === 'none') return null
  if (until === '') return { plan, endsAt: null }
  const endsAt = new Date(`${until}Z`)
  // 31 February would be 3 March.
  const isThere = !Number.isNaN(endsAt.getTime()) && endsAt.toISOString().startsWith(until)
  return isThere ? { plan, endsAt } : 'no_date'
}

const planNames: Readonly<Record<Plan | 'none', string>> = {
  monthly: 'Monthly',
  quarterly: 'Quarterly',
  annual: 'Annual',
  listing_tools: 'Listing Tools',
  none: 'No plan',
}

const planWords = (subscription: Subscription | null): string => {
  if (!subscription) return planNames.none
  const { plan, endsAt } = subscription
  return endsAt ? `${planNames[plan]} until ${formatMoment(endsAt)}` : `${planNames[plan]}, renews itself`
}
