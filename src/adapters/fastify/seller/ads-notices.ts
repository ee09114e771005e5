import type { SyncProgress } from '../../../application/ingestion/get-sync-progress.ts'
import type { PlanRestriction } from '../../../domain/access/subscription.ts'
import type { LiveConnection } from '../../../domain/connection/connection.ts'
import { upcomingConsentExpiry } from '../../../domain/connection/consent.ts'
import type { PendingStep } from '../../../domain/connection/pending-step.ts'
import { healthOf } from '../../../domain/health/health.ts'
import { referenceOf } from '../../../domain/timeline/reference.ts'
import { planRestrictionText } from '../kit/errors/seller-error-pages.ts'
import { formatDate } from '../kit/formats.ts'
import { noProfilesNotice, noticeOf } from '../kit/notices/notices.ts'
import type { Notice } from '../kit/shell-model.ts'
import { syncState } from './account-page.ts'
import { amazonAppAccessUrl } from './amazon-account.ts'
import { healthNotice } from './health-texts.ts'

/** S-10, S-15. */
export function pendingNotice(pending: PendingStep): Notice | null {
  if (pending.step === 'expired') return noticeOf('pending_expired', referenceOf(pending.attemptId))
  if (pending.step !== 'no_profiles') return null
  return noticeOf(noProfilesNotice(pending.agencies, null), referenceOf(pending.attemptId))
}

/** Without an account, the page explains the restriction (S-02). */
export function planRestrictionNotice(
  current: LiveConnection | null,
  planRestriction: PlanRestriction,
  notice: Notice | null,
): Notice | null {
  if (!current) return notice && { ...notice, hasConnectButton: false }
  const { title, sentence, fix } = planRestrictionText(planRestriction)
  return {
    tone: 'warning',
    title,
    sentence: `${sentence} ${pausedSentences[current.status]} ${fix}`,
    reference: null,
    steps: [],
    link: null,
    hasConnectButton: false,
    reauthorisedConnectionId: null,
  }
}

/** S-03. */
const pausedSentences: Readonly<Record<LiveConnection['status'], string>> = {
  active:
    'Syncing has stopped, but your data is still here. Syncing resumes once a full-suite plan is active.',
  needs_authorisation:
    'Syncing has stopped, but your data is still here. You also need to authorise again at Amazon.',
}

/** In doubt comes first, then a consent about to expire: only the seller can renew it. */
export function accountNotice(
  current: LiveConnection,
  progress: SyncProgress | null,
  { consentDays }: { readonly consentDays: number },
  now: Date,
): Notice | null {
  if (current.status === 'active' && current.doubtedAt)
    return {
      tone: 'info',
      title: 'We’re checking your permission at Amazon',
      sentence:
        'Amazon is rejecting the permissions of many sellers, so new data is late. Your data is safe. You don’t need to do anything now.',
      reference: null,
      steps: [],
      link: null,
      hasConnectButton: false,
      reauthorisedConnectionId: null,
    }
  const input = { connection: current, planRestriction: null, sync: progress && syncState(progress) }
  const consentEnd =
    current.status === 'active' && upcomingConsentExpiry(current.grant.consentedAt, consentDays, now)
  if (!consentEnd) return healthNotice(healthOf(input, now), { id: current.id, now })
  return {
    tone: 'warning',
    title: `Your permission at Amazon ends on ${formatDate(consentEnd)}`,
    sentence: 'Amazon’s permissions last one year. Authorise again before then to avoid an interruption.',
    reference: null,
    steps: [],
    link: null,
    hasConnectButton: false,
    reauthorisedConnectionId: current.id,
  }
}

/** S-26: after a reauthorisation, a consent that ends soon is the earlier one. Null when it was renewed. */
export function notRenewedNotice(
  current: LiveConnection,
  { consentDays }: { readonly consentDays: number },
  now: Date,
): Notice | null {
  const consentEnd =
    current.status === 'active' && upcomingConsentExpiry(current.grant.consentedAt, consentDays, now)
  if (!consentEnd) return null
  return {
    tone: 'warning',
    title: `Your permission still ends on ${formatDate(consentEnd)}`,
    sentence:
      'Thank you for authorising again. Amazon used your earlier permission and didn’t renew it. Your data keeps loading until then.',
    steps: [
      'Open Manage Login with Amazon, find 1smart.link and choose Remove.',
      'Then authorise again here. Amazon then shows its page and starts a new year.',
    ],
    reference: null,
    link: { label: 'Manage Login with Amazon', href: amazonAppAccessUrl },
    hasConnectButton: false,
    reauthorisedConnectionId: current.id,
  }
}

/** S-14. */
export function resumeNotice({ step }: Pick<PendingStep, 'step'>): Notice | null {
  const notice = {
    tone: 'info',
    reference: null,
    steps: [],
    hasConnectButton: false,
    reauthorisedConnectionId: null,
  } as const
  if (step === 'retry_region' || step === 'confirm_amazon_user') {
    return {
      ...notice,
      title: 'Finish authorising again',
      sentence: 'You’ve authorised at Amazon again. One step is left.',
      link: { label: 'Continue', href: '/dashboard/ads/' },
    }
  }
  if (step !== 'choose_profile') return null
  return {
    ...notice,
    title: 'Choose an account to finish',
    sentence: 'You’ve authorised at Amazon but haven’t chosen an account yet.',
    link: { label: 'Choose an account', href: '/dashboard/ads/' },
  }
}
