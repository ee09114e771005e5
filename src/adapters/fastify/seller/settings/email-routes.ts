import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyReply } from 'fastify'
import { Type } from 'typebox'
import { EmailPreferenceStore } from '../../../../application/email/ports.ts'
import { UpdateEmailPreferences } from '../../../../application/email/update-email-preferences.ts'
import { type EmailPreferenceName, emailPreferenceNames } from '../../../../domain/email/email-message.ts'
import { Secret } from '../../../../domain/secret.ts'
import { shellOf } from '../../kit/shell.ts'
import type { ErrorPage } from '../../kit/shell-model.ts'
import type { RouteOptions } from '../../kit/web-app.ts'
import type { EmailChoicePage } from '../page-models/access.ts'

const OptOutQuery = Type.Object({
  mails: Type.Union(emailPreferenceNames.map(option => Type.Literal(option))),
  token: Type.String({ pattern: '^[\\w-]{20,64}$' }),
})

/** Clients may send `List-Unsubscribe=One-Click` (RFC 8058 §3.2). */
const OptOutForm = Type.Object({ wants: Type.Optional(Type.Literal('again')) })

/** No sign-in or CSRF token: the link's token identifies the user and allows nothing else. */
export const emailRoutes: FastifyPluginAsyncTypebox<RouteOptions> = async (app, options) => {
  const { get, supportEmail, render } = options
  const updateEmailPreferences = get(UpdateEmailPreferences)
  const emailPreferenceStore = get(EmailPreferenceStore)

  app.addContentTypeParser('multipart/form-data', { parseAs: 'buffer' }, async () => ({}))

  const sendPage = (
    reply: FastifyReply,
    page: Pick<EmailChoicePage, 'option' | 'token' | 'isEmailWanted'>,
  ) => {
    const shell = shellOf(reply, { title: 'Your emails', supportEmail })
    const model: EmailChoicePage = { ...shell, ...page, emails: preferenceNames[page.option] }
    return reply.type('text/html; charset=utf-8').send(render('email-preferences', model))
  }
  const sendInvalidLink = (reply: FastifyReply) => {
    const page: ErrorPage = {
      ...shellOf(reply, { title: 'This link doesn’t work', supportEmail }),
      status: 404,
      heading: 'This link doesn’t work',
      sentence: 'Use the link in a newer email, or email us and we’ll unsubscribe you.',
      link: { label: 'Go to Ads', href: '/dashboard/ads/' },
      reference: null,
    }
    return reply.code(404).type('text/html; charset=utf-8').send(render('error', page))
  }

  // GET changes nothing: email scanners open every link.
  app.get('/mail/opt-out', { schema: { querystring: OptOutQuery } }, async (request, reply) => {
    const { mails: option, token } = request.query
    const userId = await emailPreferenceStore.byToken(new Secret(token))
    if (!userId) return sendInvalidLink(reply)
    const choice = await emailPreferenceStore.of(userId)
    return sendPage(reply, { option, token, isEmailWanted: choice[option] })
  })

  app.post(
    '/mail/opt-out',
    { schema: { querystring: OptOutQuery, body: OptOutForm } },
    async (request, reply) => {
      const { mails: option, token } = request.query
      const isEmailWanted = request.body.wants === 'again'
      const choice = await updateEmailPreferences.execute(
        { token: new Secret(token) },
        { [option]: isEmailWanted },
      )
      return choice
        ? sendPage(reply, { option, token, isEmailWanted: choice[option] })
        : sendInvalidLink(reply)
    },
  )
}

const preferenceNames: Readonly<Record<EmailPreferenceName, string>> = {
  ready: 'emails when your data is ready',
  reminders: 'reminders when an account needs your authorisation',
}
