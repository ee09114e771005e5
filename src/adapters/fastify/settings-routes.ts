import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyReply } from 'fastify'
import { Type } from 'typebox'
import type { ChangePassword, EndSessions } from '../../application/access/index.ts'
import type { AccountViews, NamedView, Session, Sessions } from '../../application/access/ports.ts'
import type { ChooseMails, MailChoices } from '../../application/mail/index.ts'
import type { Clock } from '../../application/ports.ts'
import { CurrentPasswordWrong, PasswordRefused } from '../../domain/access/password.ts'
import type { HeldConnection } from '../../domain/connection/connection.ts'
import type { SessionId } from '../../domain/identifiers.ts'
import { isolated } from '../../domain/isolated.ts'
import { type MailOption, mailOptions } from '../../domain/mail/mail.ts'
import { Secret } from '../../domain/secret.ts'
import { frameOf } from './ads-frame.ts'
import { formatMoment, formatSpan } from './formats.ts'
import type { NoticeCode } from './notice-words.ts'
import { noticeOf } from './notices.ts'
import type { LookedAtLine, SessionLine, SettingsPage } from './page-models/access.ts'
import { problemOf } from './refusal-pages.ts'
import { type Asking, askingOf, demandSignIn } from './seller-session.ts'
import { accountLabel, shellOf, switcherOf } from './shell.ts'
import { tries } from './sign-in-limits.ts'
import type { Render } from './templates.ts'

export interface SettingsNeeds {
  readonly sessions: Sessions
  readonly changePassword: ChangePassword
  readonly endSessions: EndSessions
  readonly mailChoices: Pick<MailChoices, 'of' | 'byToken'>
  readonly chooseMails: ChooseMails
  readonly accountViews: Pick<AccountViews, 'latestOf'>
  readonly clock: Clock
  readonly render: Render
  readonly supportEmail: string
}

const params = Type.Object({ id: Type.String({ pattern: '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' }) })
const query = { querystring: Type.Object({ notice: Type.Optional(Type.String({ maxLength: 100 })) }) }
const PasswordForm = Type.Object({
  current: Type.String({ maxLength: 1024 }),
  next: Type.String({ maxLength: 4096 }),
})

const Option = Type.Union(mailOptions.map(option => Type.Literal(option)))
/** A box that isn't ticked isn't sent. */
const MailForm = Type.Object({
  mail: Type.Optional(Type.Union([Option, Type.Array(Option, { maxItems: 10 })])),
})

const viewsShown = 20

const mailLabels: Readonly<Record<MailOption, string>> = {
  ready: 'Email me when data is ready and I’ve left the page',
  reminders: 'Remind me when an account still needs authorisation',
}

export const settingsRoutes: FastifyPluginAsyncTypebox<SettingsNeeds> = async (app, needs) => {
  const { sessions, changePassword, endSessions, clock, render, supportEmail } = needs
  app.addHook('preValidation', demandSignIn)
  const form = { preHandler: app.csrfProtection }

  const draw = async (
    reply: FastifyReply,
    { person, session }: Asking,
    { notice, problem = null }: { notice?: string | undefined; problem?: string | null },
  ) => {
    const now = clock.now()
    const { held, current, lack } = frameOf(reply.request, needs)
    const [open, chosen, views] = await Promise.all([
      sessions.openOf(person.id, now),
      needs.mailChoices.of(person.id),
      needs.accountViews.latestOf(person.id, viewsShown),
    ])
    const lines = open.filter(({ kind }) => kind !== 'half_staff').map(each => lineOf(each, session.id))
    const page: SettingsPage = {
      ...shellOf(reply, {
        title: 'Settings',
        supportEmail,
        person,
        switcher: switcherOf(held, current?.id ?? null, lack === null),
        notice: noticeOf(notice, undefined),
      }),
      section: 'settings',
      name: person.name,
      email: person.email,
      problem,
      sessions: lines,
      hasOthers: lines.length > 1,
      mailChoices: mailOptions.map(name => ({ name, label: mailLabels[name], isChosen: chosen[name] })),
      lookedAt: views.map(view => lookedAtLineOf(view, held, now)),
    }
    return reply.type('text/html; charset=utf-8').send(render('settings', page))
  }

  app.get('/', { prefixTrailingSlash: 'no-slash', schema: query }, async (request, reply) =>
    draw(reply, askingOf(request), { notice: request.query.notice }),
  )

  app.post(
    '/password',
    { ...form, schema: { body: PasswordForm }, config: { rateLimit: tries } },
    async (request, reply) => {
      const asking = askingOf(request)
      const { current, next } = request.body
      try {
        const kept = asking.session.id
        const change = { current: new Secret(current), next: new Secret(next), kept }
        await changePassword.run(asking.person, change)
        return reply.redirect(settingsWith('password_changed'), 303)
      } catch (refusal) {
        if (!(refusal instanceof CurrentPasswordWrong || refusal instanceof PasswordRefused)) throw refusal
        return draw(reply.code(422), asking, { problem: problemOf(refusal) })
      }
    },
  )

  app.post('/mail', { ...form, schema: { body: MailForm } }, async (request, reply) => {
    const { mail = [] } = request.body
    const wanted: readonly MailOption[] = [mail].flat()
    const choice = Object.fromEntries(mailOptions.map(option => [option, wanted.includes(option)]))
    await needs.chooseMails.run({ personId: askingOf(request).person.id }, choice)
    return reply.redirect(settingsWith('mails_chosen'), 303)
  })

  app.post('/sessions/:id/end', { ...form, schema: { params } }, async (request, reply) => {
    await endSessions.one(askingOf(request).person.id, request.params.id as SessionId)
    return reply.redirect(settingsWith('session_ended'), 303)
  })

  app.post('/sessions/end-others', form, async (request, reply) => {
    const { person, session } = askingOf(request)
    await endSessions.allBut(person.id, session.id)
    return reply.redirect(settingsWith('others_signed_out'), 303)
  })

  app.post('/sessions/end-all', form, async (request, reply) => {
    await endSessions.all(askingOf(request).person.id)
    request.session.delete()
    return reply.redirect('/login', 303)
  })
}

const lineOf = ({ id, kind, device, openedAt, lastSeenAt }: Session, thisId: SessionId): SessionLine => ({
  id,
  device,
  where: kind === 'staff' ? 'Support console' : null,
  opened: formatMoment(openedAt),
  seen: formatMoment(lastSeenAt),
  isThis: id === thisId,
})

/** A closed connection's name may be erased. */
const lookedAtLineOf = (view: NamedView, held: readonly HeldConnection[], now: Date): LookedAtLine => {
  const { viewerName: who, at } = view
  if (view.looked === 'as_seller') {
    const { until } = view
    return now < until
      ? { who, what: 'is viewing your pages', when: `Since ${formatMoment(at)}` }
      : { who, what: 'viewed your pages', when: formatSpan(at, until) }
  }
  const { connectionId } = view
  const looked = held.find(({ id }) => id === connectionId)
  const { name, marketplace } = looked ? accountLabel(looked.profile) : { name: null, marketplace: null }
  const past = connectionId ? '· an account that is no longer connected' : '· your sign-in and plan'
  return { who, what: name ? `· ${isolated(name)} — ${marketplace}` : past, when: formatMoment(at) }
}

const settingsWith = (notice: NoticeCode): string => `/dashboard/settings?notice=${notice}`
