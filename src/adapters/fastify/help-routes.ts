import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { type Static, Type } from 'typebox'
import type { AskForHelp, OwnRequest, ReadOwnRequests } from '../../application/help/index.ts'
import type { Clock } from '../../application/ports.ts'
import { HelpAskedTooOften, HelpWordsRefused, isDashboardPath } from '../../domain/help/help-request.ts'
import type { ConnectionId, HelpFormId } from '../../domain/identifiers.ts'
import { isReference, referenceOf } from '../../domain/timeline/reference.ts'
import { frameOf } from './ads-frame.ts'
import { formatMoment } from './formats.ts'
import { helpFormOn } from './help-form.ts'
import { noticeOf } from './notices.ts'
import {
  type HelpArticlePage,
  type HelpPage,
  type HelpTopic,
  helpTopics,
  type OwnRequestLine,
} from './page-models/help.ts'
import type { HelpForm } from './page-models/shell.ts'
import { problemOf } from './refusal-pages.ts'
import { ownStateNames } from './request-words.ts'
import { askingOf, demandSignIn } from './seller-session.ts'
import { shellOf, switcherOf } from './shell.ts'
import type { Render } from './templates.ts'

export interface HelpNeeds {
  readonly askForHelp: AskForHelp
  readonly readOwnRequests: ReadOwnRequests
  readonly clock: Clock
  readonly render: Render
  readonly supportEmail: string
}

const Id = Type.String({ pattern: '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' })
const HelpQuery = Type.Object({
  page: Type.Optional(Type.String({ maxLength: 500 })),
  ref: Type.Optional(Type.String({ maxLength: 20 })),
  notice: Type.Optional(Type.String({ maxLength: 50 })),
})
/** Wider than the limit: too long an input is explained at its field. */
const SentForm = Type.Object({
  form: Id,
  account: Type.Optional(Type.Union([Id, Type.Literal('')])),
  message: Type.String({ maxLength: 20_000 }),
  amazonEmail: Type.String({ maxLength: 1000 }),
  marketplace: Type.String({ maxLength: 1000 }),
  page: Type.String({ maxLength: 500 }),
  reference: Type.String({ maxLength: 20 }),
})
type Sent = Static<typeof SentForm>

/** S-30. */
export const helpRoutes: FastifyPluginAsyncTypebox<HelpNeeds> = async (app, needs) => {
  const { askForHelp, readOwnRequests, render, supportEmail } = needs
  app.addHook('preValidation', demandSignIn)

  const shellFor = (request: FastifyRequest, reply: FastifyReply, title: string) => {
    const { asking, held, current, lack } = frameOf(request, needs)
    const switcher = switcherOf(held, current?.id ?? null, lack === null)
    return shellOf(reply, { title, supportEmail, person: asking.person, switcher })
  }
  const draw = async (
    request: FastifyRequest,
    reply: FastifyReply,
    its: Pick<HelpPage, 'form'> &
      Partial<Pick<HelpPage, 'notice' | 'message' | 'reference' | 'problem' | 'isTooOften'>>,
  ) => {
    const shell = shellFor(request, reply, 'Help')
    const blank = { message: '', reference: null, problem: null, isTooOften: false }
    const requests = (await readOwnRequests.run(askingOf(request).person.id)).map(ownLineOf)
    const page: HelpPage = { ...shell, ...blank, ...its, requests, section: 'help', help: null }
    return reply.type('text/html; charset=utf-8').send(render('help/index', page))
  }

  app.get(
    '/',
    { prefixTrailingSlash: 'no-slash', schema: { querystring: HelpQuery } },
    async (request, reply) => {
      const { page, ref, notice: code } = request.query
      const notice = code === 'help_sent' ? noticeOf(code, ref) : null
      if (notice) return draw(request, reply, { form: null, notice })
      const own = helpFormOn(request)
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
        const id = await askForHelp.run({
          personId: askingOf(request).person.id,
          form: form as HelpFormId,
          about: (account || null) as ConnectionId | null,
          words: { message, amazonEmail, marketplace },
          page,
          reference,
        })
        return reply.redirect(`/dashboard/help?notice=help_sent&ref=${referenceOf(id)}`, 303)
      } catch (refusal) {
        if (!(refusal instanceof HelpWordsRefused || refusal instanceof HelpAskedTooOften)) throw refusal
        const isTooOften = refusal instanceof HelpAskedTooOften
        const field = isTooOften ? null : refusal.field
        return draw(request, reply.code(isTooOften ? 429 : 422), {
          ...asTyped(request.body),
          problem: { field, sentence: problemOf(refusal) },
          isTooOften,
        })
      }
    },
  )
}

const ownLineOf = ({ request, answers }: OwnRequest): OwnRequestLine => ({
  reference: referenceOf(request.id),
  state: request.standing.state,
  stateName: ownStateNames[request.standing.state],
  when: formatMoment(request.askedAt),
  message: request.words.message,
  answers: answers.map(({ writtenAt, words }) => ({ when: formatMoment(writtenAt), words })),
})

/** Keeps all that the user typed. */
function asTyped(sent: Sent): Pick<HelpPage, 'form' | 'message' | 'reference'> {
  const { form: formId, account = '', message, amazonEmail, marketplace, page, reference } = sent
  const form: HelpForm = {
    formId,
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
