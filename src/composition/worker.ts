import type { Container } from 'inversify'
import type { Logger } from 'pino'
import type { Jobs } from '../adapters/agenda/jobs.ts'
import { startWorker, type Worker } from '../adapters/agenda/worker.ts'
import { RefreshCaseSummaries } from '../admin/cases/refresh-case-summaries.ts'
import { RecordHeartbeat } from '../admin/overview/record-heartbeat.ts'
import { RunRecurringJob } from '../admin/overview/run-recurring-job.ts'
import { EndViewAs } from '../admin/view-as/end-view-as.ts'
import { ApplySubscriptionEvent } from '../application/access/apply-subscription-event.ts'
import { PurgeExpiredAccess } from '../application/access/purge-expired-access.ts'
import { FetchAmazonUsers } from '../application/connection/authorisation/fetch-amazon-users.ts'
import { PurgePkceVerifiers } from '../application/connection/authorisation/purge-pkce-verifiers.ts'
import { EndPendingConnection } from '../application/connection/end-pending-connection.ts'
import { EraseConnections } from '../application/connection/erase-connections.ts'
import { StartDueSyncs } from '../application/connection/start-due-syncs.ts'
import { SendEmails } from '../application/email/send-emails.ts'
import { AdvanceReport } from '../application/ingestion/advance-report.ts'
import { FindDueReports } from '../application/ingestion/find-due-reports.ts'
import { ReconcileFigures } from '../application/ingestion/reconcile-figures.ts'
import { BuildTableRollUps } from '../application/performance/build-table-roll-ups.ts'
import { OutageDetector } from '../application/ports.ts'

/** Parallel reports; they mostly wait for Amazon. */
const concurrency = 10
/** A killed worker's reports are taken over this long after their lease ends. */
const sweepMilliseconds = 1000

export function startReportWorker(container: Container, jobs: Jobs, log: Logger): Promise<Worker> {
  return startWorker({
    jobs,
    advanceReport: container.get(AdvanceReport),
    findDueReports: container.get(FindDueReports),
    endPendingConnection: container.get(EndPendingConnection),
    eraseConnections: container.get(EraseConnections),
    fetchAmazonUsers: container.get(FetchAmazonUsers),
    startDueSyncs: container.get(StartDueSyncs),
    reconcileFigures: container.get(ReconcileFigures),
    buildTableRollUps: container.get(BuildTableRollUps),
    applySubscriptionEvent: container.get(ApplySubscriptionEvent),
    sendEmails: container.get(SendEmails),
    purgeExpiredAccess: container.get(PurgeExpiredAccess),
    endViewAs: container.get(EndViewAs),
    purgePkceVerifiers: container.get(PurgePkceVerifiers),
    refreshCaseSummaries: container.get(RefreshCaseSummaries),
    recordHeartbeat: container.get(RecordHeartbeat),
    runRecurringJob: container.get(RunRecurringJob),
    onError: (error, about) =>
      container.get(OutageDetector).isOutage(error)
        ? log.warn({ err: error, ...about }, 'database outage, work will be retried')
        : log.error({ err: error, ...about }, 'internal error in background work'),
    concurrency,
    sweepMilliseconds,
  })
}
