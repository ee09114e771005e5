import type { AuthorisationLoss } from '../../domain/connection/connection.ts'
import type { Health, HealthName } from '../../domain/health/health.ts'
import type { ConnectionId } from '../../domain/identifiers.ts'
import { definitionOf } from '../../domain/ingestion/catalogue.ts'
import { referenceOf } from '../../domain/timeline/reference.ts'
import { formatMoment } from './formats.ts'
import type { AccountAction, HealthCard } from './page-models/connecting.ts'
import type { Notice } from './page-models/shell.ts'
import { lackWords } from './refusal-pages.ts'

interface About {
  readonly id: ConnectionId
  readonly now: Date
}

export function healthCard(health: Health, about: About): HealthCard {
  const words = wordsFor(health, about)
  const { name, tone } = names[health.health]
  return { name, tone, since: health.since ? formatMoment(health.since) : null, ...words }
}

/** Null when the page has its own text, or none. */
export function healthNotice(health: Health, about: About): Notice | null {
  if (!told.has(health.health)) return null
  const { name, tone, sentence, next, action } = healthCard(health, about)
  const renews = action && 'renews' in action ? action.renews : null
  return {
    tone,
    title: health.health === 'needs_authorisation' ? 'This account needs your authorisation' : name,
    sentence: `${sentence} ${next}`,
    reference: health.health === 'throttled' ? null : referenceOf(about.id),
    steps: [],
    way: action && 'href' in action ? action : null,
    offersConnect: false,
    renews,
  }
}

/** The others have a banner or notice already. */
const told: ReadonlySet<HealthName> = new Set(['needs_authorisation', 'throttled', 'stale'])

const names: Readonly<Record<HealthName, { readonly name: string; readonly tone: Notice['tone'] }>> = {
  connected: { name: 'Connected', tone: 'success' },
  loading: { name: 'Loading', tone: 'info' },
  throttled: { name: 'Waiting for Amazon', tone: 'info' },
  stale: { name: 'Out of date', tone: 'warning' },
  partly_failing: { name: 'Partly failing', tone: 'warning' },
  failing: { name: 'Failing', tone: 'error' },
  needs_authorisation: { name: 'Needs your authorisation', tone: 'warning' },
  paused: { name: 'Paused', tone: 'warning' },
  disconnected: { name: 'Disconnected', tone: 'info' },
}

type Words = Pick<HealthCard, 'sentence' | 'next' | 'action'>

function wordsFor(health: Health, { id, now }: About): Words {
  const dashboard = (label: string): AccountAction => ({ label, href: `/dashboard/ads/?account=${id}` })
  const support: AccountAction = {
    label: 'Contact support',
    href: `/dashboard/help?page=/dashboard/ads/connections/${id}&account=${id}&ref=${referenceOf(id)}`,
  }
  switch (health.health) {
    case 'connected':
      return {
        sentence:
          health.nextSyncAt && health.nextSyncAt <= now
            ? 'Your figures are those of the last sync.'
            : 'Your figures are up to date.',
        next: nextSync(health.nextSyncAt, now),
        action: dashboard('See your dashboard'),
      }
    case 'loading':
      return {
        sentence: `${health.done} of ${health.total} reports are loaded.`,
        next: 'It goes on in the background; you can leave the page.',
        action: dashboard('See the progress'),
      }
    case 'throttled':
      return {
        sentence: 'Amazon takes fewer requests than usual just now, so loading has to wait.',
        next: `We ask again at ${formatMoment(health.nextTryAt)}, and you need not do anything.`,
        action: dashboard('See what has arrived'),
      }
    case 'stale':
      return {
        sentence: health.lastLoadedAt
          ? `Nothing new was loaded since ${formatMoment(health.lastLoadedAt)}.`
          : 'Nothing could be loaded yet.',
        next: health.isSyncing
          ? 'A sync is running now.'
          : `${nextSync(health.nextSyncAt, now)} If it stays so, we would like to know.`,
        action: support,
      }
    case 'partly_failing':
    case 'failing': {
      const failed = health.failed.map(({ type }) => definitionOf(type).name).join(', ')
      return {
        sentence:
          health.health === 'failing'
            ? 'None of your reports could be loaded last time.'
            : `${failed} could not be loaded last time; the others were.`,
        next: `They are asked for again with the next sync. ${nextSync(health.nextSyncAt, now)}`,
        action: support,
      }
    }
    case 'needs_authorisation':
      return {
        sentence: `${lossWords[health.why]}, so syncing has stopped. What was loaded stays.`,
        next: 'Authorise again at Amazon, and what is missing is loaded.',
        action: { label: 'Authorise again', renews: id },
      }
    case 'paused': {
      const { sentence, mend } = lackWords(health.lack)
      return {
        sentence: `${sentence} Syncing has stopped; what was loaded stays.`,
        next: mend,
        action: plans,
      }
    }
    case 'disconnected':
      return disconnectedWords(health)
  }
}

function disconnectedWords({ data, eraseAt }: Extract<Health, { health: 'disconnected' }>): Words {
  if (data === 'kept' && eraseAt)
    return {
      sentence: 'Its authorisation is erased, and nothing is loaded any more.',
      next: `Its data is kept until ${formatMoment(eraseAt)}: connect the same profile again before then, and all of it is there.`,
      action: { label: 'Connect again', connects: true },
    }
  return {
    sentence:
      data === 'erased' ? 'Its data was erased.' : 'Its data is being erased, which takes a minute at most.',
    next: 'Connecting the same profile again starts anew.',
    action: { label: 'Connect Amazon Ads Account', connects: true },
  }
}

const plans: AccountAction = {
  label: 'Go to 1smart.link',
  href: 'https://1smart.link/',
  isElsewhere: true,
}

function nextSync(at: Date | null, now: Date): string {
  if (!at) return 'No sync is planned.'
  return at > now
    ? `The next sync is due on ${formatMoment(at)}.`
    : `The next sync has been due since ${formatMoment(at)} and begins by itself when it is its turn.`
}

export const syncMoment = (at: Date, now: Date): string =>
  at > now ? formatMoment(at) : `due since ${formatMoment(at)}`

export const lossWords: Readonly<Record<AuthorisationLoss, string>> = {
  grant_gone: 'The permission that you gave at Amazon is gone',
  consent_expired: 'The permission that you gave at Amazon has run out, as each does after a year',
  profile_rights_lost: 'Your Amazon login may no longer read this advertising account',
  marked_by_us: 'Our support has asked for your permission at Amazon anew',
}
