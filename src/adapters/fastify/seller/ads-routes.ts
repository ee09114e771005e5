import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyRequest } from 'fastify'
import { type Static, Type } from 'typebox'
import { Connections } from '../../../application/connection/ports.ts'
import { RecordProgressView } from '../../../application/email/record-progress-view.ts'
import { GetSyncProgress } from '../../../application/ingestion/get-sync-progress.ts'
import { GetDashboard } from '../../../application/performance/get-dashboard.ts'
import type { PlanRestriction } from '../../../domain/access/subscription.ts'
import {
  type ClosedConnection,
  isRetained,
  type LiveConnection,
} from '../../../domain/connection/connection.ts'
import { pendingStepOf } from '../../../domain/connection/pending-step.ts'
import { regionNames } from '../../../domain/profile/region.ts'
import { isReference } from '../../../domain/timeline/reference.ts'
import { planRestrictionText } from '../kit/errors/seller-error-pages.ts'
import { formatDate } from '../kit/formats.ts'
import { noticeOf, notReachedCode } from '../kit/notices/notices.ts'
import { requireSignIn } from '../kit/sessions.ts'
import { accountLabel, type shellOf } from '../kit/shell.ts'
import type { Notice } from '../kit/shell-model.ts'
import type { RouteOptions } from '../kit/web-app.ts'
import {
  accountNotice,
  notRenewedNotice,
  pendingNotice,
  planRestrictionNotice,
  resumeNotice,
} from './ads-notices.ts'
import { adsPageContext, pageRenderer } from './ads-page-context.ts'
import { pendingChoice } from './connecting/pending-choice.ts'
import { pickerPage } from './connecting/picker-page.ts'
import { profileNotReachedNotice, reauthorisationPage } from './connecting/reauthorisation-page.ts'
import { dashboardPage, otherDaysPage } from './figures/dashboard-page.ts'
import {
  parseChartedMetrics,
  parseCounting,
  parsePeriodChoice,
  periodControls,
  periodParameters,
  periodQuery,
} from './figures/period-query.ts'
import type { NoPlanPage, WelcomePage } from './page-models/connecting.ts'
import { sellerStateOf } from './seller-state.ts'
import { waitingPage } from './waiting-page.ts'

const AdsQuery = Type.Object({
  account: Type.Optional(Type.String({ maxLength: 100 })),
  notice: Type.Optional(Type.String({ maxLength: 50 })),
  ref: Type.Optional(Type.String({ maxLength: 20 })),
  /** Profile that the one-account rule blocked. */
  choose: Type.Optional(Type.String({ maxLength: 20 })),
  /** Live profile for which a different Amazon user authorised. */
  confirm: Type.Optional(Type.String({ maxLength: 20 })),
  view: Type.Optional(Type.Literal('dashboard')),
  refresh: Type.Optional(Type.String({ maxLength: 10 })),
  ...periodQuery,
})

const campaignLimit = 50

