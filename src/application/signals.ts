import type { ConnectionId, ReportId, RunId } from '../domain/identifiers.ts'
import type { ReportType } from '../domain/ingestion/catalogue.ts'
import type { OpenReport } from '../domain/ingestion/report.ts'
import type { RunKind } from '../domain/ingestion/run.ts'
import type { Region } from '../domain/profile/region.ts'
import type { TimelineEntry } from '../domain/timeline/entry.ts'
import type { AmazonCall } from './ports.ts'

/**
 * What adapters tell of while they work, each on a channel of Node's `diagnostics_channel`: they need not know who watches,
 * and while nobody does it costs nothing.
 */
export const signals = {
  /** A request begins; whatever its handling does goes on within it. */
  requests: '1smart.request',
  /** The same request goes on where its body was read: nobody is told. */
  requestsGoOn: '1smart.request-goes-on',
  requestEnds: '1smart.request-ends',
  /** A tracing channel, as is that of calls. */
  steps: '1smart.step',
  amazonCalls: '1smart.amazon-call',
  commits: '1smart.commit',
} as const

/** A request that a web server answers. */
export interface RequestSignal {
  readonly id: string
  readonly method: string
  /** The pattern, never the address; null where there is no such page. */
  readonly route: string | null
  /** Of the end. */
  status: number
  seconds: number
}

/** A step of a report, in the hands of this process. */
export interface StepSignal {
  readonly reportId: ReportId
  readonly runId: RunId
  readonly connectionId: ConnectionId
  readonly correlationId: string
  readonly report: ReportType
  /** Where the report stood before. */
  readonly status: OpenReport['status']
}

/** The two requests for a token come to different ends. */
export type WatchedCall = Exclude<AmazonCall, 'token'> | 'token_exchange' | 'token_refresh'

/** A call to Amazon; its tracing channel tells when it begins and how it ends. */
export interface CallSignal {
  readonly call: WatchedCall
  /** Null for an address that no region has to itself. */
  readonly region: Region | null
  /** Null until an answer came, and where the library that asks keeps it to itself. */
  status: number | null
  /** Amazon's own name for it. */
  requestId: string | null
}

/** A run that is over. */
export interface SettledRun {
  readonly kind: RunKind
  readonly loaded: number
  readonly failed: number
  /** From when it was asked for. */
  readonly seconds: number
}

/** A commit, told after it: what it has put on timelines. */
export interface CommitSignal {
  readonly entries: readonly TimelineEntry[]
  readonly settled: readonly SettledRun[]
}
