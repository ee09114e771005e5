import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyReply } from 'fastify'
import { Type } from 'typebox'
import type { People } from '../../application/access/ports.ts'
import type { Offer, OfferProfiles } from '../../application/connection/index.ts'
import type { Connections } from '../../application/connection/ports.ts'
import type { CheckProgress } from '../../application/ingestion/index.ts'
import type { ShowFigures } from '../../application/performance/index.ts'
import type { Clock } from '../../application/ports.ts'
import { type Lack, lackOf } from '../../domain/access/subscription.ts'
import type { AuthorisationLoss, HeldConnection } from '../../domain/connection/connection.ts'
import { consentEndToWarnOf } from '../../domain/connection/consent.ts'
import { findOffered, type PendingConnection } from '../../domain/connection/pending-connection.ts'
import { ConnectionNotFound } from '../../domain/connection/refusals.ts'
import type { ProfileId } from '../../domain/identifiers.ts'
import { regionNames } from '../../domain/profile/region.ts'
import { referenceOf } from '../../domain/timeline/reference.ts'
import { dashboardPage } from './dashboard-page.ts'
import { formatDate } from './formats.ts'
import { type NoticeCode, noticeOf } from './notices.ts'
import type { NoPlanPage, Notice, WelcomePage } from './page-models.ts'
import { pickerPage } from './picker-page.ts'
import { lackWords } from './refusal-pages.ts'
import { type Asking, askingOf, demandSignIn } from './seller-session.ts'
import { shellOf, switcherOf } from './shell.ts'
import type { Render } from './templates.ts'
import { problemOf, waitingPage } from './waiting-page.ts'

export interface AdsNeeds {
  readonly people: Pick<People, 'subscriptionOf'>
  readonly connections: Pick<Connections, 'heldBy'>
  readonly offerProfiles: OfferProfiles
  readonly checkProgress: CheckProgress
  readonly showFigures: ShowFigures
  readonly clock: Clock
  readonly render: Render
  readonly supportEmail: string
  readonly statusPollSeconds: number
  /** For how many days Amazon keeps a consent. */
  readonly consentDays: number
}

const AdsQuery = Type.Object({
  account: Type.Optional(Type.String({ maxLength: 100 })),
  notice: Type.Optional(Type.String({ maxLength: 50 })),
  ref: Type.Optional(Type.String({ maxLength: 20 })),
  /** The profile that the one-account limit blocked. */
  choose: Type.Optional(Type.String({ maxLength: 20 })),
  view: Type.Optional(Type.Literal('dashboard')),
  refresh: Type.Optional(Type.String({ maxLength: 10 })),
})

/** The campaigns table shows the most expensive; the whole of it has a page of its own later. */
const campaignLimit = 50

/** `Dashboard → Ads`: one page whose content is the state, and the status that the waiting screen asks for. */
export const adsRoutes: FastifyPluginAsyncTypebox<AdsNeeds> = async (app, needs) => {
  const { people, connections, offerProfiles, checkProgress, showFigures, clock } = needs
  app.addHook('preValidation', demandSignIn)

  app.get(
    '/',
    { schema: { querystring: AdsQuery }, prefixTrailingSlash: 'slash' },
    async (request, reply) => {
      const asking = askingOf(request)
      const { account, notice: code, ref, choose, view, refresh } = request.query
      const personId = asking.person.id
      const [subscription, held] = await Promise.all([
        people.subscriptionOf(personId),
        connections.heldBy(personId),
      ])
      const lack = lackOf(subscription, clock.now())
      const offer = await offerProfiles.run(personId)
      const current = currentOf(held, account, asking)
      const draw = pageDrawer(reply, needs, { asking, held, current, lack })
      const told = offerNotice(offer) ?? noticeOf(code, ref)
      const notice = lack
        ? lackNotice(current, lack, told)
        : (told ?? authorisationNotice(current, needs.consentDays, clock.now()))

      const aside = notice ?? resumeNotice(offer)

      // An account that was asked for by name is shown even while a choice is open elsewhere.
      if (offer.offer === 'picker' && !(account && current)) {
        return draw(
          'ads/picker',
          shell => pickerPage(shell, { ...pickerChoice(offer.pending, choose), held, now: clock.now() }),
          'Choose an account',
          notice,
        )
      }
      if (!current) return draw(...(lack ? noPlan(lack) : welcome), aside)

      const loading = await checkProgress.run(current)
      if (!loading) return draw(...welcome, aside)
      const isSettled = loading.progress.stage === 'ready' || loading.progress.stage === 'failed'
      const opensEarly = view === 'dashboard' || loading.run.kind === 'renewal'
      const dashboard = isSettled || opensEarly ? await showFigures.run(current.id, campaignLimit) : null
      if (!dashboard) {
        const { statusPollSeconds: pollSeconds } = needs
        const waiting = { connection: current, loading, pollSeconds, refreshes: refresh === 'on' }
        return draw('ads/waiting', shell => waitingPage(shell, waiting), 'Loading your data', aside)
      }
      return draw(
        'ads/dashboard',
        shell => dashboardPage(shell, { connection: current, dashboard, loading }),
        'Ads',
        aside,
      )
    },
  )

  app.get(
    '/status',
    {
      schema: { querystring: Type.Object({ account: Type.Optional(Type.String({ maxLength: 100 })) }) },
      config: { answersJson: true },
    },
    async (request, reply) => {
      const asking = askingOf(request)
      const current = currentOf(await connections.heldBy(asking.person.id), request.query.account, asking)
      const loading = current && (await checkProgress.run(current))
      if (!loading)
        return reply.code(404).send({ error: 'nothing_loading', sentence: 'No account is connected.' })
      const { stage, stages, reports, estimate } = loading.progress
      const problem = problemOf(loading)
      return { stage, stages, reports, estimate, problem, nextPollSeconds: needs.statusPollSeconds }
    },
  )
}

