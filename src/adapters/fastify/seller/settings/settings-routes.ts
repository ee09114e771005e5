import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyReply } from 'fastify'
import { Type } from 'typebox'
import { type StaffAccessEntry, StaffAccessLog } from '../../../../application/access/ports.ts'
import { EmailPreferenceStore } from '../../../../application/email/ports.ts'
import { UpdateEmailPreferences } from '../../../../application/email/update-email-preferences.ts'
import { bidiIsolate } from '../../../../domain/bidi-isolate.ts'
import type { LiveConnection } from '../../../../domain/connection/connection.ts'
import { type EmailPreferenceName, emailPreferenceNames } from '../../../../domain/email/email-message.ts'
import { facePages } from '../../kit/faces.ts'
import { formatDateTime, formatSpan } from '../../kit/formats.ts'
import type { NoticeCode } from '../../kit/notices/notice-texts.ts'
import { noticeOf } from '../../kit/notices/notices.ts'
import { accountRoutes } from '../../kit/second-factor/account-routes.ts'
import { type AccountProblem, accountSectionReader } from '../../kit/second-factor/account-section.ts'
import { requireSignIn, type SignedInUser, signedInUser } from '../../kit/sessions.ts'
import { accountLabel, shellOf, switcherOf } from '../../kit/shell.ts'
import type { RouteOptions } from '../../kit/web-app.ts'
import { adsPageContext } from '../ads-page-context.ts'
import type { SettingsPage, StaffAccessRow } from '../page-models/access.ts'

const query = { querystring: Type.Object({ notice: Type.Optional(Type.String({ maxLength: 100 })) }) }
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
  const readAccountSection = accountSectionReader(options, facePages.seller)
  const emailPreferenceStore = get(EmailPreferenceStore)
  const updateEmailPreferences = get(UpdateEmailPreferences)
  const staffAccessLog = get(StaffAccessLog)
  app.addHook('preValidation', requireSignIn)
  const form = { preHandler: app.csrfProtection }

  const sendPage = async (
    reply: FastifyReply,
    { user, session }: SignedInUser,
    { notice, problem = null }: { notice?: string | undefined; problem?: AccountProblem | null },
  ) => {
    const now = clock.now()
    const { live, current, planRestriction } = adsPageContext(reply.request, options)
    const [account, preferences, accessEntries] = await Promise.all([
      readAccountSection(user, session, problem),
      emailPreferenceStore.of(user.id),
      staffAccessLog.latestOf(user.id, maxAccessEntries),
    ])
    const page: SettingsPage = {
      ...shellOf(reply, {
        title: 'Settings',
        supportEmail,
        user,
        switcher: switcherOf(live, current?.id ?? null, planRestriction === null),
        notice: noticeOf(notice, undefined),
      }),
      section: 'settings',
      account,
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

  app.post('/mail', { ...form, schema: { body: EmailForm } }, async (request, reply) => {
    const { mail: options = [] } = request.body
    const wanted: readonly EmailPreferenceName[] = [options].flat()
    const choice = Object.fromEntries(emailPreferenceNames.map(option => [option, wanted.includes(option)]))
    await updateEmailPreferences.execute({ userId: signedInUser(request).user.id }, choice)
    return reply.redirect(settingsUrl('email_preferences_saved'), 303)
  })

  await app.register(accountRoutes, {
    ...options,
    prefix: '',
    pages: facePages.seller,
    requireSignIn,
    redraw: (request, reply, problem) => sendPage(reply, signedInUser(request), { problem }),
  })
}

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
