import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { type Static, Type } from 'typebox'
import type { ListUserCases } from '../../admin/index.ts'
import {
  type AddInternalNote,
  type ChangeSupportRequestStatus,
  type GetSupportRequest,
  inboxOrders,
  type ListSupportRequests,
  type ReplyToSupportRequest,
} from '../../application/help/index.ts'
import { InvalidComment } from '../../domain/help/comment.ts'
import { supportRequestStatus } from '../../domain/help/status.ts'
import type { FormSubmissionId, SupportRequestId } from '../../domain/identifiers.ts'
import { referenceOf } from '../../domain/timeline/reference.ts'
import { problemOf } from './domain-error-pages.ts'
import type { NoticeCode } from './notice-texts.ts'
import { noticeOf } from './notices.ts'
import { cursorIn, inboxPageModel, placePattern, requestPage } from './requests-page.ts'
import { requireStaff, signedInStaff } from './staff-session.ts'
import { staffShellOf } from './staff-shell.ts'
import type { Render } from './templates.ts'

export interface RequestsDependencies {
  readonly listSupportRequests: ListSupportRequests
  readonly getSupportRequest: GetSupportRequest
  readonly addInternalNote: AddInternalNote
  readonly changeSupportRequestStatus: ChangeSupportRequestStatus
  readonly replyToSupportRequest: ReplyToSupportRequest
  readonly listUserCases: ListUserCases
  readonly render: Render
  readonly supportEmail: string
}

const Id = Type.String({ pattern: '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' })
const State = Type.Enum([...supportRequestStatus])
const params = Type.Object({ id: Id })
const InboxQuery = Type.Object({
  state: Type.Optional(State),
  order: Type.Optional(Type.Enum([...inboxOrders])),
  after: Type.Optional(Type.String({ pattern: placePattern })),
})
const NoticeQuery = Type.Object({ notice: Type.Optional(Type.String({ maxLength: 100 })) })
const WrittenForm = Type.Object({ form: Id, words: Type.String({ maxLength: 20_000 }) })
const PutForm = Type.Object({ state: State })

/** S-30. */
export const requestsRoutes: FastifyPluginAsyncTypebox<RequestsDependencies> = async (app, deps) => {
  const { listSupportRequests, getSupportRequest, listUserCases, render, supportEmail } = deps
  app.addHook('preValidation', requireStaff)
  const form = { preHandler: app.csrfProtection }

  const draw = async (
    request: FastifyRequest<{ Params: { id: string } }>,
    reply: FastifyReply,
    its: { notice?: string | undefined; typed?: Omit<Parameters<typeof requestPage>[2], 'cases'> } = {},
  ) => {
    const { user } = signedInStaff(request)
    const requestId = request.params.id as SupportRequestId
    const opened = await getSupportRequest.execute({ by: user.id, requestId })
    const title = `Request ${referenceOf(requestId)}`
    const shell = staffShellOf(reply, {
      title,
      supportEmail,
      user,
      notice: noticeOf(its.notice, undefined),
    })
    const cases = await listUserCases.execute(opened)
    const page = requestPage(shell, opened, { ...its.typed, cases })
    return reply.type('text/html; charset=utf-8').send(render('staff/request', page))
  }
  const backTo = (reply: FastifyReply, id: string, notice: NoticeCode) =>
    reply.redirect(`/admin/requests/${id}?notice=${notice}`, 303)

  const rejected = (
    request: FastifyRequest<{ Params: { id: string }; Body: Static<typeof WrittenForm> }>,
    reply: FastifyReply,
    { field, error }: { field: 'answer' | 'note'; error: unknown },
  ) => {
    if (!(error instanceof InvalidComment)) throw error
    const { form: idempotencyKey, words: text } = request.body
    return draw(request, reply.code(422), {
      typed: { [field]: { idempotencyKey, text, problem: problemOf(error) } },
    })
  }

  app.get(
    '/',
    { prefixTrailingSlash: 'no-slash', schema: { querystring: InboxQuery } },
    async (request, reply) => {
      const { user } = signedInStaff(request)
      const { state = 'open', order = 'oldest', after } = request.query
      const looked = { state, order, after: after ? cursorIn(after) : null }
      const inbox = await listSupportRequests.execute({ by: user.id, ...looked })
      const shell = staffShellOf(reply, { title: 'Requests', supportEmail, user })
      const page = inboxPageModel(shell, inbox, looked)
      return reply.type('text/html; charset=utf-8').send(render('staff/requests', page))
    },
  )

  app.get('/:id', { schema: { params, querystring: NoticeQuery } }, (request, reply) =>
    draw(request, reply, { notice: request.query.notice }),
  )

  app.post('/:id/answer', { ...form, schema: { params, body: WrittenForm } }, async (request, reply) => {
    try {
      await deps.replyToSupportRequest.execute(writtenIn(request))
    } catch (error) {
      return rejected(request, reply, { field: 'answer', error })
    }
    return backTo(reply, request.params.id, 'request_answered')
  })

  app.post('/:id/note', { ...form, schema: { params, body: WrittenForm } }, async (request, reply) => {
    try {
      await deps.addInternalNote.execute(writtenIn(request))
    } catch (error) {
      return rejected(request, reply, { field: 'note', error })
    }
    return backTo(reply, request.params.id, 'request_note_added')
  })

  app.post('/:id/state', { ...form, schema: { params, body: PutForm } }, async (request, reply) => {
    const { id } = request.params
    const put = {
      by: signedInStaff(request).user.id,
      requestId: id as SupportRequestId,
      state: request.body.state,
    }
    const outcome = await deps.changeSupportRequestStatus.execute(put)
    return backTo(reply, id, outcome === 'changed' ? 'request_status_changed' : 'request_unchanged')
  })
}

const writtenIn = (
  request: FastifyRequest<{ Params: { id: string }; Body: Static<typeof WrittenForm> }>,
) => ({
  by: signedInStaff(request).user.id,
  requestId: request.params.id as SupportRequestId,
  form: request.body.form as FormSubmissionId,
  text: request.body.words,
})
