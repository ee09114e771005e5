import type { RefreshCaseSummaries } from '../../admin/cases/refresh-case-summaries.ts'
import type { RecordHeartbeat } from '../../admin/overview/record-heartbeat.ts'
import type { EndViewAs } from '../../admin/view-as/end-view-as.ts'
import type { ApplySubscriptionEvent } from '../../application/access/apply-subscription-event.ts'
import type { PurgePkceVerifiers } from '../../application/connection/authorisation/purge-pkce-verifiers.ts'
import type { EndPendingConnection } from '../../application/connection/end-pending-connection.ts'
import type { EraseConnections } from '../../application/connection/erase-connections.ts'
import type { StartDueSyncs } from '../../application/connection/start-due-syncs.ts'
import type { SendEmails } from '../../application/email/send-emails.ts'
import type { ReconcileFigures } from '../../application/ingestion/reconcile-figures.ts'
import type { BuildTableRollUps } from '../../application/performance/build-table-roll-ups.ts'

export interface SweepDependencies {
  readonly endPendingConnection: EndPendingConnection
  readonly eraseConnections: EraseConnections
  readonly startDueSyncs: StartDueSyncs
  readonly reconcileFigures: ReconcileFigures
  readonly buildTableRollUps: BuildTableRollUps
  readonly applySubscriptionEvent: Pick<ApplySubscriptionEvent, 'applyWaiting'>
  readonly sendEmails: SendEmails
  readonly endViewAs: Pick<EndViewAs, 'endExpired'>
  readonly purgePkceVerifiers: PurgePkceVerifiers
  readonly refreshCaseSummaries: RefreshCaseSummaries
  readonly recordHeartbeat: RecordHeartbeat
}

type PeriodicSweep = readonly [milliseconds: number, execute: () => Promise<unknown>]

/** Intervals below 30 s: a timer in each worker needs no job store. Longer ones are recurring jobs (decision 30). */
export const sweepsOf = (deps: SweepDependencies, signal: AbortSignal): readonly PeriodicSweep[] => [
  // Each worker reports that it is alive.
  [5000, () => deps.recordHeartbeat.execute()],
  // Sellers and agents see the result within seconds.
  [1000, () => sendAllEmails(deps.sendEmails, signal)],
  [1000, () => deps.refreshCaseSummaries.execute(50)],
  [2000, () => deps.eraseConnections.execute(5)],
  [2000, () => deps.reconcileFigures.execute(20)],
  [2000, () => deps.buildTableRollUps.execute(5, signal)],
  [10_000, () => deps.applySubscriptionEvent.applyWaiting(50)],
  // A full batch leaves work for the next sweep and for other workers.
  [5000, () => deps.startDueSyncs.execute(50)],
  // Access ends on time.
  [5000, () => deps.endViewAs.endExpired(50)],
  [10_000, () => deps.endPendingConnection.expire()],
  [10_000, () => deps.purgePkceVerifiers.execute()],
]

async function sendAllEmails(sendEmails: SendEmails, signal: AbortSignal): Promise<void> {
  while (!signal.aborted && (await sendEmails.execute()));
}
