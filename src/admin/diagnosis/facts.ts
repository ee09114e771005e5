import type { Lack } from '../../domain/access/subscription.ts'
import type { Connection } from '../../domain/connection/connection.ts'
import type { PendingConnection } from '../../domain/connection/pending-connection.ts'
import type { LoadingFacts } from '../../domain/health/health.ts'
import type { UsualDurations } from '../../domain/ingestion/progress.ts'
import type { SyncHold } from '../../domain/ingestion/region-traffic.ts'
import type { TimelineEntry } from '../../domain/timeline/entry.ts'

declare const brand: unique symbol

/** Position in the whole timeline, ascending. */
export type EntryId = string & { readonly [brand]: 'Entry' }

export interface StoryEntry extends TimelineEntry {
  readonly id: EntryId
}

export interface WorkFacts {
  /** Null if no worker was ever seen. */
  readonly workerSeenAt: Date | null
  /** Since when the case's next step waits for a worker; null if none does. */
  readonly lateSince: Date | null
  /** Why the region defers background syncs; null if it doesn't. */
  readonly syncsHeldFor: SyncHold | null
}

export interface CaseFacts {
  readonly lack: Lack | null
  readonly connection: Connection | null
  readonly pending: Pick<PendingConnection, 'attemptId' | 'expiresAt' | 'readings'> | null
  /** Null when nothing was ever requested. */
  readonly loading: (LoadingFacts & { readonly differences: number }) | null
  readonly usual: UsualDurations
  /** Without other connections' entries, newest first. */
  readonly story: readonly StoryEntry[]
  readonly work: WorkFacts
}
