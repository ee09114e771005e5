import { after, minutes } from '../../calendar.ts'
import type { Deferral } from '../deferral.ts'
import { isAfter } from './call-budget.ts'
import { dropFutureTimes, type RegionRateLimit } from './region-rate-limit.ts'

/** New syncs wait above it: 100,000 queued reports would overload a worker. */
const maxQueueForNewSyncs = minutes(1)

/** New syncs wait this long after a pause, so that a waiting report is the probe if there is one. */
const probeGracePeriod = minutes(1)

/** Null when a new sync's requests would soon be accepted. */
export const syncDeferralReason = (stored: RegionRateLimit, now: Date): SyncDeferralReason | null =>
  findSyncDeferralReason(stored, now, maxQueueForNewSyncs)

/** Checks against half the queue limit, because deferred syncs keep the queue just below the full limit. */
export const lateSyncReason = (stored: RegionRateLimit, now: Date): SyncDeferralReason | null =>
  findSyncDeferralReason(stored, now, maxQueueForNewSyncs / 2)

export type SyncDeferralReason = Extract<Deferral['why'], 'region_rate_limited' | 'region_down'>

function findSyncDeferralReason(
  stored: RegionRateLimit,
  now: Date,
  maxQueue: number,
): SyncDeferralReason | null {
  const { pausedUntil, queueEndsAt } = dropFutureTimes(stored, now)
  const isKept = pausedUntil === stored.pausedUntil
  if (pausedUntil && isKept && now < after(pausedUntil, probeGracePeriod)) return 'region_down'
  return isAfter(queueEndsAt, after(now, maxQueue)) ? 'region_rate_limited' : null
}
