import type { RecordHeartbeat, RefreshCaseSummaries } from '../../admin/index.ts'
import type { ApplySubscriptionEvent, EndViewAs, PurgeExpiredAccess } from '../../application/access/index.ts'
import type {
  EndPendingConnection,
  EraseConnections,
  FetchAmazonUsers,
  PurgePkceVerifiers,
  StartDueSyncs,
} from '../../application/connection/index.ts'
import type { AdvanceReport, FindDueReports, ReconcileFigures } from '../../application/ingestion/index.ts'
import type { SendEmails } from '../../application/mail/index.ts'
import type { BuildTableRollUps } from '../../application/performance/index.ts'
import type { ReportId } from '../../domain/identifiers.ts'
import { type AdvanceReportJob, advanceReport, type Jobs } from './jobs.ts'
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
  readonly onError: (error: unknown, about: { reportId?: ReportId }) => void
  readonly concurrency: number
  readonly sweepMilliseconds: number
}

export interface Worker {
  /** Waits up to `milliseconds` for work in progress. Other workers take over the rest. */
  stop(milliseconds: number): Promise<void>
}

const stopOfAgenda = { timeout: 1000, closeConnection: false }

/** Takes jobs, and sweeps for due work without a job. Steps may be requested twice. */
export async function startWorker(deps: Dependencies): Promise<Worker> {
  const { jobs, concurrency, findDueReports, startDueSyncs, onError } = deps
  const steps = new StepQueue({
    step: reportId => deps.advanceReport.execute(reportId),
    onError,
    concurrency,
  })
  let stopping = false
  const stop = new AbortController()

  /** Awaited on stop: it may restart Agenda. */
  let hearing: Promise<void> = Promise.resolve()
  let mailing: Promise<void> = Promise.resolve()
  const sendAll = async () => {
    while (!stopping && (await deps.sendEmails.execute()));
  }

  /** Repeats while more reports are due: after an outage, thousands are. */
  const sweepAll = async () => {
    const most = concurrency * 2
    while (!stopping) {
      const { due, isComplete } = await findDueReports.execute(most)
      for (const report of due) steps.add(report)
      if (isComplete) return
      await steps.room(deps.sweepMilliseconds)
    }
  }

  const sweeping = new Set<Promise<void>>()
  const sweeps = [
    repeat(deps.sweepMilliseconds, sweepAll),
    repeat(10_000, () => deps.endPendingConnection.expire()),
    repeat(2000, () => deps.eraseConnections.execute(5)),
    repeat(30_000, () => deps.fetchAmazonUsers.execute(10)),
    repeat(5000, () => startDueSyncs.execute(50)),
    repeat(600_000, () => startDueSyncs.scheduleMissing()),
    repeat(2000, () => deps.reconcileFigures.execute(20)),
    repeat(2000, () => deps.buildTableRollUps.execute(5, stop.signal)),
    repeat(10_000, () => deps.applySubscriptionEvent.applyWaiting(50)),
    repeat(1000, () => {
      mailing = sendAll()
      return mailing
    }),
    repeat(60_000, () => deps.purgeExpiredAccess.execute()),
    repeat(5000, () => deps.endViewAs.endExpired(50)),
    repeat(10_000, () => deps.purgePkceVerifiers.execute()),
    repeat(1000, () => deps.refreshCaseSummaries.execute(50)),
    repeat(5000, () => deps.recordHeartbeat.execute()),
    repeat(5000, () => {
      hearing = jobs.ensureListening()
      return hearing
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
          sweeping.delete(swept)
        })
      running = swept
      sweeping.add(swept)
    }, milliseconds)
  }

  // The job ends before its step: the lease protects the step, not Agenda's lock.
  jobs.agenda.define<AdvanceReportJob>(advanceReport, async job => {
    const { reportId, isInteractive = true } = job.attrs.data
    steps.add({ id: reportId, isInteractive })
  })
  await jobs.agenda.start()
  await startDueSyncs.scheduleMissing().catch(error => onError(error, {}))
  await deps.recordHeartbeat.execute().catch(error => onError(error, {}))

  const end = async (milliseconds: number): Promise<void> => {
    stopping = true
    stop.abort()
    const taken = steps.stop()
    sweeps.forEach(clearInterval)
    // Agenda removes its jobs before its database connections end.
    const drained = hearing
      .catch(() => undefined)
      .then(() => jobs.agenda.drain(stopOfAgenda))
      .then(
        () => undefined,
        error => onError(error, {}),
      )
    // An email that was handed over but not recorded would be sent again.
    const mailed = mailing.catch(() => undefined)
    await finishedWithin(milliseconds, [...taken, ...sweeping, mailed, drained])
  }
  let ended: Promise<void> | null = null
  return {
    stop(milliseconds) {
      ended ??= end(milliseconds)
      return ended
    },
  }
}

async function finishedWithin(milliseconds: number, work: readonly Promise<void>[]): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const limit = new Promise<void>(resolve => {
    timer = setTimeout(resolve, milliseconds)
  })
  await Promise.race([Promise.all(work), limit])
  clearTimeout(timer)
}
