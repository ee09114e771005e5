import { RefreshCaseSummaries } from '../../admin/cases/refresh-case-summaries.ts'
import { RecordHeartbeat } from '../../admin/overview/record-heartbeat.ts'
import { EndViewAs } from '../../admin/view-as/end-view-as.ts'
import { ApplySubscriptionEvent } from '../../application/access/apply-subscription-event.ts'
import { PurgePkceVerifiers } from '../../application/connection/authorisation/purge-pkce-verifiers.ts'
import { EndPendingConnection } from '../../application/connection/end-pending-connection.ts'
import { EraseConnections } from '../../application/connection/erase-connections.ts'
import { StartDueSyncs } from '../../application/connection/start-due-syncs.ts'
import { SendEmails } from '../../application/email/send-emails.ts'
import { ReconcileFigures } from '../../application/ingestion/reconcile-figures.ts'
import { BuildTableRollUps } from '../../application/performance/build-table-roll-ups.ts'
import type { Get } from '../../application/ports.ts'

type PeriodicSweep = readonly [milliseconds: number, execute: () => Promise<unknown>]

/** Intervals below 30 s: a timer in each worker needs no job store. Longer ones are recurring jobs (decision 30). */
export const sweepsOf = (get: Get, signal: AbortSignal): readonly PeriodicSweep[] => [
  // Each worker reports that it is alive.
  [5000, () => get(RecordHeartbeat).execute()],
  // Sellers and agents see the result within seconds.
  [1000, () => sendAllEmails(get(SendEmails), signal)],
  [1000, () => get(RefreshCaseSummaries).execute(50)],
  [2000, () => get(EraseConnections).execute(5)],
  [2000, () => get(ReconcileFigures).execute(20)],
  [2000, () => get(BuildTableRollUps).execute(5, signal)],
  [10_000, () => get(ApplySubscriptionEvent).applyWaiting(50)],
  // A full batch leaves work for the next sweep and for other workers.
  [5000, () => get(StartDueSyncs).execute(50)],
  // Access ends on time.
  [5000, () => get(EndViewAs).endExpired(50)],
  [10_000, () => get(EndPendingConnection).expire()],
  [10_000, () => get(PurgePkceVerifiers).execute()],
]

async function sendAllEmails(sendEmails: SendEmails, signal: AbortSignal): Promise<void> {
  while (!signal.aborted && (await sendEmails.execute()));
}
