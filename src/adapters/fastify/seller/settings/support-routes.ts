import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { type Static, Type } from 'typebox'
import {
  ListOwnSupportRequests,
  type OwnRequest,
} from '../../../../application/help/list-own-support-requests.ts'
import { SubmitSupportRequest } from '../../../../application/help/submit-support-request.ts'
import {
  InvalidSupportRequest,
  isDashboardPath,
  SupportRequestLimitReached,
} from '../../../../domain/help/support-request.ts'
import type { ConnectionId, FormSubmissionId } from '../../../../domain/identifiers.ts'
import { isReference, referenceOf } from '../../../../domain/timeline/reference.ts'
import { errorMessageOf } from '../../kit/errors/domain-error-pages.ts'
import { formatDateTime } from '../../kit/formats.ts'
import { noticeOf } from '../../kit/notices/notices.ts'
import { requireSignIn, signedInUser } from '../../kit/sessions.ts'
import { shellOf, switcherOf } from '../../kit/shell.ts'
import type { HelpForm } from '../../kit/shell-model.ts'
import { supportFormOf } from '../../kit/support-form.ts'
import type { RouteOptions } from '../../kit/web-app.ts'
import { adsPageContext } from '../ads-page-context.ts'
import {
  type HelpArticlePage,
  type HelpPage,
  type HelpTopic,
  helpTopics,
  type OwnRequestItem,
} from '../page-models/help.ts'
import { ownStatusNames } from './request-texts.ts'

const Id = Type.String({ pattern: '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' })
const HelpQuery = Type.Object({
  page: Type.Optional(Type.String({ maxLength: 500 })),
  ref: Type.Optional(Type.String({ maxLength: 20 })),
  notice: Type.Optional(Type.String({ maxLength: 50 })),
})
/** Overlong text gets a page, not a 400. */
const SentForm = Type.Object({
  form: Id,
  account: Type.Optional(Type.Union([Id, Type.Literal('')])),
  message: Type.String({ maxLength: 20_000 }),
  amazonEmail: Type.String({ maxLength: 1000 }),
  marketplace: Type.String({ maxLength: 1000 }),
  page: Type.String({ maxLength: 500 }),
  reference: Type.String({ maxLength: 20 }),
})
type SubmittedForm = Static<typeof SentForm>

/** S-30. */
export const helpRoutes: FastifyPluginAsyncTypebox<RouteOptions> = async (app, options) => {
  const { get, render, supportEmail } = options
  const submitSupportRequest = get(SubmitSupportRequest)
  const listOwnSupportRequests = get(ListOwnSupportRequests)
  app.addHook('preValidation', requireSignIn)

  const shellFor = (request: FastifyRequest, reply: FastifyReply, title: string) => {
    const { signedIn, live, current, planRestriction } = adsPageContext(request, options)
    const switcher = switcherOf(live, current?.id ?? null, planRestriction === null)
    return shellOf(reply, { title, supportEmail, user: signedIn.user, switcher })
  }
  const draw = async (
    request: FastifyRequest,
    reply: FastifyReply,
    fields: Pick<HelpPage, 'form'> &
      Partial<Pick<HelpPage, 'notice' | 'message' | 'reference' | 'problem' | 'isLimitReached'>>,
  ) => {
    const shell = shellFor(request, reply, 'Help')
    const blank = { message: '', reference: null, problem: null, isLimitReached: false }
    const requests = (await listOwnSupportRequests.execute(signedInUser(request).user.id)).map(
      toOwnRequestItem,
    )
    const page: HelpPage = { ...shell, ...blank, ...fields, requests, section: 'help', help: null }
    return reply.type('text/html; charset=utf-8').send(render('help/index', page))
  }

  app.get(
    '/',
    { prefixTrailingSlash: 'no-slash', schema: { querystring: HelpQuery } },
    async (request, reply) => {
      const { page, ref, notice: code } = request.query
      const notice = code === 'support_request_sent' ? noticeOf(code, ref) : null
      if (notice) return draw(request, reply, { form: null, notice })
      const own = supportFormOf(request)
      const form = own && page && isDashboardPath(page) ? { ...own, page } : own
      return draw(request, reply, { form, reference: ref && isReference(ref) ? ref : null })
    },
  )

  for (const topic of helpTopics) {
    app.get(`/${topic}`, async (request, reply) => {
      const shell = shellFor(request, reply, titles[topic])
      const page: HelpArticlePage = { ...shell, section: 'help', topic }
      return reply.type('text/html; charset=utf-8').send(render(`help/${topic}`, page))
    })
  }

  app.post(
    '/',
    { preHandler: app.csrfProtection, prefixTrailingSlash: 'no-slash', schema: { body: SentForm } },
    async (request, reply) => {
      const { form, account, message, amazonEmail, marketplace, page, reference } = request.body
      try {
        const id = await submitSupportRequest.execute({
          userId: signedInUser(request).user.id,
          form: form as FormSubmissionId,
          about: (account || null) as ConnectionId | null,
          text: { message, amazonEmail, marketplace },
          page,
          reference,
        })
        return reply.redirect(`/dashboard/help?notice=support_request_sent&ref=${referenceOf(id)}`, 303)
      } catch (error) {
        if (!(error instanceof InvalidSupportRequest || error instanceof SupportRequestLimitReached))
          throw error
        const isLimitReached = error instanceof SupportRequestLimitReached
        const field = isLimitReached ? null : error.field
        return draw(request, reply.code(isLimitReached ? 429 : 422), {
          ...restoreForm(request.body),
          problem: { field, sentence: errorMessageOf(error) },
          isLimitReached,
        })
      }
    },
  )
}

const toOwnRequestItem = ({ request, answers }: OwnRequest): OwnRequestItem => ({
  reference: referenceOf(request.id),
  state: request.status.state,
  stateName: ownStatusNames[request.status.state],
  when: formatDateTime(request.requestedAt),
  message: request.text.message,
  answers: answers.map(({ commentedAt, text }) => ({ when: formatDateTime(commentedAt), text })),
})

function restoreForm(sent: SubmittedForm): Pick<HelpPage, 'form' | 'message' | 'reference'> {
  const { form: idempotencyKey, account = '', message, amazonEmail, marketplace, page, reference } = sent
  const form: HelpForm = {
    idempotencyKey,
    account,
    amazonEmail,
    marketplace,
    page: isDashboardPath(page) ? page : '',
  }
  return { form, message, reference: isReference(reference) ? reference : null }
}

const titles: Readonly<Record<HelpTopic, string>> = {
  connecting: 'Connecting your Amazon account',
  waiting: 'The waiting screen',
  'one-account': 'The one-account limit',
  troubleshooting: 'When something goes wrong',
}
