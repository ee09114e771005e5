import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import type { LookAtCase, SearchCases } from '../../../admin/index.ts'
import type { Clock } from '../../../application/ports.ts'
import { isolated } from '../../../domain/isolated.ts'
import { noticeOf } from '../notices.ts'
import { originOf } from '../origin.ts'
import { demandStaff, staffOf } from '../staff-session.ts'
import { staffShellOf } from '../staff-shell.ts'
import type { Render } from '../templates.ts'
import type { TypedAction } from './action-forms.ts'
import { type ActionNeeds, actionRoutes } from './action-routes.ts'
import { casePage, casesPage } from './case-pages.ts'
import { CasesQuery, caseFilterIn, placeIn, StoryQuery, storyFilterIn } from './case-query.ts'
import { type DemoProgress, demoNotice } from './demo-notice.ts'

export interface CaseNeeds extends Omit<ActionNeeds, 'drawCase'> {
  readonly searchCases: SearchCases
  readonly lookAtCase: LookAtCase
  readonly clock: Clock
  readonly render: Render
  readonly supportEmail: string
  readonly consentDays: number
  readonly demoProgress: DemoProgress
}

const params = Type.Object({ id: Type.String({ pattern: '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' }) })

/** S-40 to S-42. */
export const caseRoutes: FastifyPluginAsyncTypebox<CaseNeeds> = async (app, needs) => {
  const { searchCases, lookAtCase, clock, render, supportEmail, consentDays, demoProgress } = needs
  app.addHook('preValidation', demandStaff)

  app.get(
    '/',
    { prefixTrailingSlash: 'no-slash', schema: { querystring: CasesQuery } },
    async (request, reply) => {
      const { person } = staffOf(request)
      const { query } = request
      const found = await searchCases.run({
        by: person.id,
        typed: query.q ?? '',
        filter: caseFilterIn(query),
        after: placeIn(query),
        from: originOf(request),
      })
      const notice = demoNotice(demoProgress)
      const shell = staffShellOf(reply, { title: 'Cases', supportEmail, person, notice })
      return reply
        .type('text/html; charset=utf-8')
        .send(render('staff/cases', casesPage(shell, query, found)))
    },
  )

  const drawCase = async (
    request: FastifyRequest,
    reply: FastifyReply,
    id: string,
    { query, typed }: { query: StoryQuery; typed: TypedAction | null },
  ) => {
    const by = staffOf(request).person
    const looked = await lookAtCase.run({ by: by.id, id, filter: storyFilterIn(query) })
    const notice = noticeOf(query.notice, undefined)
    const shell = staffShellOf(reply, {
      title: isolated(looked.person.name),
      supportEmail,
      person: by,
      notice,
    })
    const { group, level, about, before } = query
    const asked = {
      ...(group && { group }),
      ...(level && { level }),
      ...(about && { about }),
      ...(before && { before }),
    }
    const page = casePage(shell, looked, { by, query: asked, typed, consentDays, now: clock.now() })
    return reply.type('text/html; charset=utf-8').send(render('staff/case', page))
  }

  app.get('/:id', { schema: { params, querystring: StoryQuery } }, (request, reply) =>
    drawCase(request, reply, request.params.id, { query: request.query, typed: null }),
  )

  // `needs` carries the prefix of these routes already.
  await app.register(actionRoutes, {
    ...needs,
    prefix: '',
    drawCase: (request, reply, id, typed) => drawCase(request, reply, id, { query: {}, typed }),
  })
}
