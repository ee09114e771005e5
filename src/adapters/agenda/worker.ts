import type { RefreshCaseSummaries } from '../../admin/cases/refresh-case-summaries.ts'
import type { RecordHeartbeat } from '../../admin/overview/record-heartbeat.ts'
import type { EndViewAs } from '../../admin/view-as/end-view-as.ts'
import type { ApplySubscriptionEvent } from '../../application/access/apply-subscription-event.ts'
import type { PurgeExpiredAccess } from '../../application/access/purge-expired-access.ts'
import type { FetchAmazonUsers } from '../../application/connection/authorisation/fetch-amazon-users.ts'
import type { PurgePkceVerifiers } from '../../application/connection/authorisation/purge-pkce-verifiers.ts'
import type { EndPendingConnection } from '../../application/connection/end-pending-connection.ts'
import type { EraseConnections } from '../../application/connection/erase-connections.ts'
import type { StartDueSyncs } from '../../application/connection/start-due-syncs.ts'
import type { SendEmails } from '../../application/email/send-emails.ts'
import type { AdvanceReport } from '../../application/ingestion/advance-report.ts'
import type { FindDueReports } from '../../application/ingestion/find-due-reports.ts'
import type { ReconcileFigures } from '../../application/ingestion/reconcile-figures.ts'
import type { BuildTableRollUps } from '../../application/performance/build-table-roll-ups.ts'
import type { ReportId } from '../../domain/identifiers.ts'
import { type AdvanceReportJob, advanceReportJobName } from './job-backend.ts'
import type { Jobs } from './jobs.ts'
import { StepQueue } from './step-queue.ts'

interface Dependencies {
  readonly jobs: Pick<Jobs, 'agenda' | 'ensureListening' | 'removeCompletedJobs'>
  readonly advanceReport: AdvanceReport
  readonly findDueReports: FindDueReports
  readonly endPendingConnection: EndPendingConnection
  readonly eraseConnections: EraseConnections
  readonly fetchAmazonUsers: FetchAmazonUsers
  readonly startDueSyncs: StartDueSyncs
  readonly reconcileFigures: ReconcileFigures
  readonly buildTableRollUps: BuildTableRollUps
  readonly applySubscriptionEvent: Pick<ApplySubscriptionEvent, 'applyWaiting'>
  readonly sendEmails: SendEmails
  readonly purgeExpiredAccess: PurgeExpiredAccess
  readonly endViewAs: Pick<EndViewAs, 'endExpired'>
  readonly purgePkceVerifiers: PurgePkceVerifiers
  readonly refreshCaseSummaries: RefreshCaseSummaries
  readonly recordHeartbeat: RecordHeartbeat
  readonly onError: (error: unknown, context: { reportId?: ReportId }) => void
  readonly concurrency: number
  readonly sweepMilliseconds: number
}

export interface Worker {
  /** Waits up to `milliseconds` for work in progress. Other workers take over the rest. */
  stop(milliseconds: number): Promise<void>
}

const drainOptions = { timeout: 1000, closeConnection: false }

/** Takes jobs, and sweeps for due work without a job. Steps may be requested twice. */
export async function startWorker(deps: Dependencies): Promise<Worker> {
  const { jobs, concurrency, findDueReports, startDueSyncs, onError } = deps
  const steps = new StepQueue({
    step: reportId => deps.advanceReport.execute(reportId),
    onError,
    concurrency,
  })
  let isStopping = false
  const stopController = new AbortController()

  /** Awaited on stop: it may restart Agenda. */
  let listenCheck: Promise<void> = Promise.resolve()
  let emailSweep: Promise<void> = Promise.resolve()
  const sendAll = async () => {
    while (!isStopping && (await deps.sendEmails.execute()));
  }

  /** Repeats while more reports are due: after an outage, thousands are. */
  const sweepAll = async () => {
    const limit = concurrency * 2
    while (!isStopping) {
      const { due, isComplete } = await findDueReports.execute(limit)
      for (const report of due) steps.add(report)
      if (isComplete) return
      await steps.waitForCapacity(deps.sweepMilliseconds)
    }
  }

  const runningSweeps = new Set<Promise<void>>()
  const sweepTimers = [
    repeat(deps.sweepMilliseconds, sweepAll),
    repeat(10_000, () => deps.endPendingConnection.expire()),
    repeat(2000, () => deps.eraseConnections.execute(5)),
    repeat(30_000, () => deps.fetchAmazonUsers.execute(10)),
    repeat(5000, () => startDueSyncs.execute(50)),
    repeat(600_000, () => startDueSyncs.scheduleMissing()),
    repeat(2000, () => deps.reconcileFigures.execute(20)),
    repeat(2000, () => deps.buildTableRollUps.execute(5, stopController.signal)),
    repeat(10_000, () => deps.applySubscriptionEvent.applyWaiting(50)),
    repeat(1000, () => {
      emailSweep = sendAll()
      return emailSweep
    }),
    repeat(60_000, () => deps.purgeExpiredAccess.execute()),
    repeat(5000, () => deps.endViewAs.endExpired(50)),
    repeat(10_000, () => deps.purgePkceVerifiers.execute()),
    repeat(1000, () => deps.refreshCaseSummaries.execute(50)),
    repeat(5000, () => deps.recordHeartbeat.execute()),
    repeat(5000, () => {
      listenCheck = jobs.ensureListening()
      return listenCheck
    }),
    repeat(60_000, () => jobs.removeCompletedJobs()),
  ]
  function repeat(milliseconds: number, sweep: () => Promise<unknown>) {
    let running: Promise<void> | null = null
    return setInterval(() => {
      if (running) return
      const swept: Promise<void> = sweep()
        .then(() => undefined)
        .catch(error => onError(error, {}))
        .finally(() => {
          running = null
          runningSweeps.delete(swept)
        })
      running = swept
      runningSweeps.add(swept)
    }, milliseconds)
  }

  // The job ends before its step: the lease protects the step, not Agenda's lock.
  jobs.agenda.define<AdvanceReportJob>(advanceReportJobName, async job => {
    const { reportId, isInteractive = true } = job.attrs.data
    steps.add({ id: reportId, isInteractive })
  })
  await jobs.agenda.start()
  await startDueSyncs.scheduleMissing().catch(error => onError(error, {}))
  await deps.recordHeartbeat.execute().catch(error => onError(error, {}))

  const stopAll = async (milliseconds: number): Promise<void> => {
    isStopping = true
    stopController.abort()
    const remainingSteps = steps.stop()
    sweepTimers.forEach(clearInterval)
    // Agenda removes its jobs before its database connections end.
    const drained = listenCheck
      .catch(() => undefined)
      .then(() => jobs.agenda.drain(drainOptions))
      .then(
        () => undefined,
        error => onError(error, {}),
      )
    // An email that was handed over but not recorded would be sent again.
    const emailsSent = emailSweep.catch(() => undefined)
    await waitAtMost(milliseconds, [...remainingSteps, ...runningSweeps, emailsSent, drained])
  }
  let stopped: Promise<void> | null = null
  return {
    stop(milliseconds) {
      stopped ??= stopAll(milliseconds)
      return stopped
    },
  }
}

async function waitAtMost(milliseconds: number, work: readonly Promise<void>[]): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const limit = new Promise<void>(resolve => {
    timer = setTimeout(resolve, milliseconds)
  })
  await Promise.race([Promise.all(work), limit])
  clearTimeout(timer)
}
