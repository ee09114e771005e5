import { after, hours, minutes, seconds } from '../../domain/calendar.ts'
import { isLive } from '../../domain/connection/connection.ts'
import { recipientOf } from '../../domain/email/email-message.ts'
import { staleAfter } from '../../domain/health/health.ts'
import { isFinished } from '../../domain/ingestion/report.ts'
import { causeOfDeferral } from './cause-mapping.ts'
import type { Cause } from './causes.ts'
import type { DiagnosisInput } from './diagnosis-input.ts'
import { createFinding, evidenceFromFact, type Finding, findingFromEntry } from './finding.ts'

/** Heartbeats come every few seconds. */
export const workerHeartbeatTimeout = seconds(60)
const stepTimeout = seconds(60)
const syncStartTimeout = minutes(10)

export function diagnoseWorkers(
  { connection, planRestriction, sync, workerStatus }: DiagnosisInput,
  now: Date,
): Finding[] {
  if (connection?.status !== 'active') return []
  const syncWaitingSince = planRestriction ? null : findSyncWaitStart(sync)
  const isSyncLate = syncWaitingSince && now > after(syncWaitingSince, syncStartTimeout)
  const lateSince = workerStatus.lateSince ?? (isSyncLate ? syncWaitingSince : null)
  if (!lateSince || now < after(lateSince, stepTimeout)) return []
  const { workerSeenAt } = workerStatus
  const evidence = [evidenceFromFact(lateSince, 'Next step due.')]
  if (workerSeenAt && now < after(workerSeenAt, workerHeartbeatTimeout)) {
    const deferralReason = workerStatus.lateSince ? null : workerStatus.syncDeferralReason
    return deferralReason
      ? [
          createFinding(causeOfDeferral[deferralReason], lateSince, evidence, {
            regions: [connection.profile.region],
            syncDueSince: lateSince,
          }),
        ]
      : [createFinding('queue_delayed', lateSince, evidence)]
  }
  const heartbeatEvidence = workerSeenAt ? [evidenceFromFact(workerSeenAt, 'Worker last seen.')] : []
  return [createFinding('worker_down', workerSeenAt ?? lateSince, [...evidence, ...heartbeatEvidence])]
}

/** The due time, or the end of the load that held the sync up. Null while a load is open. */
function findSyncWaitStart(sync: DiagnosisInput['sync']): Date | null {
  if (!sync?.nextSyncAt || sync.open.length > 0) return null
  const { nextSyncAt, lastLoadedAt, finished } = sync
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

const pageFailureWindow = hours(24)

export function diagnosePages({ timeline }: DiagnosisInput, now: Date): Finding[] {
  const failed = timeline.find(({ event }) => event.kind === 'page_failed')
  return failed?.event.kind === 'page_failed' && now < after(failed.at, pageFailureWindow)
    ? [findingFromEntry(failed, 'page_failed', { detail: failed.event.page })]
    : []
}

export function diagnoseCurrentState(
  input: DiagnosisInput,
  others: readonly Finding[],
  now: Date,
): Finding[] {
  const { connection, planRestriction } = input
  const blockingFindings = others.filter(({ cause }) => !nonBlockingCauses.has(cause))
  if (!connection) {
    const isUnderway = others.some(({ cause }) => cause === 'at_amazon' || cause === 'choosing')
    return blockingFindings.length > 0 || planRestriction || isUnderway
      ? []
      : [createFinding('never_connected', null, [])]
  }
  if (connection.status !== 'active') return []
  return [
    ...(blockingFindings.length === 0 ? progressFindings(input, now) : []),
    ...figureDifferenceFindings(input),
  ]
}

const nonBlockingCauses: ReadonlySet<Cause> = new Set([
  'no_ad_activity',
  'brand_ads_empty',
  'duplicate_adopted',
  'amazon_user_request_refused',
  'amazon_user_profile_forbidden',
  'amazon_user_unreachable',
  'amazon_user_timeout',
  'amazon_user_throttled',
  'amazon_user_unreadable',
  'email_failed',
  'page_failed',
  'choosing',
  'at_amazon',
])

function progressFindings({ connection, sync, planRestriction }: DiagnosisInput, now: Date): Finding[] {
  if (connection?.status !== 'active' || planRestriction) return []
  const open = sync?.open ?? []
  if (!sync || open.length > 0) {
    const since = sync?.interactiveSync.requestedAt ?? connection.connectedAt
    const done = sync?.interactiveSync.reports.filter(isFinished).length ?? 0
    const evidence = sync ? [evidenceFromFact(since, `Sync requested; ${done} reports finished.`)] : []
    return [createFinding('loading', since, evidence, { count: open.length })]
  }
  const { lastLoadedAt } = sync
  const staleSince = after(lastLoadedAt ?? connection.connectedAt, staleAfter)
  if (now >= staleSince) {
    const evidence = lastLoadedAt ? [evidenceFromFact(lastLoadedAt, 'Last successful load.')] : []
    return [createFinding('queue_delayed', staleSince, evidence, { confidence: 'likely' })]
  }
  const evidence = lastLoadedAt ? [evidenceFromFact(lastLoadedAt, 'Reports loaded.')] : []
  return [
    createFinding('healthy', connection.connectedAt, evidence, {
      ...(sync.nextSyncAt && { dueAt: sync.nextSyncAt }),
    }),
  ]
}

/** Why Amazon's console may show more sales. */
function figureDifferenceFindings({ connection, sync }: DiagnosisInput): Finding[] {
  if (!connection || !isLive(connection) || !sync) return []
  const reportsWithRows = sync.finished.filter(report => report.status === 'loaded' && report.rows > 0)
  if (reportsWithRows.length === 0) return []
  const { lastLoadedAt } = sync
  const evidence = lastLoadedAt
    ? [
        evidenceFromFact(
          lastLoadedAt,
          'Figures match Amazon’s files, which Amazon restates for up to 60 days.',
        ),
      ]
    : []
  return [createFinding('figures_provisional', null, evidence, { confidence: 'possible' })]
}
