import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyReply } from 'fastify'
import { Type } from 'typebox'
import { ChangePassword } from '../../../../application/access/change-password.ts'
import { EndSessions } from '../../../../application/access/end-sessions.ts'
import {
  type Session,
  Sessions,
  type StaffAccessEntry,
  StaffAccessLog,
} from '../../../../application/access/ports.ts'
import { EmailPreferenceStore } from '../../../../application/email/ports.ts'
import { UpdateEmailPreferences } from '../../../../application/email/update-email-preferences.ts'
import { CurrentPasswordIncorrect, PasswordNotAllowed } from '../../../../domain/access/password.ts'
import { bidiIsolate } from '../../../../domain/bidi-isolate.ts'
import type { LiveConnection } from '../../../../domain/connection/connection.ts'
import { type EmailPreferenceName, emailPreferenceNames } from '../../../../domain/email/email-message.ts'
import type { SessionId } from '../../../../domain/identifiers.ts'
import { Secret } from '../../../../domain/secret.ts'
import { deviceCookie } from '../../kit/browser-security.ts'
import { errorMessageOf } from '../../kit/errors/domain-error-pages.ts'
import { formatDateTime, formatSpan } from '../../kit/formats.ts'
import type { NoticeCode } from '../../kit/notices/notice-texts.ts'
import { noticeOf } from '../../kit/notices/notices.ts'
import { withPublishedFailure } from '../../kit/request-signals.ts'
import { requireSignIn, type SignedInUser, signedInUser } from '../../kit/sessions.ts'
import { accountLabel, shellOf, switcherOf } from '../../kit/shell.ts'
import { currentPasswordRateLimit } from '../../kit/sign-in-limits.ts'
import type { RouteOptions } from '../../kit/web-app.ts'
import { adsPageContext } from '../ads-page-context.ts'
import type { SessionItem, SettingsPage, StaffAccessRow } from '../page-models/access.ts'

const params = Type.Object({ id: Type.String({ pattern: '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' }) })
const query = { querystring: Type.Object({ notice: Type.Optional(Type.String({ maxLength: 100 })) }) }
const PasswordForm = Type.Object({
  current: Type.String({ maxLength: 1024 }),
  next: Type.String({ maxLength: 4096 }),
})

const Option = Type.Union(emailPreferenceNames.map(option => Type.Literal(option)))
/** Unticked boxes aren't sent. */
const EmailForm = Type.Object({
  mail: Type.Optional(Type.Union([Option, Type.Array(Option, { maxItems: 10 })])),
})

const maxAccessEntries = 20

const emailLabels: Readonly<Record<EmailPreferenceName, string>> = {
  ready: 'Email me when data is ready and I’ve left the page',
  reminders: 'Remind me when an account still needs authorisation',
}