export const adsRoutes: FastifyPluginAsyncTypebox<RouteOptions> = async (app, options) => {
  const { get, clock } = options
  const connections = get(Connections)
  const getSyncProgress = get(GetSyncProgress)
  const recordProgressView = get(RecordProgressView)
  const getDashboard = get(GetDashboard)
  app.addHook('preValidation', requireSignIn)

  app.get(
    '/',
    { schema: { querystring: AdsQuery }, prefixTrailingSlash: 'slash' },
    async (request, reply) => {
      const { account, notice: code, ref, choose, confirm, view, refresh } = request.query
      const context = adsPageContext(request, options, account)
      const { live, current, planRestriction, signedIn } = context
      const renderPage = pageRenderer(reply, options, context)
      const next = pendingStepOf(sellerStateOf(request), clock.now())
      const actionNotice =
        pendingNotice(next) ??
        notReachedNotice(request, current) ??
        (code === 'renewed' && current ? notRenewedNotice(current, options, clock.now()) : null) ??
        noticeOf(code, ref)

      // An account in the URL overrides a pending choice.
      const pending = account && current ? null : pendingChoice(next, { live, choose, confirm })
      if (pending?.choice === 'reauthorisation') {
        return renderPage(
          'ads/reauthorisation',
          shell => reauthorisationPage(shell, pending),
          'Authorise again',
          actionNotice,
        )
      }
      if (pending?.choice === 'profile') {
        const choice = { ...pending, live, now: clock.now() }
        const notice = planRestriction
          ? planRestrictionNotice(current, planRestriction, actionNotice)
          : actionNotice
        return renderPage('ads/picker', shell => pickerPage(shell, choice), 'Choose an account', notice)
      }

      const loading = current && (await getSyncProgress.execute(current))
      const pageNotice =
        (planRestriction
          ? planRestrictionNotice(current, planRestriction, actionNotice)
          : (actionNotice ?? (current && accountNotice(current, loading, options, clock.now())))) ??
        resumeNotice(next)
      if (!current || !loading) {
        const closed = await connections.closedByUser(signedIn.user.id)
        return renderPage(
          ...(planRestriction && !current ? noPlan(planRestriction) : welcome(closed, clock.now())),
          pageNotice,
        )
      }
      await recordProgressView.execute(current.id)
      const isFinished = loading.progress.stage === 'ready' || loading.progress.stage === 'failed'
      const canOpenEarly = view === 'dashboard' || loading.run.kind === 'reauthorisation'
      const { timezone } = current.profile
      const counting = parseCounting(request.query)
      const target = { connectionId: current.id, timezone }
      const dashboardResult =
        isFinished || canOpenEarly
          ? await getDashboard.execute(target, parsePeriodChoice(request.query), counting, campaignLimit)
          : null
      if (!dashboardResult || dashboardResult.result === 'nothing_loaded') {
        const { statusPollSeconds: pollSeconds } = options
        const waitingDetails = { connection: current, loading, pollSeconds, refreshes: refresh === 'on' }
        return renderPage(
          'ads/waiting',
          shell => waitingPage(shell, waitingDetails),
          'Loading your data',
          pageNotice,
        )
      }
      const { loaded } = dashboardResult
      const { columns, line, count } = request.query
      const otherParameters = { account, columns, line, count }
      if (dashboardResult.result === 'outside_loaded_days') {
        const controls = periodControls(request.query, otherParameters, {
          loaded,
          shown: null,
          path: '/dashboard/ads/',
        })
        const details = { connection: current, controls, loaded }
        return renderPage('ads/other-days', shell => otherDaysPage(shell, details), 'Ads', pageNotice)
      }
      const { dashboard } = dashboardResult
      const controls = periodControls(request.query, otherParameters, {
        loaded,
        shown: dashboard.days,
        path: '/dashboard/ads/',
      })
      const details = {
        connection: current,
        dashboard,
        charted: parseChartedMetrics(request.query),
        counting,
        queryParameters: { account, ...periodParameters(request.query) },
        controls,
        loading,
      }
      return renderPage('ads/dashboard', shell => dashboardPage(shell, details), 'Ads', pageNotice)
    },
  )
}

type PageArguments = [
  view: string,
  model: (shell: ReturnType<typeof shellOf>) => ReturnType<typeof shellOf>,
  title: string,
]

const welcome = (closed: readonly ClosedConnection[], now: Date): PageArguments => [
  'ads/welcome',
  (shell): WelcomePage => ({
    ...shell,
    otherRegions: (['eu', 'fe'] as const).map(value => ({ value, name: regionNames[value] })),
    disconnected: closed
      .filter(connection => isRetained(connection, now))
      .map(({ id, profile, eraseAt }) => ({ ...accountLabel(profile), id, until: formatDate(eraseAt) })),
  }),
  'Connect your account',
]

const noPlan = (planRestriction: PlanRestriction): PageArguments => [
  'ads/no-plan',
  (shell): NoPlanPage => ({ ...shell, planRestriction: planRestrictionText(planRestriction) }),
  'Your plan',
]

/** S-26: the callback left the Amazon user's name in the session, because a URL must not hold it. */
function notReachedNotice(
  request: FastifyRequest<{ Querystring: Static<typeof AdsQuery> }>,
  current: LiveConnection | null,
): Notice | null {
  const { notice, ref } = request.query
  if (notice !== notReachedCode || !current) return null
  const amazonUser = request.session.get('rejectedAmazonUser') ?? null
  return profileNotReachedNotice(current, { amazonUser, reference: ref && isReference(ref) ? ref : null })
}
