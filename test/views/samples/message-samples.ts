import { errorPageFor } from '../../../src/adapters/fastify/kit/errors/domain-error-pages.ts'
import { planRestrictionText } from '../../../src/adapters/fastify/kit/errors/seller-error-pages.ts'
import type { NoticeCode } from '../../../src/adapters/fastify/kit/notices/notice-texts.ts'
import { noticeCodes, noticeOf } from '../../../src/adapters/fastify/kit/notices/notices.ts'
import type { ErrorPage, Notice, StaffShell } from '../../../src/adapters/fastify/kit/shell-model.ts'
import { planRestrictionNotice, resumeNotice } from '../../../src/adapters/fastify/seller/ads-notices.ts'
import { profileNotReachedNotice } from '../../../src/adapters/fastify/seller/connecting/reauthorisation-page.ts'
import { healthNotice } from '../../../src/adapters/fastify/seller/health-texts.ts'
import type { NoPlanPage } from '../../../src/adapters/fastify/seller/page-models/connecting.ts'
import type { PlanRestriction } from '../../../src/domain/access/subscription.ts'
import type { ConnectionId } from '../../../src/domain/identifiers.ts'
import { anActiveConnection, aProfile, noon } from '../../support/examples.ts'
import { healths } from '../healths.ts'
import { settings, user } from './access-samples.ts'
import { welcome } from './connecting-pages.ts'
import { errorPage, signIn } from './page-samples.ts'
import { dashboard } from './performance-pages.ts'
import { request } from './requests-samples.ts'
import type { Sample } from './sample.ts'
import { sampleShell as shell } from './sample.ts'
import { signedOutShell, staffShell } from './second-factor-samples.ts'

/** The page of each notice; the welcome screen by default. */
const pagesOfNotices: Partial<Record<NoticeCode, Omit<Sample, 'name'>>> = {
  password_set: { view: 'sign-in', page: signIn },
  renewed: { view: 'ads/dashboard', page: dashboard },
  reopened: { view: 'ads/dashboard', page: dashboard },
  nothing_reauthorised: { view: 'ads/dashboard', page: dashboard },
}
const settingsNotices: readonly NoticeCode[] = [
  'password_changed',
  'session_ended',
  'other_sessions_ended',
  'email_preferences_saved',
]
for (const code of settingsNotices) pagesOfNotices[code] = { view: 'settings', page: settings }
const userNotices: readonly NoticeCode[] = [
  'plan_changed',
  'plan_unchanged',
  'plan_conflict',
  'role_changed',
  'role_unchanged',
  'role_conflict',
  'user_signed_out',
  'no_sessions_to_end',
  'second_factor_removed',
  'no_second_factor',
  'user_invited',
  'connect_link_sent',
]
for (const code of userNotices) pagesOfNotices[code] = { view: 'staff/user', page: user }
for (const code of [
  'request_answered',
  'request_note_added',
  'request_status_changed',
  'request_unchanged',
] as const)
  pagesOfNotices[code] = { view: 'staff/request', page: request }

const noticeSamples = noticeCodes.map((code): Sample => {
  const { view, page } = pagesOfNotices[code] ?? { view: 'ads/welcome', page: welcome }
  return { name: `told-${code}`, view, page: { ...page, notice: noticeOf(code, '7F3K-2QXD') } }
})

const planRestrictions: readonly PlanRestriction[] = [
  { kind: 'no_plan' },
  { kind: 'not_full_suite', plan: 'listing_tools' },
  { kind: 'lapsed', plan: 'annual', endedAt: noon },
]

const connection = anActiveConnection({
  id: '0f9d3f6e-2a34-4c55-9a0e-0d5f4b1c7e21' as ConnectionId,
  profile: aProfile({ accountName: 'متجر النور!', country: 'AE' }),
})
const about = { id: 'c-0' as ConnectionId, supportEmail: shell.supportEmail, now: noon }
const healthNotices = Object.entries(healths).flatMap(([name, health]): [string, Notice][] => {
  const notice = healthNotice(health, about)
  return notice ? [[name, notice]] : []
})
const dashboardNotices: readonly [string, Notice | null][] = [
  ...healthNotices,
  ['paused', planRestrictionNotice(connection, planRestrictions[2] ?? { kind: 'no_plan' }, null)],
  [
    'not-reached',
    profileNotReachedNotice(connection, { amazonUser: '⁨سارة⁩ (sam@amazon.example)', reference: '7F3K-2QXD' }),
  ],
  ['another-choice', resumeNotice({ step: 'choose_profile' })],
]

const errors: readonly { readonly code: string; readonly [field: string]: unknown }[] = [
  { code: 'dashboard_not_for_support' },
  { code: 'access_link_invalid' },
  { code: 'sign_in_delayed', waitSeconds: 30 },
  { code: 'sign_in_closed' },
  { code: 'connect_link_invalid' },
  { code: 'connect_link_for_another_user', email: 'somebody.else@demo.test' },
  ...planRestrictions.map(planRestriction => ({ code: 'plan_required', planRestriction })),
  { code: 'pending_expired' },
  { code: 'pending_undecryptable' },
  { code: 'no_pending_connection' },
  { code: 'picker_outdated' },
  { code: 'profile_not_listed' },
  { code: 'profile_not_eligible', why: 'agency' },
  { code: 'profile_not_eligible', why: 'unknown_account_type' },
  { code: 'profile_not_eligible', why: 'unknown_timezone' },
  { code: 'profile_not_eligible', why: 'amazon_attribution' },
  { code: 'replacement_outdated' },
  { code: 'still_connected', connectionId: 'c-0' },
  { code: 'connection_not_found' },
]
const staffErrors = [
  'second_factor_locked',
  'staff_only',
  'admins_only',
  'user_not_found',
  'plan_conflict',
  'role_conflict',
  'cannot_change_own_role',
  'cannot_remove_own_second_factor',
  'email_already_registered',
  'user_has_no_dashboard',
  'support_request_not_found',
]

function createErrorSample(
  error: { readonly code: string },
  at: number,
  shellOverrides?: StaffShell,
): Sample {
  const errorTexts = errorPageFor(error)
  if (!errorTexts) throw new Error(`${error.code} has no page`)
  const { status, heading, sentence, link } = errorTexts
  const page: ErrorPage = {
    ...errorPage(status, heading, sentence, null),
    ...shellOverrides,
    title: heading,
    ...(link && { link }),
  }
  return { name: `refused-${error.code}-${at}`, view: 'error', page }
}

export const messageSamples: readonly Sample[] = [
  ...noticeSamples,
  ...dashboardNotices.map(
    ([name, notice]): Sample => ({
      name: `dashboard-${name}`,
      view: 'ads/dashboard',
      page: { ...dashboard, notice },
    }),
  ),
  ...planRestrictions.map((planRestriction): Sample => {
    const page: NoPlanPage = {
      ...shell,
      title: 'Your plan',
      planRestriction: planRestrictionText(planRestriction),
    }
    return { name: `lack-${planRestriction.kind}`, view: 'ads/no-plan', page }
  }),
  ...errors.map((error, at) => createErrorSample(error, at)),
  ...staffErrors.map((code, at) => createErrorSample({ code }, at, at === 0 ? signedOutShell : staffShell)),
]