/**
 * The account that a page is about: the one that the address names, else the browser's choice, else the first.
 * @throws {ConnectionNotFound} for an address that names another person's, or none (S-29).
 */
function currentOf(
  held: readonly HeldConnection[],
  account: string | undefined,
  asking: Asking,
): HeldConnection | null {
  if (account) {
    const named = held.find(({ id }) => id === account)
    if (!named) throw new ConnectionNotFound()
    return named
  }
  return held.find(({ id }) => id === asking.session.currentConnectionId) ?? held[0] ?? null
}

/** Everything around the page, the same for each of its states. */
function pageDrawer(
  reply: FastifyReply,
  { render, supportEmail }: AdsNeeds,
  around: {
    readonly asking: Asking
    readonly held: readonly HeldConnection[]
    readonly current: HeldConnection | null
    readonly lack: Lack | null
  },
) {
  const { asking, held, current, lack } = around
  const switcher = switcherOf(held, current?.id ?? null, lack === null)
  return (
    view: string,
    model: (shell: ReturnType<typeof shellOf>) => ReturnType<typeof shellOf>,
    title: string,
    notice: Notice | null,
  ) => {
    const shell = shellOf(reply, { title, supportEmail, person: asking.person, switcher, notice })
    return reply.type('text/html; charset=utf-8').send(render(view, model(shell)))
  }
}

type Drawing = [
  view: string,
  model: (shell: ReturnType<typeof shellOf>) => ReturnType<typeof shellOf>,
  title: string,
]

const welcome: Drawing = [
  'ads/welcome',
  (shell): WelcomePage => ({
    ...shell,
    otherRegions: (['eu', 'fe'] as const).map(value => ({ value, name: regionNames[value] })),
  }),
  'Connect your account',
]

const noPlan = (lack: Lack): Drawing => [
  'ads/no-plan',
  (shell): NoPlanPage => ({ ...shell, lack: lackWords(lack) }),
  'Your plan',
]

function pickerChoice(pending: PendingConnection, choose: string | undefined) {
  return { pending, chosen: choose ? findOffered(pending.readings, choose as ProfileId) : null }
}

/** S-10, S-15. */
function offerNotice(offer: Offer): Notice | null {
  if (offer.offer === 'expired') return noticeOf('pending_expired', referenceOf(offer.attemptId))
  if (offer.offer === 'unreadable') return noticeOf('pending_unreadable', referenceOf(offer.attemptId))
  if (offer.offer !== 'no_profiles') return null
  const code: NoticeCode = offer.agencies > 0 ? 'agencies_only' : 'no_profiles'
  return noticeOf(code, referenceOf(offer.attemptId))
}

/** S-02: above an account the lack comes first; without one the page itself is about it. Neither leads to Amazon. */
function lackNotice(current: HeldConnection | null, lack: Lack, told: Notice | null): Notice | null {
  if (!current) return told && { ...told, offersConnect: false }
  const { title, sentence, mend } = lackWords(lack)
  return {
    tone: 'warning',
    title,
    sentence: `${sentence} ${pauses[current.status]} ${mend}`,
    reference: null,
    steps: [],
    way: null,
    offersConnect: false,
  }
}

/** S-03. */
const pauses: Readonly<Record<HeldConnection['status'], string>> = {
  active:
    'Syncing has stopped and what was loaded stays; it goes on by itself as soon as a full-suite plan is active.',
  needs_authorisation:
    'Syncing has stopped and what was loaded stays; it also needs your authorisation at Amazon to go on.',
}

/** What the account's own state has to say when nothing else does. */
function authorisationNotice(current: HeldConnection | null, consentDays: number, now: Date): Notice | null {
  if (!current) return null
  const notice = { tone: 'warning', steps: [], way: null, offersConnect: true } as const
  if (current.status === 'needs_authorisation') {
    const title = 'This account needs your authorisation'
    const sentence = `${losses[current.why]}, so syncing has stopped. What was loaded stays.`
    return { ...notice, title, sentence, reference: referenceOf(current.id) }
  }
  const end = consentEndToWarnOf(current.grant.consentedAt, consentDays, now)
  if (!end) return null
  const title = `Your permission at Amazon ends on ${formatDate(end)}`
  const sentence =
    'Amazon lets a permission last for a year. Connect the account again before then, and nothing is interrupted.'
  return { ...notice, title, sentence, reference: null }
}

const losses: Readonly<Record<AuthorisationLoss, string>> = {
  grant_gone: 'The permission that you gave at Amazon is gone',
  consent_expired: 'The permission that you gave at Amazon has run out, as each does after a year',
  profile_rights_lost: 'Your Amazon login may no longer read this advertising account',
}

/** S-14: the choice that is open elsewhere, said on an account's own page; the picker itself needs no word of it. */
function resumeNotice(offer: Offer): Notice | null {
  if (offer.offer !== 'picker') return null
  return {
    tone: 'info',
    title: 'An account is waiting to be chosen',
    sentence: 'You have authorised at Amazon and not chosen a profile yet.',
    reference: null,
    steps: [],
    way: { label: 'Resume choosing', href: '/dashboard/ads/' },
    offersConnect: false,
  }
}
