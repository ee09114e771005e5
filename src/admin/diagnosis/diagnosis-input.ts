import type { PlanRestriction } from '../../domain/access/subscription.ts'
import type { Connection } from '../../domain/connection/connection.ts'
import type { PendingConnection } from '../../domain/connection/pending-connection.ts'
import type { SyncState } from '../../domain/health/health.ts'
import type { TypicalDurations } from '../../domain/ingestion/progress.ts'
import type { SyncDeferralReason } from '../../domain/ingestion/rate-limit/sync-deferral.ts'
import type { TimelineEntry } from '../../domain/timeline/entry.ts'

declare const brand: unique symbol

/** Ascending over the whole timeline. */
export type EntryId = string & { readonly [brand]: 'Entry' }

export interface StoredTimelineEntry extends TimelineEntry {
  readonly id: EntryId
}

export interface WorkerStatus {
  /** Null if no worker was ever seen. */
  readonly workerSeenAt: Date | null
  /** Null if no step is late. */
  readonly lateSince: Date | null
  /** Null if the region defers no syncs. */
  readonly syncDeferralReason: SyncDeferralReason | null
}

export interface DiagnosisInput {
  readonly planRestriction: PlanRestriction | null
  readonly connection: Connection | null
  readonly pending: Pick<PendingConnection, 'attemptId' | 'expiresAt' | 'regionResults'> | null
  /** Null when nothing was ever requested. */
  readonly sync: (SyncState & { readonly mismatches: number }) | null
  readonly typicalDurations: TypicalDurations
  /** Without other connections' entries, newest first. */
  readonly timeline: readonly StoredTimelineEntry[]
  readonly workerStatus: WorkerStatus
}
