import type { Lack } from '../access/subscription.ts'
import { after, hours } from '../calendar.ts'
import {
  type AuthorisationLoss,
  type Connection,
  type HeldConnection,
  isErased,
} from '../connection/connection.ts'
import type { ReportType } from '../ingestion/catalogue.ts'
import {
  type FailedReport,
  isSettled,
  type LoadedReport,
  type OpenReport,
  type Report,
} from '../ingestion/report.ts'

/** A day, plus two hours for the sync itself. */
export const staleAfter = hours(26)

export interface LoadingFacts {
  /** The latest interactive sync run (choice or reauthorisation). */
  readonly asked: { readonly requestedAt: Date; readonly reports: readonly Report[] }
  readonly open: readonly OpenReport[]
  /** The latest finished report of each type. */
  readonly settled: readonly (LoadedReport | FailedReport)[]
  /** For each type whose latest report failed: the first failure since it last loaded. */
  readonly failingSince: ReadonlyMap<ReportType, Date>
  readonly lastLoadedAt: Date | null
  readonly nextSyncAt: Date | null
}

export interface HealthFacts {
  readonly connection: Connection
  readonly lack: Lack | null
  /** Null if nothing was ever loaded. */
  readonly loading: LoadingFacts | null
}

/** Derived on each read, never stored. */
export type Health =
  | {
      readonly health: 'connected'
      readonly since: Date
      readonly lastLoadedAt: Date | null
      readonly nextSyncAt: Date | null
    }
  | { readonly health: 'loading'; readonly since: Date; readonly done: number; readonly total: number }
  | { readonly health: 'throttled'; readonly since: Date; readonly nextTryAt: Date }
  | {
      readonly health: 'stale'
      readonly since: Date
      readonly lastLoadedAt: Date | null
      readonly isSyncing: boolean
      readonly nextSyncAt: Date | null
    }
  /** The latest report of some types, or of all, failed. */
  | {
      readonly health: 'partly_failing' | 'failing'
      readonly since: Date
      readonly failed: readonly FailedReport[]
      readonly nextSyncAt: Date | null
    }
  | {
      readonly health: 'needs_authorisation'
      readonly since: Date
      readonly why: AuthorisationLoss
    }
  /** `since` is null unless the plan lapsed. */
  | { readonly health: 'paused'; readonly since: Date | null; readonly lack: Lack }
  | {
      readonly health: 'disconnected'
      readonly since: Date
      /** Null once erasure started. */
      readonly eraseAt: Date | null
      readonly data: 'kept' | 'erasing' | 'erased'
    }

export type HealthName = Health['health']

/** Returns the most urgent health. The order of the checks is the priority. */
export function healthOf({ connection, lack, loading }: HealthFacts, now: Date): Health {
  if (isErased(connection))
    return { health: 'disconnected', since: connection.closedAt, eraseAt: null, data: connection.status }
  if (connection.status === 'closed') return disconnected(connection.closedAt, connection.eraseAt, now)
  if (connection.status === 'needs_authorisation') {
    const { since, why } = connection
    return { health: 'needs_authorisation', since, why }
  }
  if (lack) return { health: 'paused', since: lack.lack === 'lapsed' ? lack.endedAt : null, lack }
  return loading ? loadingHealth(connection, loading, now) : untouched(connection, now)
}

const disconnected = (since: Date, eraseAt: Date, now: Date): Health =>
  now < eraseAt
    ? { health: 'disconnected', since, eraseAt, data: 'kept' }
    : { health: 'disconnected', since, eraseAt: null, data: 'erasing' }

function loadingHealth(connection: HeldConnection, loading: LoadingFacts, now: Date): Health {
  const { asked, open, settled, lastLoadedAt, nextSyncAt } = loading
  const throttled = throttling(open, now)
  if (throttled) return throttled

  const staleSince = after(lastLoadedAt ?? connection.connectedAt, staleAfter)
  const isStale = now >= staleSince
  const isAwaited = asked.reports.some(report => !isSettled(report))
  // A recent sync run doesn't make yesterday's figures stale.
  if (isAwaited && now < after(asked.requestedAt, staleAfter)) {
    const done = asked.reports.filter(isSettled).length
    return { health: 'loading', since: asked.requestedAt, done, total: asked.reports.length }
  }
  if (isStale)
    return { health: 'stale', since: staleSince, lastLoadedAt, isSyncing: open.length > 0, nextSyncAt }

  const failed = settled.filter(report => report.status === 'failed')
  if (failed.length > 0) {
    const since = failed.map(({ type, failedAt }) => loading.failingSince.get(type) ?? failedAt)
    const health = failed.length < settled.length ? 'partly_failing' : 'failing'
    return { health, since: earliest(since), failed, nextSyncAt }
  }
  return { health: 'connected', since: connection.connectedAt, lastLoadedAt, nextSyncAt }
}

/** Just chosen, or by a program that created no sync run. */
const untouched = ({ connectedAt }: HeldConnection, now: Date): Health => {
  const staleSince = after(connectedAt, staleAfter)
  return now < staleSince
    ? { health: 'loading', since: connectedAt, done: 0, total: 0 }
    : { health: 'stale', since: staleSince, lastLoadedAt: null, isSyncing: false, nextSyncAt: null }
}

function throttling(open: readonly OpenReport[], now: Date): Health | null {
  const waits = open.map(report => throttledSince(report, now))
  if (open.length === 0 || !waits.every(since => since !== null)) return null
  const nextTryAt = earliest(open.map(report => report.nextTryAt))
  return { health: 'throttled', since: earliest(waits), nextTryAt }
}

function throttledSince(report: OpenReport, now: Date): Date | null {
  const { heldSince, heldFor, lastTrouble, troubledSince, nextTryAt } = report
  if (heldFor === 'region_busy' || heldFor === 'type_busy') return heldSince
  const waits = heldFor === null && lastTrouble?.trouble === 'throttled' && nextTryAt > now
  return waits ? troubledSince : null
}

const earliest = (moments: readonly Date[]): Date =>
  new Date(Math.min(...moments.map(moment => moment.getTime())))
