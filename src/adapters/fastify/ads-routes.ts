import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyReply } from 'fastify'
import { Type } from 'typebox'
import type { People } from '../../application/access/ports.ts'
import type { CompleteRenewal, Offer, OfferProfiles, Renewal } from '../../application/connection/index.ts'
import type { Connections } from '../../application/connection/ports.ts'
import type { CheckProgress, Loading } from '../../application/ingestion/index.ts'
import type { NoteLook } from '../../application/mail/index.ts'
import type { ShowFigures } from '../../application/performance/index.ts'
import type { Clock } from '../../application/ports.ts'
import { type Lack, lackOf } from '../../domain/access/subscription.ts'
import {
  type ClosedConnection,
  consentOf,
  type HeldConnection,
  isKept,
} from '../../domain/connection/connection.ts'
import { consentEndToWarnOf, isOtherAmazonUser } from '../../domain/connection/consent.ts'
import {
  findOffered,
  type PendingConnection,
  type RegionFailure,
} from '../../domain/connection/pending-connection.ts'
import { ConnectionNotFound } from '../../domain/connection/refusals.ts'
import { healthOf } from '../../domain/health/health.ts'
import type { ProfileId } from '../../domain/identifiers.ts'
import type { AdvertisingProfile } from '../../domain/profile/profile.ts'
import { type Region, regionNames } from '../../domain/profile/region.ts'
import { referenceOf } from '../../domain/timeline/reference.ts'
import { loadingFacts } from './account-page.ts'
import { dashboardPage } from './dashboard-page.ts'
import { formatDate } from './formats.ts'
import { healthNotice } from './health-words.ts'
import { adsPageWith, type NoticeCode, noticeOf } from './notices.ts'
import type { NoPlanPage, Notice, WelcomePage } from './page-models.ts'
import { pickerPage } from './picker-page.ts'
import { lackWords } from './refusal-pages.ts'
import { notReachedNotice, renewalPage } from './renewal-page.ts'
import { type Asking, askingOf, demandSignIn } from './seller-session.ts'
import { accountLabel, shellOf, switcherOf } from './shell.ts'
import type { Render } from './templates.ts'
import { problemOf, waitingPage } from './waiting-page.ts'

export interface AdsNeeds {
  readonly people: Pick<People, 'subscriptionOf'>
  readonly connections: Pick<Connections, 'heldBy' | 'closedBy'>
  readonly completeRenewal: CompleteRenewal
  readonly offerProfiles: OfferProfiles
  readonly checkProgress: CheckProgress
  readonly noteLook: NoteLook
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
  /** The connected profile that another Amazon account than before was chosen for. */
  confirm: Type.Optional(Type.String({ maxLength: 20 })),
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
      const { account, notice: code, ref, choose, confirm, view, refresh } = request.query
      const { person, session } = asking
      const renewal = await needs.completeRenewal.run({ personId: person.id, sessionId: session.id })
      if (renewal?.renewal === 'renewed')
        return reply.redirect(`${adsPageWith('renewed')}&account=${renewal.connectionId}`, 303)
      const [subscription, held] = await Promise.all([
        people.subscriptionOf(person.id),
        connections.heldBy(person.id),
      ])
      const lack = lackOf(subscription, clock.now())
      const offer = renewal ? nothingOffered : await offerProfiles.run(person.id)
      const current = currentOf(held, account, asking)
      const draw = pageDrawer(reply, needs, { asking, held, current, lack })
      const told = renewalNotice(renewal) ?? offerNotice(offer) ?? noticeOf(code, ref)

      // An account that was asked for by name is shown even while a choice is open elsewhere.
      const waiting = account && current ? null : waitingChoice(renewal, offer, { held, choose, confirm })
      if (waiting?.wait === 'renewal') {
        return draw(
          'ads/renewal',
          shell => renewalPage(shell, waiting, waiting.unread),
          'Authorise again',
          told,
        )
      }
      if (waiting?.wait === 'choice') {
        const choice = { pending: waiting.pending, chosen: waiting.chosen, held, now: clock.now() }
        const notice = lack ? lackNotice(current, lack, told) : told
        return draw('ads/picker', shell => pickerPage(shell, choice), 'Choose an account', notice)
      }

