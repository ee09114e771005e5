import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyReply } from 'fastify'
import { type Static, Type } from 'typebox'
import type { InvitePerson } from '../../application/access/index.ts'
import { NewcomerRefused, PersonKnown } from '../../domain/access/newcomer.ts'
import { type Person, roles } from '../../domain/access/person.ts'
import { ReasonRefused } from '../../domain/access/staff-action.ts'
import type { NoticeCode } from './notice-words.ts'
import { originOf } from './origin.ts'
import type { InvitePersonPage } from './page-models/staff.ts'
import { problemOf } from './refusal-pages.ts'
import { demandStaff, staffOf } from './staff-session.ts'
import { staffShellOf } from './staff-shell.ts'
import type { Render } from './templates.ts'

export interface InviteNeeds {
  readonly invitePerson: InvitePerson
  readonly render: Render
  readonly supportEmail: string
}

/** Wider than the limit: too long an input is explained at its field. */
const InviteForm = Type.Object({
  name: Type.String({ maxLength: 1000 }),
  email: Type.String({ maxLength: 1000 }),
  role: Type.Enum([...roles]),
  reason: Type.String({ maxLength: 5000 }),
})
type InviteForm = Static<typeof InviteForm>

/** Support agents are invited most often. */
const untouched: InviteForm = { name: '', email: '', role: 'support', reason: '' }

/** S-43. */
export const inviteRoutes: FastifyPluginAsyncTypebox<InviteNeeds> = async (app, needs) => {
  const { invitePerson, render, supportEmail } = needs
  app.addHook('preValidation', demandStaff)

  const draw = (
    reply: FastifyReply,
    by: Person,
    { name, email, role, reason }: InviteForm,
    problem: InvitePersonPage['problem'],
  ) => {
    const page: InvitePersonPage = {
      ...staffShellOf(reply, { title: 'Invite user', supportEmail, person: by }),
      section: 'people',
      name,
      email,
      roles: roles.map(each => ({ name: each, isChosen: each === role })),
      reason,
      problem,
    }
    return reply.type('text/html; charset=utf-8').send(render('staff/invite', page))
  }

  app.get('/new', async (request, reply) => {
    const by = staffOf(request).person
    await invitePerson.asks({ by: by.id })
    return draw(reply, by, untouched, null)
  })

  app.post(
    '/new',
    { preHandler: app.csrfProtection, schema: { body: InviteForm } },
    async (request, reply) => {
      const by = staffOf(request).person
      const typed = request.body
      try {
        const { name, email, role, reason } = typed
        const id = await invitePerson.run({ by: by.id, name, email, role, reason, from: originOf(request) })
        const notice: NoticeCode = 'person_invited'
        return reply.redirect(`/admin/people/${id}?notice=${notice}`, 303)
      } catch (refusal) {
        const field = fieldOf(refusal)
        if (!field) throw refusal
        const problem = { field, sentence: problemOf(refusal as NewcomerRefused) }
        return draw(reply.code(422), by, typed, problem)
      }
    },
  )
}

function fieldOf(refusal: unknown): NonNullable<InvitePersonPage['problem']>['field'] | null {
  if (refusal instanceof ReasonRefused) return 'reason'
  if (refusal instanceof PersonKnown) return 'email'
  if (refusal instanceof NewcomerRefused) return refusal.fault === 'no_address' ? 'email' : 'name'
  return null
}
