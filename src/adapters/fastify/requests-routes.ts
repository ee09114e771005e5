import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { type Static, Type } from 'typebox'
import type { ReadCases } from '../../admin/index.ts'
import {
  type AnswerHelpRequest,
  inboxOrders,
  type ListHelpRequests,
  type NoteOnHelpRequest,
  type PutHelpRequest,
  type ReadHelpRequest,
} from '../../application/help/index.ts'
import { RemarkRefused } from '../../domain/help/remark.ts'
import { helpStates } from '../../domain/help/standing.ts'
import type { HelpFormId, HelpRequestId } from '../../domain/identifiers.ts'
import { referenceOf } from '../../domain/timeline/reference.ts'
import type { NoticeCode } from './notice-words.ts'
import { noticeOf } from './notices.ts'
import { problemOf } from './refusal-pages.ts'
import { inboxPage, placeIn, placePattern, requestPage } from './requests-page.ts'
import { demandStaff, staffOf } from './staff-session.ts'
import { staffShellOf } from './staff-shell.ts'
import type { Render } from './templates.ts'

export interface RequestsNeeds {
  readonly listHelpRequests: ListHelpRequests
  readonly readHelpRequest: ReadHelpRequest
  readonly noteOnHelpRequest: NoteOnHelpRequest
  readonly putHelpRequest: PutHelpRequest
  readonly answerHelpRequest: AnswerHelpRequest
  readonly readCases: ReadCases
  readonly render: Render
  readonly supportEmail: string
}

const Id = Type.String({ pattern: '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' })
const State = Type.Enum([...helpStates])
const params = Type.Object({ id: Id })
const InboxQuery = Type.Object({
  state: Type.Optional(State),
  order: Type.Optional(Type.Enum([...inboxOrders])),
  after: Type.Optional(Type.String({ pattern: placePattern })),
})
const NoticeQuery = Type.Object({ notice: Type.Optional(Type.String({ maxLength: 100 })) })
/** Wider than the limit: too long an input is explained at its field. */
const WrittenForm = Type.Object({ form: Id, words: Type.String({ maxLength: 20_000 }) })
const PutForm = Type.Object({ state: State })

/** S-30. */
export const requestsRoutes: FastifyPluginAsyncTypebox<RequestsNeeds> = async (app, needs) => {
  const { listHelpRequests, readHelpRequest, readCases, render, supportEmail } = needs
  app.addHook('preValidation', demandStaff)
  const form = { preHandler: app.csrfProtection }

  const draw = async (
    request: FastifyRequest<{ Params: { id: string } }>,
    reply: FastifyReply,
    its: { notice?: string | undefined; typed?: Omit<Parameters<typeof requestPage>[2], 'cases'> } = {},
  ) => {
    const { person } = staffOf(request)
    const requestId = request.params.id as HelpRequestId
    const opened = await readHelpRequest.run({ by: person.id, requestId })
    const title = `Request ${referenceOf(requestId)}`
    const shell = staffShellOf(reply, {
      title,
      supportEmail,
      person,
      notice: noticeOf(its.notice, undefined),
    })
    const cases = await readCases.run(opened)
    const page = requestPage(shell, opened, { ...its.typed, cases })
    return reply.type('text/html; charset=utf-8').send(render('staff/request', page))
  }
  const backTo = (reply: FastifyReply, id: string, notice: NoticeCode) =>
    reply.redirect(`/admin/requests/${id}?notice=${notice}`, 303)

  /** Keeps all that the agent typed. */
  const refused = (
    request: FastifyRequest<{ Params: { id: string }; Body: Static<typeof WrittenForm> }>,
    reply: FastifyReply,
    { field, refusal }: { field: 'answer' | 'note'; refusal: unknown },
  ) => {
    if (!(refusal instanceof RemarkRefused)) throw refusal
    const { form: formId, words } = request.body
    return draw(request, reply.code(422), {
      typed: { [field]: { formId, words, problem: problemOf(refusal) } },
    })
  }

  app.get(
    '/',
    { prefixTrailingSlash: 'no-slash', schema: { querystring: InboxQuery } },
    async (request, reply) => {
      const { person } = staffOf(request)
      const { state = 'open', order = 'oldest', after } = request.query
      const looked = { state, order, after: after ? placeIn(after) : null }
      const inbox = await listHelpRequests.run({ by: person.id, ...looked })
      const shell = staffShellOf(reply, { title: 'Requests', supportEmail, person })
      const page = inboxPage(shell, inbox, looked)
      return reply.type('text/html; charset=utf-8').send(render('staff/requests', page))
    },
  )

  app.get('/:id', { schema: { params, querystring: NoticeQuery } }, (request, reply) =>
    draw(request, reply, { notice: request.query.notice }),
  )

  app.post('/:id/answer', { ...form, schema: { params, body: WrittenForm } }, async (request, reply) => {
    try {
      await needs.answerHelpRequest.run(writtenIn(request))
    } catch (refusal) {
      return refused(request, reply, { field: 'answer', refusal })
    }
    return backTo(reply, request.params.id, 'request_answered')
  })

  app.post('/:id/note', { ...form, schema: { params, body: WrittenForm } }, async (request, reply) => {
    try {
      await needs.noteOnHelpRequest.run(writtenIn(request))
    } catch (refusal) {
      return refused(request, reply, { field: 'note', refusal })
    }
    return backTo(reply, request.params.id, 'request_noted')
  })

  app.post('/:id/state', { ...form, schema: { params, body: PutForm } }, async (request, reply) => {
    const { id } = request.params
    const put = { by: staffOf(request).person.id, requestId: id as HelpRequestId, state: request.body.state }
    const outcome = await needs.putHelpRequest.run(put)
    return backTo(reply, id, outcome === 'changed' ? 'request_put' : 'request_unchanged')
  })
}

const writtenIn = (
  request: FastifyRequest<{ Params: { id: string }; Body: Static<typeof WrittenForm> }>,
) => ({
  by: staffOf(request).person.id,
  requestId: request.params.id as HelpRequestId,
  form: request.body.form as HelpFormId,
  words: request.body.words,
})
