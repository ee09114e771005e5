import type { Offer, Renewal } from '../../application/connection/index.ts'
import type { Loading } from '../../application/ingestion/index.ts'
import type { Lack } from '../../domain/access/subscription.ts'
import type { HeldConnection } from '../../domain/connection/connection.ts'
import { consentEndToWarnOf } from '../../domain/connection/consent.ts'
import { healthOf } from '../../domain/health/health.ts'
import { referenceOf } from '../../domain/timeline/reference.ts'
import { loadingFacts } from './account-page.ts'
import { formatDate } from './formats.ts'
import { healthNotice } from './health-words.ts'
import { nothingToChoose, noticeOf } from './notices.ts'
import type { Notice } from './page-models/shell.ts'
import { lackWords } from './refusal-pages.ts'
import { notReachedNotice } from './renewal-page.ts'

/** S-26. */
export const renewalNotice = (renewal: Renewal | null): Notice | null =>
  renewal?.renewal === 'profile_not_reached' ? notReachedNotice(renewal) : null

/** S-10, S-15. */
export function offerNotice(offer: Offer): Notice | null {
  if (offer.offer === 'expired') return noticeOf('pending_expired', referenceOf(offer.attemptId))
  if (offer.offer === 'unreadable') return noticeOf('pending_unreadable', referenceOf(offer.attemptId))
  if (offer.offer !== 'no_profiles') return null
  return noticeOf(nothingToChoose(offer.agencies, offer.reason), referenceOf(offer.attemptId))
}

/**
 * With an account it replaces any other notice; without one the page explains the restriction (S-02). Neither leads to
 * Amazon.
 */
export function lackNotice(current: HeldConnection | null, lack: Lack, told: Notice | null): Notice | null {
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
  active: 'Syncing has stopped, but your data is still here. It resumes once a full-suite plan is active.',
  needs_authorisation:
    'Syncing has stopped, but your data is still here. You also need to authorise again at Amazon.',
}

/** An expiring consent comes first: only the seller can authorise again. */
export function accountNotice(
  current: HeldConnection,
  loading: Loading | null,
  { consentDays }: { readonly consentDays: number },
  now: Date,
): Notice | null {
  const facts = { connection: current, lack: null, loading: loading && loadingFacts(loading) }
  const end = current.status === 'active' && consentEndToWarnOf(current.grant.consentedAt, consentDays, now)
  if (!end) return healthNotice(healthOf(facts, now), { id: current.id, now })
  return {
    tone: 'warning',
    title: `Your permission at Amazon ends on ${formatDate(end)}`,
    sentence: 'Amazon’s permissions last one year. Authorise again before then to avoid an interruption.',
    reference: null,
    steps: [],
    way: null,
    offersConnect: false,
    renews: current.id,
  }
}

/** S-14. */
export function resumeNotice(renewal: Renewal | null, offer: Offer): Notice | null {
  const notice = { tone: 'info', reference: null, steps: [], offersConnect: false, renews: null } as const
  if (renewal?.renewal === 'region_unread' || renewal?.renewal === 'other_amazon_user') {
    return {
      ...notice,
      title: 'Finish authorising again',
      sentence: 'You’ve authorised at Amazon again. One step is left.',
      way: { label: 'Continue', href: '/dashboard/ads/' },
    }
  }
  if (offer.offer !== 'picker') return null
  return {
    ...notice,
    title: 'Choose an account to finish',
    sentence: 'You’ve authorised at Amazon but haven’t chosen a profile yet.',
    way: { label: 'Choose an account', href: '/dashboard/ads/' },
  }
}
