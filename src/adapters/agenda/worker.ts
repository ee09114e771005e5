import { RecordHeartbeat } from '../../admin/overview/record-heartbeat.ts'
import { RunRecurringJob } from '../../admin/overview/run-recurring-job.ts'
import { PurgeExpiredAccess } from '../../application/access/purge-expired-access.ts'
import { FetchAmazonUsers } from '../../application/connection/authorisation/fetch-amazon-users.ts'
import { StartDueSyncs } from '../../application/connection/start-due-syncs.ts'
import { FindDueReports } from '../../application/ingestion/find-due-reports.ts'
import { AdvanceReport } from '../../application/ingestion/report/advance-report.ts'
import type { Get } from '../../application/ports.ts'
import type { ReportId } from '../../domain/identifiers.ts'
import { BackgroundWork } from './background-work.ts'
import { type AdvanceReportJob, advanceReportJobName } from './job-backend.ts'
import type { Jobs } from './jobs.ts'
import { RecurringJobs } from './recurring-jobs.ts'
import { StepQueue } from './step-queue.ts'
import { sweepsOf } from './sweeps.ts'

interface Dependencies {
  readonly get: Get
  readonly jobs: Pick<Jobs, 'agenda' | 'ensureListening' | 'removeCompletedJobs'>
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
  const { get, jobs, concurrency, onError } = deps
  const advanceReport = get(AdvanceReport)
  const findDueReports = get(FindDueReports)
  const steps = new StepQueue({
    step: reportId => advanceReport.execute(reportId),
    onError,
    concurrency,
  })
  const stopController = new AbortController()
  const { signal } = stopController
  const backgroundWork = new BackgroundWork({ onError: error => onError(error, {}) })

  /** Repeats while more reports are due: after an outage, thousands are. */
  const sweepAll = async () => {
    const limit = concurrency * 2
    while (!signal.aborted) {
      const { due, isComplete } = await findDueReports.execute(limit)
      for (const report of due) steps.add(report)
      if (isComplete) return
      await steps.waitForCapacity(deps.sweepMilliseconds)
    }
  }
  // A timer, not a job: takes over a killed worker's reports within seconds, even while the job store is down.
  backgroundWork.repeat(deps.sweepMilliseconds, sweepAll)
  for (const [milliseconds, sweep] of sweepsOf(get, signal)) backgroundWork.repeat(milliseconds, sweep)

  /** Awaited on stop: it may restart Agenda. */
  let listenCheck: Promise<void> = Promise.resolve()
  backgroundWork.repeat(5000, () => {
    listenCheck = jobs.ensureListening()
    return listenCheck
  })

  const recurringJobs = new RecurringJobs({
    agenda: jobs.agenda,
    runRecurringJob: get(RunRecurringJob),
    backgroundWork,
    work: {
      'Fetch Amazon users': () => get(FetchAmazonUsers).execute(10),
      'Purge sessions and links': () => get(PurgeExpiredAccess).execute(),
      'Remove completed jobs': () => jobs.removeCompletedJobs(),
      'Schedule missing syncs': () => get(StartDueSyncs).scheduleMissing(),
    },
  })
  backgroundWork.repeat(10_000, async () => recurringJobs.runMissed())

  // The job ends before its step: the lease protects the step, not Agenda's lock.
  jobs.agenda.define<AdvanceReportJob>(advanceReportJobName, async job => {
    const { reportId, isInteractive = true } = job.attrs.data
    steps.add({ id: reportId, isInteractive })
  })
  recurringJobs.define()
  await jobs.agenda.start()
  recurringJobs.schedule()
  await get(RecordHeartbeat)
    .execute()
    .catch(error => onError(error, {}))

  const stopAll = async (milliseconds: number): Promise<void> => {
    stopController.abort()
    const remainingSteps = steps.stop()
    backgroundWork.stop()
    // Agenda removes its jobs before its database connections end.
    const drained = listenCheck
      .catch(() => undefined)
      .then(() => jobs.agenda.drain(drainOptions))
      .then(
        () => undefined,
        error => onError(error, {}),
      )
    // Includes emails: one that was handed over but not recorded would be sent again.
    await waitAtMost(milliseconds, [...remainingSteps, ...backgroundWork.inProgress, drained])
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
