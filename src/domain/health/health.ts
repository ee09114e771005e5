import type { PlanRestriction } from '../access/subscription.ts'
import { after, hours } from '../calendar.ts'
import {
  type AuthorisationLossReason,
  type Connection,
  isErased,
  type LiveConnection,
} from '../connection/connection.ts'
import type { ReportType } from '../ingestion/catalogue.ts'
import {
  type FailedReport,
  isFinished,
  type LoadedReport,
  type OpenReport,
  type Report,
} from '../ingestion/report.ts'

/** A day, plus two hours for the sync. */
export const staleAfter = hours(26)

export interface SyncState {
  /** Latest initial or reauthorisation sync. */
  readonly interactiveSync: { readonly requestedAt: Date; readonly reports: readonly Report[] }
  readonly open: readonly OpenReport[]
  readonly finished: readonly (LoadedReport | FailedReport)[]
  /** First failure since the type last loaded. */
  readonly failingSince: ReadonlyMap<ReportType, Date>
  readonly lastLoadedAt: Date | null
  readonly nextSyncAt: Date | null
}

export interface HealthInput {
  readonly connection: Connection
  readonly planRestriction: PlanRestriction | null
  /** Null if nothing was ever loaded. */
  readonly sync: SyncState | null
}

/** Derived on each read, never stored (decision 12). */
export type Health =
  | {
      readonly health: 'connected'
      readonly since: Date
      readonly lastLoadedAt: Date | null
      readonly nextSyncAt: Date | null
    }
  | { readonly health: 'loading'; readonly since: Date; readonly done: number; readonly total: number }
  | { readonly health: 'throttled'; readonly since: Date; readonly dueAt: Date }
  | {
      readonly health: 'stale'
      readonly since: Date
      readonly lastLoadedAt: Date | null
      readonly isSyncing: boolean
      readonly nextSyncAt: Date | null
    }
  /** `failing`: the latest report of every type failed. */
  | {
      readonly health: 'partly_failing' | 'failing'
      readonly since: Date
      readonly failed: readonly FailedReport[]
      readonly nextSyncAt: Date | null
    }
  | {
      readonly health: 'needs_authorisation'
      readonly since: Date
      readonly why: AuthorisationLossReason
    }
  /** `since` is null unless the plan lapsed. */
  | { readonly health: 'paused'; readonly since: Date | null; readonly planRestriction: PlanRestriction }
  | {
      readonly health: 'disconnected'
      readonly since: Date
      /** Null once erasure started. */
      readonly eraseAt: Date | null
      readonly data: 'kept' | 'erasing' | 'erased'
    }

export type HealthName = Health['health']

/** The first check that applies wins. */
export function healthOf({ connection, planRestriction, sync }: HealthInput, now: Date): Health {
  if (isErased(connection))
    return { health: 'disconnected', since: connection.closedAt, eraseAt: null, data: connection.status }
  if (connection.status === 'closed') return disconnected(connection.closedAt, connection.eraseAt, now)
  if (connection.status === 'needs_authorisation') {
    const { since, why } = connection
    return { health: 'needs_authorisation', since, why }
  }
  if (planRestriction)
    return {
      health: 'paused',
      since: planRestriction.kind === 'lapsed' ? planRestriction.endedAt : null,
      planRestriction,
    }
  return sync ? syncHealth(connection, sync, now) : neverSynced(connection, now)
}

const disconnected = (since: Date, eraseAt: Date, now: Date): Health =>
  now < eraseAt
    ? { health: 'disconnected', since, eraseAt, data: 'kept' }
    : { health: 'disconnected', since, eraseAt: null, data: 'erasing' }

function syncHealth(connection: LiveConnection, sync: SyncState, now: Date): Health {
  const { interactiveSync, open, finished, lastLoadedAt, nextSyncAt } = sync
  const throttled = throttledHealth(open, now)
  if (throttled) return throttled

  const staleSince = after(lastLoadedAt ?? connection.connectedAt, staleAfter)
  const isStale = now >= staleSince
  const isInteractiveSyncOpen = interactiveSync.reports.some(report => !isFinished(report))
  // While a recent interactive sync runs, the account is loading, not stale.
  if (isInteractiveSyncOpen && now < after(interactiveSync.requestedAt, staleAfter)) {
    const done = interactiveSync.reports.filter(isFinished).length
    return {
      health: 'loading',
      since: interactiveSync.requestedAt,
      done,
      total: interactiveSync.reports.length,
    }
  }
  if (isStale)
    return { health: 'stale', since: staleSince, lastLoadedAt, isSyncing: open.length > 0, nextSyncAt }

  const failed = finished.filter(report => report.status === 'failed')
  if (failed.length > 0) {
    const failureDates = failed.map(({ type, failedAt }) => sync.failingSince.get(type) ?? failedAt)
    const health = failed.length < finished.length ? 'partly_failing' : 'failing'
    return { health, since: earliest(failureDates), failed, nextSyncAt }
  }
  return { health: 'connected', since: connection.connectedAt, lastLoadedAt, nextSyncAt }
}

const neverSynced = ({ connectedAt }: LiveConnection, now: Date): Health => {
  const staleSince = after(connectedAt, staleAfter)
  return now < staleSince
    ? { health: 'loading', since: connectedAt, done: 0, total: 0 }
    : { health: 'stale', since: staleSince, lastLoadedAt: null, isSyncing: false, nextSyncAt: null }
}

function throttledHealth(open: readonly OpenReport[], now: Date): Health | null {
  const throttledDates = open.map(report => throttledSince(report, now))
  if (open.length === 0 || !throttledDates.every(since => since !== null)) return null
  const dueAt = earliest(open.map(report => report.dueAt))
  return { health: 'throttled', since: earliest(throttledDates), dueAt }
}

function throttledSince(report: OpenReport, now: Date): Date | null {
  const { deferredSince, deferralReason, lastError, failingSince, dueAt } = report
  if (deferralReason === 'region_rate_limited' || deferralReason === 'report_type_rate_limited')
    return deferredSince
  const isThrottled = deferralReason === null && lastError?.error === 'throttled' && dueAt > now
  return isThrottled ? failingSince : null
}

const earliest = (dates: readonly Date[]): Date => new Date(Math.min(...dates.map(date => date.getTime())))
