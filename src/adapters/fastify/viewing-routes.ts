import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyReply } from 'fastify'
import { type Static, Type } from 'typebox'
import type { BeginViewing, EndViewing, LookAtPerson } from '../../application/access/index.ts'
import type { Person } from '../../domain/access/person.ts'
import { CodeRefused, CodesPaused } from '../../domain/access/second-factor.ts'
import { ReasonRefused } from '../../domain/access/staff-action.ts'
import type { PersonId } from '../../domain/identifiers.ts'
import { isolated } from '../../domain/isolated.ts'
import type { NoticeCode } from './notice-words.ts'
import { originOf } from './origin.ts'
import type { BeginViewingPage } from './page-models/staff.ts'
import { pageOf, problemOf } from './refusal-pages.ts'
import { codeTries } from './sign-in-limits.ts'
import { demandStaff, staffOf } from './staff-session.ts'
import { staffShellOf } from './staff-shell.ts'
import type { Render } from './templates.ts'

export interface ViewingNeeds {
  readonly beginViewing: BeginViewing
  readonly endViewing: EndViewing
  readonly lookAtPerson: LookAtPerson
  readonly render: Render
  readonly supportEmail: string
}

const params = Type.Object({ id: Type.String({ pattern: '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' }) })
/** Wider than the limit: too long an input is explained at its field. */
const ViewForm = Type.Object({
  reason: Type.String({ maxLength: 5000 }),
  code: Type.String({ maxLength: 100 }),
})

/** S-44. */
export const viewingRoutes: FastifyPluginAsyncTypebox<ViewingNeeds> = async (app, needs) => {
  const { beginViewing, endViewing, lookAtPerson, render, supportEmail } = needs
  app.addHook('preValidation', demandStaff)
  const form = { preHandler: app.csrfProtection }

  const draw = (
    reply: FastifyReply,
    by: Person,
    person: Person,
    its: Pick<BeginViewingPage, 'reason' | 'problem'>,
  ) => {
    const title = `View as ${isolated(person.name)}`
    const page: BeginViewingPage = {
      ...staffShellOf(reply, { title, supportEmail, person: by }),
      about: { id: person.id, name: person.name, email: person.email },
      ...its,
    }
    return reply.type('text/html; charset=utf-8').send(render('staff/view', page))
  }

  app.get('/:id/view', { schema: { params } }, async (request, reply) => {
    const by = staffOf(request).person
    const asked = { by: by.id, personId: request.params.id as PersonId }
    const person = await beginViewing.asks(asked)
    // The form names the user: log the access.
    await lookAtPerson.run(asked)
    return draw(reply, by, person, { reason: '', problem: null })
  })

  app.post(
    '/:id/view',
    { ...form, schema: { params, body: ViewForm }, config: { rateLimit: codeTries } },
    async (request, reply) => {
      const { person: by, session } = staffOf(request)
      const personId = request.params.id as PersonId
      const { reason, code }: Static<typeof ViewForm> = request.body
      try {
        const asked = { by: by.id, staffSessionId: session.id, personId, reason, code }
        const viewing = await beginViewing.run({ ...asked, from: originOf(request) })
        request.viewingSession.regenerate()
        request.viewingSession.set('id', viewing.id)
        return reply.redirect('/dashboard/ads/', 303)
      } catch (refusal) {
        const field = refusal instanceof ReasonRefused ? 'reason' : 'code'
        const isAtForm =
          refusal instanceof ReasonRefused || refusal instanceof CodeRefused || refusal instanceof CodesPaused
        if (!isAtForm) throw refusal
        const person = await beginViewing.asks({ by: by.id, personId })
        await lookAtPerson.run({ by: by.id, personId })
        const problem = { field, sentence: problemOf(refusal) } as const
        return draw(reply.code(pageOf(refusal)?.status ?? 422), by, person, { reason, problem })
      }
    },
  )

  app.post('/:id/view/end', { ...form, schema: { params } }, async (request, reply) => {
    const { person: by, session } = staffOf(request)
    await endViewing.stopped(by.id, session.id, originOf(request))
    request.viewingSession.delete()
    const notice: NoticeCode = 'viewing_ended'
    return reply.redirect(`/admin/people/${request.params.id}?notice=${notice}`, 303)
  })
}
