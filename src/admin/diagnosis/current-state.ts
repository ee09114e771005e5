import { after, hours, minutes, seconds } from '../../domain/calendar.ts'
import { isLive } from '../../domain/connection/connection.ts'
import { staleAfter } from '../../domain/health/health.ts'
import { definitionOf } from '../../domain/ingestion/catalogue.ts'
import { isFinished } from '../../domain/ingestion/report.ts'
import { recipientOf } from '../../domain/mail/email-message.ts'
import { causeOfDeferral } from './cause-mapping.ts'
import type { Cause } from './causes.ts'
import type { DiagnosisInput } from './facts.ts'
import { type Finding, findingFromEntry, found, known } from './finding.ts'

/** Heartbeats come every few seconds. */
export const workerHeartbeatTimeout = seconds(60)
const timeout = seconds(60)
const syncTimeout = minutes(10)

export function diagnoseWorkers(
  { connection, planRestriction, loading, work }: DiagnosisInput,
  now: Date,
): Finding[] {
  if (connection?.status !== 'active') return []
  const syncSince = planRestriction ? null : syncWaitsSince(loading)
  const isSyncLate = syncSince && now > after(syncSince, syncTimeout)
  const lateSince = work.lateSince ?? (isSyncLate ? syncSince : null)
  if (!lateSince || now < after(lateSince, timeout)) return []
  const { workerSeenAt } = work
  const evidence = [known(lateSince, 'Next step due.')]
  if (workerSeenAt && now < after(workerSeenAt, workerHeartbeatTimeout)) {
    const deferralReason = work.lateSince ? null : work.syncsHeldFor
    return deferralReason
      ? [
          found(causeOfDeferral[deferralReason], lateSince, evidence, {
            regions: [connection.profile.region],
            syncDueSince: lateSince,
          }),
        ]
      : [found('queue_delayed', lateSince, evidence)]
  }
  const seen = workerSeenAt ? [known(workerSeenAt, 'Worker last seen.')] : []
  return [found('worker_down', workerSeenAt ?? lateSince, [...evidence, ...seen])]
}

/** The due time, or the end of the load that held the sync up. Null while a load is open. */
function syncWaitsSince(loading: DiagnosisInput['loading']): Date | null {
  if (!loading?.nextSyncAt || loading.open.length > 0) return null
  const { nextSyncAt, lastLoadedAt, finished } = loading
  const failedAt = finished.flatMap(report => (report.status === 'failed' ? [report.failedAt] : []))
  return new Date(Math.max(...[nextSyncAt, lastLoadedAt ?? nextSyncAt, ...failedAt].map(Number)))
}

/** Only the latest email counts. */
export function diagnoseEmail({ timeline }: DiagnosisInput): Finding[] {
  const last = timeline.find(
    ({ event }) =>
      (event.kind === 'email_sent' || event.kind === 'email_failed') &&
      recipientOf({ kind: event.message }) === 'user',
  )
  return last?.event.kind === 'email_failed'
    ? [findingFromEntry(last, 'email_failed', { detail: last.event.error })]
    : []
}

const recently = hours(24)

export function diagnosePages({ timeline }: DiagnosisInput, now: Date): Finding[] {
  const failed = timeline.find(({ event }) => event.kind === 'page_failed')
  return failed?.event.kind === 'page_failed' && now < after(failed.at, recently)
    ? [findingFromEntry(failed, 'page_failed', { detail: failed.event.page })]
    : []
}

export function diagnoseCurrentState(
  facts: DiagnosisInput,
  others: readonly Finding[],
  now: Date,
): Finding[] {
  const { connection, planRestriction } = facts
  const stops = others.filter(({ cause }) => !explains.has(cause))
  if (!connection) {
    const isUnderway = others.some(({ cause }) => cause === 'at_amazon' || cause === 'choosing')
    return stops.length > 0 || planRestriction || isUnderway ? [] : [found('never_connected', null, [])]
  }
  if (connection.status !== 'active') return []
  return [...(stops.length === 0 ? going(facts, now) : []), ...settling(facts)]
}

const explains: ReadonlySet<Cause> = new Set([
  'no_ad_activity',
  'brand_ads_empty',
  'duplicate_adopted',
  'user_request_refused',
  'user_profile_forbidden',
  'user_unreachable',
  'user_timeout',
  'user_throttled',
  'user_unreadable',
  'email_failed',
  'page_failed',
  'choosing',
  'at_amazon',
])

function going({ connection, loading, planRestriction }: DiagnosisInput, now: Date): Finding[] {
  if (connection?.status !== 'active' || planRestriction) return []
  const open = loading?.open ?? []
  if (!loading || open.length > 0) {
    const since = loading?.interactiveSync.requestedAt ?? connection.connectedAt
    const done = loading?.interactiveSync.reports.filter(isFinished).length ?? 0
    const evidence = loading ? [known(since, `Sync requested; ${done} reports finished.`)] : []
    return [found('loading', since, evidence, { count: open.length })]
  }
  const { lastLoadedAt } = loading
  const staleSince = after(lastLoadedAt ?? connection.connectedAt, staleAfter)
  if (now >= staleSince) {
    const evidence = lastLoadedAt ? [known(lastLoadedAt, 'Last successful load.')] : []
    return [found('queue_delayed', staleSince, evidence, { confidence: 'likely' })]
  }
  const evidence = lastLoadedAt ? [known(lastLoadedAt, 'Reports loaded.')] : []
  return [
    found('healthy', connection.connectedAt, evidence, {
      ...(loading.nextSyncAt && { dueAt: loading.nextSyncAt }),
    }),
  ]
}

/** Why Amazon's console may show more sales. Certain only for vendors: it counts 14 days, our Sponsored Products 7. */
function settling({ connection, loading }: DiagnosisInput): Finding[] {
  if (!connection || !isLive(connection) || !loading) return []
  const rich = loading.finished.filter(report => report.status === 'loaded' && report.rows > 0)
  if (rich.length === 0) return []
  const { lastLoadedAt } = loading
  const evidence = lastLoadedAt
    ? [known(lastLoadedAt, 'Figures match Amazon’s files, which Amazon restates for up to 60 days.')]
    : []
  const hasProducts = rich.some(({ type }) => definitionOf(type).adProduct === 'SP')
  const isVendor = connection.profile.accountType === 'vendor' && hasProducts
  return [
    ...(isVendor
      ? [found('vendor_window', null, [known(connection.connectedAt, 'Vendor account at Amazon.')])]
      : []),
    found('figures_provisional', null, evidence, { confidence: 'possible' }),
  ]
}
