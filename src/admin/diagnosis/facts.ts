import type { Lack } from '../../domain/access/subscription.ts'
import type { Connection } from '../../domain/connection/connection.ts'
import type { PendingConnection } from '../../domain/connection/pending-connection.ts'
import type { LoadingFacts } from '../../domain/health/health.ts'
import type { UsualDurations } from '../../domain/ingestion/progress.ts'
import type { SyncHold } from '../../domain/ingestion/region-traffic.ts'
import type { TimelineEntry } from '../../domain/timeline/entry.ts'

declare const brand: unique symbol

/** An entry's place in the whole timeline; it counts up. */
export type EntryId = string & { readonly [brand]: 'Entry' }

/** An entry as it was read. */
export interface StoryEntry extends TimelineEntry {
  readonly id: EntryId
}

/** How our own workers fare. */
export interface WorkFacts {
  /** When a worker process was seen last; null while none ever was. */
  readonly workerSeenAt: Date | null
  /** Since when the case's next step waits for a worker; null while none does. */
  readonly lateSince: Date | null
  /** What a sync of the case's waits for that is due and that nobody waits for; null when its region holds none back. */
  readonly syncsHeldFor: SyncHold | null
}

/** All that a diagnosis may know: what real Amazon shows, and our own record. */
export interface CaseFacts {
  readonly lack: Lack | null
  /** Null for somebody who has none to speak of. */
  readonly connection: Connection | null
  readonly pending: Pick<PendingConnection, 'attemptId' | 'expiresAt' | 'readings'> | null
  /** Null where nothing was ever loaded. */
  readonly loading: (LoadingFacts & { readonly differences: number }) | null
  readonly usual: UsualDurations
  /** The newest first: of the person, or of this connection; those of other connections are left out. */
  readonly story: readonly StoryEntry[]
  readonly work: WorkFacts
}
