import { after, hours, minutes, seconds } from '../../domain/calendar.ts'
import { isHeld } from '../../domain/connection/connection.ts'
import { staleAfter } from '../../domain/health/health.ts'
import { definitionOf } from '../../domain/ingestion/catalogue.ts'
import { isSettled } from '../../domain/ingestion/report.ts'
import { addresseeOf } from '../../domain/mail/mail.ts'
import type { Cause } from './causes.ts'
import type { CaseFacts } from './facts.ts'
import { type Finding, found, foundIn, known } from './finding.ts'
import { causeOfHold } from './tables.ts'

/** Workers send a heartbeat every few seconds and take due work within a second. */
export const workerSilence = seconds(60)
const patience = seconds(60)
/** Syncs due in the same minute queue. */
const syncPatience = minutes(10)

export function findInWork({ connection, lack, loading, work }: CaseFacts, now: Date): Finding[] {
  if (connection?.status !== 'active') return []
  const syncSince = lack ? null : syncWaitsSince(loading)
  const isSyncLate = syncSince && now > after(syncSince, syncPatience)
  const lateSince = work.lateSince ?? (isSyncLate ? syncSince : null)
  if (!lateSince || now < after(lateSince, patience)) return []
  const { workerSeenAt } = work
  const evidence = [known(lateSince, 'Next step due.')]
  if (workerSeenAt && now < after(workerSeenAt, workerSilence)) {
    const heldFor = work.lateSince ? null : work.syncsHeldFor
    return heldFor
      ? [
          found(causeOfHold[heldFor], lateSince, evidence, {
            regions: [connection.profile.region],
            syncDueSince: lateSince,
          }),
        ]
      : [found('queue_late', lateSince, evidence)]
  }
  const seen = workerSeenAt ? [known(workerSeenAt, 'Worker last seen.')] : []
  return [found('worker_down', workerSeenAt ?? lateSince, [...evidence, ...seen])]
}

/** The due time, or the end of the load that held the sync up. Null while a load is open. */
function syncWaitsSince(loading: CaseFacts['loading']): Date | null {
  if (!loading?.nextSyncAt || loading.open.length > 0) return null
  const { nextSyncAt, lastLoadedAt, settled } = loading
  const failedAt = settled.flatMap(report => (report.status === 'failed' ? [report.failedAt] : []))
  return new Date(Math.max(...[nextSyncAt, lastLoadedAt ?? nextSyncAt, ...failedAt].map(Number)))
}

/** Only the latest email counts. */
export function findInMail({ story }: CaseFacts): Finding[] {
  const last = story.find(
    ({ happening }) =>
      (happening.kind === 'mail_sent' || happening.kind === 'mail_given_up') &&
      addresseeOf({ kind: happening.mail }) === 'person',
  )
  return last?.happening.kind === 'mail_given_up'
    ? [foundIn(last, 'mail_given_up', { said: last.happening.trouble })]
    : []
}

const recently = hours(24)

/** The seller may be writing about this page alone. */
export function findInPages({ story }: CaseFacts, now: Date): Finding[] {
  const failed = story.find(({ happening }) => happening.kind === 'page_failed')
  return failed?.happening.kind === 'page_failed' && now < after(failed.at, recently)
    ? [foundIn(failed, 'page_failed', { said: failed.happening.page })]
    : []
}

/** Only when nothing blocks the case: not started, in progress or healthy. */
export function findOutlook(facts: CaseFacts, others: readonly Finding[], now: Date): Finding[] {
  const { connection, lack } = facts
  const stops = others.filter(({ cause }) => !explains.has(cause))
  if (!connection) {
    const isUnderway = others.some(({ cause }) => cause === 'at_amazon' || cause === 'choosing')
    return stops.length > 0 || lack || isUnderway ? [] : [found('not_tried', null, [])]
  }
  if (connection.status !== 'active') return []
  return [...(stops.length === 0 ? going(facts, now) : []), ...settling(facts)]
}

/** Causes that don't impair a connection. */
const explains: ReadonlySet<Cause> = new Set([
  'no_ad_activity',
  'brand_ads_empty',
  'duplicate_adopted',
  'user_request_refused',
  'user_kept_out',
  'user_unreachable',
  'user_timeout',
  'user_throttled',
  'user_unreadable',
  'mail_given_up',
  'page_failed',
  'choosing',
  'at_amazon',
])

function going({ connection, loading, lack }: CaseFacts, now: Date): Finding[] {
  if (connection?.status !== 'active' || lack) return []
  const open = loading?.open ?? []
  if (!loading || open.length > 0) {
    const since = loading?.asked.requestedAt ?? connection.connectedAt
    const done = loading?.asked.reports.filter(isSettled).length ?? 0
    const evidence = loading
      ? [known(since, `Sync requested; ${done} reports finished.`)]
      : []
    return [found('loading', since, evidence, { count: open.length })]
  }
  const { lastLoadedAt } = loading
  const staleSince = after(lastLoadedAt ?? connection.connectedAt, staleAfter)
  if (now >= staleSince) {
    const evidence = lastLoadedAt ? [known(lastLoadedAt, 'Last successful load.')] : []
    return [found('queue_late', staleSince, evidence, { confidence: 'likely' })]
  }
  const evidence = lastLoadedAt ? [known(lastLoadedAt, 'Reports loaded.')] : []
  return [
    found('all_well', connection.connectedAt, evidence, {
      ...(loading.nextSyncAt && { nextTryAt: loading.nextSyncAt }),
    }),
  ]
}

/**
 * Why Amazon's console may show more sales. Certain only for vendors: the console counts 14 days, our Sponsored
 * Products 7.
 */
function settling({ connection, loading }: CaseFacts): Finding[] {
  if (!connection || !isHeld(connection) || !loading) return []
  const rich = loading.settled.filter(report => report.status === 'loaded' && report.rows > 0)
  if (rich.length === 0) return []
  const { lastLoadedAt } = loading
  const evidence = lastLoadedAt
    ? [
        known(
          lastLoadedAt,
          'Figures match Amazon’s files, which Amazon restates for up to 60 days.',
        ),
      ]
    : []
  const hasProducts = rich.some(({ type }) => definitionOf(type).adProduct === 'SP')
  const isVendor = connection.profile.accountType === 'vendor' && hasProducts
  return [
    ...(isVendor
      ? [
          found('vendor_window', null, [
            known(connection.connectedAt, 'Vendor account at Amazon.'),
          ]),
        ]
      : []),
    found('figures_settling', null, evidence, { confidence: 'possible' }),
  ]
}