      const loading = current && (await checkProgress.run(current))
      const aside =
        (lack
          ? lackNotice(current, lack, told)
          : (told ?? (current && accountNotice(current, loading, needs)))) ?? resumeNotice(renewal, offer)
      if (!current || !loading) {
        const kept = await connections.closedBy(person.id)
        return draw(...(lack && !current ? noPlan(lack) : welcome(kept, clock.now())), aside)
      }
      await needs.noteLook.run(current.id)
      const isSettled = loading.progress.stage === 'ready' || loading.progress.stage === 'failed'
      const opensEarly = view === 'dashboard' || loading.run.kind === 'renewal'
      const dashboard = isSettled || opensEarly ? await showFigures.run(current.id, campaignLimit) : null
      if (!dashboard) {
        const { statusPollSeconds: pollSeconds } = needs
        const awaited = { connection: current, loading, pollSeconds, refreshes: refresh === 'on' }
        return draw('ads/waiting', shell => waitingPage(shell, awaited), 'Loading your data', aside)
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
      await needs.noteLook.run(current.id)
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

/** What stands in the way of the account's own page: a choice, or a renewal that needs a word. */
type Waiting =
  | {
      readonly wait: 'choice'
      readonly pending: PendingConnection
      readonly chosen: AdvertisingProfile | null
    }
  | {
      readonly wait: 'renewal'
      readonly connection: HeldConnection
      readonly pending: PendingConnection
      readonly unread: { readonly region: Region; readonly why: RegionFailure } | null
    }

function waitingChoice(
  renewal: Renewal | null,
  offer: Offer,
  by: {
    readonly held: readonly HeldConnection[]
    readonly choose: string | undefined
    readonly confirm: string | undefined
  },
): Waiting | null {
  if (renewal?.renewal === 'region_unread') return { wait: 'renewal', ...renewal, unread: renewal }
  if (renewal?.renewal === 'other_amazon_user') return { wait: 'renewal', ...renewal, unread: null }
  if (offer.offer !== 'picker') return null
  const { pending } = offer
  const connection = by.held.find(({ profile }) => profile.id === by.confirm)
  const asks = connection && isOtherAmazonUser(consentOf(connection).amazonUser, pending.amazonUser)
  if (connection && asks) return { wait: 'renewal', connection, pending, unread: null }
  const chosen = by.choose ? findOffered(pending.readings, by.choose as ProfileId) : null
  return { wait: 'choice', pending, chosen }
}

const nothingOffered: Offer = { offer: 'nothing_pending' }

const renewalNotice = (renewal: Renewal | null): Notice | null =>
  renewal?.renewal === 'profile_not_reached' ? notReachedNotice(renewal) : null

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
    renews: null,
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
function accountNotice(
  current: HeldConnection,
  loading: Loading | null,
  { consentDays, clock, supportEmail }: Pick<AdsNeeds, 'consentDays' | 'clock' | 'supportEmail'>,
): Notice | null {
  const now = clock.now()
  const facts = { connection: current, lack: null, loading: loading && loadingFacts(loading) }
  const notice = healthNotice(healthOf(facts, now), { id: current.id, supportEmail })
  const end = consentEndToWarnOf(consentOf(current).consentedAt, consentDays, now)
  if (notice || !end) return notice
  return {
    tone: 'warning',
    title: `Your permission at Amazon ends on ${formatDate(end)}`,
    sentence:
      'Amazon lets a permission last for a year. Authorise again before then, and nothing is interrupted.',
    reference: null,
    steps: [],
    way: null,
    offersConnect: false,
    renews: current.id,
  }
}

/** S-14: the choice that is open elsewhere, said on an account's own page; the picker itself needs no word of it. */
function resumeNotice(renewal: Renewal | null, offer: Offer): Notice | null {
  const notice = { tone: 'info', reference: null, steps: [], offersConnect: false, renews: null } as const
  if (renewal?.renewal === 'region_unread' || renewal?.renewal === 'other_amazon_user') {
    return {
      ...notice,
      title: 'A renewal is waiting for you',
      sentence: 'You have authorised at Amazon again, and something is left to be done.',
      way: { label: 'Go on with it', href: '/dashboard/ads/' },
    }
  }
  if (offer.offer !== 'picker') return null
  return {
    ...notice,
    title: 'An account is waiting to be chosen',
    sentence: 'You have authorised at Amazon and not chosen a profile yet.',
    way: { label: 'Resume choosing', href: '/dashboard/ads/' },
  }
}
