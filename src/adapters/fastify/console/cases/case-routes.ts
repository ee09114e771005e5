import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { OpenCase } from '../../../../admin/cases/open-case.ts'
import { SearchCases } from '../../../../admin/cases/search-cases.ts'
import { bidiIsolate } from '../../../../domain/bidi-isolate.ts'
import { noticeOf } from '../../kit/notices/notices.ts'
import { originOf } from '../../kit/origin.ts'
import { verificationPrompter } from '../../kit/second-factor/verification.ts'
import { requireStaff, signedInStaff } from '../../kit/sessions.ts'
import { staffShellOf } from '../../kit/staff-shell.ts'
import type { RouteOptions } from '../../kit/web-app.ts'
import { demoNotice } from '../demo-notice.ts'
import type { SubmittedAction } from './action-forms.ts'
import { actionRoutes } from './action-routes.ts'
import { casePage, casesPage } from './case-pages.ts'
import { CasesQuery, caseFilterIn, cursorIn, TimelineQuery, timelineFilterIn } from './case-query.ts'

const params = Type.Object({ id: Type.String({ pattern: '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' }) })

/** S-40 to S-42. */
export const caseRoutes: FastifyPluginAsyncTypebox<RouteOptions> = async (app, options) => {
  const { get, clock, render, supportEmail, consentDays, demoProgress } = options
  const searchCases = get(SearchCases)
  const openCase = get(OpenCase)
  const promptFor = verificationPrompter(options)
  app.addHook('preValidation', requireStaff)

  app.get(
    '/',
    { prefixTrailingSlash: 'no-slash', schema: { querystring: CasesQuery } },
    async (request, reply) => {
      const { user } = signedInStaff(request)
      const { query } = request
      const found = await searchCases.execute({
        by: user.id,
        searchText: query.q ?? '',
        filter: caseFilterIn(query),
        after: cursorIn(query),
        from: originOf(request),
      })
      const notice = demoNotice(demoProgress)
      const shell = staffShellOf(reply, { title: 'Cases', supportEmail, user, notice })
      return reply
        .type('text/html; charset=utf-8')
        .send(render('staff/cases', casesPage(shell, query, found)))
    },
  )

  const renderCase = async (
    request: FastifyRequest,
    reply: FastifyReply,
    id: string,
    { query, typed }: { query: TimelineQuery; typed: SubmittedAction | null },
  ) => {
    const { user: by, session } = signedInStaff(request)
    const details = await openCase.execute({ by: by.id, id, filter: timelineFilterIn(query) })
    const notice = noticeOf(query.notice, undefined)
    const shell = staffShellOf(reply, {
      title: bidiIsolate(details.user.name),
      supportEmail,
      user: by,
      notice,
    })
    const { group, level, about, before } = query
    const timelineQuery = {
      ...(group && { group }),
      ...(level && { level }),
      ...(about && { about }),
      ...(before && { before }),
    }
    const verification = await promptFor.unlessFresh(session)
    const page = casePage(shell, details, {
      by,
      query: timelineQuery,
      typed,
      verification,
      consentDays,
      now: clock.now(),
    })
    return reply.type('text/html; charset=utf-8').send(render('staff/case', page))
  }

  app.get('/:id', { schema: { params, querystring: TimelineQuery } }, (request, reply) =>
    renderCase(request, reply, request.params.id, { query: request.query, typed: null }),
  )

  await app.register(actionRoutes, {
    ...options,
    prefix: '',
    renderCase: (request, reply, id, typed) => renderCase(request, reply, id, { query: {}, typed }),
  })
}
