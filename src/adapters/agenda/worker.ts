import type { KeepDigests, TellAlive } from '../../admin/index.ts'
import type { ChangeSubscription, EndViewing, SweepAccess } from '../../application/access/index.ts'
import type {
  EndPending,
  EraseConnections,
  ForgetVerifiers,
  IdentifyAmazonUsers,
  StartSyncs,
} from '../../application/connection/index.ts'
import type { AdvanceReport, ReconcileFigures, SweepReports } from '../../application/ingestion/index.ts'
import type { SendMails } from '../../application/mail/index.ts'
import type { RollUpTables } from '../../application/performance/index.ts'
import type { ReportId } from '../../domain/identifiers.ts'
import { type AdvanceReportJob, advanceReport, type Jobs } from './jobs.ts'
import { StepQueue } from './step-queue.ts'

interface Needs {
  readonly jobs: Pick<Jobs, 'agenda' | 'keepHearing' | 'removeSpent'>
  readonly advanceReport: AdvanceReport
  readonly sweepReports: SweepReports
  readonly endPending: EndPending
  readonly eraseConnections: EraseConnections
  readonly identifyAmazonUsers: IdentifyAmazonUsers
  readonly startSyncs: StartSyncs
  readonly reconcileFigures: ReconcileFigures
  readonly rollUpTables: RollUpTables
  readonly changeSubscription: Pick<ChangeSubscription, 'takeUp'>
  readonly sendMails: SendMails
  readonly sweepAccess: SweepAccess
  readonly endViewing: Pick<EndViewing, 'sweep'>
  readonly forgetVerifiers: ForgetVerifiers
  readonly keepDigests: KeepDigests
  readonly tellAlive: TellAlive
  readonly onError: (error: unknown, about: { reportId?: ReportId }) => void
  readonly concurrency: number
  readonly sweepMilliseconds: number
}

export interface Worker {
  /** Waits up to `milliseconds` for work in progress. Other workers take over the rest. */
  stop(milliseconds: number): Promise<void>
}

const stopOfAgenda = { timeout: 1000, closeConnection: false }

/** Takes jobs, and sweeps for due work that no job announced. Steps may be requested twice. */
export async function startWorker(needs: Needs): Promise<Worker> {
  const { jobs, concurrency, sweepReports, startSyncs, onError } = needs
  const steps = new StepQueue({ step: reportId => needs.advanceReport.run(reportId), onError, concurrency })
  let stopping = false
  const stop = new AbortController()

  /** Awaited at the end: it may restart Agenda. */
  let hearing: Promise<void> = Promise.resolve()
  let mailing: Promise<void> = Promise.resolve()
  const sendAll = async () => {
    while (!stopping && (await needs.sendMails.run()));
  }

  /** Sweeps again at once while more may be due: thousands are after an outage. */
  const sweepAll = async () => {
    const most = concurrency * 2
    while (!stopping) {
      const { due, isAll } = await sweepReports.run(most)
      for (const report of due) steps.add(report)
      if (isAll) return
      await steps.room(needs.sweepMilliseconds)
    }
  }

  const sweeping = new Set<Promise<void>>()
  const sweeps = [
    repeat(needs.sweepMilliseconds, sweepAll),
    repeat(10_000, () => needs.endPending.expire()),
    repeat(2000, () => needs.eraseConnections.run(5)),
    repeat(30_000, () => needs.identifyAmazonUsers.run(10)),
    repeat(5000, () => startSyncs.run(50)),
    repeat(600_000, () => startSyncs.repair()),
    repeat(2000, () => needs.reconcileFigures.run(20)),
    repeat(2000, () => needs.rollUpTables.run(5, stop.signal)),
    repeat(10_000, () => needs.changeSubscription.takeUp(50)),
    repeat(1000, () => {
      mailing = sendAll()
      return mailing
    }),
    repeat(60_000, () => needs.sweepAccess.run()),
    repeat(5000, () => needs.endViewing.sweep(50)),
    repeat(10_000, () => needs.forgetVerifiers.run()),
    repeat(1000, () => needs.keepDigests.run(50)),
    repeat(5000, () => needs.tellAlive.run()),
    repeat(5000, () => {
      hearing = jobs.keepHearing()
      return hearing
    }),
    repeat(60_000, () => jobs.removeSpent()),
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
    const { reportId, isAwaited = true } = job.attrs.data
    steps.add({ id: reportId, isAwaited })
  })
  await jobs.agenda.start()
  await startSyncs.repair().catch(error => onError(error, {}))
  await needs.tellAlive.run().catch(error => onError(error, {}))

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
    await settledWithin(milliseconds, [...taken, ...sweeping, mailed, drained])
  }
  let ended: Promise<void> | null = null
  return {
    stop(milliseconds) {
      ended ??= end(milliseconds)
      return ended
    },
  }
}

async function settledWithin(milliseconds: number, work: readonly Promise<void>[]): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const limit = new Promise<void>(resolve => {
    timer = setTimeout(resolve, milliseconds)
  })
  await Promise.race([Promise.all(work), limit])
  clearTimeout(timer)
}
