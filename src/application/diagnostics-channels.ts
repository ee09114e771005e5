import type { ConnectionId, ReportId, SyncRunId } from '../domain/identifiers.ts'
import type { ReportType } from '../domain/ingestion/catalogue.ts'
import type { OpenReport } from '../domain/ingestion/report.ts'
import type { SyncRunKind } from '../domain/ingestion/sync-run.ts'
import type { Region } from '../domain/profile/region.ts'
import type { TimelineEntry } from '../domain/timeline/entry.ts'
import type { AmazonCall } from './amazon-failure.ts'

/** Adapters publish without knowing subscribers (decision 23). */
export const signals = {
  requests: '1smart.request',
  requestResumed: '1smart.request-resumed',
  requestEnds: '1smart.request-ends',
  /** `steps` and `amazonCalls` are tracing channels. */
  steps: '1smart.step',
  amazonCalls: '1smart.amazon-call',
  commits: '1smart.commit',
  signInFailures: '1smart.sign-in-failure',
} as const

export interface RequestSignal {
  readonly id: string
  readonly method: string
  /** The route pattern, never the actual URL; null if no route matched. */
  readonly route: string | null
  /** `status` and `seconds` are set when the request ends. */
  status: number
  seconds: number
}

/** Codes of domain errors, and `rate_limited`. */
export const signInFailureCauses = [
  'invalid_credentials',
  'dashboard_not_for_support',
  'current_password_incorrect',
  'invalid_code',
  'passkey_rejected',
  'second_factor_locked',
  'sign_in_delayed',
  'sign_in_closed',
  'password_checks_busy',
  'rate_limited',
] as const

export interface SignInFailureSignal {
  readonly cause: (typeof signInFailureCauses)[number]
}

export interface StepSignal {
  readonly reportId: ReportId
  readonly syncRunId: SyncRunId
  readonly connectionId: ConnectionId
  readonly correlationId: string
  readonly report: ReportType
  readonly status: OpenReport['status']
}

export type TracedCall = Exclude<AmazonCall, 'token'> | 'token_exchange' | 'token_refresh'

export interface CallSignal {
  readonly call: TracedCall
  /** Null for a host that no single region owns. */
  readonly region: Region | null
  /** Null until a response arrives, and where the HTTP library hides it. */
  status: number | null
  requestId: string | null
}

export interface FinishedSyncRun {
  readonly kind: SyncRunKind
  readonly loaded: number
  readonly failed: number
  readonly seconds: number
}

export interface CommitSignal {
  readonly entries: readonly TimelineEntry[]
  readonly finished: readonly FinishedSyncRun[]
}