export const settingsRoutes: FastifyPluginAsyncTypebox<RouteOptions> = async (app, options) => {
  const { get, clock, render, supportEmail } = options
  const sessions = get(Sessions)
  const changePassword = get(ChangePassword)
  const knownDevice = deviceCookie(options.publicUrl)
  const endSessions = get(EndSessions)
  const emailPreferenceStore = get(EmailPreferenceStore)
  const updateEmailPreferences = get(UpdateEmailPreferences)
  const staffAccessLog = get(StaffAccessLog)
  app.addHook('preValidation', requireSignIn)
  const form = { preHandler: app.csrfProtection }

  const sendPage = async (
    reply: FastifyReply,
    { user, session }: SignedInUser,
    { notice, problem = null }: { notice?: string | undefined; problem?: string | null },
  ) => {
    const now = clock.now()
    const { live, current, planRestriction } = adsPageContext(reply.request, options)
    const [activeSessions, preferences, accessEntries] = await Promise.all([
      sessions.activeByUser(user.id, now),
      emailPreferenceStore.of(user.id),
      staffAccessLog.latestOf(user.id, maxAccessEntries),
    ])
    const sessionItems = activeSessions
      .filter(({ kind }) => kind !== 'staff_pending_second_factor')
      .map(each => sessionItem(each, session.id))
    const page: SettingsPage = {
      ...shellOf(reply, {
        title: 'Settings',
        supportEmail,
        user,
        switcher: switcherOf(live, current?.id ?? null, planRestriction === null),
        notice: noticeOf(notice, undefined),
      }),
      section: 'settings',
      name: user.name,
      email: user.email,
      problem,
      sessions: sessionItems,
      hasOtherSessions: sessionItems.length > 1,
      emailPreferenceStore: emailPreferenceNames.map(name => ({
        name,
        label: emailLabels[name],
        isChosen: preferences[name],
      })),
      viewedAt: accessEntries.map(view => staffAccessRow(view, live, now)),
    }
    return reply.type('text/html; charset=utf-8').send(render('settings', page))
  }

  app.get('/', { prefixTrailingSlash: 'no-slash', schema: query }, async (request, reply) =>
    sendPage(reply, signedInUser(request), { notice: request.query.notice }),
  )

  app.post(
    '/password',
    { ...form, schema: { body: PasswordForm }, config: { rateLimit: currentPasswordRateLimit } },
    async (request, reply) => {
      const signedIn = signedInUser(request)
      const { current, next } = request.body
      try {
        const deviceToken = knownDevice.read(request)
        const { session } = signedIn
        const change = { current: new Secret(current), next: new Secret(next), session, deviceToken }
        const { token } = await withPublishedFailure(changePassword.execute(signedIn.user, change))
        request.session.set('token', token.reveal())
        return reply.redirect(settingsUrl('password_changed'), 303)
      } catch (error) {
        if (!(error instanceof CurrentPasswordIncorrect || error instanceof PasswordNotAllowed)) throw error
        return sendPage(reply.code(422), signedIn, { problem: errorMessageOf(error) })
      }
    },
  )

  app.post('/mail', { ...form, schema: { body: EmailForm } }, async (request, reply) => {
    const { mail: options = [] } = request.body
    const wanted: readonly EmailPreferenceName[] = [options].flat()
    const choice = Object.fromEntries(emailPreferenceNames.map(option => [option, wanted.includes(option)]))
    await updateEmailPreferences.execute({ userId: signedInUser(request).user.id }, choice)
    return reply.redirect(settingsUrl('email_preferences_saved'), 303)
  })

  app.post('/sessions/:id/end', { ...form, schema: { params } }, async (request, reply) => {
    await endSessions.endOne(signedInUser(request).user.id, request.params.id as SessionId)
    return reply.redirect(settingsUrl('session_ended'), 303)
  })

  app.post('/sessions/end-others', form, async (request, reply) => {
    const { user, session } = signedInUser(request)
    await endSessions.endAllExcept(user.id, session.id)
    return reply.redirect(settingsUrl('other_sessions_ended'), 303)
  })

  app.post('/sessions/end-all', form, async (request, reply) => {
    await endSessions.endAll(signedInUser(request).user.id)
    request.session.delete()
    return reply.redirect('/login', 303)
  })
}

const sessionItem = (
  { id, kind, device, openedAt, lastSeenAt }: Session,
  thisId: SessionId,
): SessionItem => ({
  id,
  device,
  where: kind === 'staff' ? 'Support console' : null,
  opened: formatDateTime(openedAt),
  seen: formatDateTime(lastSeenAt),
  isCurrent: id === thisId,
})

const staffAccessRow = (
  view: StaffAccessEntry,
  live: readonly LiveConnection[],
  now: Date,
): StaffAccessRow => {
  const { viewerName: who, at } = view
  if (view.how === 'as_seller') {
    const { until } = view
    return now < until
      ? { who, what: 'is viewing your pages', when: `Since ${formatDateTime(at)}` }
      : { who, what: 'viewed your pages', when: formatSpan(at, until) }
  }
  const { connectionId } = view
  const viewedConnection = live.find(({ id }) => id === connectionId)
  const { name, marketplace } = viewedConnection
    ? accountLabel(viewedConnection.profile)
    : { name: null, marketplace: null }
  const fallback = connectionId
    ? 'viewed an account that is no longer connected'
    : 'viewed your sign-in and plan'
  return {
    who,
    what: name ? `viewed ${bidiIsolate(name)} — ${marketplace}` : fallback,
    when: formatDateTime(at),
  }
}

const settingsUrl = (notice: NoticeCode): string => `/dashboard/settings?notice=${notice}`
