import { setTimeout as sleep } from 'node:timers/promises'
import type { Container } from 'inversify'
import pLimit from 'p-limit'
import { FindDueReports } from '../../src/application/ingestion/find-due-reports.ts'
import { AdvanceReport } from '../../src/application/ingestion/report/advance-report.ts'
import type { ReportId } from '../../src/domain/identifiers.ts'
import type { LateJobQueue } from './jobs.ts'
import type { SkippingClock } from './skipping-clock.ts'

/** As in the product's worker (`startReportWorker`). */
const concurrency = 10
const sweepMilliseconds = 2000

const logMilliseconds = 60_000

interface SimulationContext {
  readonly container: Container
  readonly clock: SkippingClock
  readonly jobQueue: LateJobQueue
  readonly log: (line: string) => void
  /** Keeps Amazon's clock in step with ours. */
  readonly moveAmazon: (milliseconds: number) => Promise<void>
}

export interface Arrival {
  /** Milliseconds after the start. */
  readonly after: number
  readonly run: () => Promise<void>
}

/**
 * Runs the worker's loop on a clock that skips idle time. Jobs and sweeps wake reports, ten run at once, and work takes
 * real time, so a burst queues as in production.
 * @param isFinished checked when no job is queued.
 */
export async function simulate(
  { container, clock, jobQueue, log, moveAmazon }: SimulationContext,
  arrivals: readonly Arrival[],
  isFinished: () => Promise<boolean>,
): Promise<{ steps: number }> {
  const [advanceReport, findDueReports] = [container.get(AdvanceReport), container.get(FindDueReports)]
  const limit = pLimit(concurrency)
  const inProgress = new Set<ReportId>()
  const failures: unknown[] = []
  let steps = 0
  let stepEnded = Promise.withResolvers<void>()
  const advance = (reportId: ReportId): void => {
    if (inProgress.has(reportId)) return
    inProgress.add(reportId)
    limit(async () => {
      if (await advanceReport.execute(reportId)) steps += 1
    })
      .catch(error => void failures.push(error))
      .finally(() => {
        inProgress.delete(reportId)
        stepEnded.resolve()
      })
  }

  const startedAt = clock.now().getTime()
  const upcoming = arrivals.map(({ after, run }) => ({ at: startedAt + after, run }))
  let sweepAt = startedAt + sweepMilliseconds
  let logAt = performance.now() + logMilliseconds
  for (;;) {
    const now = clock.now().getTime()
    if (performance.now() >= logAt) {
      logAt = performance.now() + logMilliseconds
      log(`${steps} steps; ${Math.round((now - startedAt) / 60_000)} minutes on the skipping clock.`)
    }
    while ((upcoming[0]?.at ?? Number.POSITIVE_INFINITY) <= now) await upcoming.shift()?.run()
    if (now >= sweepAt) {
      sweepAt = now + sweepMilliseconds
      const { due } = await findDueReports.execute(concurrency * 2)
      for (const { id } of due) advance(id)
    }
    for (const reportId of jobQueue.takeDue(now)) advance(reportId)
    if (failures.length > 0) throw new AggregateError(failures, 'a step failed on our side')

    const next = Math.min(jobQueue.next(), upcoming[0]?.at ?? Number.POSITIVE_INFINITY)
    if (inProgress.size > 0) {
      const wait = Math.min(next, sweepAt) - clock.now().getTime()
      await Promise.race([stepEnded.promise, sleep(Math.max(0, wait))])
      stepEnded = Promise.withResolvers()
    } else if (next === Number.POSITIVE_INFINITY && (await isFinished())) {
      return { steps }
    } else {
      clock.skipped += Math.max(0, Math.min(next, sweepAt) - clock.now().getTime())
      await moveAmazon(clock.skipped)
    }
  }
}
