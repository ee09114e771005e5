import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import type { CompleteRenewal, Offer, OfferProfiles } from '../../application/connection/index.ts'
import type { Connections } from '../../application/connection/ports.ts'
import type { CheckProgress } from '../../application/ingestion/index.ts'
import type { NoteLook } from '../../application/mail/index.ts'
import type { ShowFigures } from '../../application/performance/index.ts'
import type { Clock } from '../../application/ports.ts'
import type { Lack } from '../../domain/access/subscription.ts'
import { type ClosedConnection, isKept } from '../../domain/connection/connection.ts'
import { regionNames } from '../../domain/profile/region.ts'
import { frameOf, pageDrawer } from './ads-frame.ts'
import { accountNotice, lackNotice, offerNotice, renewalNotice, resumeNotice } from './ads-notices.ts'
import { dashboardPage, otherDaysPage } from './dashboard-page.ts'
import { formatDate } from './formats.ts'
import { adsPageWith, noticeOf } from './notices.ts'
import { openChoice } from './open-choice.ts'
import type { NoPlanPage, WelcomePage } from './page-models/connecting.ts'
import { chartedIn, choiceIn, periodControls, periodIn, periodQuery } from './period-query.ts'
import { pickerPage } from './picker-page.ts'
import { lackWords } from './refusal-pages.ts'
import { renewalPage } from './renewal-page.ts'
import { recordOf } from './seller-record.ts'
import { askingOf, demandSignIn } from './seller-session.ts'
import { accountLabel, type shellOf } from './shell.ts'
import type { Render } from './templates.ts'
import { waitingPage } from './waiting-page.ts'

export interface AdsNeeds {
  readonly connections: Pick<Connections, 'closedBy'>
  readonly completeRenewal: Pick<CompleteRenewal, 'run'>
  readonly offerProfiles: Pick<OfferProfiles, 'run'>
  readonly checkProgress: CheckProgress
  readonly noteLook: NoteLook
  readonly showFigures: ShowFigures
  readonly clock: Clock
  readonly render: Render
  readonly supportEmail: string
  readonly statusPollSeconds: number
  readonly consentDays: number
}

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

/** Those with the highest spend. */
const campaignLimit = 50

/** `Dashboard → Ads`: one page whose content is the state. */
export const adsRoutes: FastifyPluginAsyncTypebox<AdsNeeds> = async (app, needs) => {
  const { connections, offerProfiles, checkProgress, showFigures, clock } = needs
  app.addHook('preValidation', demandSignIn)

  app.get(
    '/',
    { schema: { querystring: AdsQuery }, prefixTrailingSlash: 'slash' },
    async (request, reply) => {
      const { account, notice: code, ref, choose, confirm, view, refresh } = request.query
      const { person, session } = askingOf(request)
      const { pending } = recordOf(request)
      const renewal =
        pending && (await needs.completeRenewal.run({ personId: person.id, sessionId: session.id }))
      if (renewal?.renewal === 'renewed')
        return reply.redirect(`${adsPageWith('renewed')}&account=${renewal.connectionId}`, 303)
      const offer = renewal || !pending ? nothingOffered : await offerProfiles.run(person.id)
      const frame = frameOf(request, needs, account)
      const { held, current, lack } = frame
      const draw = pageDrawer(reply, needs, frame)
      const told = renewalNotice(renewal) ?? offerNotice(offer) ?? noticeOf(code, ref)

      // An account in the URL is shown despite a pending choice.
      const open = account && current ? null : openChoice(renewal, offer, { held, choose, confirm })
      if (open?.wait === 'renewal') {
        return draw('ads/renewal', shell => renewalPage(shell, open, open.unread), 'Authorise again', told)
      }
      if (open?.wait === 'choice') {
        const choice = { pending: open.pending, chosen: open.chosen, held, now: clock.now() }
        const notice = lack ? lackNotice(current, lack, told) : told
        return draw('ads/picker', shell => pickerPage(shell, choice), 'Choose an account', notice)
      }

      const loading = current && (await checkProgress.run(current))
      const aside =
        (lack
          ? lackNotice(current, lack, told)
          : (told ?? (current && accountNotice(current, loading, needs, clock.now())))) ??
        resumeNotice(renewal, offer)
      if (!current || !loading) {
        const kept = await connections.closedBy(person.id)
        return draw(...(lack && !current ? noPlan(lack) : welcome(kept, clock.now())), aside)
      }
      await needs.noteLook.run(current.id)
      const isSettled = loading.progress.stage === 'ready' || loading.progress.stage === 'failed'
      const opensEarly = view === 'dashboard' || loading.run.kind === 'renewal'
      const { timezone } = current.profile
      const about = { connectionId: current.id, timezone }
      const shown =
        isSettled || opensEarly ? await showFigures.run(about, choiceIn(request.query), campaignLimit) : null
      if (!shown || shown.shows === 'nothing_loaded') {
        const { statusPollSeconds: pollSeconds } = needs
        const awaited = { connection: current, loading, pollSeconds, refreshes: refresh === 'on' }
        return draw('ads/waiting', shell => waitingPage(shell, awaited), 'Loading your data', aside)
      }
      const { loaded } = shown
      const { columns, line } = request.query
      const kept = { account, columns, line }
      if (shown.shows === 'other_days') {
        const controls = periodControls(request.query, kept, { loaded, shown: null, path: '/dashboard/ads/' })
        const its = { connection: current, controls, loaded }
        return draw('ads/other-days', shell => otherDaysPage(shell, its), 'Ads', aside)
      }
      const { dashboard } = shown
      const controls = periodControls(request.query, kept, {
        loaded,
        shown: dashboard.days,
        path: '/dashboard/ads/',
      })
      const its = {
        connection: current,
        dashboard,
        charted: chartedIn(request.query),
        kept: { account, ...periodIn(request.query) },
        controls,
        loading,
      }
      return draw('ads/dashboard', shell => dashboardPage(shell, its), 'Ads', aside)
    },
  )
}

type Drawing = [
  view: string,
  model: (shell: ReturnType<typeof shellOf>) => ReturnType<typeof shellOf>,
  title: string,
]

const welcome = (closed: readonly ClosedConnection[], now: Date): Drawing => [
  'ads/welcome',
  (shell): WelcomePage => ({
    ...shell,
    otherRegions: (['eu', 'fe'] as const).map(value => ({ value, name: regionNames[value] })),
    kept: closed
      .filter(connection => isKept(connection, now))
      .map(({ id, profile, eraseAt }) => ({ ...accountLabel(profile), id, until: formatDate(eraseAt) })),
  }),
  'Connect your account',
]

const noPlan = (lack: Lack): Drawing => [
  'ads/no-plan',
  (shell): NoPlanPage => ({ ...shell, lack: lackWords(lack) }),
  'Your plan',
]

const nothingOffered: Offer = { offer: 'nothing_pending' }
