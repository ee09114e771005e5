import type { AuthorisationLossReason } from '../../../domain/connection/connection.ts'
import type { Health, HealthName } from '../../../domain/health/health.ts'
import type { ConnectionId } from '../../../domain/identifiers.ts'
import { definitionOf } from '../../../domain/ingestion/catalogue.ts'
import { referenceOf } from '../../../domain/timeline/reference.ts'
import { planRestrictionText } from '../kit/errors/seller-error-pages.ts'
import { formatDateTime } from '../kit/formats.ts'
import type { Notice } from '../kit/shell-model.ts'
import type { AccountAction, HealthCard } from './page-models/connecting.ts'

interface HealthContext {
  readonly id: ConnectionId
  readonly now: Date
}

export function healthCard(health: Health, context: HealthContext): HealthCard {
  const text = healthText(health, context)
  const { name, tone } = healthNames[health.health]
  return { name, tone, since: health.since ? formatDateTime(health.since) : null, ...text }
}

/** Null when the page has its own text, or none. */
export function healthNotice(health: Health, context: HealthContext): Notice | null {
  if (!healthsWithNotice.has(health.health)) return null
  const { name, tone, sentence, next, action } = healthCard(health, context)
  const reauthorisedConnectionId =
    action && 'reauthorisedConnectionId' in action ? action.reauthorisedConnectionId : null
  return {
    tone,
    title: health.health === 'needs_authorisation' ? 'This account needs your authorisation' : name,
    sentence: `${sentence} ${next}`,
    reference: health.health === 'throttled' ? null : referenceOf(context.id),
    steps: [],
    link: action && 'href' in action ? action : null,
    hasConnectButton: false,
    reauthorisedConnectionId,
  }
}

const healthsWithNotice: ReadonlySet<HealthName> = new Set(['needs_authorisation', 'throttled', 'stale'])

const healthNames: Readonly<Record<HealthName, { readonly name: string; readonly tone: Notice['tone'] }>> = {
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

type Text = Pick<HealthCard, 'sentence' | 'next' | 'action'>

function healthText(health: Health, { id, now }: HealthContext): Text {
  const dashboardLink = (label: string): AccountAction => ({ label, href: `/dashboard/ads/?account=${id}` })
  const supportLink: AccountAction = {
    label: 'Contact support',
    href: `/dashboard/help?page=/dashboard/ads/connections/${id}&account=${id}&ref=${referenceOf(id)}`,
  }
  switch (health.health) {
    case 'connected':
      return {
        sentence:
          health.nextSyncAt && health.nextSyncAt <= now
            ? 'Your figures are from the last sync.'
            : 'Your figures are up to date.',
        next: nextSyncText(health.nextSyncAt, now),
        action: dashboardLink('See your dashboard'),
      }
    case 'loading':
      return {
        sentence: `${health.done} of ${health.total} reports are loaded.`,
        next: 'Loading continues in the background. You can leave this page.',
        action: dashboardLink('View progress'),
      }
    case 'throttled':
      return {
        sentence: 'Amazon is limiting requests right now, so loading has to wait.',
        next: `We’ll retry on ${formatDateTime(health.dueAt)}. You don’t need to do anything.`,
        action: dashboardLink('View loaded data'),
      }
    case 'stale':
      return {
        sentence: health.lastLoadedAt
          ? `No new data has loaded since ${formatDateTime(health.lastLoadedAt)}.`
          : 'No data has loaded yet.',
        next: health.isSyncing
          ? 'A sync is running now.'
          : `${nextSyncText(health.nextSyncAt, now)} If this continues, contact support.`,
        action: supportLink,
      }
    case 'partly_failing':
    case 'failing': {
      const failed = health.failed.map(({ type }) => definitionOf(type).name).join(', ')
      return {
        sentence:
          health.health === 'failing'
            ? 'None of your reports loaded last time.'
            : `${failed} didn’t load last time. The other reports did.`,
        next: `The next sync requests the missing reports again. ${nextSyncText(health.nextSyncAt, now)}`,
        action: supportLink,
      }
    }
    case 'needs_authorisation':
      return {
        sentence: `${lossText[health.why]}, so syncing has stopped. Your data is still here.`,
        next: 'Authorise again at Amazon to load the missing days.',
        action: { label: 'Authorise again', reauthorisedConnectionId: id },
      }
    case 'paused': {
      const { sentence, fix } = planRestrictionText(health.planRestriction)
      return {
        sentence: `${sentence} Syncing has stopped. Your data is still here.`,
        next: fix,
        action: plansLink,
      }
    }
    case 'disconnected':
      return disconnectedText(health)
  }
}

function disconnectedText({ data, eraseAt }: Extract<Health, { health: 'disconnected' }>): Text {
  if (data === 'kept' && eraseAt)
    return {
      sentence: 'Its authorisation is erased and syncing has stopped.',
      next: `Its data is kept until ${formatDateTime(eraseAt)}. To get it back, connect the same profile again before then.`,
      action: { label: 'Connect again', isConnectForm: true },
    }
  return {
    sentence:
      data === 'erased' ? 'We’ve erased its data.' : 'We’re erasing its data. This takes up to a minute.',
    next: 'If you connect the same profile again, it starts from scratch.',
    action: { label: 'Connect Amazon Ads Account', isConnectForm: true },
  }
}

const plansLink: AccountAction = {
  label: 'Go to 1smart.link',
  href: 'https://1smart.link/',
  isExternal: true,
}

function nextSyncText(at: Date | null, now: Date): string {
  if (!at) return 'No sync is scheduled.'
  return at > now
    ? `The next sync is due on ${formatDateTime(at)}.`
    : `The next sync was due on ${formatDateTime(at)}. It’s in the queue and starts automatically.`
}

export const syncDueText = (at: Date, now: Date): string =>
  at > now ? formatDateTime(at) : `due since ${formatDateTime(at)}`

export const lossText: Readonly<Record<AuthorisationLossReason, string>> = {
  grant_revoked: 'Our access at Amazon was removed',
  consent_expired: 'Your permission at Amazon expired after a year',
  profile_access_lost: 'Your Amazon login can no longer read this advertising account',
  marked_by_staff: 'Our support team has asked you to authorise again',
}
