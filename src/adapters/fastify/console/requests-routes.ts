import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { type Static, Type } from 'typebox'
import { ListUserCases } from '../../../admin/cases/list-user-cases.ts'
import { ChangeSupportRequestStatus } from '../../../admin/requests/change-support-request-status.ts'
import { CommentOnSupportRequest } from '../../../admin/requests/comment-on-support-request.ts'
import { GetSupportRequest } from '../../../admin/requests/get-support-request.ts'
import { ListSupportRequests } from '../../../admin/requests/list-support-requests.ts'
import { inboxOrders } from '../../../application/help/ports.ts'
import { InvalidComment } from '../../../domain/help/comment.ts'
import { supportRequestStatuses } from '../../../domain/help/status.ts'
import type { FormSubmissionId, SupportRequestId } from '../../../domain/identifiers.ts'
import { referenceOf } from '../../../domain/timeline/reference.ts'
import { errorMessageOf } from '../kit/errors/domain-error-pages.ts'
import type { NoticeCode } from '../kit/notices/notice-texts.ts'
import { noticeOf } from '../kit/notices/notices.ts'
import { requireStaff, signedInStaff } from '../kit/sessions.ts'
import { staffShellOf } from '../kit/staff-shell.ts'
import type { RouteOptions } from '../kit/web-app.ts'
import { cursorPattern, inboxPageModel, parseCursor, requestPage } from './requests-page.ts'

const Id = Type.String({ pattern: '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' })
const State = Type.Enum([...supportRequestStatuses])
const params = Type.Object({ id: Id })
const InboxQuery = Type.Object({
  state: Type.Optional(State),
  order: Type.Optional(Type.Enum([...inboxOrders])),
  after: Type.Optional(Type.String({ pattern: cursorPattern })),
})
const NoticeQuery = Type.Object({ notice: Type.Optional(Type.String({ maxLength: 100 })) })
const CommentBody = Type.Object({ form: Id, words: Type.String({ maxLength: 20_000 }) })
const StatusBody = Type.Object({ state: State })

/** S-30. */
export const requestsRoutes: FastifyPluginAsyncTypebox<RouteOptions> = async (app, options) => {
  const { get, render, supportEmail } = options
  const listSupportRequests = get(ListSupportRequests)
  const getSupportRequest = get(GetSupportRequest)
  const changeSupportRequestStatus = get(ChangeSupportRequestStatus)
  const commentOnSupportRequest = get(CommentOnSupportRequest)
  const listUserCases = get(ListUserCases)
  app.addHook('preValidation', requireStaff)
  const form = { preHandler: app.csrfProtection }

  const sendPage = async (
    request: FastifyRequest<{ Params: { id: string } }>,
    reply: FastifyReply,
    options: { notice?: string | undefined; typed?: Omit<Parameters<typeof requestPage>[2], 'cases'> } = {},
  ) => {
    const { user } = signedInStaff(request)
    const requestId = request.params.id as SupportRequestId
    const details = await getSupportRequest.execute({ by: user.id, requestId })
    const title = `Request ${referenceOf(requestId)}`
    const shell = staffShellOf(reply, {
      title,
      supportEmail,
      user,
      notice: noticeOf(options.notice, undefined),
    })
    const cases = await listUserCases.execute(details)
    const page = requestPage(shell, details, { ...options.typed, cases })
    return reply.type('text/html; charset=utf-8').send(render('staff/request', page))
  }
  const redirectTo = (reply: FastifyReply, id: string, notice: NoticeCode) =>
    reply.redirect(`/admin/requests/${id}?notice=${notice}`, 303)

  const sendCommentError = (
    request: FastifyRequest<{ Params: { id: string }; Body: Static<typeof CommentBody> }>,
    reply: FastifyReply,
    { field, error }: { field: 'answer' | 'note'; error: unknown },
  ) => {
    if (!(error instanceof InvalidComment)) throw error
    const { form: idempotencyKey, words: text } = request.body
    return sendPage(request, reply.code(422), {
      typed: { [field]: { idempotencyKey, text, problem: errorMessageOf(error) } },
    })
  }

  app.get(
    '/',
    { prefixTrailingSlash: 'no-slash', schema: { querystring: InboxQuery } },
    async (request, reply) => {
      const { user } = signedInStaff(request)
      const { state = 'open', order = 'oldest', after } = request.query
      const query = { state, order, after: after ? parseCursor(after) : null }
      const inbox = await listSupportRequests.execute({ by: user.id, ...query })
      const shell = staffShellOf(reply, { title: 'Requests', supportEmail, user })
      const page = inboxPageModel(shell, inbox, query)
      return reply.type('text/html; charset=utf-8').send(render('staff/requests', page))
    },
  )

  app.get('/:id', { schema: { params, querystring: NoticeQuery } }, (request, reply) =>
    sendPage(request, reply, { notice: request.query.notice }),
  )

  app.post('/:id/answer', { ...form, schema: { params, body: CommentBody } }, async (request, reply) => {
    try {
      await commentOnSupportRequest.execute({ ...commentOf(request), kind: 'reply' })
    } catch (error) {
      return sendCommentError(request, reply, { field: 'answer', error })
    }
    return redirectTo(reply, request.params.id, 'request_answered')
  })

  app.post('/:id/note', { ...form, schema: { params, body: CommentBody } }, async (request, reply) => {
    try {
      await commentOnSupportRequest.execute({ ...commentOf(request), kind: 'internal_note' })
    } catch (error) {
      return sendCommentError(request, reply, { field: 'note', error })
    }
    return redirectTo(reply, request.params.id, 'request_note_added')
  })

  app.post('/:id/state', { ...form, schema: { params, body: StatusBody } }, async (request, reply) => {
    const { id } = request.params
    const statusChange = {
      by: signedInStaff(request).user.id,
      requestId: id as SupportRequestId,
      state: request.body.state,
    }
    const outcome = await changeSupportRequestStatus.execute(statusChange)
    return redirectTo(reply, id, outcome === 'changed' ? 'request_status_changed' : 'request_unchanged')
  })
}

const commentOf = (
  request: FastifyRequest<{ Params: { id: string }; Body: Static<typeof CommentBody> }>,
) => ({
  by: signedInStaff(request).user.id,
  requestId: request.params.id as SupportRequestId,
  form: request.body.form as FormSubmissionId,
  text: request.body.words,
})
